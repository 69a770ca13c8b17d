"""Child processes: stopped within a bound, logged, told of our end, found when left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from saksi.embedded.child import Child, Leftovers, Nursery, keep_small, last_lines, open_log

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
time.sleep(60)
"""


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def spawn(nursery: Nursery, log: Path, code: str, *words: str) -> Child:
    return nursery.spawn([sys.executable, "-c", code, *words], log=log, environment={"PATH": "/usr/bin:/bin"})


def wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in last_lines(log):
        assert time.monotonic() < deadline, last_lines(log)
        time.sleep(0.02)


def test_it_stops_a_willing_process_at_once(nursery: Nursery, tmp_path: Path) -> None:
    child = spawn(nursery, tmp_path / "log", "print('up', flush=True); import time; time.sleep(60)")
    wait_for(tmp_path / "log", "up")
    assert child.alive()
    assert child.stop(signal.SIGTERM, 5)
    assert not child.alive()
    assert child.stop(signal.SIGTERM, 5)


def test_it_kills_a_stubborn_one_after_its_grace(nursery: Nursery, tmp_path: Path) -> None:
    child = spawn(nursery, tmp_path / "log", STUBBORN)
    wait_for(tmp_path / "log", "up")
    began = time.monotonic()
    assert not child.stop(signal.SIGTERM, 0.3)
    assert 0.3 <= time.monotonic() - began < 2
    assert not child.alive()


def test_the_log_is_private_appended_to_and_set_aside_when_large(nursery: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "log"
    spawn(nursery, log, "print('first')").stop(signal.SIGCONT, 5)
    spawn(nursery, log, "print('second')").stop(signal.SIGCONT, 5)
    assert last_lines(log).split() == ["first", "second"]
    assert log.stat().st_mode & 0o777 == 0o600
    with log.open("r+b") as handle:
        handle.truncate(17 << 20)
    spawn(nursery, log, "print('third')").stop(signal.SIGCONT, 5)
    assert last_lines(log) == "third"
    assert (tmp_path / "log.1").stat().st_size == 17 << 20


def test_a_log_grown_too_large_is_set_aside_under_its_writer(nursery: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "log"
    talking = "import sys\nfor line in sys.stdin: print('heard', line.strip(), flush=True)"
    reader, writer = os.pipe()
    with open_log(log) as output:
        process = subprocess.Popen([sys.executable, "-c", talking], stdin=reader, stdout=output)
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as told:
        told.write("first\n")
        wait_for(log, "heard first")
        keep_small(log)
        assert last_lines(log) == "heard first"
        with log.open("ab") as handle:
            handle.truncate(17 << 20)
        keep_small(log)
        assert log.stat().st_size == 0
        assert (tmp_path / "log.1").stat().st_size == 17 << 20
        assert (tmp_path / "log.1").stat().st_mode & 0o777 == 0o600
        told.write("second\n")
        wait_for(log, "heard second")
        assert log.stat().st_size < 100, "the writer goes on at the new end"
    process.wait(30)


def test_a_process_inherits_nothing_of_ours(
    nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    code = """
import os
own_session = os.getsid(0) == os.getpid()
print(sorted(os.environ), os.listdir('/proc/self/fd'), os.getcwd(), oct(os.umask(0)), own_session)
"""
    spawn(nursery, tmp_path / "log", code).stop(signal.SIGCONT, 5)
    told = last_lines(tmp_path / "log")
    assert "SECRET_OF_OURS" not in told
    assert "['0', '1', '2', '3'] / 0o77 True" in told  # 3 is the folder being listed


def test_a_process_is_told_when_the_one_that_started_it_dies(tmp_path: Path) -> None:
    code = f"""
import signal, sys, time
from pathlib import Path
from saksi.embedded.child import Nursery
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
log = Path({str(tmp_path / "log")!r})
child = Nursery().spawn(sleeper, log=log, environment={{}}, death_signal=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[4]
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}/cmdline").read_bytes()
        parent.kill()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "it lives on"
        time.sleep(0.02)


def test_leftovers_are_known_by_a_whole_argument(nursery: Nursery, tmp_path: Path) -> None:
    mine = spawn(nursery, tmp_path / "log", STUBBORN, "/data/one")
    other = spawn(nursery, tmp_path / "log", STUBBORN, "/data/one-more")
    wait_for(tmp_path / "log", "up\nup")
    assert Leftovers("/data/one").stop(signal.SIGTERM, 0.2)
    assert not mine.alive()
    assert other.alive()
    assert Leftovers("/data/never").stop(signal.SIGTERM, 5)
    other.stop(signal.SIGKILL, 5)


def test_leftover_children_are_known_by_program_and_folder_and_only_killed(
    nursery: Nursery, tmp_path: Path
) -> None:
    code = f"""
import os, signal, time
os.chdir({str(tmp_path)!r})
signal.signal(signal.SIGINT, lambda *_: print('told', flush=True))
print('up', flush=True)
for _ in range(60):
    time.sleep(1)
"""
    child = spawn(nursery, tmp_path / "log", code)
    wait_for(tmp_path / "log", "up")
    name = Path(f"/proc/{child.pid}/comm").read_text().strip()
    assert Leftovers("never", folder=tmp_path / "elsewhere", program=name).stop(signal.SIGINT, 0.1)
    assert child.alive()
    assert Leftovers("never", folder=tmp_path, program=name).stop(signal.SIGINT, 0.2)
    assert not child.alive()
    assert "told" not in last_lines(tmp_path / "log")
