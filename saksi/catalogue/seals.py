"""Camera-hour seals: the chunks of a run that start in one hour, under one RFC 6962 root, signed. Kept for ever.

Leaves and tips are recomputed from the columns, so a row that was changed behind the recorder's back cannot be sealed
unnoticed: the last recomputed tip must be the one the run carries, and the one its recorder remembers. A seal and its
entry in the log are made in one transaction; its lines follow (saksi/catalogue/seal_lines.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from saksi import clock
from saksi.catalogue import seal_entries
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import entry_of
from saksi.catalogue.seal_lines import entries_of, write_owed
from saksi.catalogue.timeline import JITTER_US, unite
from saksi.custody.canonical import tip
from saksi.custody.chain import ChunkEntry
from saksi.custody.merkle import root
from saksi.errors import IntegrityError
from saksi.messages import register

__all__ = ["entries_of", "request_seals", "seal_now", "seal_run", "write_owed"]

register(
    "chain_broken",
    en=(
        "The chunks of run {run} after {sealed_seq} do not lead to its tip at {last_seq}.",
        "A row was changed or removed; nothing of it is sealed. Run `saksi ledger verify`, and have a person look.",
    ),
    id_=(
        "Chunk run {run} setelah {sealed_seq} tidak menuju ujung rantainya pada {last_seq}.",
        "Ada baris yang diubah atau dihapus; tidak disegel. Jalankan `saksi ledger verify`; petugas harus memeriksa.",
    ),
)
register(
    "tip_differs",
    en=(
        "Run {run} has another tip at {last_seq} than its recorder remembers.",
        "Its chain was rewritten, or an older database restored; nothing of it is sealed until people have looked.",
    ),
    id_=(
        "Ujung run {run} pada {last_seq} berbeda dari yang diingat perekamnya.",
        "Rantainya ditulis ulang, atau basis data lama dipulihkan; tidak disegel sampai petugas memeriksa.",
    ),
)

# An hour is sealed so long after its end: late announcements are mostly in by then.
SETTLING = timedelta(minutes=5)
# And each run at a minute of its own, so that a city's hours are not all sealed at once.
SPREAD_MINUTES = 45
# By the office so much after SETTLING, when the recorder is silent for as long.
ORPHANED = timedelta(minutes=10)
# Or so much, when it is not and yet leaves them: its spool was cleared, or it was given another one.
OVERDUE = timedelta(hours=2)
SILENT_S = 30.0  # who renewed no lease for so long will not seal on demand
ASK_CHANNEL = "saksi_seal_run"
_MOST_SPANS = 400  # under one seal: its entry must fit the log
_LOOK_S = 0.1

# Whether this is the tip that the recorder remembers of (run, seq).
Agrees = Callable[[str, int, bytes], bool]


@dataclass(frozen=True, kw_only=True)
class _Link:
    """A chunk to be sealed, its leaf, and the tip after it."""

    hour: datetime
    entry: ChunkEntry
    leaf: bytes
    tip: bytes


def due_runs(connection: Connection, runs: Sequence[str], now: datetime, limit: int) -> list[int]:
    """Which of these runs have unsealed chunks in hours that are over, by number; some of them a little later."""
    values = {"settled": now - SETTLING, "spread": SPREAD_MINUTES, "runs": list(runs), "limit": limit}
    return [row["run_no"] for row in connection.execute(query("seals.due"), values)]


def orphaned_runs(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The same for all runs that the office must seal: their recorder is gone, or does not know them any more."""
    values = {
        "before": _hour(now - SETTLING - ORPHANED),
        "long_before": _hour(now - SETTLING - OVERDUE),
        "silent_s": ORPHANED.total_seconds(),
        "limit": limit,
    }
    return [row["run_no"] for row in connection.execute(query("seals.due_of_nobody"), values)]


def seal_run(
    connection: Connection, author: Author, run_no: int, now: datetime, *, agrees: Agrees | None = None
) -> int:
    """Seals the run's chunks of every hour that is over; answers how many seals were made. Doing it twice is harmless.

    The run is locked meanwhile, so appends to it wait; they are few and this is short. Raises IntegrityError, and
    seals nothing, when the unsealed rows are not the chain that the run's tip stands for, or `agrees` denies that tip.
    """
    return _seal_before(connection, author, run_no, _hour(now - SETTLING), agrees)


def seal_early(connection: Connection, author: Author, run_no: int, *, agrees: Agrees | None = None) -> int:
    """The same for everything announced of a run, the present hour too: what follows gets another part."""
    return _seal_before(connection, author, run_no, None, agrees)


def seal_now(connection: Connection, author: Author, camera_id: int, from_us: int, to_us: int) -> int:
    """Seals every announced chunk of a camera that touches [from_us, to_us); answers how many seals were made."""
    runs = [row["run_no"] for row in _unsealed(connection, [(camera_id, from_us, to_us)])]
    author.lock(connection)
    return sum(seal_early(connection, author, run_no) for run_no in runs)


def request_seals(
    database: Database, office: Author, wanted: Sequence[tuple[int, int, int]], *, wait_s: float = 5.0
) -> int:
    """Has every announced chunk that touches one of (camera_id, from_us, to_us) sealed; answers how many seals the
    office made.

    Living recorders are asked and given `wait_s` together; the office seals what is left. Raises IntegrityError for
    a run that must not be sealed, and Unavailable.
    """
    with database.transaction() as connection:
        rows = _unsealed(connection, wanted)
        for row in rows:
            if row["live"]:
                connection.execute(query("seals.ask"), row)
    left = {row["run_no"]: row["last_seq"] for row in rows}
    until_us, pause = clock.monotonic_us() + int(wait_s * 1e6), threading.Event()
    live = {row["run_no"] for row in rows if row["live"]}
    while live & left.keys() and clock.monotonic_us() < until_us:
        pause.wait(_LOOK_S)
        with database.transaction() as connection:
            for row in connection.execute(query("seals.sealed_to"), {"run_nos": list(left), "runs": []}):
                if row["sealed_seq"] >= left[row["run_no"]]:
                    del left[row["run_no"]]
    made = 0
    for run_no in left:
        with database.transaction() as connection:
            made += seal_early(connection, office, run_no)
    return made


def may_seal(connection: Connection, run_no: int, runs: Sequence[str]) -> bool:
    """Whether a run is one of those that its recorder remembers."""
    values = {"run_no": run_no, "runs": list(runs)}
    return connection.execute(query("seals.ours"), values).fetchone() is not None


def alarm(connection: Connection, run_no: int, recorder: str) -> None:
    """Keeps everybody from sealing a run: its recorder does not find in the catalogue what it remembers."""
    connection.execute(query("seals.alarm"), {"run_no": run_no, "recorder": recorder})


def _unsealed(connection: Connection, wanted: Sequence[tuple[int, int, int]]) -> list[dict[str, Any]]:
    values = {
        "cameras": [camera_id for camera_id, _, _ in wanted],
        "froms": [clock.from_us(from_us) for _, from_us, _ in wanted],
        "tos": [clock.from_us(to_us) for _, _, to_us in wanted],
        "silent_s": SILENT_S,
    }
    return connection.execute(query("seals.unsealed"), values).fetchall()


def _seal_before(
    connection: Connection, author: Author, run_no: int, before: datetime | None, agrees: Agrees | None
) -> int:
    author.lock(connection)
    run = connection.execute(query("seals.run"), {"run_no": run_no}).fetchone()
    assert run is not None
    if run["last_end"] is None or run["last_seq"] == run["sealed_seq"]:
        return 0
    links = _links(run, connection.execute(query("seals.chunks"), run).fetchall())
    differs = agrees is not None and not agrees(run["run"], run["last_seq"], run["tip"])
    if differs or run["alarmed"]:
        raise IntegrityError("tip_differs", run=run["run"], last_seq=run["last_seq"])
    chain, end_us, made = run["sealed_tip"], None, 0
    if run["sealed_seq"]:
        end_us = clock.to_us(run["sealed_end"])
    for group in _groups(takewhile(lambda link: before is None or link.hour < before, links)):
        _seal(connection, author, run, group, chain, end_us)
        chain, end_us, made = group[-1].tip, group[-1].entry.end_us, made + 1
    return made


def _links(run: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[_Link]:
    """The unsealed chunks as the chain they form. Raises IntegrityError when it does not meet the run's tip."""
    links, end = [], run["sealed_tip"]
    for row in rows:
        entry = entry_of(row)
        leaf = entry.leaf()
        end = tip(end, leaf)
        links.append(_Link(hour=_hour(row["start_at"]), entry=entry, leaf=leaf, tip=end))
    whole = [row["seq"] for row in rows] == list(range(run["sealed_seq"] + 1, run["last_seq"] + 1))
    if not whole or end != run["tip"]:
        raise IntegrityError(
            "chain_broken", run=run["run"], sealed_seq=run["sealed_seq"], last_seq=run["last_seq"]
        )
    return links


def _groups(links: Iterable[_Link]) -> Iterator[list[_Link]]:
    """What goes under one seal: an hour, or less of it where footage is in very many pieces."""
    group: list[_Link] = []
    spans = 0
    for link in links:
        new_span = not group or link.entry.start_us - group[-1].entry.end_us > JITTER_US
        if group and (link.hour != group[0].hour or (new_span and spans == _MOST_SPANS)):
            yield group
            group, spans = [], 0
            new_span = True
        spans += new_span
        group.append(link)
    if group:
        yield group


def _seal(
    connection: Connection,
    author: Author,
    run: dict[str, Any],
    group: Sequence[_Link],
    chain: bytes,
    before_us: int | None,
) -> None:
    entries = [link.entry for link in group]
    connection.execute(query("seals.one_at_a_time"), run)
    place = {"camera_id": run["camera_id"], "hour": group[0].hour}
    parts = connection.execute(query("seals.parts"), place).fetchone()
    assert parts is not None
    seal = {
        **place,
        "camera": run["camera"],
        "run": run["run"],
        "run_no": run["run_no"],
        "part": parts["parts"] + 1,
        "first_seq": entries[0].seq,
        "last_seq": entries[-1].seq,
        "n": len(entries),
        "bytes": sum(entry.size for entry in entries),
        "frames": sum(entry.frames for entry in entries),
        "spans": _spans((entry.start_us, entry.end_us) for entry in entries),
        "chain_in": chain,
        "chain_out": group[-1].tip,
        "root": root([link.leaf for link in group]),
        "end_at": clock.from_us(entries[-1].end_us),
    }
    connection.execute(query("seals.add"), seal)
    connection.execute(query("seals.advance"), seal)
    seal_entries.add(connection, author, seal, before_us)


def _spans(pairs: Iterable[tuple[int, int]]) -> TimestamptzMultirange:
    ranges = (TimestamptzRange(clock.from_us(a), clock.from_us(b)) for a, b in unite(pairs, JITTER_US))
    return TimestamptzMultirange(ranges)


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
