"""Tombstone lines: what a purge took of each seal, canonical, under one RFC 6962 root in the log's entry of the purge.

`{"t":"saksi/tombstone/1","camera","hour","part","run","seal","seqs","spans","n","bytes","policy","purge"}`: `seal` is
the root of the seal (hex), `seqs` pairs of first and last number, `spans` pairs of start and end, `policy` 0 where no
policy asked for it. Ordered by camera code (bytes), hour, part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, Database, query
from saksi.custody.canonical import canonical

_PAGE = 2000
_FIRST = {"camera": "", "hour": clock.from_us(0), "part": 0}


@dataclass(frozen=True, kw_only=True)
class Tombstone:
    """What a purge took of one seal. Times are microseconds UTC; `gone` once the store has none of it."""

    camera_id: int
    camera: str
    agency: str
    hour_us: int
    part: int
    run: str
    seal: bytes
    seqs: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    n: int
    size: int
    policy_id: int | None
    purge_id: int
    gone: bool

    def line(self) -> bytes:
        """The canonical line, without a line feed."""
        return canonical(
            {
                "t": "saksi/tombstone/1",
                "camera": self.camera,
                "hour": self.hour_us,
                "part": self.part,
                "run": self.run,
                "seal": self.seal.hex(),
                "seqs": [list(pair) for pair in self.seqs],
                "spans": [list(pair) for pair in self.spans],
                "n": self.n,
                "bytes": self.size,
                "policy": self.policy_id or 0,
                "purge": self.purge_id,
            }
        )


def of_purge(database: Database, purge_id: int) -> Iterator[Tombstone]:
    """All of a purge, in the order of their lines; a short transaction a page."""

    def page_after(after: dict[str, Any]) -> list[dict[str, Any]]:
        with database.transaction() as connection:
            return _page(connection, purge_id, after)

    return _walk(purge_id, page_after)


def within(connection: Connection, purge_id: int) -> Iterator[Tombstone]:
    """The same in the caller's transaction."""
    return _walk(purge_id, lambda after: _page(connection, purge_id, after))


def _walk(purge_id: int, page_after: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Iterator[Tombstone]:
    after: dict[str, Any] = _FIRST
    while True:
        page = page_after(after)
        for row in page:
            yield _tombstone(row, purge_id)
        if len(page) < _PAGE:
            return
        after = {name: page[-1][name] for name in after}


def _page(connection: Connection, purge_id: int, after: dict[str, Any]) -> list[dict[str, Any]]:
    values = {"purge_id": purge_id, "limit": _PAGE, **after}
    return connection.execute(query("purge.tombstones"), values).fetchall()


def _tombstone(row: dict[str, Any], purge_id: int) -> Tombstone:
    return Tombstone(
        camera_id=row["camera_id"],
        camera=row["camera"],
        agency=row["agency"],
        hour_us=clock.to_us(row["hour"]),
        part=row["part"],
        run=row["run"],
        seal=row["seal"],
        seqs=numbers(row["seqs"]),
        spans=tuple((clock.to_us(span.lower), clock.to_us(span.upper)) for span in row["spans"]),
        n=row["n"],
        size=row["bytes"],
        policy_id=row["policy_id"],
        purge_id=purge_id,
        gone=row["gone_at"] is not None,
    )


def of_runs(connection: Connection, runs: Iterable[str], since_us: int) -> dict[str, list[tuple[int, int]]]:
    """First and last numbers of what purges took of these runs, of hours from `since_us` on."""
    values = {"runs": list(runs), "since": clock.from_us(since_us)}
    found: dict[str, list[tuple[int, int]]] = {}
    for row in connection.execute(query("purge.taken_of_runs"), values):
        found.setdefault(row["run"], []).extend(numbers(row["seqs"]))
    return found


def numbers(seqs: Any) -> tuple[tuple[int, int], ...]:
    """First and last number of each range of an int4multirange."""
    return tuple((span.lower, span.upper - 1) for span in seqs)
