"""Instants as people in Indonesia read them: the day once, clock times, and the name of the zone.

None of the zones has a summer time. Where no zone is known it is UTC, and says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from saksi import clock

HOURS = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0}


def moment(at_us: int, zone: str, language: str) -> str:
    """Such as 23-11-2026 21:10:00 WITA, with milliseconds where there are any; `language` is "id" or "en"."""
    return f"{_day(at_us, zone)} {_clock(at_us, zone, language)} {zone}"


def local(at_us: int, zone: str) -> datetime:
    """What the calendar and the clock of the zone show."""
    return clock.from_us(at_us) + timedelta(hours=HOURS[zone])


def span(from_us: int, to_us: int, zone: str, language: str) -> str:
    """Such as 23-11-2026 21:10:00–21:15:00 WITA; both days where they differ."""
    if _day(from_us, zone) != _day(to_us, zone):
        start = f"{_day(from_us, zone)} {_clock(from_us, zone, language)}"
        return f"{start} – {moment(to_us, zone, language)}"
    return f"{_day(from_us, zone)} {_clock(from_us, zone, language)}–{_clock(to_us, zone, language)} {zone}"


def _day(at_us: int, zone: str) -> str:
    return f"{local(at_us, zone):%d-%m-%Y}"


def _clock(at_us: int, zone: str, language: str) -> str:
    shown = local(at_us, zone)
    milliseconds = shown.microsecond // 1000
    comma = "," if language == "id" else "."
    return f"{shown:%H:%M:%S}" + (f"{comma}{milliseconds:03d}" if milliseconds else "")
