"""One server process: started with its log, watched, stopped within a bound; and the search for leftovers.

A server never outlives its supervisor for long: the kernel signals it when the thread that started it ends
(PR_SET_PDEATHSIG, see `saksi.embedded.shim`). Whatever still runs on the same data at the next start is
stopped first: it is found by its command line or working folder, never by a recorded process id.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_KILL_S = 2.0
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
        standard_input: bytes = b"",
    ) -> Child:
        """Starts `command` with its output appended to `log`; `death_signal` is what it gets when we die."""
        return self._thread.submit(
            self._spawn, command, log, environment, folder, account, death_signal, standard_input
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
        standard_input: bytes,
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
        with open_log(log) as output, _readable(standard_input) as source:
            process = subprocess.Popen(
                [*shim, *command],
                stdin=source,
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


@contextlib.contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """The reading end of a pipe that holds `data`, which must fit into it (a page is always granted)."""
    reader, writer = os.pipe()
    try:
        os.write(writer, data)
        os.close(writer)
        yield reader
    finally:
        os.close(reader)


def open_log(log: Path) -> IO[bytes]:
    """The log to append to, mode 0600; one grown too large is set aside first (one generation is kept)."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_name(log.name + ".1"))
    return os.fdopen(
        os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab", buffering=0
    )


def keep_small(log: Path) -> None:
    """Sets aside what a running process wrote, once it is too much: copied, then cut short under its writer.

    Its writer must have it open for appending. A line written between copy and cut is lost.
    """
    if log.stat().st_size > _LOG_LIMIT_BYTES:
        with log.open("rb") as source, open_log(log.with_name(log.name + ".1")) as kept:
            kept.truncate(0)
            shutil.copyfileobj(source, kept)
        os.truncate(log, 0)


def last_lines(log: Path) -> str:
    """The end of a log, for an error message."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            return "\n".join(source.read().decode(errors="replace").splitlines()[-_TAIL_LINES:])
    except OSError:
        return ""


class Leftovers:
    """Processes that a killed supervisor left running on one server's data.

    A server is known by `argument`, a word of its command line that names our data. Children that it may have
    left (PostgreSQL's, which rename themselves) are known by running `program` in the folder `folder`.
    """

    def __init__(self, argument: str, *, folder: Path | None = None, program: str = "") -> None:
        self._argument = os.fsencode(argument)
        self._folder = folder
        self._program = program

    def stop(self, how: signal.Signals, grace_s: float) -> bool:
        """Sends `how` to the server, SIGKILL to all after `grace_s`; answers whether none is left."""
        pids = self._find()
        for pid, is_server in pids.items():
            if is_server:
                _signal(pid, how)
        self._wait_for_end(pids, grace_s)
        for pid in self._find():
            _signal(pid, signal.SIGKILL)
        self._wait_for_end(pids, _KILL_S)
        return not self._find()

    def _wait_for_end(self, pids: Iterable[int], most_s: float) -> None:
        deadline = clock.monotonic_us() + int(most_s * 1e6)
        while (self._find() or any(map(_exists, pids))) and clock.monotonic_us() < deadline:
            _NEVER.wait(0.02)

    def _find(self) -> dict[int, bool]:
        """Process ids, and whether each is the server itself."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
                    if self._argument in (entry / "cmdline").read_bytes().split(b"\0"):
                        found[int(entry.name)] = True
                    elif self._is_child(entry):
                        found[int(entry.name)] = False
        return found

    def _is_child(self, entry: Path) -> bool:
        if self._folder is None or (entry / "comm").read_text().strip() != self._program:
            return False
        return (entry / "cwd").readlink() == self._folder


def _exists(pid: int) -> bool:
    """Whether the id is still taken, be it by a dead process that nobody has collected yet."""
    return Path(f"/proc/{pid}").exists()


def _signal(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, how)
