"""verifikasi.html and verify.py agree on what a purge took, and on what is only said to be purged."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.evidence import edits_imported, edits_purged, left
from tests.evidence.apart import imported, purged
from tests.evidence.exporting import written
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


def deny_it_by_another_entry(it: left.Passing) -> None:
    """Two findings of one place, by two codes."""
    left.deny_the_purge(it)
    left.by_the_entry_of_another_camera(it)


# Each takes a way of its own through the page's code; verify.py is tested with all of left.EDITS.
ON_THE_PAGE = (
    deny_it_by_another_entry,
    left.without_a_proof,
    left.by_another_rule,
    left.call_it_a_redaction,
)
# Whether the log knows that the file was erased, and what was done to the package.
OF_IMPORTED_FILES: tuple[tuple[Any, ...], ...] = (
    (False, edits_imported.add_a_strange_one, edits_imported.change_it),
    (False, edits_imported.put_it_among_the_originals),
    (False, edits_imported.carry_it_unasked),
    (False, edits_imported.lose_it),
    (False, edits_imported.call_it_erased),
    (True, edits_imported.call_it_erased),
)
SWAPPED = (
    "Video yang dapat diputar berisi bingkai yang sama persis dengan rekaman asli, tetapi ada salinan olahan",
    "The playable video holds exactly the frames of the originals, but a processed copy or thinned chunk is not",
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
    for base, edit in [(late, None), *((one, edit) for edit in ON_THE_PAGE), (one, left.swap), (one, None)]:
        (tmp_path / "BB.zip").write_bytes(left.passed(base, edit)[0])
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, tmp_path / "BB.zip")) == by_python(tmp_path / "BB.zip", None), edit
        if edit is left.swap:  # what plays was not touched, and is not blamed
            assert SWAPPED[0] in visitor.text_content("[data-n='6'] p")
            visitor.click("#language-en")
            assert SWAPPED[1] in visitor.text_content("[data-n='6'] p")
    assert "potongan jarang: hanya bingkai kunci; aslinya dimusnahkan" in visitor.text_content("[data-n='6']")


def test_page_and_verify_py_agree_on_what_was_brought_in(visitor: Any, tmp_path: Path) -> None:
    for base in (imported(SEED, own=False), imported(SEED, files=True)):
        (tmp_path / "BB.zip").write_bytes(base.data)
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, tmp_path / "BB.zip")) == by_python(tmp_path / "BB.zip", None)
    assert "3 potongan dibawa masuk dari perekam lain" in visitor.text_content("[data-n='5']")
    facts = verifier.verify_package(str(tmp_path / "BB.zip"), None)[4].facts
    assert told(visitor)["verdicts"][3]["facts"] == facts
    assert "Berkas impor, seperti yang dibawa" in visitor.text_content("[data-n='4']")


def test_page_and_verify_py_agree_on_what_was_done_to_imported_files(visitor: Any, tmp_path: Path) -> None:
    for erased, *edits in OF_IMPORTED_FILES:
        base, named = imported(SEED, files=True, erased=erased), {}
        for edit in edits:
            named |= edit(base.draft)
        (tmp_path / "BB.zip").write_bytes(written(base.draft, base.city.export))
        visitor.goto(PAGE.as_uri())
        report = check(visitor, tmp_path / "BB.zip")
        assert compared(report) == by_python(tmp_path / "BB.zip", None), edits
        found = {one["where"]: one["code"] for one in report["verdicts"][3]["findings"]}
        assert found == ({} if erased else named), edits
