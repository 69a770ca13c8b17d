"""How instants, lengths, sizes, digests and places are written, in Indonesian and English."""

from __future__ import annotations

from datetime import timedelta

from saksi.clock import format_us, from_us
from saksi.clock_words import far
from saksi.papers.blocks import Line, Mono
from saksi.papers.parts import Camera, Span, Zone
from saksi.papers.spelling import DAYS, MONTHS
from saksi.papers.words import Say

_LONG_US = 10_000_000  # a longer difference in milliseconds is a row of digits
_UNITS = ("kB", "MB", "GB", "TB", "PB")


class Figures:
    """Writes figures in the language of `say` and the time of `zone`; UTC always stands beside it."""

    def __init__(self, say: Say, zone: Zone) -> None:
        self.say = say
        self.zone = zone
        self._comma, self._dot = (",", ".") if say.language == "id" else (".", ",")

    def count(self, number: int) -> str:
        """A whole number with its thousands marked."""
        return f"{number:,}".replace(",", self._dot)

    def decimal(self, value: float, places: int) -> str:
        """A number with a fixed number of decimals."""
        whole, _, rest = f"{abs(value):.{places}f}".partition(".")
        sign = "−" if value < 0 and float(f"{abs(value):.{places}f}") else ""
        return sign + self.count(int(whole)) + (self._comma + rest if places else "")

    def size(self, size: int) -> str:
        """Bytes exactly, and in the decimal unit that suits them."""
        exact = f"{self.count(size)} byte" + ("s" if self.say.language == "en" and size != 1 else "")
        if size < 1000:
            return exact
        value, unit = size / 1000, 0
        while value >= 999.5 and unit + 1 < len(_UNITS):
            value, unit = value / 1000, unit + 1
        return f"{exact} ({self.decimal(value, 2)} {_UNITS[unit]})"

    def clock_time(self, instant_us: int) -> str:
        """Day and time of the zone, to the millisecond, such as 23-11-2026 21:10:00,250 WITA."""
        local = from_us(instant_us) + timedelta(hours=self.zone.hours)
        return f"{local:%d-%m-%Y %H:%M:%S}{self._comma}{local.microsecond // 1000:03d} {self.zone.name}"

    def moment(self, instant_us: int) -> tuple[Line, ...]:
        """An instant in two lines: the zone's time, and UTC exact to the microsecond."""
        return self.clock_time(instant_us), Mono(format_us(instant_us))

    def moment_or(self, instant_us: int | None, otherwise: str) -> tuple[Line, ...]:
        """`moment`, or `otherwise` where there is none."""
        return (otherwise,) if instant_us is None else self.moment(instant_us)

    def in_words(self, instant_us: int) -> str:
        """An instant for running text: weekday, day, month in words, both times."""
        local = from_us(instant_us) + timedelta(hours=self.zone.hours)
        at = "pukul" if self.say.language == "id" else "at"
        return f"{self.day(instant_us)} {at} {local:%H:%M:%S} {self.zone.name} ({format_us(instant_us)})"

    def day(self, instant_us: int) -> str:
        """The zone's day, such as Senin, 23 November 2026."""
        local = from_us(instant_us) + timedelta(hours=self.zone.hours)
        return f"{DAYS[self.say.language][local.weekday()]}, {self.date(instant_us)}"

    def date(self, instant_us: int) -> str:
        """The zone's date without the weekday."""
        local = from_us(instant_us) + timedelta(hours=self.zone.hours)
        return f"{local.day} {MONTHS[self.say.language][local.month - 1]} {local.year}"

    def span(self, span: Span) -> tuple[Line, ...]:
        """Both ends of a span, each in the zone's time and in UTC."""
        start, end = self.moment(span.start_us), self.moment(span.end_us)
        return *start, self.say("until"), *end

    def length(self, length_us: int) -> str:
        """A length in hours, minutes and seconds to the millisecond; exact to the microsecond below one."""
        if 0 < length_us < 1000:
            return f"{length_us} µs"
        whole_ms = length_us // 1000
        hours, rest = divmod(whole_ms, 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        seconds = f"{rest // 1000}{self._comma}{rest % 1000:03d}"
        parts = [(hours, self.say("hours")), (minutes, self.say("minutes"))]
        said = [f"{self.count(number)} {unit}" for number, unit in parts if number]
        return " ".join([*said, f"{seconds} {self.say('seconds')}"])

    def difference(self, value_us: int | None) -> str:
        """A signed difference of times in milliseconds, or from ten seconds on in the two largest units."""
        if value_us is None:
            return self.say("not_measured")
        if abs(value_us) >= _LONG_US:
            return f"{'−' if value_us < 0 else '+'}{far(value_us, self.say.language)}"
        sign = "+" if value_us > 0 else ""
        return f"{sign}{self.decimal(value_us / 1000, 3)} ms"

    def bound(self, value_us: int | None) -> str:
        """An error bound in milliseconds."""
        return (
            self.say("not_known")
            if value_us is None or value_us < 0
            else f"± {self.decimal(value_us / 1000, 3)} ms"
        )

    def share(self, part: int, whole: int) -> str:
        """A percentage, never rounded up to a hundred that is not one."""
        if whole <= 0:
            return self.say("not_known")
        hundredths = part * 10_000 // whole
        return f"{hundredths // 100}{self._comma}{hundredths % 100:02d} %"

    def place(self, camera: Camera) -> tuple[Line, ...]:
        """Where a camera stood: degrees with their hemisphere, the geo address (RFC 5870), and the heading."""
        if camera.latitude is None or camera.longitude is None:
            return (self.say("place_not_known"),)
        north = self.say("north" if camera.latitude >= 0 else "south")
        east = self.say("east" if camera.longitude >= 0 else "west")
        said = f"{self.decimal(abs(camera.latitude), 6)}° {north}, {self.decimal(abs(camera.longitude), 6)}° {east}"
        lines: tuple[Line, ...] = (said, Mono(f"geo:{camera.latitude:.6f},{camera.longitude:.6f}"))
        if camera.heading_deg is not None:
            lines = (*lines, self.say("heading", degrees=self.decimal(camera.heading_deg, 0)))
        return lines


def groups(digest: str) -> str:
    """A digest in groups of eight."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
