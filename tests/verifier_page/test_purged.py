"""verifikasi.html and verify.py agree on what a purge took, and on what is only said to be purged."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.evidence import edits_purged, left
from tests.evidence.apart import purged
from tests.evidence.tampering import edited_by
from tests.verifier_page.test_page import PAGE, by_python, check, chromium, compared, told, verifier, visitor

__all__ = ["chromium", "visitor"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SEED, LEFT = 3, 9  # the second is of a case that has redactions, too
TOGETHER = (
    (
        edits_purged.leave_out_what_no_purge_took,
        edits_purged.put_a_gap_down_to_a_purge,
        edits_purged.change_tombstone,
    ),
    (edits_purged.change_path, edits_purged.drop_notice),
    (edits_purged.use_the_notice_as_the_end,),
)


def test_page_and_verify_py_agree_on_purged_footage_and_on_what_poses_as_such(
    visitor: Any, tmp_path: Path
) -> None:
    one, path = purged(SEED), tmp_path / "BB.zip"
    tampered = [edited_by(one, random.Random(1), *edits).data for edits in TOGETHER]
    others = [purged(SEED, done=False).data, purged(SEED, seal="cd" * 32).data]
    for data in [*tampered, *others, one.data]:
        path.write_bytes(data)
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, path)) == by_python(path, None)
    facts = told(visitor)["verdicts"][3]["facts"]
    assert facts["purges"] == verifier.verify_package(str(path), None)[4].facts["purges"]
    assert "oleh pemusnahan 41 menurut kebijakan 3 (diumumkan" in visitor.text_content("[data-n='4']")


def test_page_and_verify_py_agree_on_what_is_left_and_on_what_poses_as_such(
    visitor: Any, tmp_path: Path
) -> None:
    one, late = purged(LEFT, keeps="before"), purged(LEFT, keeps="after")
    edits = [None, *(edit for edit, *_ in left.EDITS)]
    for data in [left.passed(late, None)[0], *(left.passed(one, edit)[0] for edit in edits[::-1])]:
        (tmp_path / "BB.zip").write_bytes(data)
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, tmp_path / "BB.zip")) == by_python(tmp_path / "BB.zip", None)
    assert "potongan jarang: hanya bingkai kunci; aslinya dimusnahkan" in visitor.text_content("[data-n='6']")
