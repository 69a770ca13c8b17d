"""What verify.py says of footage that was brought in from another recorder: whole, on record, and of a stated time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.words import as_text
from tests.evidence.apart import Base, imported
from tests.evidence.exporting import written

SEED = 5


def found(report: Report) -> dict[int, set[str]]:
    """Codes by verdict, of those that do not hold."""
    told = [(one.number, {finding["code"] for finding in one.findings}) for one in report.verdicts]
    return {number: codes for number, codes in told if codes}


def checked(base: Base, tmp_path: Any) -> Report:
    path = tmp_path / "BB.zip"
    path.write_bytes(written(base.draft, base.city.export))
    return verify_package(str(path), None)


def test_its_time_cannot_be_checked_and_everything_else_holds(tmp_path: Any) -> None:
    base = imported(SEED)
    report = checked(base, tmp_path)
    assert found(report) == {2: {"no_trust"}, 5: {"imported"}}
    assert report[5].facts["imported"] == 3
    assert report[5].facts["clock_error_us"] == 900  # of the camera's own footage
    for lang, words in (
        ("en", "3 chunks were brought in from another recorder"),
        ("id", "3 potongan dibawa masuk"),
    ):
        assert words in as_text(report.told(), lang)


def test_it_does_not_stand_for_what_the_archive_itself_recorded(tmp_path: Any) -> None:
    assert found(checked(imported(SEED, own=False), tmp_path))[4] == {"end_open"}


@pytest.mark.parametrize("name", ["chunks", "custody"])
def test_it_cannot_pass_for_footage_of_our_own_nor_hide_who_brought_it(tmp_path: Any, name: str) -> None:
    base = imported(SEED)
    if name == "custody":
        told = base.draft.meta["meta/custody.jsonl"].splitlines(keepends=True)
        base.draft.meta["meta/custody.jsonl"] = b"".join(one for one in told if b"Bank Kaltim" not in one)
        assert found(checked(base, tmp_path))[7] == {"not_disclosed"}
        return
    text = base.draft.meta["meta/chunks.jsonl"]
    own = [json.loads(one) for one in text.splitlines()]
    for one in own:
        if one["clock"][0] == "stated":
            one["clock"] = ["ntp", 0, 900, "none", 0, 0]
    told = b"".join(json.dumps(one, sort_keys=True, separators=(",", ":")).encode() + b"\n" for one in own)
    base.draft.meta["meta/chunks.jsonl"] = told
    assert "leaf_differs" in found(checked(base, tmp_path))[4]
