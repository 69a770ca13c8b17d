"""What a purge of one day of a city costs the database, per chunk, against the deletions of Frigate's own catalogue.

Ours: every statement of a purge over 2,000 cameras at a minute a chunk (2.88 million rows, their thumbnails, 48,000
seals), from the claims to the certificate and the dropped partition, on a real PostgreSQL; objects are erased for a
sample of cameras only, and their rate is told apart. Peer: Frigate's `recordings` table in SQLite (WAL) with its
indexes, holding two such days, and its way to expire one: SELECT of a camera's old rows, then DELETE of their ids,
100,000 at a time; no file is unlinked. `ratio` is our seconds a chunk over the peer's.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from bench import Result
from saksi import clock
from saksi.catalogue import days, keys
from saksi.catalogue.database import Database, migrate
from saksi.embedded.supervise import EmbeddedServers, Endpoints
from saksi.errors import SaksiError
from saksi.objects.store import ObjectStore
from saksi.retention import ending, notices, purge, runs, windows
from saksi.retention.erase_run import Eraser
from saksi.settings import Settings

GOAL = 0.1
DAY_US = 86_400_000_000
_PIECE = b"x" * 4096


class _Timed:
    """A connection that adds up how long its statements take."""

    def __init__(self, real: Any, spent: list[float]) -> None:
        self._real = real
        self._spent = spent

    def execute(self, statement: Any, values: Any = None) -> Any:
        """As psycopg's."""
        began = time.perf_counter()
        try:
            return self._real.execute(statement, values)
        finally:
            self._spent[0] += time.perf_counter() - began


class _TimedDatabase(Database):
    """A database whose statements and commits are added up in `spent`; what is done with the answers is not."""

    spent: list[float]

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Any]:
        """As its base."""
        ended = time.perf_counter()
        with super().transaction() as connection:
            yield _Timed(connection, self.spent)
            ended = time.perf_counter()
        self.spent[0] += time.perf_counter() - ended


class _InDatabaseOnly(Eraser):
    """Everything an eraser does but the store's part: there are no objects."""

    def _erase(self, wanted: list[str]) -> tuple[set[str], SaksiError | None]:
        return set(), None


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--cameras", type=int, default=2000)
    options.add_argument("--chunks", type=int, default=60, help="an hour and camera")
    options.add_argument("--peer-cameras", type=int, default=40, help="of as many that the peer expires")
    options.add_argument("--sample", type=int, default=4, help="cameras with real objects, purged whole")
    options.add_argument("--thumbnails", type=int, default=1, help="0: rows of chunks alone")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-purge-") as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder) / "servers", broker=False)
        endpoints = servers.start()
        try:
            result = measure(endpoints, Path(folder), chosen)
        finally:
            servers.stop()
    result.show(as_json=chosen.json)


def measure(endpoints: Endpoints, folder: Path, chosen: argparse.Namespace) -> Result:
    """Ours, then the peer's."""
    migrate(endpoints.database_url)
    database = _TimedDatabase(endpoints.database_url, application="bench", max_size=2)
    database.spent = [0.0]
    store = ObjectStore(endpoints.s3_url, endpoints.s3_access_key, endpoints.s3_secret_key, "bench")
    store.ensure_bucket(str(uuid.uuid4()))
    settings = Settings(
        data=folder, keys=folder / "keys", secret_key=SecretStr("x"), purge_objects_per_second=0
    )
    desk = purge.Desk(database=database, store=store, settings=settings)
    say("filling the catalogue")
    day_us = (clock.now_us() - 40 * DAY_US) // DAY_US * DAY_US
    fill(endpoints.database_url, 1, chosen.cameras, chosen.chunks, day_us, chosen.thumbnails)
    say("purging a day")
    plain = Database(endpoints.database_url, application="bench", max_size=1)
    ours = in_database(desk, plain)
    plain.close()
    chunks = chosen.cameras * 24 * chosen.chunks
    assert ours["chunks"] == chunks, ours
    say("purging a sample with its objects")
    sample = with_objects(desk, endpoints, chosen)
    database.close()
    say("the peer")
    peer = frigate(folder / "frigate.db", chosen)
    ratio = (ours["database"] / chunks) / (peer["seconds"] / peer["rows"])
    return Result(
        name="purge",
        peer="Frigate's SELECT and DELETE, in SQLite",
        goal=GOAL,
        runs=[round(ratio, 5)],
        details={
            "chunks": chunks,
            "database_s": round(ours["database"], 2),
            "all_s": round(ours["seconds"], 2),
            "claims_s": round(ours["claims"], 2),
            "confirming_s": round(ours["confirming"], 2),
            "certificate_s": round(ours["certificate"], 2),
            "drop_day_s": round(ours["drop"], 2),
            "chunks_s": round(chunks / ours["database"]),
            "longest_claim_ms": round(ours["longest"] * 1000, 1),
            "peer_rows_s": round(peer["rows"] / peer["seconds"]),
            "sample_objects": sample["objects"],
            "sample_objects_s": round(sample["objects"] / sample["seconds"]),
        },
    )


def fill(url: str, first: int, cameras: int, chunks: int, day_us: int, thumbnails: int) -> None:
    """Cameras with one run, 24 seals and their chunks each, made up by the database itself."""
    values = {"first": first, "last": first + cameras - 1, "day": clock.from_us(day_us), "n": chunks}
    length = timedelta(hours=1) / chunks
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _FILL if thumbnails else _FILL[:-1]:
            connection.execute(
                statement, {**values, "length": length, "length_us": length // timedelta(microseconds=1)}
            )
        connection.execute("analyze")


_FILL = (Path(__file__).parent / "purge_fill.sql").read_text().split("\n\n")[1:]


def in_database(desk: purge.Desk, plain: Database) -> dict[str, float]:
    """A purge without objects: seconds of each part, and how many chunks it took."""
    run, targets = announced(desk)
    assert isinstance(desk.database, _TimedDatabase)
    desk.database.spent[0] = 0.0
    work = purge._Work(desk, run, None, lambda _done, _all: None)
    began = time.perf_counter()
    longest = claims = confirming = 0.0
    for batch in work._batches(targets):
        at = time.perf_counter()
        work._claim(batch)
        spent = time.perf_counter() - at
        longest = max(longest, spent)
        claims += spent
        at = time.perf_counter()
        eraser = _InDatabaseOnly(desk.database, desk.store, run.purge_id, keep=work._keep)
        while eraser.step() is not None:
            pass
        confirming += time.perf_counter() - at
    at = time.perf_counter()
    work._begin()
    ending.finish(desk, run, targets)
    certificate = time.perf_counter() - at
    at = time.perf_counter()
    dropped = days.drop_empty(plain, clock.now() - timedelta(days=2))
    drop = time.perf_counter() - at
    assert dropped, "the day's partition should be empty"
    with desk.database.transaction() as connection:
        done = runs.get(connection, run.purge_id)
    return {
        "database": desk.database.spent[0] + drop,
        "seconds": time.perf_counter() - began, "claims": claims, "confirming": confirming, "longest": longest,
        "certificate": certificate, "drop": drop, "chunks": done.result["chunks"],
    }  # fmt: skip


def with_objects(desk: purge.Desk, endpoints: Endpoints, chosen: argparse.Namespace) -> dict[str, float]:
    """A few cameras with real objects, purged by the function that the worker calls."""
    day_us = (clock.now_us() - 41 * DAY_US) // DAY_US * DAY_US
    fill(endpoints.database_url, chosen.cameras + 1, chosen.sample, chosen.chunks, day_us, 0)
    digest = hashlib.sha256(_PIECE).digest()
    with psycopg.connect(endpoints.database_url) as connection:
        rows = connection.execute(
            "select k.code, r.run::text, c.seq from chunk c join run r using (run_no)"
            " join camera k on k.camera_id = c.camera_id"
        ).fetchall()
    names = [keys.chunk_key(*row) for row in rows]
    for name in names:
        desk.store.put(name, _PIECE, sha256=digest)
    run, _ = announced(desk, claim=False)
    began = time.perf_counter()
    done = purge.run_next(desk, purge_id=run.purge_id)
    seconds = time.perf_counter() - began
    assert done is not None
    assert done.state == "done", done.last_error
    assert not list(desk.store.list(keys.CHUNKS)), "all objects should be gone"
    return {"objects": len(names), "seconds": seconds}


def announced(desk: purge.Desk, *, claim: bool = True) -> tuple[runs.PurgeRun, list[windows.Window]]:
    """A purge by policy that is due, claimed if asked."""
    signer = desk.signer("office")
    with desk.database.transaction() as connection:
        now_us = clock.now_us()
        targets = windows.of_policy(connection, now_us)
        number = notices.announce(
            connection, signer, kind="policy", due_us=now_us, now_us=now_us, targets=targets,
            wanted={"keep": windows.keeps(targets, now_us), "clock_checked": "bench"},
        )  # fmt: skip
        run = runs.claim(connection, claim_s=600, purge_id=number) if claim else None
        return run or runs.get(connection, number), targets


def frigate(path: Path, chosen: argparse.Namespace) -> dict[str, float]:
    """Its table and indexes (migrations 003 to 036), two days of rows in the order of recording, one day expired."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma cache_size = -512000")
    for statement in _FRIGATE:
        connection.execute(statement)
    length = 3600 / chosen.chunks
    begin = 1_760_000_000
    per_day = 24 * chosen.chunks

    def rows() -> Iterator[tuple[str | float, ...]]:
        for tick in range(2 * per_day):
            start = begin + tick * length
            for camera in range(chosen.cameras):
                name = f"cam-{camera:05d}"
                yield (
                    f"{start}-{os.urandom(6).hex()}", name, f"/media/frigate/recordings/{tick}/{name}/{start}.mp4",
                    start, start + length, length, 0, 0, 2.5,
                )  # fmt: skip

    connection.execute("begin")
    connection.executemany("insert into recordings values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    connection.execute("commit")
    expire = begin + per_day * length + 0.5
    began, gone = time.perf_counter(), 0
    for camera in range(chosen.peer_cameras):
        old = connection.execute(
            "select id, start_time, end_time, path, objects, motion from recordings"
            " where camera = ? and end_time < ? order by start_time",
            (f"cam-{camera:05d}", expire),
        ).fetchall()
        ids = [row[0] for row in old]
        for first in range(0, len(ids), 100_000):
            batch = ids[first : first + 100_000]
            marks = ",".join("?" * len(batch))
            connection.execute(f"delete from recordings where id in ({marks})", batch)
            gone += len(batch)
    seconds = time.perf_counter() - began
    connection.close()
    return {"rows": gone, "seconds": seconds}


_FRIGATE = (
    "create table recordings (id varchar(30) not null primary key, camera varchar(20) not null,"
    " path varchar(255) not null, start_time datetime not null, end_time datetime not null, duration real not null,"
    " motion integer, objects integer, segment_size real not null)",
    "create index recordings_camera on recordings (camera)",
    "create unique index recordings_path on recordings (path)",
    "create index recordings_camera_segment_size on recordings (camera, segment_size)",
    "create index recordings_camera_start_time_end_time on recordings (camera, start_time desc, end_time desc)",
    "create index recordings_api_recordings_summary on recordings (camera, start_time desc, duration, motion, objects)",
    "create index recordings_start_time on recordings (start_time)",
)


def say(what: str) -> None:
    """Progress, for people."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
