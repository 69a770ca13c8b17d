"""Thinned chunks in a package: each is tied to an original that a purge took, and passes for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.notes import parse_policy
from saksi.custody.verifier.words import as_text
from tests.evidence import left
from tests.evidence.apart import Base, purged
from tests.evidence.derivatives import opened

SEED = 9  # of a case that has redactions, also of what the purge took


def verified(folder: Path, one: Base, data: bytes) -> Report:
    path = folder / "paket.zip"
    path.write_bytes(data)
    return verify_package(str(path), parse_policy(one.city.ledger.policy()))


@pytest.fixture(scope="module")
def one() -> Base:
    return purged(SEED, keeps="before")


def test_the_sixth_line_says_what_was_thinned(one: Base, tmp_path: Path) -> None:
    missing = [row for camera in one.draft.cameras for row in camera.get("missing", [])]
    count = len({(run, seq) for run, seq, why in missing if why == "purged"})
    report = verified(tmp_path, one, left.passed(one, None)[0])
    assert report.exit == 0, report.told()["verdicts"][5]
    assert count > 1
    assert report[6].facts["thinned"] == count
    assert f"{count} thinned chunks: keyframes only" in as_text(report.told(), "en")
    assert f"{count} potongan jarang" in as_text(report.told(), "id")
    assert report[6].facts["derivative_kinds"] == ["redaction", "thinned"]
    redacted = [opened(data) for path, data in one.draft.files.items() if path.endswith("/derivation.json")]
    inputs = {(it["run"], it["seq"]) for told in redacted for it in told["predicate"]["inputs"]}
    assert inputs & one.exporter.purged  # those were made before


@pytest.mark.parametrize(("edit", "where", "code"), left.EDITS)
def test_none_passes_for_another(
    one: Base, tmp_path: Path, edit: Callable[..., Any], where: str, code: str
) -> None:
    data, statement, film = left.passed(one, edit)
    report = verified(tmp_path, one, data)
    assert report[6].state == "fails"
    place = {"statement": statement, "film": film}[where]
    assert (place, code) in {(told["where"], told["code"]) for told in report[6].findings}
    if code == "thinning_unproven":  # nothing else gives it away
        assert {told["code"] for told in report[6].findings} == {code}


def test_what_the_log_was_told_of_after_the_purge_is_no_proof(tmp_path: Path) -> None:
    late = purged(SEED, keeps="after")
    report = verified(tmp_path, late, left.passed(late, None)[0])
    assert {(told["code"], told["expected"]) for told in report[6].findings} == {
        ("thinning_unproven", "told to the log before the original was purged")
    }
