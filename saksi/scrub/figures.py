"""How scrub stands, in numbers: for monitoring, for `saksi fsck`, for whoever asks whether all is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import Gauge

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.scrub import state
from saksi.scrub.flaws import KINDS

_open = Gauge("saksi_scrub_findings", "Findings that nothing resolved yet.", ["kind"])
_bytes = Gauge("saksi_scrub_read_bytes", "Bytes of stored chunks read and compared since the beginning.")
_chunks = Gauge("saksi_scrub_read_chunks", "Stored chunks read and compared since the beginning.")
_oldest = Gauge(
    "saksi_scrub_oldest_seconds", "Since when nobody verified some sealed hour; 0: there is none."
)
_stopped = Gauge(
    "saksi_scrub_stopped", "1 while so much is missing that scrub stopped in doubt of the store."
)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`findings` by kind; `oldest_us` is the age of the verification that is longest ago."""

    findings: Mapping[str, int]
    bytes_read: int
    chunks_read: int
    oldest_us: int
    stopped: bool


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a whole round has to read, thinned chunks among it, and how long that takes at a rate (0: none is set)."""

    hours: int
    never: int
    chunks: int
    bytes: int
    seconds: int


def figures(connection: Connection) -> Figures:
    """How it stands now."""
    now = state.current(connection)
    oldest = connection.execute(query("scrub.oldest")).fetchone()
    return Figures(
        findings={row["kind"]: row["n"] for row in connection.execute(query("scrub.counts"))},
        bytes_read=now["bytes_read"],
        chunks_read=now["chunks_read"],
        oldest_us=0
        if oldest is None or oldest["at"] is None
        else max(0, clock.now_us() - clock.to_us(oldest["at"])),
        stopped=now["stopped_at"] is not None,
    )


def whole_round(connection: Connection, rate: float) -> Round:
    """What reading everything once takes at `rate` bytes a second."""
    row = connection.execute(query("scrub.kept")).fetchone()
    assert row is not None
    return Round(**row, seconds=round(row["bytes"] / rate) if rate else 0)


def show(now: Figures) -> None:
    """Sets the gauges."""
    for kind in KINDS:
        _open.labels(kind).set(now.findings.get(kind, 0))
    _bytes.set(now.bytes_read)
    _chunks.set(now.chunks_read)
    _oldest.set(now.oldest_us / 1e6)
    _stopped.set(int(now.stopped))
