"""A package is handed over whole, so whoever asks for it or takes it away must be allowed to see all that is in it."""

from __future__ import annotations

from saksi.catalogue import exhibits, sight
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection
from saksi.catalogue.exports import Export
from saksi.catalogue.sight import Sight


def check(connection: Connection, who: Sight, case: CaseFile, export: Export) -> None:
    """Raises Denied unless all spans of the package's exhibits may be seen with this sight."""
    if who is None:
        return
    spans = [span for number in export.exhibits for span in exhibits.find(connection, case, number).spans()]
    sight.check(connection, who, spans, field="exhibits")
