"""Derivatives in a package: each is linked to its originals by a signed statement, and none passes for an original."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.notes import parse_policy
from saksi.custody.verifier.words import as_text
from tests.evidence import edits_copies
from tests.evidence.apart import Base, base
from tests.evidence.exporting import Draft, written

Edit = Callable[[Draft, random.Random, Base], "set[str] | None"]


@cache
def carrying(count: int) -> Base:
    """A package with so many derivatives."""
    for seed in range(100):
        one = base(seed)
        if sum(path.endswith("derivation.json") for path in one.draft.files) == count:
            return one
    raise AssertionError


def verified(folder: Path, data: bytes, one: Base) -> Report:
    path = folder / "paket.zip"
    path.write_bytes(data)
    return verify_package(str(path), parse_policy(one.city.ledger.policy()))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_sixth_line_says_how_many_derivatives_are_linked_to_their_originals(
    count: int, tmp_path: Path
) -> None:
    one = carrying(count)
    told = verified(tmp_path, one.data, one).told()
    facts = told["verdicts"][5]["facts"]
    assert (facts["derivatives"], facts["derivatives_linked"]) == (count, count)
    assert told["verdicts"][5]["findings"] == []
    said = f"{count} derivatives (redacted), each linked to its originals"
    assert (said in as_text(told, "en")) == (count > 0)
    assert ("turunan" in as_text(told, "id")) == (count > 0)


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (edits_copies.drop_derivation, {"derivation_missing"}),
        (edits_copies.drop_copy, {"derivation_differs"}),
        (edits_copies.change_copy, {"derivation_differs"}),
        (edits_copies.damage_derivation, {"derivation_missing", "derivation_signature"}),
        (edits_copies.sign_derivation_as_another, {"derivation_signature"}),
        (edits_copies.lie_about_inputs, {"derivation_differs"}),
        (edits_copies.rewrite_derivation, {"derivation_differs"}),
        (edits_copies.pose_as_original, {"derivation_differs", "file_unplaced", "file_differs"}),
    ],
)
def test_what_is_done_to_a_derivative_is_called_by_its_name(
    edit: Edit, codes: set[str], tmp_path: Path
) -> None:
    one = carrying(2)
    for seed in range(8):
        draft = copy.deepcopy(one.draft)
        places = edit(draft, random.Random(seed), one)
        assert places is not None
        report = verified(tmp_path, written(draft, one.city.export), one)
        found = {(f["code"], f["where"]) for f in report[4].findings + report[6].findings}
        assert any(code in codes and where in places for code, where in found), (seed, found)


def test_a_signature_of_the_right_key_over_other_bytes_is_no_signature(tmp_path: Path) -> None:
    one = carrying(1)
    draft = copy.deepcopy(one.draft)
    (path,) = (path for path in draft.files if path.endswith("derivation.json"))
    before, mark, after = draft.files[path].partition(b'"sig":"')
    draft.files[path] = before + mark + (b"AAAA" if after[:4] != b"AAAA" else b"BBBB") + after[4:]
    report = verified(tmp_path, written(draft, one.city.export), one)
    assert ("derivation_signature", path) in {(f["code"], f["where"]) for f in report[6].findings}
    assert report[6].facts["derivatives_linked"] == 0
