"""Papers as PDF: of a case, of the log, on the absence of footage. Each print is a custody event of its case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from archive_api import paper_list, parameters
from archive_api.context import Context, Here
from archive_api.pdf import Language, pdf
from archive_api.security import Caller, note_change, require
from saksi.access import Permission
from saksi.catalogue import cameras, cases, custody, disclosures, exports, receipts
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.exports import Export
from saksi.errors import Conflict, NotFound
from saksi.filing import absence, desk, fields, handing, log
from saksi.filing.desk import Office
from saksi.filing.fields import SealingGiven, SeizureGiven
from saksi.messages import register
from saksi.papers.model import Paper
from saksi.papers.parts import Person

register(
    "paper_unknown",
    en=("There is no such paper.", "List them with GET /api/v1/cases/{{case}}/papers."),
    id_=("Dokumen itu tidak ada.", "Lihat daftarnya dengan GET /api/v1/cases/{{case}}/papers."),
)

router = APIRouter(tags=["papers"])
Printer = Annotated[Caller, Depends(require(Permission.PAPER_PRINT))]
LogReader = Annotated[Caller, Depends(require(Permission.LEDGER_READ))]
_MOST_DAYS = 31


@router.get("/cases/{case}/papers", dependencies=[Depends(parameters.only())])
def list_papers(case: str, here: Here, caller: Printer) -> dict[str, Any]:
    """What can be printed for a case, and with which address. Those with `method` POST are filled in first."""
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        return {"items": paper_list.of(connection, found), "next": None}


@router.get(
    "/cases/{case}/papers/handover.pdf",
    dependencies=[Depends(parameters.only("export", "disclosure", "receiver", "office", "lang"))],
    response_class=Response,
)
def handover(
    case: str,
    here: Here,
    caller: Printer,
    export: UUID,
    disclosure: UUID | None = None,
    receiver: Annotated[str, Query(max_length=200)] = "",
    office: Annotated[str, Query(max_length=200, description="Of the receiver.")] = "",
    lang: Language = "id",
) -> Response:
    """BA serah terima of a sealed package: to the recipient of a link, to whoever is named, else to whom it is for."""

    def fill(at: Office, found: CaseFile) -> tuple[Paper, dict[str, object]]:
        package = _export(at, found, export)
        link = None
        if disclosure is not None:
            link = disclosures.find(at.connection, disclosure)
            if link.export_id != export:
                raise NotFound("paper_unknown", field="disclosure")
        taker = Person(name=receiver, unit=office) if receiver else None
        filled = handing.handover(
            at, found, package, giver=desk.caller(caller.who()), disclosure=link, receiver=taker
        )
        told: dict[str, object] = {"export": str(export), "receiver": filled.receiver.name}
        return filled, told

    return _printed(here, caller, case, "handover", lang, fill)


@router.get(
    "/cases/{case}/papers/receipt.pdf",
    dependencies=[Depends(parameters.only("receipt", "lang"))],
    response_class=Response,
)
def receipt(
    case: str,
    here: Here,
    caller: Printer,
    receipt: Annotated[int, Query(ge=1, lt=1 << 31)],
    lang: Language = "id",
) -> Response:
    """Surat tanda penerimaan of a receipt that came back."""

    def fill(at: Office, found: CaseFile) -> tuple[Paper, dict[str, object]]:
        given = receipts.find(at.connection, found, receipt)
        package = _export(at, found, given.export_id)
        link = disclosures.find(at.connection, given.disclosure_id) if given.disclosure_id else None
        return handing.receipt(at, found, package, given, link, lang), {"receipt": receipt}

    return _printed(here, caller, case, "receipt", lang, fill)


@router.get(
    "/cases/{case}/papers/label.pdf",
    dependencies=[Depends(parameters.only("export", "seal", "lang"))],
    response_class=Response,
)
def label(
    case: str,
    here: Here,
    caller: Printer,
    export: UUID,
    seal: Annotated[str, Query(max_length=50, description="Number of the seal on the medium.")] = "",
    lang: Language = "id",
) -> Response:
    """Label barang bukti, 100 by 70 mm, for the medium that carries a package."""

    def fill(at: Office, found: CaseFile) -> tuple[Paper, dict[str, object]]:
        package = _export(at, found, export)
        officer = desk.caller(caller.who())
        return handing.label(at, found, package, officer=officer, seal=seal), {"export": str(export)}

    return _printed(here, caller, case, "label", lang, fill)


@router.post("/cases/{case}/papers/seizure", status_code=201, response_class=Response)
def seize(case: str, given: SeizureGiven, here: Here, caller: Printer, lang: Language = "id") -> Response:
    """BA penyitaan of these fields, which stay in custody; print it again with GET …/seizure.pdf?entry=."""
    return _from_fields(here, caller, case, "seizure", given, lang)


@router.post("/cases/{case}/papers/sealing", status_code=201, response_class=Response)
def seal(case: str, given: SealingGiven, here: Here, caller: Printer, lang: Language = "id") -> Response:
    """BA pembungkusan dan penyegelan of these fields; print it again with GET …/sealing.pdf?entry=."""
    return _from_fields(here, caller, case, "sealing", given, lang)


@router.get(
    "/cases/{case}/papers/{kind}.pdf",
    dependencies=[Depends(parameters.only("entry", "lang"))],
    response_class=Response,
)
def again(
    case: str,
    kind: Annotated[Literal["seizure", "sealing"], Path()],
    here: Here,
    caller: Printer,
    entry: Annotated[int, Query(ge=1, lt=1 << 31, description="Number of the print in the case's chain.")],
    lang: Language = "id",
) -> Response:
    """A paper that was filled in before, once more."""

    def fill(at: Office, found: CaseFile) -> tuple[Paper, dict[str, object]]:
        known = custody.events(at.connection, found, limit=1, after=entry - 1)
        what: Mapping[str, Any] = known[0].body["what"] if known and known[0].seq == entry else {}
        if what.get("paper") != kind or "fields" not in what:
            raise NotFound("paper_unknown", field="entry")
        filled = fields.filled(at, found, kind, what["fields"], made_us=known[0].at_us)
        return filled, {"again": entry}

    return _printed(here, caller, case, kind, lang, fill)


@router.get(
    "/ledger/daily-seal.pdf",
    dependencies=[Depends(parameters.only("date", "lang"))],
    response_class=Response,
)
def daily_seal(
    here: Here,
    caller: LogReader,
    date: Annotated[str, Query(max_length=40, description="Day in the zone of the papers.")],
    lang: Language = "id",
) -> Response:
    """BA segel harian: the log's size and root at the end of a day."""
    with here.database.transaction() as connection:
        filled = log.daily_seal(Office(connection=connection, settings=here.settings), date)
        note_change(connection, caller, "print", {"paper": "daily_seal", "date": date})
    return pdf(filled, lang)


@router.get(
    "/cameras/{camera}/absence.pdf",
    dependencies=[Depends(parameters.only("from", "to", "case", "lang"))],
    response_class=Response,
)
def absent(
    camera: str,
    here: Here,
    caller: Printer,
    from_: parameters.From,
    to: parameters.To,
    case: Annotated[str | None, Query(max_length=100)] = None,
    lang: Language = "id",
) -> Response:
    """Keterangan ketiadaan rekaman: what of the span was recorded, is there, was lost or never was, and why."""
    asked = parameters.window(from_, to, most_hours=_MOST_DAYS * 24)

    def fill(at: Office, found: CaseFile | None) -> tuple[Paper, dict[str, object]]:
        place = cameras.find(
            at.connection, camera, caller.sight, at_us=asked.from_us, seen_us=(asked.from_us, asked.to_us)
        )
        filled = absence.absence(
            at,
            place,
            asked.from_us,
            asked.to_us,
            case=found,
            asker=desk.caller(caller.who()),
            purpose=caller.purpose,
            language=lang,
        )
        return filled, {"camera": place.code, "from": asked.from_us, "to": asked.to_us}

    return _printed(here, caller, case, "absence", lang, fill)


def _from_fields(
    here: Context,
    caller: Caller,
    case: str,
    kind: str,
    given: SeizureGiven | SealingGiven,
    language: str,
) -> Response:
    told = given.model_dump(exclude_none=True)

    def fill(at: Office, found: CaseFile) -> tuple[Paper, dict[str, object]]:
        return fields.filled(at, found, kind, told), {"fields": told}

    return _printed(here, caller, case, kind, language, fill, status=201)


def _printed(
    here: Context,
    caller: Caller,
    code: str | None,
    kind: str,
    language: str,
    fill: Callable[[Office, Any], tuple[Paper, dict[str, object]]],
    *,
    status: int = 200,
) -> Response:
    """Fills, sets, records and answers a paper; what is not on record is not handed out."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found = None if code is None else cases.find(connection, code, caller)
        filled, told = fill(Office(connection=connection, settings=here.settings), found)
    answer = pdf(filled, language, status)
    digest = hashlib.sha256(bytes(answer.body)).hexdigest()
    what = {"paper": kind, "number": filled.issue.number, "language": language, "sha256": digest, **told}
    with here.database.transaction() as connection:
        if found is not None:
            event = custody.record(
                connection, signer, found, "print", who=caller.who(), what=what, why=caller.why()
            )
            answer.headers["X-Saksi-Entry"] = str(event.seq)
        case = {"case": found.code} if found else {}
        note_change(connection, caller, "print", {**case, "paper": kind, "sha256": digest})
    return answer


def _export(at: Office, case: CaseFile, export: UUID) -> Export:
    """A sealed package of this case. Raises NotFound for another's, Conflict for one that is not sealed."""
    found = exports.find(at.connection, export)
    if found.case_id != case.case_id:
        raise NotFound("export_unknown", field="export", export=export)
    if found.state != "sealed":
        raise Conflict("disclosure_unsealed", field="export", export=export)
    return found
