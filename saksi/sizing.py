"""What a fleet needs: disks, network, rows, processes and memory, from its size and the measured figures.

Pure arithmetic; rounded up where a part cannot be bought.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from saksi import sizing_figures as figures

_DAY_S = 86_400
_FULL = 0.9  # SAKSI_STORE_HIGH_WATER_PERCENT: fuller is an alarm
_BUSY = 0.6  # of a core, so that a take-over and a bad minute fit
_WIRE = 1.04  # RTP, RTSP framing, TCP and IP around the footage, at 1,400 B a packet
_FRAGMENT_S = 2.0
_CONNECTIONS = 6  # of a recorder: a pool of four, a listener, some air
_OTHER_CONNECTIONS = 60  # API, workers, beat, people
_LEAST_SHARE = 0.5  # what a camera of next to no bit rate costs of one that was measured


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What is asked: cameras, megabits a second of each, days that footage is kept, and how it is recorded.

    `outage_hours`: how long the store may be away before footage is dropped.
    """

    cameras: int
    mbps: float
    days: float
    chunk_seconds: int = 60
    outage_hours: float = 4.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What it needs. Sizes in bytes, rates in bytes or things a second, unless the name says otherwise."""

    footage_bytes_a_day: float
    footage_bytes: float
    thumbnail_bytes: float
    store_bytes: float
    objects: float
    cameras_mbps: float
    store_mbps: float
    recorders: int
    cameras_a_recorder: int
    recorder_cores: float
    recorder_memory_bytes: float
    spool_bytes: float
    worker_cores: float
    chunk_rows: float
    chunks_a_second: float
    catalogue_bytes: float
    seal_bytes_a_year: float
    wal_bytes_a_day: float
    database_cores: float
    database_connections: int
    erased_a_second: float
    saved_by_a_megabit: float
    saved_by_a_day: float


def plan(fleet: Fleet) -> Plan:
    """The needs of a fleet. One recorder of `recorders` may be gone and the others still hold every camera."""
    cameras = fleet.cameras
    footage = cameras * fleet.mbps * 1e6 / 8
    chunks = cameras / fleet.chunk_seconds
    stored = chunks * _DAY_S * fleet.days
    cpu = figures.RECORD_CPU.amount / 60 * max(fleet.mbps / figures.RECORD_MBPS, _LEAST_SHARE)
    alone = max(1, math.floor(_BUSY / cpu))
    recorders = 1 if cameras <= alone // 4 else math.ceil(cameras / alone) + 1
    each = math.ceil(cameras / max(1, recorders - 1))
    row = figures.ROW.amount + figures.FRAGMENT.amount * math.ceil(fleet.chunk_seconds / _FRAGMENT_S)
    thumbnails = stored * figures.THUMBNAIL.amount
    kept = footage * _DAY_S * fleet.days
    return Plan(
        footage_bytes_a_day=footage * _DAY_S,
        footage_bytes=kept,
        thumbnail_bytes=thumbnails,
        store_bytes=(kept + thumbnails) / _FULL,
        objects=2 * stored,
        cameras_mbps=cameras * fleet.mbps * _WIRE,
        store_mbps=cameras * fleet.mbps * _WIRE,
        recorders=recorders,
        cameras_a_recorder=each,
        recorder_cores=cameras * cpu / _BUSY,
        recorder_memory_bytes=each * figures.CAMERA_MEMORY.amount + figures.PROCESS_MEMORY.amount,
        spool_bytes=each * fleet.mbps * 1e6 / 8 * 3600 * fleet.outage_hours,
        worker_cores=chunks * figures.THUMBNAIL_CPU.amount / _BUSY,
        chunk_rows=stored,
        chunks_a_second=chunks,
        catalogue_bytes=stored * (row + figures.THUMBNAIL_ROW.amount),
        seal_bytes_a_year=cameras * 24 * 365 * figures.SEAL.amount,
        wal_bytes_a_day=chunks * _DAY_S * figures.WAL.amount,
        database_cores=2 * chunks / figures.APPEND_RATE.amount + cameras / 10_000 * figures.LEASE_CPU.amount,
        database_connections=recorders * _CONNECTIONS + _OTHER_CONNECTIONS,
        erased_a_second=2 * chunks,
        saved_by_a_megabit=kept / fleet.mbps / _FULL,
        saved_by_a_day=footage * _DAY_S / _FULL,
    )
