"""What is known of the time of footage, in words: by which clock, how exactly, and what the camera's own showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from saksi import local_time
from saksi.messages import decimal

CAMERA_ERROR_US: Mapping[str, int] = {"onvif": 1_000_000}  # told in whole seconds, and asked over a network

# code: Indonesian, English
_WORDS = {
    "ntp": ("Direkam {at} ± {error}", "Recorded {at} ± {error}"),
    "unbounded": (
        "Direkam {at}; jam perekam disinkronkan, tetapi galatnya tidak diketahui",
        "Recorded {at}; the recorder's clock was synchronised, but its error is not known",
    ),
    "free": (
        "Direkam {at}; jam perekam TIDAK DISINKRONKAN, galatnya tidak diketahui",
        "Recorded {at}; the recorder's clock was NOT SYNCHRONISED, its error is not known",
    ),
    "stated": (
        "{at} menurut keterangan pembawanya, tidak diukur",
        "{at} as stated by whoever brought it, not measured",
    ),
    "camera_none": ("kamera tidak menyebut waktu jamnya", "the camera did not tell its own clock"),
    "camera_same": ("jam kamera sendiri menunjukkan waktu yang sama", "the camera's own clock agreed"),
    "camera_behind": ("jam kamera sendiri tertinggal {far}", "the camera's own clock was {far} behind"),
    "camera_ahead": ("jam kamera sendiri mendahului {far}", "the camera's own clock was {far} ahead"),
    "stated_none": (
        "selisih jam perekam asalnya tidak diketahui",
        "how far off the clock it was recorded with was is not known",
    ),
    "stated_same": (
        "jam perekam asalnya dinyatakan benar",
        "the clock it was recorded with was stated to be right",
    ),
    "stated_behind": (
        "jam perekam asalnya dinyatakan tertinggal {far}",
        "the clock it was recorded with was stated to be {far} behind",
    ),
    "stated_ahead": (
        "jam perekam asalnya dinyatakan mendahului {far}",
        "the clock it was recorded with was stated to be {far} ahead",
    ),
    "d": ("hari", "d"),
    "h": ("jam", "h"),
    "min": ("menit", "min"),
    "s": ("detik", "s"),
    "ms": ("ms", "ms"),
}
_UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


class Known(Protocol):
    """What is known of the clocks of a stretch of footage: saksi/custody/chain.py ClockEvidence."""

    @property
    def source(self) -> str:
        """Of the recorder's clock."""

    @property
    def error_us(self) -> int:
        """Its bound; -1: not known."""

    @property
    def camera_source(self) -> str:
        """Where the camera's own time came from."""

    @property
    def camera_offset_us(self) -> int:
        """Camera minus recorder."""


def recorded(at_us: int, known: Known, zone: str, language: str) -> str:
    """When an instant of footage was, in one sentence without its full stop; `language` is "id" or "en"."""
    at = local_time.moment(at_us, zone, language)
    stated = known.source == "stated"
    code = "unbounded" if known.source == "ntp" and known.error_us < 0 else known.source
    when = _say(code, language, at=at, error=bound(known.error_us, language))
    return f"{when}; {camera_clock(known.camera_source, known.camera_offset_us, language, stated=stated)}"


def camera_clock(source: str, offset_us: int, language: str, *, stated: bool = False) -> str:
    """What the camera's own clock showed: `offset_us` is it minus the recorder's. `stated`: of imported footage."""
    about = "stated" if stated else "camera"
    if source == "none":
        return _say(f"{about}_none", language)
    error_us = CAMERA_ERROR_US.get(source)
    if abs(offset_us) < (error_us or 1000):
        said = _say(f"{about}_same", language)
    else:
        how = "ahead" if offset_us > 0 else "behind"
        said = _say(f"{about}_{how}", language, far=far(offset_us, language))
    if source == "stated":
        return said
    how = source.upper()
    return f"{said} ({how})" if error_us is None else f"{said} ({how}, ± {bound(error_us, language)})"


def far(length_us: int, language: str) -> str:
    """How far two clocks are apart, in its two largest units: 40 ms, 3.2 s, 4 min 12 s, 7 h 59 min."""
    length_us = abs(length_us)
    if length_us < 999_500:
        return f"{round(length_us / 1000)} {_say('ms', language)}"
    if length_us < 9_950_000:
        return decimal(f"{length_us / 1e6:.1f} {_say('s', language)}", language)
    rest = round(length_us / 1e6)
    parts: list[tuple[int, str]] = []
    for unit, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count} {_say(unit, language)}" for count, unit in parts[:2] if count)


def bound(error_us: int, language: str) -> str:
    """A bound, never smaller than it is."""
    if error_us < 10_000:
        return decimal(f"{-(-error_us // 100) / 10:g} {_say('ms', language)}", language)
    if error_us < 1_000_000:
        return f"{-(-error_us // 1000)} {_say('ms', language)}"
    return decimal(f"{-(-error_us // 100_000) / 10:g} {_say('s', language)}", language)


def _say(code: str, language: str, **values: object) -> str:
    id_, en = _WORDS[code]
    return (id_ if language == "id" else en).format_map(values)
