"""What a recipient of a package sees: no account, only the link; a passphrase beside it where the sender wanted one.

A link that expired, was taken back or never was gets one and the same answer, and an audit row. Custody hears of it
after the answer has gone, so that the time it takes tells nothing either.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from archive_api import rates
from archive_api import recipient_page as page
from archive_api.context import Context, Here
from archive_api.disposition import inline
from archive_api.downloads import asked_range, download
from archive_api.forms import Form, Sent
from archive_api.gates import Gate
from archive_api.methods import is_head
from archive_api.own_pages import own_pages
from archive_api.recipient_link import (
    Guest,
    address_of,
    audited,
    guest,
    refuse,
    refused_link,
    remember,
    remembered,
    seen,
)
from archive_api.routes.exports import file_headers
from saksi import papers, passwords
from saksi.catalogue import disclosures, receipts
from saksi.catalogue.receipts import LINES, Given, Verdict
from saksi.errors import BadInput, Conflict, SaksiError
from saksi.export import texts
from saksi.filing import desk as filing_desk
from saksi.filing import handing
from saksi.messages import register

log = logging.getLogger("saksi.api.recipient")

register(
    "receipts_many",
    en=("Too many receipts came through this link.", "Send further ones to whoever gave you the link."),
    id_=("Terlalu banyak tanda terima lewat tautan ini.", "Kirim yang lain kepada pemberi tautan ini."),
)

router = APIRouter(prefix="/d", tags=["recipient"], dependencies=[Depends(rates.recipients)])
Language = Annotated[Literal["id", "en"], Query(alias="lang", description="Of the page.")]
_MOST_RECEIPTS = 20
# A hash takes 64 MiB and a core.
_hashing = Gate(2, waiting=8, wait_s=10.0)
_POLICY = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"]*)"')


@router.get("/{token}", response_class=Response)
def show(
    token: str,
    request: Request,
    here: Here,
    lang: Language = "id",
    receipt: Annotated[int, Query(ge=0, lt=1 << 31)] = 0,
) -> Response:
    """The page: what the package is, from whom, how to download and check it, and the receipt to fill in."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, lang)
    if not remembered(request, here, found):
        return page.locked(here.settings, lang, token)
    audited(here, found, "disclosure page")
    return page.opened(_shown(here, found, lang, receipt))


@router.post("/{token}", response_class=Response, dependencies=[own_pages("disclosure passphrase")])
def unlock(token: str, request: Request, here: Here, form: Sent, lang: Language = "id") -> Response:
    """Takes the passphrase; after two wrong ones each further try has to wait longer, up to a quarter of an hour."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, lang)
    with here.database.transaction() as connection:
        kept = disclosures.begin_try(connection, found.disclosure)
    if kept is None:
        answer = page.locked(here.settings, lang, token, said="wait", status=429)
        answer.headers["Retry-After"] = "60"
        answer.background = BackgroundTask(refuse, here, found.disclosure, "passphrase", found.address)
        return answer
    with _hashing.passed():
        right = passwords.matches(kept, form.text("passphrase", 1000)) if kept else True
    if not right:
        audited(here, found, "disclosure passphrase", result="denied")
        answer = page.locked(here.settings, lang, token, said="wrong", status=403)
        answer.background = BackgroundTask(refuse, here, found.disclosure, "passphrase", found.address)
        return answer
    with here.database.transaction() as connection:
        disclosures.right_try(connection, found.disclosure)
    audited(here, found, "disclosure passphrase")
    away = RedirectResponse(f"/d/{token}?lang={lang}", 303, page.HEADERS)
    remember(away, request, here, found)
    return away


@router.get("/{token}/package", response_class=Response)
def package(token: str, request: Request, here: Here) -> Response:
    """The package, by Range where one is asked for. Beginning and end of a download enter custody."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, "id")
    if not remembered(request, here, found):
        return page.locked(here.settings, "id", token, status=403)
    export = found.export
    assert export.size is not None
    assert export.sha256 is not None
    wanted, partial = asked_range(request, export.size, f'"{export.sha256}"')
    if wanted is not None and wanted.first == 0 and not is_head(request):
        audited(here, found, "disclosure download")
        signer = here.signer()
        with here.database.transaction() as connection:
            disclosures.downloading(
                connection, signer, found.case, found.disclosure, export.sha256, found.address
            )
    headers = {
        **file_headers(export),
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    answer = download(
        request,
        here.store,
        export.key,
        export.size,
        "application/zip",
        headers,
        wanted=wanted,
        partial=partial,
    )
    if isinstance(answer, StreamingResponse) and wanted is not None and wanted.last == export.size - 1:
        answer.body_iterator = _then(answer.body_iterator, functools.partial(_delivered, here, found))
    return answer


@router.get("/{token}/verifikasi.html", response_class=Response)
def verifier(token: str, request: Request, here: Here) -> Response:
    """The verification page, the same bytes as in the package, under its own policy."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, "id")
    if not remembered(request, here, found):
        return page.locked(here.settings, "id", token, status=403)
    data = texts.page()
    stated = _POLICY.search(data)
    policy = stated[1].decode() if stated else "default-src 'none'"
    headers = {**page.HEADERS, "Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}
    return Response(data, 200, headers, "text/html; charset=utf-8")


@router.post("/{token}/receipt", response_class=Response, dependencies=[own_pages("disclosure receipt")])
def acknowledge(token: str, request: Request, here: Here, form: Sent, lang: Language = "id") -> Response:
    """Takes the receipt into the custody of the case, with the file of verifikasi.html where it is sent along."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, lang)
    if not remembered(request, here, found):
        return page.locked(here.settings, lang, token, status=403)
    signer = here.signer()
    try:
        given = _given(form)
        with here.database.transaction() as connection:
            if len(receipts.of_case(connection, found.case, disclosure=found.disclosure)) >= _MOST_RECEIPTS:
                raise Conflict("receipts_many")
            entered = receipts.enter(
                connection,
                signer,
                here.store,
                found.case,
                found.export,
                given,
                who=found.disclosure.who(found.address),
                disclosure=found.disclosure,
            )
    except (BadInput, Conflict) as error:
        shown = _shown(here, found, lang, 0)
        return page.opened(shown, problem=error.diagnostics(lang), status=error.status)
    audited(here, found, "disclosure receipt")
    return RedirectResponse(f"/d/{token}?lang={lang}&receipt={entered.number}", 303, page.HEADERS)


@router.get("/{token}/tanda-terima.pdf", response_class=Response)
def paper(
    token: str,
    request: Request,
    here: Here,
    receipt: Annotated[int, Query(ge=1, lt=1 << 31)],
    lang: Language = "id",
) -> Response:
    """Surat tanda penerimaan of a receipt that came through this link."""
    found = guest(request, here, token)
    if found is None:
        return _refused(request, here, token, lang)
    if not remembered(request, here, found):
        return page.locked(here.settings, lang, token, status=403)
    with here.database.transaction() as connection:
        given = receipts.of_case(connection, found.case, disclosure=found.disclosure, number=receipt)
        if not given:
            return page.gone(here.settings, lang)
        filled = handing.receipt(
            filing_desk.Office(connection=connection, settings=here.settings),
            found.case,
            found.export,
            given[0],
            found.disclosure,
            lang,
        )
    headers = {**inline(f"{filled.issue.number}.pdf"), "Cache-Control": "no-store"}
    return Response(papers.render(filled, lang), 200, headers, "application/pdf")


def _given(form: Form) -> Given:
    """The receipt as typed in; where the verifier's file came along, what it was able to tell is taken from it."""
    verdicts = [Verdict(line=line, state=form.text(line, 20)) for line in LINES if form.text(line, 20)]
    typed = Given(
        name=form.text("name"),
        office=form.text("office"),
        dated=form.text("dated", 60),
        place=form.text("place"),
        remarks=form.text("remarks", 2000),
        verdicts=verdicts,
    )
    if "file" not in form.files:
        return typed
    told = receipts.read_file(form.files["file"])
    return replace(
        typed,
        package=told.package,
        sha256=told.sha256,
        trust=told.trust,
        verdicts=told.verdicts,
        file=told.file,
    )


def _shown(here: Context, found: Guest, language: str, thanks: int) -> page.Shown:
    with here.database.transaction() as connection:
        given = receipts.of_case(connection, found.case, disclosure=found.disclosure)
        key = filing_desk.Office(connection=connection, settings=here.settings).log_key()
    return page.Shown(
        settings=here.settings,
        token=found.token,
        language=language,
        disclosure=found.disclosure,
        export=found.export,
        case=found.case,
        fingerprint=key.fingerprint if key else "",
        receipts=given,
        thanks=thanks,
    )


def _refused(request: Request, here: Context, token: str, language: str) -> Response:
    """The one answer; custody of a case whose link it was hears of it afterwards."""
    answer = page.gone(here.settings, language)
    known = seen(here, token)
    refused_link(request, here, token, known)
    if known is not None:
        answer.background = BackgroundTask(refuse, here, known, known.state, address_of(request))
    return answer


def _delivered(here: Context, found: Guest) -> None:
    """The bytes are out already: what fails here is for the log of this process, not for the recipient."""
    try:
        signer = here.signer()
        with here.database.transaction() as connection:
            disclosures.delivered(
                connection,
                signer,
                found.case,
                found.disclosure,
                found.export.sha256 or "",
                found.address,
            )
    except SaksiError as error:
        log.error("delivery of %s is not in custody: %s", found.export.package, error)


async def _then(body: object, done: Callable[[], None]) -> AsyncIterator[bytes]:
    """The same stream; `done` is called when all of it was handed on, not when it broke off."""
    async for piece in body:  # type: ignore[attr-defined]
        yield piece
    await run_in_threadpool(done)
