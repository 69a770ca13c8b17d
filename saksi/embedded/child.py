"""One server process: started with its log, watched, stopped within a bound; and the search for leftovers.

A server never outlives its supervisor for long: the kernel signals it when the thread that started it ends
(PR_SET_PDEATHSIG, see `saksi.embedded.shim`). Whatever still runs on the same data at the next start is
stopped first: it is found by its command line or working folder, never by a recorded process id.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from saksi import clock

_SHIM = Path(__file__).with_name("shim.py")
_LOG_LIMIT_BYTES = 16 << 20
_TAIL_BYTES = 4096
_TAIL_LINES = 12
_NEVER = Event()  # only waited on, so that a pause can be told from a bare sleep


@dataclass(frozen=True, kw_only=True)
class Account:
    """The user a server runs as; None stands for the user we are."""

    uid: int
    gid: int
    name: str


class Nursery:
    """The one thread that forks servers. It must live as long as they do: they are told of its end."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-servers")

    def spawn(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path = Path("/"),
        account: Account | None = None,
        death_signal: signal.Signals = signal.SIGTERM,
    ) -> Child:
        """Starts `command` with its output appended to `log`; `death_signal` is what it gets when we die."""
        return self._thread.submit(
            self._spawn, command, log, environment, folder, account, death_signal
        ).result()

    def close(self) -> None:
        """Ends the thread; call it when every server has stopped."""
        self._thread.shutdown()

    @staticmethod
    def _spawn(
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
        account: Account | None,
        death_signal: signal.Signals,
    ) -> Child:
        uid, gid = (account.uid, account.gid) if account else (-1, -1)
        shim = [
            sys.executable,
            "-I",
            "-S",
            str(_SHIM),
            str(int(death_signal)),
            str(os.getpid()),
            str(uid),
            str(gid),
        ]
        with open_log(log) as output:
            process = subprocess.Popen(
                [*shim, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        return Child(process, log)


class Child:
    """A running (or ended) server process of ours."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self.log = log

    @property
    def pid(self) -> int:
        """Process id; of the server itself, for the shim executes it in place."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self, how: signal.Signals, grace_s: float) -> bool:
        """Sends `how`, waits `grace_s`, then SIGKILL. Answers whether it ended by itself."""
        if not self.alive():
            return True
        self._process.send_signal(how)
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
            return False
        return True


def open_log(log: Path) -> IO[bytes]:
    """The log to append to, mode 0600; one grown too large is set aside first (one generation is kept)."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_name(log.name + ".1"))
    return os.fdopen(
        os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab", buffering=0
    )


def last_lines(log: Path) -> str:
    """The end of a log, for an error message."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            return "\n".join(source.read().decode(errors="replace").splitlines()[-_TAIL_LINES:])
    except OSError:
        return ""


def find_leftovers(*, argument: str, folder: Path | None = None, program: str = "") -> list[int]:
    """Process ids whose command line has exactly `argument`, or which run `program` inside `folder`.

    The second kind are PostgreSQL's own children, which rename themselves but keep the data folder as theirs.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if (
            entry.name.isdigit()
            and int(entry.name) != os.getpid()
            and _holds(entry, argument, folder, program)
        ):
            found.append(int(entry.name))
    return sorted(found)


def _holds(entry: Path, argument: str, folder: Path | None, program: str) -> bool:
    try:
        words = (entry / "cmdline").read_bytes().split(b"\0")
        if os.fsencode(argument) in words:
            return True
        if folder is None:
            return False
        return (entry / "comm").read_text().strip() == program and (entry / "cwd").readlink() == folder
    except OSError:  # it ended meanwhile, or it is another user's
        return False


def stop_leftovers(
    how: signal.Signals, grace_s: float, *, argument: str, folder: Path | None = None, program: str = ""
) -> int:
    """Stops what a killed supervisor left running on our data; answers how many processes that were."""
    first = pids = find_leftovers(argument=argument, folder=folder, program=program)
    deadline = clock.monotonic_us() + int(grace_s * 1e6)
    for pid in pids:
        _signal(pid, how)
    while pids and clock.monotonic_us() < deadline:
        _NEVER.wait(0.02)
        pids = find_leftovers(argument=argument, folder=folder, program=program)
    while pids:
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        _NEVER.wait(0.02)
        if clock.monotonic_us() > deadline + 5_000_000:
            break  # not ours to kill, or stuck in the kernel: the server's own lock will speak
        pids = find_leftovers(argument=argument, folder=folder, program=program)
    return len(first)


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except (ProcessLookupError, PermissionError):
        return
