"""Disclosures: one link for one recipient of one package, until a time or until it is taken back.

The token is in the link alone; the catalogue keeps its SHA-256, and of a passphrase its argon2id hash. Every step is a
custody event of the case, in the transaction of the change. A link that was taken back stays so.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from saksi import clock
from saksi.catalogue import custody
from saksi.catalogue.custody import OfCase, Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.exports import Export
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register

register(
    "disclosure_unknown",
    en=("There is no disclosure {disclosure}.", "List them with GET /api/v1/cases/{{case}}/disclosures."),
    id_=(
        "Tidak ada pengungkapan {disclosure}.",
        "Lihat daftarnya dengan GET /api/v1/cases/{{case}}/disclosures.",
    ),
)
register(
    "disclosure_ended",
    en=(
        "The link was taken back already, by {by} at {at}.",
        "Nothing is left to do. Make a new link if the recipient should have one.",
    ),
    id_=(
        "Tautan sudah dicabut oleh {by} pada {at}.",
        "Tidak ada yang perlu dilakukan. Buat tautan baru bila penerima masih memerlukannya.",
    ),
)
register(
    "disclosure_unsealed",
    en=("The package is not sealed yet.", "Ask again when GET /api/v1/exports/{export} says sealed."),
    id_=("Paket belum disegel.", "Coba lagi bila GET /api/v1/exports/{export} menyebut sealed."),
)
register(
    "disclosure_expiry",
    en=("The link would end at {to}.", "Give a time after now and within {days} days."),
    id_=("Tautan akan berakhir {to}.", "Beri waktu sesudah sekarang dan dalam {days} hari."),
)
register(
    "disclosure_passphrase",
    en=("The passphrase is too short.", "Use at least {least} characters, and tell it by another way."),
    id_=("Frasa sandi terlalu pendek.", "Gunakan sedikitnya {least} huruf, dan sampaikan lewat jalan lain."),
)

LEAST_PASSPHRASE = 8
MOST_DAYS = 366
_hasher = PasswordHasher()


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """A link. `passphrase_hash` is empty where the link alone opens it; `waits`: tries at it are paused."""

    disclosure_id: uuid.UUID
    export_id: uuid.UUID
    case_id: int
    number: int
    package: str
    passphrase_hash: str
    recipient: str
    role: str
    note: str
    made_by: str
    made_us: int
    expires_us: int
    delivered_us: int | None
    ended_by: str
    ended_us: int | None
    end_reason: str
    waits: bool
    receipts: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Disclosure:
        """From a row of disclosures.list."""
        names = (
            "disclosure_id export_id case_id number package passphrase_hash recipient role note made_by waits"
            " receipts"
        )
        return cls(
            **{name: row[name] for name in names.split()},
            made_us=clock.to_us(row["made_at"]),
            expires_us=clock.to_us(row["expires_at"]),
            delivered_us=None if row["delivered_at"] is None else clock.to_us(row["delivered_at"]),
            ended_by=row["ended_by"] or "",
            ended_us=None if row["ended_at"] is None else clock.to_us(row["ended_at"]),
            end_reason=row["end_reason"] or "",
        )

    @property
    def state(self) -> str:
        """open, expired or revoked."""
        if self.ended_us is not None:
            return "revoked"
        return "open" if clock.now_us() < self.expires_us else "expired"

    def who(self, address: str = "") -> Who:
        """Whoever holds the link, as custody tells it: the link says whom it was given to, not who uses it."""
        return Who(name=self.recipient, role=self.role or "recipient", auth="link", address=address)

    def what(self) -> dict[str, object]:
        """What names it in custody."""
        return {
            "disclosure": self.number,
            "package": self.package,
            "export": str(self.export_id),
            "recipient": self.recipient,
        }


def passphrase_hash(passphrase: str) -> str:
    """What is kept of it. Takes a good while: never inside a transaction. Raises BadInput for a short one."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise BadInput("disclosure_passphrase", field="passphrase", least=LEAST_PASSPHRASE)
    return _hasher.hash(passphrase)


def token_digest(token: str) -> bytes:
    """By which a link is found again."""
    return hashlib.sha256(token.encode()).digest()


def make(
    connection: Connection,
    signer: Signer,
    case: OfCase,
    export: Export,
    who: Who,
    *,
    recipient: str,
    expires_us: int,
    role: str = "",
    note: str = "",
    hashed: str = "",
    why: Why | None = None,
) -> tuple[Disclosure, str]:
    """A link to a sealed package, and its token, which nobody can ask for again.

    Raises Conflict for a package that is not sealed, BadInput for an end that is past or far off.
    """
    if export.state != "sealed":
        raise Conflict("disclosure_unsealed", field="export", export=export.export_id)
    now_us = clock.now_us()
    if not now_us < expires_us <= now_us + MOST_DAYS * 86_400_000_000:
        raise BadInput("disclosure_expiry", field="expires", to=clock.format_us(expires_us), days=MOST_DAYS)
    token = secrets.token_urlsafe(32)
    values = {
        "disclosure_id": uuid.uuid4(),
        "export_id": export.export_id,
        "case_id": case.case_id,
        "token_sha256": token_digest(token),
        "passphrase_hash": hashed,
        "recipient": recipient,
        "role": role,
        "note": note,
        "made_by": who.name,
        "at": clock.from_us(now_us),
        "expires_at": clock.from_us(expires_us),
    }
    connection.execute(query("disclosures.lock_case"), values)
    connection.execute(query("disclosures.add"), values)
    made = find(connection, values["disclosure_id"])
    what = {
        **made.what(),
        "role": role,
        "until": expires_us,
        "passphrase": bool(hashed),
        "sha256": export.sha256 or "",
        "note": note,
    }
    custody.record(connection, signer, case, "share", who=who, what=what, why=why)
    return made, token


def find(connection: Connection, disclosure_id: object) -> Disclosure:
    """One by its id. Raises NotFound."""
    found = _list(connection, disclosure_id=disclosure_id)
    if not found:
        raise NotFound("disclosure_unknown", field="disclosure", disclosure=disclosure_id)
    return found[0]


def of_token(connection: Connection, token: str) -> Disclosure | None:
    """The link with this token, whatever its state."""
    found = _list(connection, token_sha256=token_digest(token))
    return found[0] if found else None


def of_export(connection: Connection, export_id: uuid.UUID) -> list[Disclosure]:
    """Every link to a package."""
    return _list(connection, export_id=export_id)


def register_of(connection: Connection, case: OfCase, *, limit: int, after: int = 0) -> list[Disclosure]:
    """The disclosure register of a case: who was given which version, until when; by number."""
    return _list(connection, case_id=case.case_id, limit=limit, after=after)


def revoke(
    connection: Connection,
    signer: Signer,
    case: OfCase,
    disclosure: Disclosure,
    who: Who,
    *,
    reason: str = "",
    why: Why | None = None,
) -> Disclosure:
    """Takes a link back. Raises Conflict when it was taken back before."""
    at = clock.now()
    values = {"disclosure_id": disclosure.disclosure_id, "by": who.name, "at": at, "reason": reason}
    if connection.execute(query("disclosures.end_it"), values).fetchone() is None:
        ended = find(connection, disclosure.disclosure_id)
        told = clock.format_us(ended.ended_us or 0)
        raise Conflict("disclosure_ended", field="disclosure", by=ended.ended_by, at=told)
    what = {**disclosure.what(), "reason": reason}
    custody.record(connection, signer, case, "share.revoke", who=who, what=what, why=why)
    return find(connection, disclosure.disclosure_id)


def begin_try(connection: Connection, disclosure: Disclosure) -> str | None:
    """Counts a try of the passphrase and answers the hash to compare with; None while it must still wait.

    The first two go at once, then 4, 8 … up to 900 seconds lie between them. Commit before comparing.
    """
    row = connection.execute(
        query("disclosures.try_passphrase"), {"disclosure_id": disclosure.disclosure_id}
    ).fetchone()
    return None if row is None else str(row["passphrase_hash"])


def right_try(connection: Connection, disclosure: Disclosure) -> None:
    """The passphrase was right: tries count anew."""
    connection.execute(query("disclosures.right_passphrase"), {"disclosure_id": disclosure.disclosure_id})


def downloading(
    connection: Connection, signer: Signer, case: OfCase, disclosure: Disclosure, sha256: str, address: str
) -> None:
    """A download of the package from its first byte."""
    what = {**disclosure.what(), "sha256": sha256}
    custody.record(connection, signer, case, "export.download", who=disclosure.who(address), what=what)


def delivered(
    connection: Connection, signer: Signer, case: OfCase, disclosure: Disclosure, sha256: str, address: str
) -> None:
    """The last byte was sent; told of once."""
    values = {"disclosure_id": disclosure.disclosure_id, "at": clock.now()}
    if connection.execute(query("disclosures.delivered"), values).fetchone() is not None:
        what = {**disclosure.what(), "sha256": sha256}
        custody.record(connection, signer, case, "export.deliver", who=disclosure.who(address), what=what)


def refused(
    connection: Connection, signer: Signer, case: OfCase, disclosure: Disclosure, why: str, address: str
) -> None:
    """Somebody came with a link that opens nothing; custody tells of it at most once a minute a link."""
    values = {"disclosure_id": disclosure.disclosure_id, "at": clock.now()}
    if connection.execute(query("disclosures.refused"), values).fetchone() is not None:
        custody.record(
            connection,
            signer,
            case,
            "access.denied",
            who=disclosure.who(address),
            what=disclosure.what(),
            result=why,
        )


def _list(
    connection: Connection,
    *,
    case_id: int | None = None,
    export_id: object = None,
    disclosure_id: object = None,
    token_sha256: bytes | None = None,
    limit: int = 100_000,
    after: int = 0,
) -> list[Disclosure]:
    values = {
        "case_id": case_id,
        "export_id": export_id,
        "disclosure_id": disclosure_id,
        "token_sha256": token_sha256,
        "limit": limit,
        "after": after,
    }
    return [Disclosure.from_row(row) for row in connection.execute(query("disclosures.list"), values)]
