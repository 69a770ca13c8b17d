"""verifikasi.html in Firefox, which runs the same page: verdicts, what cameras signed, playing and fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence import signed
from tests.verifier_page.firefox import Firefox, firefox_path
from tests.verifier_page.test_page import (
    PAGE,
    SEED,
    built,
    by_python,
    compared,
    line_8,
    package,
    tampered,
    verifier,
)

__all__ = ["package"]  # fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FINISHED = "document.querySelector('#report') !== null"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox, started once."""
    path = firefox_path()
    if path is None:
        pytest.skip("no Firefox here: apt-get install firefox-esr, or set up with make test")
    if not PAGE.is_file():
        pytest.skip("verifikasi.html is not built: make setup")
    running = Firefox(path, tmp_path_factory.mktemp("firefox"))
    yield running
    running.close()


def test_firefox_reaches_the_same_verdicts(firefox: Firefox, tmp_path: Path) -> None:
    path = tmp_path / "BB.zip"
    honest = ("honest", *built(SEED)[:2])
    for name, data, _ in [honest, *tampered(18, 5)]:
        path.write_bytes(data)
        firefox.go(PAGE.as_uri())
        firefox.give("#file", path)
        firefox.until(FINISHED)
        report = json.loads(firefox.run("return document.getElementById('report').textContent;"))
        assert compared(report) == by_python(path, None), name


def test_firefox_checks_what_cameras_signed(firefox: Firefox, tmp_path: Path) -> None:
    path = tmp_path / "BB.zip"
    for name in ("honest and tampered", "with certificates on file"):
        path.write_bytes(signed.package(signed.MIXED[name]))
        firefox.go(PAGE.as_uri())
        firefox.give("#file", path)
        firefox.until(FINISHED)
        report = json.loads(firefox.run("return document.getElementById('report').textContent;"))
        assert line_8(report) == line_8(verifier.verify_package(str(path), None).told()), name


def test_firefox_plays_and_computes_the_packages_fingerprint(firefox: Firefox, package: Path) -> None:
    firefox.go(PAGE.as_uri())
    firefox.give("#file", package)
    firefox.until(FINISHED)
    firefox.until("document.querySelector('video').readyState >= 2")
    firefox.until("document.querySelector('#certificate-digest').textContent.includes('SHA-256')")
    shown = firefox.run("return document.getElementById('certificate-digest').textContent;")
    assert hashlib.sha256(package.read_bytes()).hexdigest() in shown
    typed = f"const box = document.getElementById('fingerprint'); box.value = '{built(SEED)[2]}';"
    firefox.run(typed + "box.dispatchEvent(new Event('input'));")
    firefox.until("document.getElementById('key-given') !== null")
    assert json.loads(firefox.run("return document.getElementById('report').textContent;"))["exit"] == 0
