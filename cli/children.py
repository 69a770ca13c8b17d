"""Child processes of `saksi up`: started, watched, restarted with back-off, stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from saksi import clock

_FIRST_PAUSE_US = 1_000_000
_LONGEST_PAUSE_US = 30_000_000
_SETTLED_US = 60_000_000  # after so long alive, a crash counts as the first again


class Child:
    """One `saksi` subcommand as a process of its own session, so that Ctrl-C reaches only the supervisor."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._arguments = arguments
        self._environment = {**environment, "SAKSI_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started_us = 0
        self._pause_us = 0
        self._due_us = 0

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Starts it now, its output appended to its log."""
        self._started_us = clock.monotonic_us()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli", *self._arguments],
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def tend(self, report: Callable[[str], None]) -> None:
        """Restarts it when it has died, each time after a longer pause."""
        now_us = clock.monotonic_us()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            lived_us = now_us - self._started_us
            self._pause_us = (
                _FIRST_PAUSE_US
                if lived_us > _SETTLED_US or not self._pause_us
                else min(self._pause_us * 2, _LONGEST_PAUSE_US)
            )
            self._due_us = now_us + self._pause_us
            self._process = None
            report(
                f"{self.name} ended ({status}); again in {self._pause_us // 1_000_000} s. Log: {self._log}"
            )
        if now_us >= self._due_us:
            self.start()

    def stop(self, seconds: float) -> None:
        """Asks it to end (SIGTERM), waits, then insists (SIGKILL)."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)
