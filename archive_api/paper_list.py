"""What papers a case has to print: one line each, with the address that prints it."""

from __future__ import annotations

from typing import Any

from saksi.catalogue import custody, disclosures, exports, receipts
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection
from saksi.filing import fields

TITLES = {
    "handover": ("BA Serah Terima", "Handover"),
    "receipt": ("Surat Tanda Penerimaan", "Receipt"),
    "label": ("Label Barang Bukti", "Exhibit label"),
    "seizure": ("BA Penyitaan", "Seizure"),
    "sealing": ("BA Pembungkusan dan Penyegelan", "Wrapping and sealing"),
}
_MOST = 1000


def of(connection: Connection, case: CaseFile) -> list[dict[str, Any]]:
    """Papers of sealed packages, links and receipts, those filled in before, and those to fill in."""
    base = f"/api/v1/cases/{case.code}/papers"
    built = exports.of_case(connection, case.case_id, limit=_MOST)
    sealed = [one for one in built if one.state == "sealed"]
    items = [_line("handover", f"{base}/handover.pdf?export={one.export_id}", one.package) for one in sealed]
    items += [
        _line(
            "handover",
            f"{base}/handover.pdf?export={one.export_id}&disclosure={one.disclosure_id}",
            one.recipient,
        )
        for one in disclosures.register_of(connection, case, limit=_MOST)
    ]
    items += [_line("label", f"{base}/label.pdf?export={one.export_id}", one.package) for one in sealed]
    items += [
        _line("receipt", f"{base}/receipt.pdf?receipt={one.number}", one.body["what"]["name"])
        for one in receipts.of_case(connection, case)
    ]
    for event in custody.events(connection, case):
        what = event.body["what"]
        if event.event == "print" and "fields" in what:
            kind = what["paper"]
            items.append(_line(kind, f"{base}/{kind}.pdf?entry={event.seq}", what["number"]))
    items += [{**_line(kind, f"{base}/{kind}", ""), "method": "POST"} for kind in fields.GIVEN]
    return items


def _line(kind: str, url: str, of: str) -> dict[str, Any]:
    title = TITLES[kind]
    return {"kind": kind, "title": {"id": title[0], "en": title[1]}, "url": url, "of": of, "method": "GET"}
