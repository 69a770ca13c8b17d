"""The only place that reads wall-clock time, and how times are written and read.

Instants are integer microseconds since 1970-01-01 UTC (`_us`) or timezone-aware datetimes, never naive ones.
"""

from __future__ import annotations

import ctypes
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from saksi.errors import BadInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# RFC 3339 section 5.6, restricted to at most microseconds.
_RFC3339 = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone>[Zz]|[+-]\d\d:\d\d)?$")
EARLIEST_US = 946_684_800_000_000  # 2000-01-01: no CCTV footage is older, so anything before is a slip
LATEST_US = 4_102_444_800_000_000  # 2100-01-01


def now_us() -> int:
    """Wall-clock time in microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000


def now() -> datetime:
    """Wall-clock time as an aware UTC datetime."""
    return from_us(now_us())


def monotonic_us() -> int:
    """Microseconds on a clock that never steps; only differences mean anything."""
    return time.monotonic_ns() // 1000


def boot_us() -> int:
    """Microseconds since this machine started, also while it slept: no setting of the wall clock moves it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def from_us(instant_us: int) -> datetime:
    """The aware UTC datetime of an instant, exact to the microsecond."""
    return _EPOCH + timedelta(microseconds=instant_us)


def to_us(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no place on the time line; give it a zone")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def format_us(instant_us: int) -> str:
    """RFC 3339 in UTC with microseconds, such as 2026-11-23T21:10:00.000000Z."""
    return from_us(instant_us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str, field: str) -> int:
    """Microseconds since 1970-01-01 UTC of an RFC 3339 time with a zone.

    Raises BadInput naming `field` when the text is not a time, has no zone, or lies outside 2000 to 2100.
    """
    # A plus sign in a query string that was not percent-encoded arrives as a space.
    found = _RFC3339.match(re.sub(r" (\d\d:\d\d)$", r"+\1", text.strip()))
    if found is None:
        raise BadInput("time_malformed", field=field, given=text[:60])
    if found["zone"] is None:
        raise BadInput("time_naive", field=field, given=text[:60])
    try:
        instant_us = to_us(datetime.fromisoformat(found[0].upper().replace("Z", "+00:00")))
    except (ValueError, OverflowError) as error:
        raise BadInput("time_malformed", field=field, given=text[:60]) from error
    if not EARLIEST_US <= instant_us < LATEST_US:
        raise BadInput("time_absurd", field=field, given=text[:60])
    return instant_us


@dataclass(frozen=True, kw_only=True)
class HostClock:
    """What the kernel says of this machine's clock (adjtimex(2)).

    `source` is "ntp" when the kernel holds the clock synchronised, else "free"; `offset_us` is the remaining
    correction, `error_us` the kernel's bound on the error, -1 when it gives none.
    """

    source: str
    offset_us: int
    error_us: int


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


_STA_UNSYNC = 0x0040
_STA_NANO = 0x2000
_TIME_ERROR = 5


def host_clock() -> HostClock:
    """Reads the kernel's clock discipline; never fails, an unreadable state counts as free-running."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        timex = _Timex()
        state = libc.adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return HostClock(source="free", offset_us=0, error_us=-1)
    if state < 0 or state == _TIME_ERROR or timex.status & _STA_UNSYNC:
        return HostClock(source="free", offset_us=0, error_us=-1)
    offset_us = timex.offset // 1000 if timex.status & _STA_NANO else timex.offset
    return HostClock(source="ntp", offset_us=offset_us, error_us=timex.maxerror)
