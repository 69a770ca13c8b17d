"""Calendar months of the archive's zone, written as 2026-11."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from saksi import clock, local_time
from saksi.errors import BadInput
from saksi.messages import register

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")

register(
    "month_malformed",
    en=("{field} is not a month: {given}.", "Write it as 2026-11, between 2000-01 and 2099-12."),
    id_=("{field} bukan bulan: {given}.", "Tulis seperti 2026-11, antara 2000-01 dan 2099-12."),
)
register(
    "month_ahead",
    en=("{given} has not begun yet.", "Ask for this month or one before it."),
    id_=("{given} belum mulai.", "Minta bulan ini atau sebelumnya."),
)


def span(month: str, zone: str, field: str = "month") -> tuple[int, int]:
    """[from_us, to_us) of a month. Raises BadInput."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise BadInput("month_malformed", field=field, given=month[:20])
    year, number = int(found[1]), int(found[2])
    return _begin(year, number, zone), _begin(year + number // 12, number % 12 + 1, zone)


def begun(month: str, zone: str, now_us: int) -> tuple[int, int]:
    """The same of a month that has begun. Raises BadInput."""
    from_us, to_us = span(month, zone)
    if from_us >= now_us:
        raise BadInput("month_ahead", field="month", given=month)
    return from_us, to_us


def current(now_us: int, zone: str) -> str:
    """The month that an instant is in."""
    return f"{local_time.local(now_us, zone):%Y-%m}"


def _begin(year: int, month: int, zone: str) -> int:
    return clock.to_us(datetime(year, month, 1, tzinfo=UTC) - timedelta(hours=local_time.HOURS[zone]))
