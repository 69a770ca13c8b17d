"""Cameras, stretches and outages put straight into a catalogue."""

from __future__ import annotations

from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection

SECOND = 1_000_000
BEGIN_US = clock.parse_rfc3339("2026-11-01T00:00:00+08:00", "from")
END_US = clock.parse_rfc3339("2026-12-01T00:00:00+08:00", "to")
NOW_US = clock.parse_rfc3339("2027-01-15T00:00:00+08:00", "now")
_ZEROS = b"\0" * 32


def add_agency(connection: Connection, code: str) -> int:
    """An agency; answers its own id."""
    return _one(
        connection,
        "insert into agency (code, name, category) values (%s, %s, 'mall') returning agency_id",
        [code, code.title()],
    )


def add_site(connection: Connection, agency_id: int, code: str) -> int:
    """A site of it."""
    return _one(
        connection,
        "insert into site (code, agency_id, name) values (%s, %s, %s) returning site_id",
        [code, agency_id, code.title()],
    )


def add_camera(
    connection: Connection, agency_id: int, code: str, *, site_id: int | None = None, since_us: int = BEGIN_US
) -> int:
    """A camera that is there and switched on from `since_us` on."""
    return _one(
        connection,
        "insert into camera (code, name, agency_id, site_id, source_sealed, source_masked, created_at)"
        " values (%s, %s, %s, %s, 'x', 'x', %s) returning camera_id",
        [code, code.title(), agency_id, site_id, clock.from_us(since_us)],
    )


def add_run(connection: Connection, camera_id: int, epoch: int = 1, *, origin: str = "live") -> int:
    """A run of it."""
    return _one(
        connection,
        "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end,"
        " origin, file_sha256) values (gen_random_uuid(), %s, %s, 'r', 'start', %s, '2026-01-01', %s, %s, '2026-01-01',"
        " %s, %s) returning run_no",
        [camera_id, epoch, _ZEROS, _ZEROS, _ZEROS, origin, _ZEROS if origin == "import" else None],
    )


def record(connection: Connection, camera_id: int, run_no: int, from_us: int, to_us: int) -> None:
    """A closed stretch of footage."""
    connection.execute(
        "insert into coverage_run (camera_id, run_no, start_at, end_at) values (%s, %s, %s, %s)",
        [camera_id, run_no, clock.from_us(from_us), clock.from_us(to_us)],
    )


def fail(connection: Connection, camera_id: int, from_us: int, to_us: int | None, reason: str) -> None:
    """An outage; None: it is open."""
    connection.execute(
        "insert into outage (camera_id, start_at, end_at, reason, recorder) values (%s, %s, %s, %s, 'r')",
        [camera_id, clock.from_us(from_us), None if to_us is None else clock.from_us(to_us), reason],
    )


def _one(connection: Connection, statement: str, values: list[Any]) -> int:
    row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return int(next(iter(row.values())))
