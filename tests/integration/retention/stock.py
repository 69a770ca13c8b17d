"""Footage of many days that is only told of: rows of kept hours and of what was recorded a day, nothing behind them."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue.database import Connection

DAY_US = 86_400_000_000
HOUR_BYTES = 1_000_000


def add_agency(connection: Connection, code: str, category: str = "city") -> int:
    """An agency."""
    row = connection.execute(
        "insert into agency (code, name, category) values (%s, %s, %s) returning agency_id",
        (code, code.title(), category),
    ).fetchone()
    assert row is not None
    return int(row["agency_id"])


def add_stock(connection: Connection, code: str, agency_id: int, *, days: int, now_us: int) -> int:
    """A camera with so many days of footage up to the hour before `now_us`, HOUR_BYTES an hour; answers its id."""
    row = connection.execute(
        """insert into camera (code, name, agency_id, source_sealed, source_masked, created_at)
           values (%s, %s, %s, 'x', 'x', %s) returning camera_id""",
        (code, code.title(), agency_id, clock.from_us(now_us - days * DAY_US)),
    ).fetchone()
    assert row is not None
    values = {
        "camera": row["camera_id"],
        "hours": days * 24,
        "now": clock.from_us(now_us),
        "bytes": HOUR_BYTES,
    }
    connection.execute(
        """insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)
           select %(camera)s, hour, 1, 60, %(bytes)s, hour, hour + interval '1 hour'
           from generate_series(1, %(hours)s) back,
                lateral (select date_trunc('hour', %(now)s::timestamptz) - back * interval '1 hour' as hour) h""",
        values,
    )
    connection.execute(
        """insert into recorded_day (day, camera_id, bytes, covered_us)
           select (hour at time zone 'UTC')::date, camera_id, sum(bytes), count(*) * 3600000000 from kept_hour
           where camera_id = %(camera)s group by 1, 2""",
        values,
    )
    return int(row["camera_id"])


def add_hold(connection: Connection, camera_id: int, from_us: int, to_us: int) -> int:
    """A hold in force, written directly; answers its id."""
    connection.execute(
        "insert into person (name, password_hash, role) values ('holder', 'x', 'admin') on conflict do nothing"
    )
    row = connection.execute(
        """insert into legal_hold (reason, review_on, placed_by, placed_at)
           select 'test', current_date + 180, person_id, now() from person where name = 'holder' returning hold_id"""
    ).fetchone()
    assert row is not None
    connection.execute(
        "insert into legal_hold_span (hold_id, camera_id, from_at, to_at, added_at) values (%s, %s, %s, %s, now())",
        (row["hold_id"], camera_id, clock.from_us(from_us), clock.from_us(to_us)),
    )
    return int(row["hold_id"])
