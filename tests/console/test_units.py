"""The console's own unit tests: typed times, the view in the address, the wall clock, both languages complete."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_consoles_own_tests_pass() -> None:
    if not (ROOT / "console" / "node_modules").is_dir():
        pytest.skip("the console's packages are not installed: make setup")
    ran = subprocess.run(
        [ROOT / "scripts" / "with-node", "npm", "--prefix", "console", "test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
