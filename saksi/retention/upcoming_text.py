"""The week's deletions of an agency as plain text, for mail and command line, in Indonesian or English."""

from __future__ import annotations

from collections.abc import Iterator

from saksi import amounts, local_time
from saksi.amounts import size
from saksi.retention.upcoming import AgencyWeek, ByHand, Day, Week
from saksi.settings import Settings

# code: Indonesian, English
_WORDS = {
    "head": (
        "Pemusnahan rekaman 7 hari ke depan: {name}",
        "Footage to be deleted in the next 7 days: {name}",
    ),
    # A line of mail that begins with "From " would be changed on its way.
    "until": ("Dari {start} sampai {end}.", "Between {start} and {end}."),
    "none": (
        "Tidak ada yang akan dimusnahkan antara {start} dan {end}, dan tidak ada penahanan yang perlu ditinjau.",
        "Nothing is to be deleted between {start} and {end}, and no hold is to be reviewed.",
    ),
    "nothing": ("Tidak ada yang jatuh tempo.", "Nothing is due."),
    "day": (
        "{due}: {hours} dari {cameras}, {chunks}, {size}",
        "{due}: {hours} of {cameras}, {chunks}, {size}",
    ),
    "all_held": ("{due}: tidak ada", "{due}: nothing"),
    "ends": ("  rekaman {oldest} sampai {newest}", "  footage of {oldest} until {newest}"),
    "policy": (
        "  kebijakan {number} ({policy}): {hours}, {size}",
        "  policy {number} ({policy}): {hours}, {size}",
    ),
    "thinned": (
        "  dijarangkan, bingkai kunci tetap ada: {hours}, {size}",
        "  thinned, keyframes stay: {hours}, {size}",
    ),
    "held": (
        "  tetap ada karena ditahan: {hours}, {size}",
        "  stays, as it is held: {hours}, {size}",
    ),
    "unsealed": (
        "Belum terhitung: yang belum disegel atau masih akan direkam {cameras}, yang disimpan kurang dari seminggu.",
        "Not counted: what is under no seal yet or still to be recorded of {cameras}, kept less than a week.",
    ),
    "by_hand": (
        "Penghapusan manual {number}: {cameras}, {span}; dapat dibatalkan sampai {until}",
        "Deletion by hand {number}: {cameras}, {span}; can be taken back until {until}",
    ),
    "asked": (
        "Penghapusan manual {number}: {cameras}, {span}; menunggu persetujuan petugas kedua",
        "Deletion by hand {number}: {cameras}, {span}; awaits a second officer's approval",
    ),
    "review": (
        "Penahanan {number} atas {cameras} perlu ditinjau {day}; tidak pernah lepas sendiri",
        "Hold {number} on {cameras} is to be reviewed on {day}; it never ends by itself",
    ),
    "object": (
        "Keberatan? Mintalah penahanan kepada petugas arsip sebelum waktunya.",
        "Still needed? Ask a records officer for a hold before then.",
    ),
}
_SHOWN = 10


class _Speaker:
    """Says codes in one language, instants in one zone."""

    def __init__(self, language: str, zone: str) -> None:
        self._at = 0 if language == "id" else 1
        self._language = language
        self._zone = zone

    def __call__(self, code: str, **values: object) -> str:
        return _WORDS[code][self._at].format(**values)

    def moment(self, instant_us: int) -> str:
        return local_time.moment(instant_us, self._zone, self._language)

    def span(self, from_us: int, to_us: int) -> str:
        return local_time.span(from_us, to_us, self._zone, self._language)

    def amount(self, count: int, thing: str) -> str:
        return amounts.amount(count, thing, self._language)


def text(mine: AgencyWeek, ahead: Week, settings: Settings, language: str) -> str:
    """Lines, the last ended; times in the zone of papers."""
    return "".join(f"{line}\n" for line in _lines(mine, ahead, _Speaker(language, settings.zone)))


def none(ahead: Week, settings: Settings, language: str) -> str:
    """That there is nothing to tell of any agency, of the days that were looked at."""
    say = _Speaker(language, settings.zone)
    return say("none", start=say.moment(ahead.from_us), end=say.moment(ahead.to_us))


def _lines(mine: AgencyWeek, ahead: Week, say: _Speaker) -> Iterator[str]:
    yield say("head", name=mine.name)
    yield say("until", start=say.moment(ahead.from_us), end=say.moment(ahead.to_us))
    if not (mine.days or mine.by_hand or mine.reviews or mine.unsealed):
        yield say("nothing")
    for day in mine.days:
        yield from _day(day, say)
    if mine.unsealed:
        yield say("unsealed", cameras=say.amount(mine.unsealed, "camera"))
    for one in mine.by_hand:
        yield _deletion(one, say)
    for review in mine.reviews:
        told = f"{review.review_on:%d-%m-%Y}"
        cameras = say.amount(review.cameras, "camera")
        yield say("review", number=review.hold_id, cameras=cameras, day=told)
    yield say("object")


def _day(day: Day, say: _Speaker) -> Iterator[str]:
    def hours(count: int) -> str:
        return say.amount(count, "camera_hour")

    due = say.moment(day.due_us)
    if day.chunks:
        cameras, chunks = say.amount(day.cameras, "camera"), say.amount(day.chunks, "chunk")
        yield say(
            "day", due=due, hours=hours(day.hours), cameras=cameras, chunks=chunks, size=size(day.bytes)
        )
    else:
        yield say("all_held", due=due)
    if day.oldest_us is not None and day.newest_us is not None:
        yield say("ends", oldest=say.moment(day.oldest_us), newest=say.moment(day.newest_us))
    for one in day.policies:
        code = "thinned" if one.policy_id is None else "policy"
        named = {"number": one.policy_id, "policy": one.policy}
        yield say(code, hours=hours(one.hours), size=size(one.bytes), **named)
    if day.held_hours:
        yield say("held", hours=hours(day.held_hours), size=size(day.held_bytes))


def _deletion(one: ByHand, say: _Speaker) -> str:
    more = f" +{len(one.cameras) - _SHOWN}" if len(one.cameras) > _SHOWN else ""
    cameras = ", ".join(one.cameras[:_SHOWN]) + more
    known = {"number": one.purge_id, "cameras": cameras, "span": say.span(one.from_us, one.to_us)}
    if one.undo_until_us is None:
        return say("asked", **known)
    return say("by_hand", until=say.moment(one.undo_until_us), **known)
