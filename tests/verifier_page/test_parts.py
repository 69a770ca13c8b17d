"""verifikasi.html and verify.py on a part of a package; the history that the page shows of a whole one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from saksi.custody.package import Package, write
from saksi.custody.signing import Signer
from saksi.custody.verifier.trail import AUDIT_EXPORT
from tests.verifier_page.test_page import (
    SEED,
    built,
    by_python,
    check,
    chromium,
    compared,
    package,
    visitor,
)

__all__ = ["chromium", "package", "visitor"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BB-uji.zip", "Berkas ini terpotong: ini bukan paket yang utuh."),
        ("BB-uji.zip.001", "Ini satu bagian dari paket yang dibagi."),
    ],
)
def test_a_part_of_a_package_is_told_as_one_by_both(
    visitor: Any, tmp_path: Path, name: str, words: str
) -> None:
    data = built(SEED)[0]
    path = tmp_path / name
    path.write_bytes(data[: round(len(data) * 0.6)])
    assert compared(check(visitor, path)) == by_python(path, None)
    assert visitor.inner_text("#summary .sentence") == words


def test_a_hold_stands_once_in_the_history_with_the_time_here_and_in_utc(visitor: Any, package: Path) -> None:
    check(visitor, package)
    text = visitor.inner_text("#custody")
    assert text.count("Penahanan dipasang") == 1, text
    assert "UTC+08:00 (" in text
    assert " UTC)" in text


def test_an_audit_export_is_refused_in_words_that_say_what_checks_it(visitor: Any, tmp_path: Path) -> None:
    path = tmp_path / "jejak-audit.zip"
    package = Package(
        name="jejak-audit",
        made_on="2026-12-01",
        organization="",
        first={},
        payload=[],
        finish=lambda _: ({}, {"package": "jejak-audit"}),
        kind=AUDIT_EXPORT,
    )
    path.write_bytes(b"".join(write(package, Signer.from_seed(bytes(32)))))
    check(visitor, path)
    told = visitor.inner_text("#summary")
    assert "Ini ekspor jejak audit" in told
    assert "python3 verify.py" in told
