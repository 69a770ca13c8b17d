"""The check of a whole installation: entries, tree, checkpoints, store copies, and rows of the catalogue."""

from __future__ import annotations

from saksi.ledger.check.findings import Finding, Report
from saksi.ledger.check.whole import check

__all__ = ["Finding", "Report", "check"]
