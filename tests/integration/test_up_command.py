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


@pytest.mark.parametrize(
    ("words", "setting", "named"),
    [
        (("up", "--port", "99999"), {}, "--port"),
        (("up",), {"SAKSI_PORT": "abc"}, "SAKSI_PORT"),
        (("up", "--host", "nonsense.invalid"), {}, "nonsense.invalid"),
        (("up", "--data", "/proc/x"), {}, "/proc/x"),
        (("api", "--port", "99999"), {}, "--port"),
        (("settings",), {"SAKSI_FSYNC": "never", "SAKSI_S3_SECRET_KEY": "hush-hush"}, "SAKSI_FSYNC"),
        (("settings",), {"SAKSI_CONFIG": "bad.toml"}, "TOML"),
        (("settings",), {"SAKSI_CONFIG": "x" * 300}, "File name too long"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple | dict) else "",
)
def test_what_cannot_be_used_is_named_in_two_sentences(
    tmp_path: Path, words: tuple[str, ...], setting: dict[str, str], named: str
) -> None:
    (tmp_path / "bad.toml").write_text('s3_secret_key = "hush-hush\n')
    told = set()
    for language in ("en", "id"):
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--lang", language, *words], capture_output=True, text=True, timeout=60,
            env={**os.environ, "PYTHONPATH": str(ROOT), **setting}, cwd=tmp_path, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        what, remedy = done.stderr.splitlines()[-2:]  # after what `saksi up` tells of its progress
        assert what.startswith("saksi: ")
        assert named in what
        assert remedy.strip()
        assert "Traceback" not in done.stderr
        assert "hush" not in done.stderr
        told.add(what + remedy)
    assert len(told) == 2, told
