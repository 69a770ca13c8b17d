"""Whoever pipes a list into `head` reads no error."""

from __future__ import annotations

import os
import subprocess
import sys


def test_output_that_nobody_reads_any_more_ends_a_command_in_silence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "settings"],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")
