"""Who comes with a link: what it opens, whether its passphrase was given, and what is written down of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request, Response

from archive_api import cookies
from archive_api.context import Context
from saksi import clock
from saksi.catalogue import audit, cases, disclosures, exports
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.disclosures import Disclosure
from saksi.catalogue.exports import Export
from saksi.errors import SaksiError
from saksi.export import limits

log = logging.getLogger("saksi.api.recipient")

_COOKIE = "saksi_link"
_LIFE_S = 12 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_LINK = re.compile(
    r"(?<=/d/)[^/?\s]+|(?<=/tickets/)[^/?\s]{20,}|(?<=[?&]signature=)[^&\s]+|(?<=/session/oidc/callback\?)\S+"
)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody with a link that is ours."""

    token: str
    disclosure: Disclosure
    export: Export
    case: CaseFile
    address: str


def seen(here: Context, token: str) -> Disclosure | None:
    """The link with this token, whatever its state."""
    if _TOKEN.fullmatch(token) is None:
        return None
    with here.database.transaction() as connection:
        return disclosures.of_token(connection, token)


def guest(request: Request, here: Context, token: str) -> Guest | None:
    """Whoever came with this link; None when it opens nothing."""
    found = seen(here, token)
    if found is None or found.state != "open":
        return None
    with here.database.transaction() as connection:
        export = exports.find(connection, found.export_id)
        case = cases.find(connection, export.case, None)
    return Guest(token=token, disclosure=found, export=export, case=case, address=address_of(request))


def remembered(request: Request, here: Context, found: Guest) -> bool:
    """Whether no passphrase is wanted, or it was given by this browser within the last hours."""
    if not found.disclosure.passphrase_hash:
        return True
    until, _, signature = (cookies.read(request, _COOKIE, _path(found)) or "").partition(".")
    if not until.isascii() or not until.isdecimal() or len(until) > 17:
        return False
    right = here.vault.check(_signed(found, until), signature)
    return right and int(until) > clock.now_us()


def remember(answer: Response, request: Request, here: Context, found: Guest) -> None:
    """Lets this browser in for some hours; downloads are taken up again within them."""
    until = str(clock.now_us() + _LIFE_S * 1_000_000)
    value = f"{until}.{here.vault.sign(_signed(found, until))}"
    cookies.put(request, answer, _COOKIE, value, _LIFE_S, path=_path(found))


def audited(here: Context, found: Guest, action: str, *, result: str = "ok") -> None:
    """Adds the audit row of something done with an open link."""
    with here.database.transaction() as connection:
        export = exports.find(connection, found.disclosure.export_id)
        about = limits.told(connection, found.case, export)
    _record(here, found.address, action, {**found.disclosure.what(), **about}, result)


def refused_link(request: Request, here: Context, token: str, known: Disclosure | None) -> None:
    """Adds the audit row of a link that opens nothing; one that is not ours is told by the beginning of its hash."""
    link = {"link": disclosures.token_digest(token).hex()[:16]}
    _record(here, address_of(request), "disclosure page", known.what() if known else link, "denied")


def refuse(here: Context, link: Disclosure, why: str, address: str) -> None:
    """Tells custody of a refusal, after the answer has gone; the audit row is there already."""
    try:
        signer = here.signer()
        with here.database.transaction() as connection:
            case = cases.find(connection, exports.find(connection, link.export_id).case, None)
            disclosures.refused(connection, signer, case, link, why, address)
    except SaksiError as error:
        log.error("a refusal of %s is not in custody: %s", link.package, error)


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def _record(here: Context, address: str, action: str, what: Mapping[str, object], result: str) -> None:
    with here.database.transaction() as connection:
        audit.record(
            connection,
            person="",
            role="recipient",
            address=address,
            action=action,
            object=what,
            result=result,
        )


class WithoutLinks(logging.Filter):
    """Takes tokens of links, tickets and log-ins, and signatures, out of what the server logs: no reader uses one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        if isinstance(record.args, tuple):
            record.args = tuple(_LINK.sub("***", one) if isinstance(one, str) else one for one in record.args)
        return True


def _path(found: Guest) -> str:
    return f"/d/{found.token}"


def _signed(found: Guest, until: str) -> bytes:
    return f"saksi disclosure\n{found.disclosure.disclosure_id}\n{until}".encode()
