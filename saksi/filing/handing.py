"""The papers of handing over: BA serah terima, surat tanda penerimaan, label."""

from __future__ import annotations

from saksi.catalogue.cases import CaseFile
from saksi.catalogue.disclosures import Disclosure
from saksi.catalogue.exports import Export
from saksi.catalogue.receipts import LINES, Receipt
from saksi.filing.desk import Office, case_ref, package
from saksi.papers import model, parts

# What a receipt calls "unchecked" a paper calls uncheckable.
_STATES = {"holds": "holds", "fails": "fails", "unchecked": "uncheckable"}


def number(kind: str, export: Export, of: int = 0) -> str:
    """The paper's own number: its kind, the package, and which one of several."""
    return f"{kind}-{export.package.removeprefix('BB-')}" + (f"-{of}" if of else "")


def handover(
    office: Office,
    case: CaseFile,
    export: Export,
    *,
    giver: parts.Person,
    disclosure: Disclosure | None = None,
    receiver: parts.Person | None = None,
    remarks: str = "",
) -> model.Handover:
    """BA Serah Terima of a package: to whom a link was made for, or to whoever is named."""
    taker = receiver
    if taker is None and disclosure is not None:
        taker = parts.Person(name=disclosure.recipient, role=disclosure.role)
    taker = taker or parts.Person(name=export.recipient)
    letter = parts.Letter(number=export.letter) if export.letter else None
    return model.Handover(
        issue=office.issue(number("BAST", export, disclosure.number if disclosure else 0)),
        case=case_ref(case),
        request=parts.Request(
            by=parts.Person(name=export.person),
            received_us=export.requested_us,
            letter=letter,
            purpose=export.reason,
        ),
        giver=giver,
        receiver=taker,
        packages=(package(export),),
        purpose=export.reason,
        keys=office.keys(),
        remarks=remarks,
        ledger=office.ledger(),
        signatories=(
            parts.Signatory(capacity="giver", person=giver),
            parts.Signatory(capacity="receiver", person=taker),
            parts.Signatory(capacity="witness"),
        ),
    )


def receipt(
    office: Office,
    case: CaseFile,
    export: Export,
    given: Receipt,
    disclosure: Disclosure | None,
    language: str,
) -> model.Receipt:
    """Surat Tanda Penerimaan as the recipient gave it, the same whenever it is printed; lines left out are named."""
    what = given.body["what"]
    receiver = parts.Person(name=what["name"], unit=what["office"])
    giver = parts.Person(name=disclosure.made_by if disclosure else export.person)
    token = "\n".join(
        (f"saksi receipt {what['receipt']}", f"package {export.package}", f"leaf {given.leaf.hex()}")
    )
    return model.Receipt(
        issue=office.issue(number("STP", export, given.number), made_us=given.at_us),
        case=case_ref(case),
        giver=giver,
        receiver=receiver,
        received_us=given.at_us,
        packages=(package(export),),
        verdicts=tuple(parts.Verdict(line=one.line, state=_STATES[one.state]) for one in given.verdicts),
        verified_with="verifikasi.html" if what["file_sha256"] else "",
        signed_by=_SIGNED[what["by"]][language != "id"],
        token=token,
        remarks="\n".join(_said(given, language)),
        signatories=(
            parts.Signatory(capacity="receiver", person=receiver),
            parts.Signatory(capacity="giver", person=giver),
        ),
    )


def label(
    office: Office, case: CaseFile, export: Export, *, officer: parts.Person, seal: str = ""
) -> model.Label:
    """Label Barang Bukti of a package's medium. The package must be sealed."""
    assert export.sealed_us is not None
    exhibits = ", ".join(f"BB-{one}" for one in export.exhibits)
    return model.Label(
        issue=office.issue(number("LBL", export)),
        case=case_ref(case),
        item=parts.Item(label=exhibits, description=f"{export.package}.zip", sha256=export.sha256 or ""),
        package=package(export),
        officer=officer,
        sealed_us=export.sealed_us,
        seal_number=seal,
    )


def _said(given: Receipt, language: str) -> list[str]:
    """What else the recipient told, and what they did not."""
    what, english = given.body["what"], language != "id"
    said = [f"{words[english]}: {what[name]}" for name, words in _SAID.items() if what[name]]
    if what["received_sha256"] not in ("", what["sha256"]):
        said.append(f"{_OTHER[english]}: {what['received_sha256']}")
    checked = {one.line for one in given.verdicts}
    left = [f"{index} {_NAMES[line][english]}" for index, line in enumerate(LINES, 1) if line not in checked]
    if checked and left:
        said.append(f"{_LEFT[english]}: {', '.join(left)}")
    return said


_SAID = {"dated": ("Tanggal", "Dated"), "place": ("Tempat", "Place"), "remarks": ("Catatan", "Remarks")}
_OTHER = (
    "SHA-256 berkas yang ada pada penerima, BUKAN yang dikirim",
    "SHA-256 of what they hold, NOT what was sent",
)
_LEFT = ("Belum diperiksa oleh penerima", "Not checked by the recipient")
_NAMES = {
    "intact": ("Utuh", "Intact"),
    "authentic": ("Asli", "Authentic"),
    "logged": ("Tercatat", "Logged"),
    "complete": ("Lengkap", "Complete"),
    "time": ("Waktu", "Time"),
    "playable": ("Salinan putar", "Playable copy"),
    "custody": ("Penguasaan", "Custody"),
    "camera_signature": ("Tanda tangan kamera", "Camera signature"),
}
_SIGNED = {
    "page": ("Nama diketik pada halaman penerima", "Name typed on the recipient's page"),
    "file": ("Berkas tanda-terima.json", "File tanda-terima.json"),
    "paper": ("", ""),
}
