"""Every action that the code writes into the audit trail has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from saksi.catalogue.audit_trail import AuditRow
from saksi.catalogue.audit_words import ACTIONS, sentence

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


def row(**changed: object) -> AuditRow:
    plain = {
        "audit_id": 1, "at_us": 0, "person": "ani", "role": "investigator", "address": "10.0.0.7", "action": "segments",
        "object": {}, "purpose": "", "result": "ok", "cameras": (), "case": "", "from_us": None, "to_us": None,
    }  # fmt: skip
    return AuditRow(**{**plain, **changed})  # type: ignore[arg-type]


def test_a_row_says_who_did_what_to_what_of_when_and_why() -> None:
    span = {"from_us": 1_796_091_600_000_000, "to_us": 1_796_091_900_000_000}
    watched = row(cameras=("gate", "shop"), case="lp-7-2026", purpose="penyelidikan", **span)
    told = sentence(watched, "en", "WITA")
    assert told.startswith("ani: was shown gate, shop ")
    assert told.endswith("[lp-7-2026]: penyelidikan")
    assert (
        sentence(row(result="denied", action="GET /api/v1/users"), "id", "UTC")
        == "ani: GET /api/v1/users (ditolak)"
    )
    by_command = row(person="", address="root@localhost", action="add person", object={"name": "budi"})
    assert sentence(by_command, "en", "UTC") == "root@localhost: added a person budi"
    assert (
        sentence(row(person="", action="log in", result="failed"), "en", "UTC")
        == "Nobody known: logged in (failed)"
    )
    many = row(cameras=tuple(f"cam{number}" for number in range(9)))
    assert sentence(many, "en", "UTC").endswith("cam4 (+4)")
