"""Receipts: what recipients say of a package that reached them, by its page, by file or on paper.

A receipt is the body of a custody event; whether what was received is what was sent is told beside it, not decided.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import custody, keys
from saksi.catalogue.custody import OfCase, Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.disclosures import Disclosure
from saksi.catalogue.exports import Export
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "receipt_malformed",
    en=("This is not a receipt: {why}.", "Give the tanda-terima.json that verifikasi.html saved."),
    id_=("Ini bukan tanda terima: {why}.", "Berikan tanda-terima.json yang disimpan verifikasi.html."),
)
register(
    "receipt_nobody",
    en=("The receipt does not say who received: {field} is empty.", "Fill in the name and the office."),
    id_=("Tanda terima tidak menyebut penerimanya: {field} kosong.", "Isi nama dan kantor penerima."),
)
register(
    "receipt_verdict",
    en=(
        "{given} is not a result that line {field} can have.",
        "Choose matches (holds), does not match (fails) or could not be checked (unchecked), or leave it unchosen.",
    ),
    id_=(
        "{given} bukan hasil yang mungkin untuk baris {field}.",
        "Pilih sesuai (holds), tidak sesuai (fails) atau tidak dapat diperiksa (unchecked), atau biarkan kosong.",
    ),
)
register(
    "receipt_foreign",
    en=("The receipt is for {package}, which is not this package.", "Give the receipt of this package."),
    id_=("Tanda terima itu untuk {package}, bukan paket ini.", "Berikan tanda terima paket ini."),
)
register(
    "receipt_there",
    en=("This receipt was entered already, as number {number}.", "Nothing is left to do."),
    id_=("Tanda terima ini sudah dimasukkan, bernomor {number}.", "Tidak ada yang perlu dilakukan."),
)
register(
    "receipt_unknown",
    en=("The case has no receipt {number}.", "List the papers of the case."),
    id_=("Kasus tidak punya tanda terima {number}.", "Lihat daftar dokumen kasus itu."),
)

LINES = ("intact", "authentic", "logged", "complete", "time", "playable", "custody", "camera_signature")
STATES = ("holds", "fails", "unchecked")
MOST_FILE = 256 << 10
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One of the eight lines: `state` holds, fails or unchecked."""

    line: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a recipient says. `sha256` is of the package that they have, empty when they did not say.

    `dated` is their own day, `file` is the exact tanda-terima.json, empty when it was typed in.
    """

    name: str
    office: str
    dated: str = ""
    place: str = ""
    remarks: str = ""
    package: str = ""
    sha256: str = ""
    trust: str = ""
    verdicts: Sequence[Verdict] = ()
    file: bytes = b""

    @property
    def file_sha256(self) -> str:
        """Of the file, empty without one."""
        return hashlib.sha256(self.file).hexdigest() if self.file else ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """An entered receipt: `body` is its custody event's."""

    number: int
    export_id: uuid.UUID
    package: str
    disclosure_id: uuid.UUID | None
    body: Mapping[str, Any]
    leaf: bytes
    at_us: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Receipt:
        """From a row of disclosures.receipts."""
        names = ("number", "export_id", "package", "disclosure_id", "leaf")
        return cls(
            **{name: row[name] for name in names},
            body=json.loads(row["body"]),
            at_us=clock.to_us(row["at"]),
        )

    @property
    def verdicts(self) -> list[Verdict]:
        """As given."""
        told = self.body["what"]["verdicts"]
        return [Verdict(line=line, state=told[line]) for line in LINES if line in told]


def read_file(data: bytes) -> Given:
    """The `tanda-terima.json` of verifikasi.html. Raises BadInput when it is none."""
    if len(data) > MOST_FILE:
        raise BadInput("receipt_malformed", field="file", why=f"> {MOST_FILE} B")
    try:
        told = json.loads(data)
        if told["t"] != "saksi/receipt/1":
            raise ValueError(str(told["t"])[:40])
        verdicts = [Verdict(line=str(one["name"]), state=str(one["state"])) for one in told["verdicts"]]
        given = Given(
            name=str(told["recipient"]["name"])[:200],
            office=str(told["recipient"]["office"])[:200],
            dated=clock.format_us(int(told["date"])),
            package=str(told["package"])[:200],
            sha256=str(told["package_sha256"]),
            trust=str(told["trust"])[:20],
            verdicts=verdicts,
            file=data,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadInput("receipt_malformed", field="file", why=str(error)[:80]) from error
    check(given)
    return given


def check(given: Given) -> None:
    """Raises BadInput for a receipt that nobody can have meant."""
    if not given.name.strip():
        raise BadInput("receipt_nobody", field="name")
    if not given.office.strip():
        raise BadInput("receipt_nobody", field="office")
    if given.sha256 and not _SHA256.fullmatch(given.sha256):
        raise BadInput("receipt_malformed", field="sha256", why="sha256")
    lines = [one.line for one in given.verdicts]
    if len(set(lines)) != len(lines) or not set(lines) <= set(LINES):
        raise BadInput("receipt_malformed", field="verdicts", why="verdicts")
    for one in given.verdicts:
        if one.state not in STATES:
            raise BadInput("receipt_verdict", field=one.line, given=one.state)
    texts = (given.name, given.office, given.dated, given.place, given.remarks, given.package)
    if any("\0" in text for text in texts):
        raise BadInput("receipt_malformed", field="name", why="U+0000")


def export_of(connection: Connection, given: Given) -> tuple[uuid.UUID, str]:
    """The package that a receipt names, and the code of its case. Raises NotFound when we sent no such package."""
    values = {"package": given.package}
    row = connection.execute(query("disclosures.export_of_package"), values).fetchone()
    if row is None:
        raise NotFound("receipt_foreign", field="file", package=given.package)
    return row["export_id"], row["case"]


def enter(
    connection: Connection,
    signer: Signer,
    store: ObjectStore,
    case: OfCase,
    export: Export,
    given: Given,
    *,
    who: Who,
    disclosure: Disclosure | None = None,
    by: str = "page",
    why: Why | None = None,
) -> Receipt:
    """Enters a receipt: custody `receive`, and `verify` where verdicts are given.

    `by` is how it came: page, file or paper. Raises BadInput for another package's receipt, Conflict for a file that
    was entered before. The file goes to the store first; left alone there it means nothing.
    """
    check(given)
    if given.package and given.package != export.package:
        raise BadInput("receipt_foreign", field="file", package=given.package)
    connection.execute(query("disclosures.lock_case"), {"case_id": case.case_id})
    digest = given.file_sha256
    if digest:
        _keep(connection, store, export, given)
    row = connection.execute(query("disclosures.next_receipt"), {"case_id": case.case_id}).fetchone()
    assert row is not None
    number: int = row["number"]
    what = {
        "receipt": number,
        "export": str(export.export_id),
        "package": export.package,
        "sha256": export.sha256 or "",
        "received_sha256": given.sha256,
        "disclosure": disclosure.number if disclosure else 0,
        "by": by,
        "name": given.name,
        "office": given.office,
        "dated": given.dated,
        "place": given.place,
        "remarks": given.remarks,
        "trust": given.trust,
        "file_sha256": digest,
        "verdicts": {one.line: one.state for one in given.verdicts},
    }
    result = "differs" if given.sha256 not in ("", export.sha256) else "ok"
    event = custody.record(connection, signer, case, "receive", who=who, what=what, why=why, result=result)
    if given.verdicts:
        named = ("receipt", "export", "package", "sha256", "name", "office", "verdicts", "trust")
        told = {name: what[name] for name in named}
        failed = any(one.state == "fails" for one in given.verdicts)
        custody.record(
            connection,
            signer,
            case,
            "verify",
            who=who,
            what=told,
            why=why,
            result="fails" if failed else "ok",
            refs=[event.leaf],
        )
    values = {
        "case_id": case.case_id,
        "number": number,
        "export_id": export.export_id,
        "disclosure_id": disclosure.disclosure_id if disclosure else None,
        "event_id": event.event_id,
        "file_sha256": bytes.fromhex(digest) if digest else None,
        "at": clock.from_us(event.at_us),
    }
    connection.execute(query("disclosures.add_receipt"), values)
    return find(connection, case, number)


def of_case(
    connection: Connection, case: OfCase, *, disclosure: Disclosure | None = None, number: int | None = None
) -> list[Receipt]:
    """Receipts of a case, or of one link, by number."""
    values = {
        "case_id": case.case_id,
        "number": number,
        "disclosure_id": disclosure.disclosure_id if disclosure else None,
    }
    return [Receipt.from_row(row) for row in connection.execute(query("disclosures.receipts"), values)]


def find(connection: Connection, case: OfCase, number: int) -> Receipt:
    """One by its number. Raises NotFound."""
    found = of_case(connection, case, number=number) if 0 < number < 1 << 31 else []
    if not found:
        raise NotFound("receipt_unknown", field="receipt", number=number)
    return found[0]


def _keep(connection: Connection, store: ObjectStore, export: Export, given: Given) -> None:
    values = {"export_id": export.export_id, "file_sha256": bytes.fromhex(given.file_sha256)}
    known = connection.execute(query("disclosures.receipt_of_file"), values).fetchone()
    if known is not None:
        raise Conflict("receipt_there", field="file", number=known["number"])
    key = keys.receipt_key(export.export_id, given.file_sha256)
    store.put(key, given.file, sha256=bytes.fromhex(given.file_sha256), content_type="application/json")
