"""verifikasi.html and verify.py say of packages without any original what could not be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from saksi.custody.verifier.main import verify_package
from tests.evidence.exporting import honest, written
from tests.verifier_page.test_page import SEED, check, chromium, compared, visitor

__all__ = ["chromium", "visitor"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("kind", ["nothing", "withheld"])
def test_both_say_of_a_package_without_originals_what_could_not_be_compared(
    visitor: Any, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "BB.zip"
    city, draft = honest(SEED, drop=1.0 if kind == "nothing" else 0.05)
    if kind == "withheld":
        draft.files, draft.records, draft.predicate["only"] = {}, [], "derivatives"
    path.write_bytes(written(draft, city.export))
    report, told = check(visitor, path), verify_package(str(path), None).told()
    assert compared(report) == compared(told)
    complete, playable = report["verdicts"][3], report["verdicts"][5]
    assert complete["state"] == ("holds" if kind == "nothing" else "unchecked")
    code = {"nothing": "no_footage", "withheld": "withheld"}[kind]
    assert {one["code"] for one in playable["findings"]} == {code}
    for name in ("missing", "empty"):
        assert complete["facts"][name] == told["verdicts"][3]["facts"][name], name
    said = {"nothing": "yang pernah direkam tidak ada di paket", "withheld": "sengaja tidak disertakan"}[kind]
    assert said in visitor.text_content("[data-n='4']")
