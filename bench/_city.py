"""A made-up city in a real PostgreSQL, for benches of what people ask: cameras, stretches, chunks, people and cases.

2,000 cameras of 25 agencies at 60 corners; 30 days of runs, stretches, outages and seals; chunks and pictures of the
last days, tombstones over what came before.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from saksi import clock
from saksi.catalogue.database import migrate
from saksi.embedded.supervise import EmbeddedServers, Endpoints
from saksi.fmp4.spans import FragmentSpan, pack

_HOUR = timedelta(hours=1)
_AUDIT_STEP = 500_000


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much to make up. `hours`: of chunks, a minute each; `days`: of everything else, in fives."""

    cameras: int = 2000
    hours: int = 88
    days: int = 30
    people: int = 50
    cases: int = 300
    audit_rows: int = 1_000_000

    @classmethod
    def small(cls) -> Size:
        """Filled within seconds."""
        return cls(cameras=120, hours=3, days=5, people=10, cases=20, audit_rows=2000)


def options(of: argparse.ArgumentParser) -> None:
    """What every bench of the city takes."""
    of.add_argument("--json", action="store_true", help="one JSON object instead of text")
    of.add_argument(
        "--small", action="store_true", help="a town, within seconds: shows that it runs, measures nothing"
    )
    of.add_argument("--keep", type=Path, help="folder in which the filled database stays for the next time")


@contextlib.contextmanager
def servers(keep: Path | None, name: str) -> Iterator[tuple[Endpoints, Path]]:
    """PostgreSQL alone, and the folder it is in; gone afterwards unless `keep` is given."""
    with contextlib.ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"saksi-bench-{name}-")))
        else:
            folder = keep
            folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        running = EmbeddedServers(folder / "servers", broker=False, store=False)
        stack.callback(running.stop)
        yield running.start(), folder


def filled(url: str, size: Size, folder: Path) -> datetime:
    """Fills the database unless this folder's is filled so already; answers the end of its footage."""
    told = folder / "filled.json"
    if told.exists():
        kept = json.loads(told.read_text())
        if kept["size"] != asdict(size):
            raise SystemExit(f"{folder} holds a city of another size: remove it, or give another --keep.")
        migrate(url)
        return clock.from_us(kept["to_us"])
    to_us = clock.now_us() // 3_600_000_000 * 3_600_000_000 - 1_800_000_000
    fill(url, size, clock.from_us(to_us))
    told.write_text(json.dumps({"size": asdict(size), "to_us": to_us}))
    return clock.from_us(to_us)


def fill(url: str, size: Size, until: datetime) -> None:
    """A migrated database, filled up to `until` (half past an hour), its statistics taken."""
    migrate(url)
    begin = until - _HOUR / 2 - timedelta(days=size.days) + _HOUR
    kept = until - _HOUR / 2 - _HOUR * (size.hours - 1)
    values = {
        **asdict(size), "from": begin, "to": until, "kept": kept, "fragments": _fragments(),
        "until": until, "rows": size.audit_rows,
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '512MB'")
        connection.execute("set work_mem = '128MB'")
        statements = _statements("city_fill")
        hourly = [one for one in statements if "%(hour)s" in one]
        for statement in statements[: -len(hourly)]:
            connection.execute(statement.encode(), values)
        for number in range(size.hours):
            if number % 8 == 0:
                say(f"chunks: hour {number} of {size.hours}")
            for statement in hourly:
                connection.execute(statement.encode(), {**values, "hour": kept + _HOUR * number})
        connection.execute("drop table city_piece")
        for statement in _statements("city_people"):
            connection.execute(statement.encode(), values)
        fill_audit(connection, size.audit_rows, until)
        say("statistics")
        connection.execute("vacuum analyze")


def fill_audit(connection: psycopg.Connection[tuple[object, ...]], rows: int, until: datetime) -> None:
    """Rows of an audit trail up to `until`; indexes are made afterwards, else it takes hours."""
    indexes = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = 'audit' and indexname <> 'audit_pkey'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"drop index {name}".encode())
    begin, *middle, end = _statements("audit_fill")
    disable, insert = middle
    for statement in (begin, disable):
        connection.execute(statement.encode(), {})
    for first in range(1, rows + 1, _AUDIT_STEP):
        say(f"audit: {first:,} of {rows:,}")
        last = min(rows, first + _AUDIT_STEP - 1)
        connection.execute(insert.encode(), {"first": first, "last": last, "rows": rows, "until": until})
    connection.execute(end.encode())
    for _, definition in indexes:
        connection.execute(str(definition).encode())


def say(what: str) -> None:
    """Progress, for people."""
    print(what, file=sys.stderr, flush=True)


def _statements(name: str) -> list[str]:
    return (Path(__file__).parent / f"{name}.sql").read_text().split("\n\n")[1:]


def _fragments() -> bytes:
    """The index of a minute in fragments of two seconds."""
    return pack(
        [
            FragmentSpan(
                offset=800 + n * 250_000, length=250_000, start_us=n * 2_000_000, duration_us=2_000_000,
                keyframe_length=60_000, video_length=250_000, sync=True, frames=50,
            )
            for n in range(30)
        ],
        0,
    )  # fmt: skip
