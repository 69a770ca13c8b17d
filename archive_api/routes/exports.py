"""Evidence packages: asked for in a case, watched, downloaded by Range."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.disposition import attachment
from archive_api.downloads import asked_range, download
from archive_api.methods import is_head
from archive_api.problems import language_of
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cases, custody, exports
from saksi.catalogue.custody import Why
from saksi.catalogue.database import Connection
from saksi.catalogue.exports import Export
from saksi.errors import Conflict, NotFound
from saksi.export import limits, warnings
from saksi.export.request import request as request_export
from saksi.messages import register

register(
    "export_not_sealed",
    en=("The package is not sealed; its state is {state}.", "Ask again when /exports/{export} says sealed."),
    id_=("Paket belum disegel; keadaannya {state}.", "Minta lagi bila /exports/{export} sudah sealed."),
)

router = APIRouter(tags=["evidence"])
Exporter = Annotated[Caller, Depends(require(Permission.EXPORT_WRITE))]
Reader = Annotated[Caller, Depends(require(Permission.EXPORT_READ))]

_CHOICES: dict[str, list[int] | None] = {"all": None, "none": []}


class NewExport(Body):
    """A package to build from exhibits of the case, by their numbers; all of them when left out."""

    exhibits: list[int] | None = Field(None, min_length=1, max_length=1000)
    recipient: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)
    letter: str = Field("", max_length=200, description="Number of the request letter.")
    derivatives: list[int] | Literal["all", "none"] = Field(
        "all",
        description="Numbers of redacted copies to carry; all are those that are ready when it is built.",
    )
    only: Literal["derivatives"] | None = Field(
        None, description="Hand over the redacted copies alone: no originals, no playable copies, no stills."
    )
    imported_files: bool = Field(
        False,
        description="Carry the files of which imported footage was made, as they were brought."
        " They may be large, and hold times and cameras outside the exhibits.",
    )
    wait_for_witnesses: bool = Field(
        False, description="Build it only when the witnesses that the log's policy asks for have signed."
    )


@router.post("/cases/{case}/exports", status_code=202)
def ask(case: str, new: NewExport, request: Request, here: Here, caller: Exporter) -> dict[str, Any]:
    """Puts a package on the list and tells where to watch it."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        export = request_export(
            connection,
            signer,
            found,
            who=caller.who(),
            exhibits=new.exhibits,
            recipient=new.recipient,
            reason=new.reason,
            letter=new.letter,
            wait_for_witnesses=new.wait_for_witnesses,
            derivatives=_CHOICES[new.derivatives] if isinstance(new.derivatives, str) else new.derivatives,
            only_derivatives=new.only is not None,
            imported_files=new.imported_files,
        )
        limits.check(connection, caller.sight, found, export)
        what: dict[str, object] = {
            "case": found.code,
            "export": str(export.export_id),
            "recipient": new.recipient,
        }
        if new.imported_files:
            what["imported_files"] = True
        note_change(connection, caller, "export", {**what, **limits.told(connection, found, export)})
    return described(export, found.code, language_of(request))


@router.get("/cases/{case}/exports", dependencies=[Depends(parameters.only("limit", "cursor"))])
def listed(
    case: str,
    request: Request,
    here: Here,
    caller: Reader,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Packages of a case, in order."""
    after = parameters.read_cursor(cursor, int)
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        items = exports.of_case(connection, found.case_id, limit=limit, after=after[0] if after else 0)
        seen = [limits.all_seen(connection, caller.sight, found, one) for one in items]
    following = [items[-1].number] if len(items) == limit else None
    return {
        "items": [
            described(one, found.code, language_of(request), cameras=all_)
            for one, all_ in zip(items, seen, strict=True)
        ],
        "next": parameters.write_cursor(following),
    }


@router.get("/exports/{export}")
def state(export: UUID, request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """How far a package is, and what to know of it before it is handed over."""
    with here.database.transaction() as connection:
        found, case = find(connection, export, caller)
        seen = limits.all_seen(connection, caller.sight, case, found)
    return described(found, case.code, language_of(request), cameras=seen)


@router.get("/exports/{export}/package", response_class=Response)
def package(export: UUID, request: Request, here: Here, caller: Reader) -> Response:
    """The sealed package. Every download enters custody; the parts of one that is taken up again do not."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found, case = find(connection, export, caller)
        limits.check(connection, caller.sight, case, found)
        if found.size is None or found.sha256 is None:
            raise Conflict("export_not_sealed", state=found.state, export=export)
        tag = f'"{found.sha256}"'
        wanted, partial = asked_range(request, found.size, tag)
        if wanted is not None and wanted.first == 0 and not is_head(request):
            what = {**found.what(), "sha256": found.sha256}
            why = Why(reason=caller.purpose)
            custody.record(connection, signer, case, "export.download", who=caller.who(), what=what, why=why)
            about = limits.told(connection, case, found)
            note_change(connection, caller, "export.download", {**what, **about})
    return download(
        request,
        here.store,
        found.key,
        found.size,
        "application/zip",
        file_headers(found),
        wanted=wanted,
        partial=partial,
    )


def file_headers(export: Export) -> dict[str, str]:
    """Name and hash of a package's file."""
    return {
        **attachment(f"{export.package}.zip"),
        "ETag": f'"{export.sha256}"',
        "X-Saksi-Sha256": export.sha256 or "",
    }


def find(
    connection: Connection,
    export_id: UUID,
    caller: Caller,
    *,
    case_of: Callable[[Connection, str, Caller], cases.CaseFile] = cases.find,
) -> tuple[Export, cases.CaseFile]:
    """An export and its case; for who may not see the case there is no such export, and no word of the case."""
    export = exports.find(connection, export_id)
    try:
        return export, case_of(connection, export.case, caller)
    except NotFound as error:
        raise NotFound("export_unknown", field="export", export=export_id) from error


def described(export: Export, case: str, language: str, *, cameras: bool = True) -> dict[str, Any]:
    """An export as the API tells it; its warnings in "id" or "en", without `cameras` none that may name some."""
    return {
        "id": str(export.export_id),
        "case": case,
        "number": export.number,
        "package": export.package,
        "exhibits": list(export.exhibits),
        "recipient": export.recipient,
        "reason": export.reason,
        "letter": export.letter,
        "derivatives": "all" if export.derivatives is None else list(export.derivatives),
        "only": "derivatives" if export.only_derivatives else None,
        "imported_files": export.imported_files,
        "wait_for_witnesses": export.wait_for_witnesses,
        "requested_by": export.person,
        "requested_at": clock.format_us(export.requested_us),
        "state": export.state,
        "stage": export.stage,
        "progress": export.progress,
        "bytes": export.size if export.size is not None else export.done_bytes,
        "sha256": export.sha256,
        "sealed_at": None if export.sealed_us is None else clock.format_us(export.sealed_us),
        "error": export.last_error,
        "warnings": warnings.told(export.warnings, language, cameras=cameras),
    }
