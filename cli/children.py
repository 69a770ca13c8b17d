"""Child processes of `saksi up`: started, watched, restarted with back-off, stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cli.language import say
from saksi import clock
from saksi.embedded.child import open_log

_FIRST_PAUSE_US = 1_000_000
_LONGEST_PAUSE_US = 30_000_000
_SETTLED_US = 60_000_000  # after so long alive, a crash counts as the first again


class Patience:
    """When to start again what died: at first soon, then after longer and longer pauses."""

    def __init__(self) -> None:
        self._pause_us = 0
        self._due_us = 0

    def died(self, lived_us: int) -> int:
        """Takes a death after `lived_us` of life; answers the seconds until the next start."""
        first = lived_us > _SETTLED_US or not self._pause_us
        self._pause_us = _FIRST_PAUSE_US if first else min(self._pause_us * 2, _LONGEST_PAUSE_US)
        self._due_us = clock.monotonic_us() + self._pause_us
        return self._pause_us // 1_000_000

    @property
    def over(self) -> bool:
        """Whether the pause has passed."""
        return clock.monotonic_us() >= self._due_us


class Child:
    """One `saksi` subcommand as a process of its own session, so that Ctrl-C reaches only the supervisor."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._arguments = arguments
        self._environment = {**environment, "SAKSI_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started_us = 0
        self._patience = Patience()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Starts it now, its output appended to its log."""
        self._started_us = clock.monotonic_us()
        with open_log(self._log) as log:
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
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._process = None
            pause_s = self._patience.died(clock.monotonic_us() - self._started_us)
            report(
                say(
                    f"{self.name} ended ({status}); again in {pause_s} s. Log: {self._log}",
                    f"{self.name} berakhir ({status}); dimulai lagi dalam {pause_s} detik. Log: {self._log}",
                )
            )
        if self._patience.over:
            self.start()

    def move(self, environment: Mapping[str, str], seconds: float) -> None:
        """Ends it; `tend` starts it again with what changed in `environment`."""
        self._environment.update(environment)
        self.stop(seconds)

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
