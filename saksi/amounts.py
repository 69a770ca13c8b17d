"""How many of what, and how long, as people read it: "1 camera-hour", "2 chunks", "1.5 hours", in either language."""

from __future__ import annotations

from saksi.messages import Phrase, decimal

# thing: Indonesian, English one, English several
_THINGS = {
    "camera_hour": ("jam-kamera", "camera-hour", "camera-hours"),
    "camera": ("kamera", "camera", "cameras"),
    "chunk": ("potongan", "chunk", "chunks"),
    "day": ("hari", "day", "days"),
    "hour": ("jam", "hour", "hours"),
    "minute": ("menit", "minute", "minutes"),
    "second": ("detik", "second", "seconds"),
    "picture": ("gambar", "picture", "pictures"),
    "damaged_picture": ("gambar rusak", "damaged picture", "damaged pictures"),
    "point": ("data", "point", "points"),
    "recorder": ("perekam", "recorder", "recorders"),
    "finding": ("temuan", "finding", "findings"),
}
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_LENGTHS = (
    ("day", 86_400_000_000),
    ("hour", 3_600_000_000),
    ("minute", 60_000_000),
    ("second", 1_000_000),
)


def amount(count: float, thing: str, language: str) -> str:
    """A count and the word for what is counted; `language` is "id" or "en"."""
    id_, one, several = _THINGS[thing]
    shown = f"{count:.1f}".removesuffix(".0") if isinstance(count, float) else str(count)
    if language == "id":
        return f"{decimal(shown, language)} {id_}"
    return f"{shown} {one if shown == '1' else several}"


def length(length_us: int, language: str) -> str:
    """Microseconds in the largest unit of which there is one, to a tenth: a policy of minutes never reads 0.0 days."""
    for thing, unit_us in _LENGTHS:
        if abs(length_us) >= unit_us:
            return amount(length_us / unit_us, thing, language)
    return amount(length_us / 1_000_000, "second", language)


def size(count: int) -> str:
    """Bytes in the decimal unit that suits them."""
    value, unit = float(count), 0
    while value >= 999.5 and unit + 1 < len(_UNITS):
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{count} B"


class _Counted(Phrase):
    def text(self, language: str) -> str:
        count = self.values["count"]
        assert isinstance(count, int)
        return amount(count, self.code, language)


def counted(count: int, thing: str) -> Phrase:
    """A count and its word as one of the values of a message."""
    return _Counted(thing, {"count": count})
