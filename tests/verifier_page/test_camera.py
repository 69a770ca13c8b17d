"""verifikasi.html and verify.py agree on what cameras signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evidence import signed
from tests.verifier_page.test_page import (
    PAGE,
    by_python,
    check,
    chromium,
    compared,
    line_8,
    state,
    verifier,
    visitor,
)

__all__ = ["chromium", "visitor"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_page_and_verify_py_agree_on_what_cameras_signed_and_on_whatever_was_done_to_it(
    visitor: Any, tmp_path: Path
) -> None:
    path = tmp_path / "BB.zip"
    for name, plan in signed.MIXED.items():
        path.write_bytes(signed.package(plan))
        visitor.goto(PAGE.as_uri())
        report = check(visitor, path)
        assert compared(report) == by_python(path, None), name
        assert line_8(report) == line_8(verifier.verify_package(str(path), None).told()), name


def test_the_page_says_how_far_the_camera_signed_and_whose_key_it_does_not_vouch_for(
    visitor: Any, tmp_path: Path
) -> None:
    path = tmp_path / "BB.zip"
    path.write_bytes(signed.package(signed.PLANS["signed"]))
    check(visitor, path)
    assert state(visitor, 8) == "holds"
    text = visitor.text_content("[data-n='8']")
    assert "cam-1: 300 dari 320 satuan gambar (NAL)" in text
    assert "sertifikat CN=Kamera, SHA-256" in text
    assert "Milik siapa kuncinya tidak diperiksa" in text
