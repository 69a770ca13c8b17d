"""`saksi up` as an operator types it: what it cannot do is named, and what stops it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fixtures.processes import processes_on

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("to_all", [True, False], ids=["ctrl-c", "signal-to-it-alone"])
def test_a_stop_while_the_clips_are_drawn_is_an_ordinary_one(tmp_path: Path, to_all: bool) -> None:
    command = [sys.executable, "-m", "cli", "up", "--demo", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        command, env={**os.environ, "SAKSI_SIMCAM_CACHE": str(tmp_path / "clips")}, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as up:  # fmt: skip
        assert up.stdout is not None
        lines: list[str] = []
        try:
            for line in up.stdout:
                lines.append(line)
                if "simcam: drawing" in line:
                    break
            (os.killpg if to_all else os.kill)(up.pid, signal.SIGINT)
            began = time.monotonic()
            rest, _ = up.communicate(timeout=30)
        finally:
            up.kill()
    assert time.monotonic() - began < 10
    assert up.returncode == 130, [*lines, rest]
    assert "Traceback" not in rest
    assert processes_on(tmp_path) == []
