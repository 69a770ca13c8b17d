"""Whatever is done to a package is found, at its place; and nothing is found in honest ones.

About 320 mutations a seed. SAKSI_TAMPER_SEEDS=7 makes 2,000, which is what is promised of the rules; 40 tries more.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.notes import parse_policy
from tests.evidence import edits_purged
from tests.evidence.apart import base, purged
from tests.evidence.burying import POLICY, PURGE
from tests.evidence.exporting import honest, written
from tests.evidence.tampering import Mutation, all_mutations, edited_by

SEEDS = int(os.environ.get("SAKSI_TAMPER_SEEDS", "2"))
Found = set[tuple[int, str, str]]


def verified(folder: Path, data: bytes, policy: bytes) -> Report:
    path = folder / "paket.zip"
    path.write_bytes(data)
    return verify_package(str(path), parse_policy(policy))


def found(report: Report) -> Found:
    """What is wrong or could not be checked."""
    return {(one.number, f["code"], f["where"]) for one in report.verdicts for f in one.findings}


def complaint(mutation: Mutation, report: Report, before: Found) -> str:
    """Why a tampered package passed, or was not found where it should have been; nothing when all is well."""
    new = found(report) - before
    if report.exit == 0 or not new:
        return f"not found: {mutation.name}"
    for _, _, where in new:
        if any(where == one or (one.endswith("*") and where.startswith(one[:-1])) for one in mutation.places):
            return ""
    return f"found elsewhere: {mutation.name} at {sorted(new)[:4]}, not at {sorted(mutation.places)[:4]}"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_mutation_of_a_package_is_found_at_its_place(seed: int, tmp_path: Path) -> None:
    one = base(seed)
    before = found(verified(tmp_path, one.data, one.city.ledger.policy()))
    complaints, count = [], 0
    for mutation, policy in all_mutations(seed):
        count += 1
        told = complaint(mutation, verified(tmp_path, mutation.data, policy), before)
        complaints += [told] if told else []
    assert complaints == []
    assert count >= 290, "fewer mutations than promised: 7 seeds must make 2,000"


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_found_in_honest_packages_with_gaps_forks_crashes_and_codec_changes(
    part: int, tmp_path: Path
) -> None:
    alarms, clean = [], 0
    for seed in range(1000 + part, 1200, 4):
        city, draft = honest(seed)
        report = verified(tmp_path, written(draft, city.export), city.ledger.policy())
        alarms += [(seed, one.told()) for one in report.verdicts if one.state == "fails"]
        clean += report.exit == 0
        # What may remain open in an honest package: nothing recorded after the span, or a recorder that crashed.
        assert {code for _, code, _ in found(report)} <= {"end_open", "late_announcement"}, seed
    assert alarms == []
    assert clean >= 10


def test_without_a_key_from_outside_an_honest_package_shows_only_consistency(tmp_path: Path) -> None:
    city, draft = honest(3)
    path = tmp_path / "paket.zip"
    path.write_bytes(written(draft, city.export))
    report = verify_package(str(path), None)
    assert report.exit == 2
    assert [f["code"] for f in report[2].findings] == ["no_trust"]
    assert report.told()["trust"] == "none"


def test_nobody_passes_off_as_purged_what_no_purge_took(tmp_path: Path) -> None:
    for seed in (1, 3):
        one = purged(seed)
        policy = one.city.ledger.policy()
        honest_report = verified(tmp_path, one.data, policy)
        assert honest_report.exit == 0, honest_report.told()
        stated = set(edits_purged.stated(one.draft))
        told = [(number, under, count) for number, under, _, _, count, _ in honest_report[4].facts["purges"]]
        assert told == [(PURGE, POLICY, len(stated))]
        for number, edit in enumerate(edits_purged.EDITS * 2):
            mutation = edited_by(one, random.Random(number), edit)
            report = verified(tmp_path, mutation.data, policy)
            assert report[4].state == "fails", mutation.name
            assert complaint(mutation, report, set()) == ""


@pytest.mark.parametrize(
    ("told", "code"), [({"done": False}, "purge_not_done"), ({"seal": "cd" * 32}, "purge_foreign")]
)
def test_a_purge_that_is_not_done_shows_nothing_yet_and_one_of_other_seals_never_does(
    tmp_path: Path, told: dict[str, object], code: str
) -> None:
    one = purged(4, **told)
    report = verified(tmp_path, one.data, one.city.ledger.policy())
    assert (report.exit, report[4].state) == ((2, "unchecked") if code == "purge_not_done" else (1, "fails"))
    assert code in {f["code"] for f in report[4].findings}
    assert "purge_path" not in {f["code"] for f in report[4].findings}
