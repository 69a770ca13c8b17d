"""Asks for a package: on the list and in custody in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from saksi import clock
from saksi.catalogue import cases, custody, exports
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.exports import Export
from saksi.custody.signing import Signer
from saksi.errors import BadInput, NotFound
from saksi.export import choice
from saksi.messages import register

register(
    "case_without_exhibits",
    en=(
        "Case {case} has no exhibits.",
        "Add one: POST /api/v1/cases/{case}/exhibits, or save one in the console.",
    ),
    id_=(
        "Kasus {case} belum punya barang bukti.",
        "Tambahkan: POST /api/v1/cases/{case}/exhibits, atau simpan lewat konsol.",
    ),
)
register(
    "imported_files_withheld",
    en=(
        "A package of redacted copies alone holds no imported files.",
        "Leave out {field}, or ask for a package with the originals.",
    ),
    id_=(
        "Paket yang hanya berisi salinan samaran tidak memuat berkas impor.",
        "Hilangkan {field}, atau minta paket dengan rekaman asli.",
    ),
)


def request(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    *,
    who: Who,
    exhibits: Sequence[int] | None,
    recipient: str,
    reason: str,
    letter: str = "",
    wait_for_witnesses: bool = False,
    derivatives: Sequence[int] | None = None,
    only_derivatives: bool = False,
    imported_files: bool = False,
) -> Export:
    """Puts a package of these exhibits (None: all) on the list; one may wait for the quorum of the policy.

    It carries these `derivatives` (None: all that are ready when it is built), or them alone, and with `imported_files`
    the files of which imported footage was made. Raises Conflict in a closed case, BadInput when it has no exhibits or
    is to hold derivatives alone and imported files too, NotFound for a number that it does not have; and as
    `choice.check`.
    """
    if only_derivatives and imported_files:
        raise BadInput("imported_files_withheld", field="imported_files")
    cases.lock_open(connection, case)
    rows = connection.execute(query("export.exhibit_numbers"), {"case_id": case.case_id}).fetchall()
    known = [row["number"] for row in rows]
    if not known:
        raise BadInput("case_without_exhibits", field="exhibits", case=case.code)
    numbers = sorted(set(exhibits)) if exhibits is not None else known
    if unknown := sorted(set(numbers) - set(known)):
        raise NotFound("exhibits_empty", field="exhibits", exhibits=unknown)
    chosen = choice.check(connection, case, numbers, derivatives, only=only_derivatives)
    if only_derivatives and exhibits is None:
        numbers = choice.exhibits_of(connection, case, numbers, chosen)
    export = exports.ask(
        connection,
        case_id=case.case_id,
        stem=f"BB-{case.code}",
        exhibits=numbers,
        person=who.name,
        recipient=recipient,
        reason=reason,
        letter=letter,
        wait_for_witnesses=wait_for_witnesses,
        derivatives=chosen,
        only_derivatives=only_derivatives,
        imported_files=imported_files,
    )
    what = {**export.what(), "exhibits": _told(connection, case, numbers)}
    if chosen is not None:
        what["derivatives"] = chosen
    if only_derivatives:
        what["only"] = "derivatives"
    if imported_files:
        what["imported_files"] = True
    why = Why(reason=reason, report=case.number, letter=letter)
    custody.record(connection, signer, case, "export.request", who=who, what=what, why=why)
    return export


def _told(connection: Connection, case: CaseFile, numbers: Sequence[int]) -> list[dict[str, object]]:
    """The exhibits as the package will state them: what was asked is on record before anything is built."""
    told: dict[int, dict[str, object]] = {}
    for row in connection.execute(query("export.exhibits"), {"case_id": case.case_id, "numbers": numbers}):
        span = {"from": clock.to_us(row["from_at"]), "to": clock.to_us(row["to_at"])}
        one = told.setdefault(row["number"], {"exhibit": str(row["number"]), **span, "cameras": []})
        cameras = one["cameras"]
        assert isinstance(cameras, list)
        cameras.append(row["camera"])
    return list(told.values())
