"""verifikasi.html and verify.py agree on what an exporter may do to the copies in his own package."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest

from tests.evidence import edits_copies, edits_sound
from tests.evidence.apart import base
from tests.evidence.exporting import written
from tests.evidence.tampering import EDITS
from tests.verifier_page.test_page import PAGE, by_python, check, chromium, compared, told, visitor

__all__ = ["chromium", "visitor"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KITS = (edits_copies.__name__, edits_sound.__name__)
EDITS_OF_COPIES = [edit for edit in EDITS if edit.__module__ in KITS]


def test_page_and_verify_py_agree_on_what_an_exporter_does_to_copies(visitor: Any, tmp_path: Path) -> None:
    path, count = tmp_path / "BB.zip", 0
    one = next(one for one in map(base, range(50)) if len(derivations(one)) == 2)
    for edit in [*EDITS_OF_COPIES, lambda draft, *_: {"honest"}]:
        draft = copy.deepcopy(one.draft)
        if edit(draft, random.Random(count), one) is None:
            continue
        count += 1
        path.write_bytes(written(draft, one.city.export))
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, path)) == by_python(path, None), edit
    assert count > 13
    assert told(visitor)["verdicts"][5]["facts"]["sound_compared"] > 0
    assert "2 turunan (disamarkan), masing-masing tertaut" in visitor.inner_text("[data-n='6']")


def derivations(one: Any) -> list[str]:
    """Statements of derivatives in a package."""
    return [path for path in one.draft.files if path.endswith("derivation.json")]
