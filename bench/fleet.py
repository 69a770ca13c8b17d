"""A city's leases without its video: 10,000 cameras on 40 recorders that die, leave and come back.

Real is the catalogue (the embedded PostgreSQL) and the lease loop of each recorder, a thread of a few processes. Not
real are camera, spool and footage, see bench/_fleet_idle.py. One after another a recorder dies silently, every third
one leaves in order, each comes back later; once the database stops for longer than a lease lasts. The goal is a limit,
not a ratio against a peer: 99 of 100 cameras of dead recorders have a new lease within 15 s.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import psycopg

from bench import Result
from bench._fleet_idle import Noted, work
from bench._fleet_judge import Death, Judge
from saksi import clock
from saksi.catalogue.database import migrate
from saksi.embedded.supervise import EmbeddedServers

TAKEOVER_S = 15.0
_PROCESSES = 4
_CAMERAS = """
with a as (insert into agency (code, name, category) values ('dishub', 'Dishub', 'transport') returning agency_id)
insert into camera (code, name, agency_id, source_sealed, source_masked)
select 'kamera-' || n, 'Kamera ' || n, agency_id, repeat('x', 180),
       'rtsp://10.1.' || n / 256 || '.' || n % 256 || '/live'
from a, generate_series(1, (select cameras from asked)) n"""
# A year in which each camera changed hands once a week.
_RUNS = """
insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end, last_end)
select gen_random_uuid(), camera_id, w - 52, 'before', 'claimed', z, at, z, z, at, at + interval '7 days'
from camera, generate_series(1, 52) w,
     lateral (select now() - (53 - w) * interval '7 days' as at, decode(repeat('00', 32), 'hex') as z) t"""
_USED = """
select xact_commit, pg_current_wal_lsn() - '0/0' from pg_stat_database where datname = current_database()"""


@dataclass(kw_only=True)
class City:
    """The processes, and who is at work in which."""

    pipes: list[Pipe]
    home: dict[str, Pipe] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)

    def ask(self, pipe: Pipe, verb: str, name: str = "") -> Any:
        """Has a process do something."""
        pipe.send((verb, name))
        return pipe.recv()

    def start(self, name: str) -> None:
        """A recorder begins, in the process where fewest are."""
        pipe = min(self.pipes, key=list(self.home.values()).count)
        self.home[name] = pipe
        self.ask(pipe, "start", name)

    def kill(self, name: str) -> None:
        """A recorder dies."""
        at_us, cameras = self.ask(self.home.pop(name), "die", name)
        self.deaths.append(Death(at_us=at_us, recorder=name, cameras=cameras))

    def drain(self, name: str) -> None:
        """A recorder leaves in order."""
        self.ask(self.home.pop(name), "drain", name)

    def held(self) -> dict[str, int]:
        """How many cameras each holds."""
        return {name: count for pipe in self.pipes for name, count in self.ask(pipe, "held").items()}


class Server:
    """The database as seen from outside: what it used, and a way to stop it for a while."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        [found] = folder.rglob("postmaster.pid")
        self._pid = int(found.read_text().splitlines()[0])

    def used(self) -> dict[str, float]:
        """CPU seconds of all its processes that are left, transactions and bytes of WAL so far."""
        ticks = os.sysconf("SC_CLK_TCK")
        cpu = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            cpu += int(fields[11]) + int(fields[12])
        with psycopg.connect(self._url, autocommit=True) as connection:
            row = connection.execute(_USED).fetchone()
        assert row is not None
        return {"cpu": cpu / ticks, "transactions": float(row[0]), "wal": float(row[1])}

    def stop_for(self, seconds: float) -> None:
        """Answers nobody for a while; connections stay."""
        pids = self._pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        return [self._pid, *map(int, children)]


def main() -> None:
    """Plays it and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--cameras", type=int, default=10_000)
    options.add_argument("--recorders", type=int, default=40)
    options.add_argument("--spare", type=float, default=0.15, help="room beyond all cameras, as a share")
    options.add_argument("--failures", type=int, default=9)
    options.add_argument("--every", type=float, default=15.0, metavar="S", help="seconds between failures")
    options.add_argument("--lease", type=float, default=8.0, metavar="S")
    options.add_argument(
        "--starts", type=float, default=3.0, metavar="S", help="from taking a camera to its footage"
    )
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-fleet-") as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder), broker=False, store=False)
        found = servers.start()
        try:
            migrate(found.database_url)
            with psycopg.connect(found.database_url) as connection:
                connection.execute("create temp table asked as select %s::int as cameras", [chosen.cameras])
                connection.execute(_CAMERAS)
                connection.execute(_RUNS)
            with psycopg.connect(found.database_url, autocommit=True) as connection:
                connection.execute("vacuum analyze")
            _play(chosen, found.database_url, Server(found.database_url, Path(folder)))
        finally:
            servers.stop()


@contextmanager
def _city(chosen: argparse.Namespace, url: str) -> Iterator[City]:
    context = multiprocessing.get_context("spawn")
    capacity = -int(-chosen.cameras * (1 + chosen.spare) // chosen.recorders)
    pipes, processes = [], []
    for _ in range(_PROCESSES):
        ours, theirs = context.Pipe()
        process = context.Process(
            target=work, args=(theirs, url, capacity, chosen.lease, chosen.starts), daemon=True
        )
        process.start()
        pipes.append(ours)
        processes.append(process)
    yield City(pipes=pipes)
    for process in processes:
        process.join(30)


def _play(chosen: argparse.Namespace, url: str, server: Server) -> None:
    chance = random.Random(chosen.seed)
    paused_us, paused_s = 0, 2 * chosen.lease
    details: dict[str, object] = {}
    with _city(chosen, url) as city:
        names = [f"r{number:02d}" for number in range(1, chosen.recorders + 1)]
        began = time.monotonic()
        for name in names:
            city.start(name)
        while sum(city.held().values()) < chosen.cameras and time.monotonic() - began < 120:
            time.sleep(0.2)
        details["start, s until every camera is held"] = round(time.monotonic() - began, 1)
        details["until no camera moves any more, s"] = round(_still(city) - began, 1)
        settled_us = clock.monotonic_us()
        details |= _quiet(server, 20.0)
        away: list[tuple[float, str]] = []
        for number in range(chosen.failures):
            name = chance.choice(sorted(city.home))
            (city.drain if number % 3 == 2 else city.kill)(name)
            away.append((time.monotonic() + 2 * chosen.every, name))
            if number == chosen.failures // 2:
                time.sleep(2 * chosen.lease)  # so that the pause meets nothing but living recorders
                paused_us = clock.monotonic_us()
                server.stop_for(paused_s)
            while away and away[0][0] <= time.monotonic():
                city.start(away.pop(0)[1])
            time.sleep(chosen.every)
        for _, name in away:
            city.start(name)
        time.sleep(3 * chosen.lease)
        held = city.held()
        end_us = clock.monotonic_us()
        notes: list[Noted] = []
        seconds: list[tuple[int, float]] = []
        for pipe in city.pipes:
            told, took = city.ask(pipe, "report")
            notes += told
            seconds += took
    judge = Judge(notes, end_us, starts_us=round(chosen.starts * 1e6))
    took_over = judge.takeovers(city.deaths)
    worst = _quantile(took_over, 99)
    details |= {
        "cameras of dead recorders": len(took_over),
        "take-over, s": _spread(took_over),
        "held by nobody at the end": judge.orphans(chosen.cameras),
        "without footage after a death, s": _spread(judge.silent(settled_us, city.deaths, after_death=True)),
        "without footage else, s": _spread(judge.silent(settled_us, city.deaths, after_death=False)),
        "held or taken over by two at a time, s": _spread(judge.doubled()),
        f"let go after the database stood still for {paused_s:.0f} s": sum(
            not note.began and 0 < note.at_us - paused_us < (paused_s + 15) * 1e6 for note in notes
        ),
        "cameras of the fullest and the emptiest recorder": f"{max(held.values())}, {min(held.values())}",
        "transaction, s": _spread([took for _, took in seconds]),
    }
    result = Result(
        name="fleet", peer="15 s to a new lease", goal=1.0, runs=[worst / TAKEOVER_S], details=details
    )
    result.show(as_json=chosen.json)


def _still(city: City) -> float:
    """When the number of cameras of each recorder last changed, once it has not for a while."""
    held, since = city.held(), time.monotonic()
    while time.monotonic() - since < 12:
        time.sleep(0.5)
        if (now := city.held()) != held:
            held, since = now, time.monotonic()
    return since


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "never"
    worst = f"99 of 100 {_quantile(values, 99):.3g}, longest {max(values):.3g}"
    return f"{len(values)} times, median {statistics.median(values):.3g}, {worst}"


def _quiet(server: Server, seconds: float) -> dict[str, object]:
    """What the database does for leases while nothing happens."""
    before = server.used()
    time.sleep(seconds)
    after = server.used()
    each = {key: (after[key] - before[key]) / seconds for key in before}
    return {
        "quiet, database cores": round(each["cpu"], 3),
        "quiet, transactions a second": round(each["transactions"], 1),
        "quiet, WAL kB a second": round(each["wal"] / 1e3, 1),
    }


def _quantile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    main()
