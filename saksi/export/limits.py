"""A package is handed over whole, so whoever asks for it or takes it away must be allowed to see all that is in it; and
whose footage of when it holds is told to the audit trail."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue import exhibits, sight
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection
from saksi.catalogue.exhibits import Exhibit
from saksi.catalogue.exports import Export
from saksi.catalogue.sight import Sight
from saksi.errors import Denied


def check(connection: Connection, who: Sight, case: CaseFile, export: Export) -> None:
    """Raises Denied unless all spans of the package's exhibits may be seen with this sight."""
    if who is None:
        return
    spans = [span for one in _held(connection, case, export) for span in one.spans()]
    sight.check(connection, who, spans, field="exhibits")


def all_seen(connection: Connection, who: Sight, case: CaseFile, export: Export) -> bool:
    """Whether all that is in it may be seen with this sight; who may not is not told what it says of its cameras."""
    try:
        check(connection, who, case, export)
    except Denied:
        return False
    return True


def told(connection: Connection, case: CaseFile, export: Export) -> dict[str, object]:
    """What an audit row about the package is about: its case, its cameras, and from when to when."""
    held = _held(connection, case, export)
    return {
        "case": case.code,
        "cameras": sorted({camera.camera for one in held for camera in one.cameras}),
        "from": clock.format_us(min(one.from_us for one in held)),
        "to": clock.format_us(max(one.to_us for one in held)),
    }


def _held(connection: Connection, case: CaseFile, export: Export) -> list[Exhibit]:
    return [exhibits.find(connection, case, number) for number in export.exhibits]
