"""What the log costs a minute at 10,000 cameras: every recorder's pulse, the camera-hours that fall due, a checkpoint.

Real functions on a real PostgreSQL and a real object store. Counted is CPU time of this process, of every PostgreSQL
process and of nothing else; the goal is five seconds of one core, so `ratio` is of those five seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import Result
from saksi import clock
from saksi.catalogue import authors, chunks, ledger, pulses, seals
from saksi.catalogue.authors import Author
from saksi.catalogue.chunks import Announcement, InitSegment
from saksi.catalogue.database import Connection, Database, migrate
from saksi.catalogue.ledger_tree import LogKey
from saksi.catalogue.pulses import Reading, Standing
from saksi.custody.canonical import tip
from saksi.custody.chain import ChunkEntry, ClockEvidence, RunOpening
from saksi.custody.signing import Signer
from saksi.embedded.supervise import EmbeddedServers, Endpoints
from saksi.ledger import sequencer
from saksi.objects.store import ObjectStore

BUDGET_S = 5.0
HOUR_US, MINUTE_US = 3_600_000_000, 60_000_000
_INIT = InitSegment(
    sha256=hashlib.sha256(b"init").hexdigest(), codec="h264", codecs="avc1.64001f", width=640, height=360,
    audio="none", body=b"init",
)  # fmt: skip
_CLOCK = ClockEvidence(
    source="ntp", offset_us=120, error_us=2500, camera_source="rtcp", camera_offset_us=-40_000, residual_us=3
)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Recorders with where their runs stand, and the runs whose hour falls due, a batch each minute."""

    recorders: Sequence[tuple[str, Author, Sequence[Standing]]]
    due: Sequence[Sequence[int]]
    seal_at_us: int


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--cameras", type=int, default=10_000)
    options.add_argument("--recorders", type=int, default=157, help="64 cameras each")
    options.add_argument("--seals", type=int, default=170, help="camera-hours a minute, 60 chunks each")
    options.add_argument("--runs", type=int, default=3, help="minutes measured")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-pulse-") as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder) / "servers", broker=False)
        endpoints = servers.start()
        try:
            measure(endpoints, chosen).show(as_json=chosen.json)
        finally:
            servers.stop()


def measure(endpoints: Endpoints, chosen: argparse.Namespace) -> Result:
    """Sets a fleet up, lives some minutes of it, and tells the CPU seconds of each part."""
    migrate(endpoints.database_url)
    database = Database(endpoints.database_url, application="bench", max_size=1)
    store = ObjectStore(endpoints.s3_url, endpoints.s3_access_key, endpoints.s3_secret_key, "bench")
    store.ensure_bucket(str(uuid.uuid4()))
    log = LogKey(origin="bench.example/log", signer=Signer.from_seed(bytes([1]) * 32))
    print("setting up", file=sys.stderr, flush=True)
    fleet = prepare(database, chosen)
    sequencer.checkpoint(database, store, log)
    spent: dict[str, list[float]] = {"pulses": [], "seals": [], "checkpoint": [], "wall": []}
    for due in fleet.due:
        began = time.perf_counter()
        with counted(endpoints.database_url, spent["pulses"]):
            for name, author, standings in fleet.recorders:
                with database.transaction() as connection:
                    pulses.write(connection, author, name, standings, Reading.now())
        with counted(endpoints.database_url, spent["seals"]):
            for run_no in due:
                with database.transaction() as connection:
                    assert seals.seal_run(
                        connection, fleet.recorders[0][1], run_no, clock.from_us(fleet.seal_at_us)
                    )
        with counted(endpoints.database_url, spent["checkpoint"]):
            assert sequencer.checkpoint(database, store, log)
        spent["wall"].append(time.perf_counter() - began)
    database.close()
    parts = [spent["pulses"], spent["seals"], spent["checkpoint"]]
    return Result(
        name="pulse",
        peer=f"{BUDGET_S:.0f} s of one core a minute",
        goal=1.0,
        runs=[round(sum(minute) / BUDGET_S, 4) for minute in zip(*parts, strict=True)],
        details={
            "cameras": chosen.cameras,
            "recorders": chosen.recorders,
            "seals": chosen.seals,
            **{f"{name}_s": round(statistics.median(values), 3) for name, values in spent.items()},
        },
    )


def prepare(database: Database, chosen: argparse.Namespace) -> Fleet:
    """Cameras, open runs, and for each minute runs with an hour of chunks that no seal covers yet."""
    began_us = (clock.now_us() // HOUR_US - 3) * HOUR_US
    with database.transaction() as connection:
        connection.execute("insert into agency (code, name, category) values ('a', 'A', 'city')")
        connection.execute(
            "insert into camera (code, name, agency_id, source_sealed, source_masked)"
            " select 'cam-' || n, 'C', 1, 'x', 'x' from generate_series(1, %s) n",
            [chosen.cameras],
        )
    recorders: list[tuple[str, Author, list[Standing]]] = []
    for number in range(chosen.recorders):
        name = f"recorder-{number}"
        author = authors.of_recorder(name, Signer.from_seed(number.to_bytes(32, "big")))
        with database.transaction() as connection:
            ledger.enrol(connection, author.signer, role="recorder", name=name)
            recorders.append((name, author, []))
            for camera in range(1 + number, chosen.cameras + 1, chosen.recorders):
                opening = _opening(f"cam-{camera}", name, began_us)
                chunks.open_run(connection, opening)
                standing = Standing(
                    camera=opening.camera, run=opening.run, seq=60, tip=opening.tip(), open=True
                )
                recorders[-1][2].append(standing)
    due = []
    for _ in range(chosen.runs):
        runs = []
        for camera in range(1, chosen.seals + 1):
            with database.transaction() as connection:
                runs.append(_hour(connection, f"cam-{camera}", began_us))
        due.append(runs)
    with database.transaction() as connection:
        connection.execute("analyze")
    return Fleet(recorders=recorders, due=due, seal_at_us=began_us + 2 * HOUR_US)


def _hour(connection: Connection, camera: str, began_us: int) -> int:
    """A run with sixty chunks; answers its number."""
    opening = _opening(camera, "recorder-0", began_us)
    run_no = chunks.open_run(connection, opening)
    end, told = opening.tip(), []
    for seq in range(1, 61):
        start_us = began_us + (seq - 1) * MINUTE_US
        entry = ChunkEntry(
            camera=camera, run=opening.run, seq=seq, start_us=start_us, end_us=start_us + MINUTE_US, frames=1500,
            size=30_000_000, init=_INIT.sha256, sha256=hashlib.sha256(f"{opening.run}{seq}".encode()).hexdigest(),
            clock=_CLOCK, ended="boundary", lost=0,
        )  # fmt: skip
        end = tip(end, entry.leaf())
        told.append(
            Announcement(
                recorder="recorder-0", entry=entry, tip=end, fragments=bytes(400), init=_INIT, crc32=seq
            )
        )
    assert set(chunks.announce(connection, told)) == {"appended"}
    return run_no


def _opening(camera: str, recorder: str, at_us: int) -> RunOpening:
    return RunOpening(
        camera=camera, run=str(uuid.uuid4()), epoch=1, recorder=recorder, reason="claimed", parent="00" * 32,
        at_us=at_us,
    )  # fmt: skip


@contextmanager
def counted(url: str, into: list[float]) -> Iterator[None]:
    """Appends the CPU seconds that this process and PostgreSQL spend inside."""
    with psycopg.connect(url, autocommit=True) as connection:
        postmaster = _stat(connection.info.backend_pid)[1]
        before = _spent(postmaster) + time.process_time()
        yield
        into.append(_spent(postmaster) + time.process_time() - before)


def _spent(postmaster: int) -> float:
    """CPU seconds of a process, of its living children, and of those that have ended."""
    ticks = _stat(postmaster)[2]
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                _, parent, own = _stat(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == postmaster:
                ticks += own
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> tuple[int, int, int]:
    """Process id, parent, and clock ticks spent, of children that ended too (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return pid, int(fields[1]), sum(map(int, fields[11:15]))


if __name__ == "__main__":
    main()
