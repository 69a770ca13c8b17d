"""Every action that the code writes into the audit trail has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from saksi.catalogue.audit_words import ACTIONS

ROOT = Path(__file__).resolve().parents[4]
_WRITTEN = re.compile(
    r"\b(?:note_change|note|_note|note_unnamed|audited|_record)\(\s*[\w, .]*?\"([a-z][a-z. ]+)\""
    r"|\baction=\"([a-z][a-z. ]+)\""
)
_APART = {"append", "version"}  # of argparse


def test_every_action_that_is_written_has_words() -> None:
    found: set[str] = set()
    for room in ("archive_api", "cli", "saksi"):
        for file in (ROOT / room).rglob("*.py"):
            if "argparse" in (text := file.read_text()) and "note" not in text:
                continue
            found |= {one or other for one, other in _WRITTEN.findall(text)}
    assert len(found) > 60
    assert found - ACTIONS.keys() - _APART == set()
