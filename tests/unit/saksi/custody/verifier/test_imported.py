"""What verify.py says of footage that was brought in from another recorder: whole, on record, and of a stated time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.words import as_text
from tests.evidence import edits_imported
from tests.evidence.apart import Base, imported, mended, zipped
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


def test_the_imported_file_is_held_to_the_hash_that_the_log_was_told_of(tmp_path: Any) -> None:
    base = imported(SEED, files=True)
    report = checked(base, tmp_path)
    assert found(report) == {2: {"no_trust"}, 5: {"imported"}}
    assert report[4].facts["imported_files"] == 1
    for lang, words in (("en", "1 imported files, exactly as"), ("id", "1 berkas impor, persis seperti")):
        assert words in as_text(report.told(), lang)
    path = next(one for one in base.files if one.startswith("data/import/"))
    changed = mended({**base.files, path: base.files[path][:-1] + b"!"})
    (tmp_path / "BB.zip").write_bytes(zipped(base.draft.name, changed))
    report = verify_package(str(tmp_path / "BB.zip"), None)
    assert found(report)[4] == {"import_differs"}
    assert report.told()["places"][path][0] == "Simpang cam-1"


@pytest.mark.parametrize("edit", edits_imported.EDITS)
def test_an_imported_file_that_is_missing_altered_or_strange_is_named(tmp_path: Any, edit: Any) -> None:
    base = imported(SEED, files=True)
    named = edit(base.draft)
    report = checked(base, tmp_path)
    assert {one["where"]: one["code"] for one in report[4].findings} == named
    assert (report[7].state == "fails") == (edit is edits_imported.carry_it_unasked)
    assert "seharusnya" in as_text(report.told(), "id")


def test_a_file_that_was_asked_for_and_erased_is_shown_to_be_by_the_log(tmp_path: Any) -> None:
    base = imported(SEED, files=True, erased=True)
    edits_imported.call_it_erased(base.draft)
    report = checked(base, tmp_path)
    assert found(report) == {2: {"no_trust"}, 5: {"imported"}}
    assert [cause for _, cause in report[4].facts["imported_files_absent"]] == ["erased"]
    assert "dihapus sesuai retensi" in as_text(report.told(), "id")
