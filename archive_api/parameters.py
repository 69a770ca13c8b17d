"""What routes take in their query: windows, places, pages. Each refusal names the field and the remedy."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request

from archive_api import validation  # noqa: F401 - registers the words of input_control and parameter_missing
from saksi import clock
from saksi.catalogue import places
from saksi.catalogue.database import Connection
from saksi.errors import BadInput
from saksi.messages import Phrase, register

HOUR_US = 3_600_000_000
MOST_RADIUS_M = 50_000.0
MOST_PAGE = 500

register(
    "parameter_unknown",
    en=("{field} is not a parameter of this route.", "It takes: {known}."),
    id_=("{field} bukan parameter rute ini.", "Rute ini menerima: {known}."),
)
register(
    "parameter_repeated",
    en=("{field} is given more than once.", "Give it once."),
    id_=("{field} diberikan lebih dari sekali.", "Berikan sekali saja."),
)
register(
    "window_empty",
    en=("The window ends ({to}) no later than it begins ({start}).", "Give a to that is later than from."),
    id_=("Jendela berakhir ({to}) tidak sesudah awalnya ({start}).", "Beri to yang lebih lambat dari from."),
)
register(
    "window_long",
    en=(
        "The window is {hours} hours long, more than {most}.",
        "Ask for shorter windows, one after the other.",
    ),
    id_=("Jendela sepanjang {hours} jam, lebih dari {most}.", "Minta jendela lebih pendek, satu per satu."),
)
register(
    "place_malformed",
    en=(
        "{field} is not a place: {given}.",
        "Write it as LATITUDE,LONGITUDE in degrees, such as -1.2767,116.8372.",
    ),
    id_=("{field} bukan tempat: {given}.", "Tulis LINTANG,BUJUR dalam derajat, misalnya -1.2767,116.8372."),
)
register(
    "radius_impossible",
    en=("radius_m must be more than 0 and at most {most} metres, not {given}.", "Use for example 300."),
    id_=(
        "radius_m harus lebih dari 0 dan paling banyak {most} meter, bukan {given}.",
        "Gunakan misalnya 300.",
    ),
)
register(
    "radius_without_place",
    en=("{field} is missing.", "A radius needs a place: near=-1.2767,116.8372&radius_m=300."),
    id_=("{field} tidak ada.", "Radius perlu tempat: near=-1.2767,116.8372&radius_m=300."),
)
register(
    "bbox_malformed",
    en=("bbox is not a box: {given}.", "Write it as SOUTH,WEST,NORTH,EAST in degrees."),
    id_=("bbox bukan kotak: {given}.", "Tulis SELATAN,BARAT,UTARA,TIMUR dalam derajat."),
)
register(
    "cursor_malformed",
    en=("cursor is not one of ours.", "Use the next of the page before, or leave it out."),
    id_=("cursor bukan milik kami.", "Gunakan next dari halaman sebelumnya, atau hilangkan."),
)

From = Annotated[str, Query(alias="from", description="Begin, RFC 3339 with a zone; part of the window.")]
To = Annotated[str, Query(description="End, RFC 3339 with a zone; not part of the window.")]
Limit = Annotated[int, Query(ge=1, le=MOST_PAGE, description="Items on this page.")]
Cursor = Annotated[str | None, Query(description="next of the page before.")]


def only(*names: str) -> Callable[[Request], None]:
    """A dependency that refuses query parameters other than these: a typo must never widen a search.

    Likewise one given twice, of which only the last would count; a camera may be.
    """

    def check(request: Request) -> None:
        seen: set[str] = set()
        for name, value in request.query_params.multi_items():
            if name not in names:
                raise BadInput("parameter_unknown", field=name[:40], known=", ".join(names))
            if name in seen and name != "camera":
                raise BadInput("parameter_repeated", field=name)
            if "\0" in value:
                raise BadInput("input_control", field=name)
            seen.add(name)

    return check


@dataclass(frozen=True, kw_only=True)
class Window:
    """[from_us, to_us), microseconds UTC."""

    from_us: int
    to_us: int


def window(from_: str, to: str, *, most_hours: int) -> Window:
    """The window between two times. Raises BadInput when empty or longer than `most_hours`."""
    from_us, to_us = clock.parse_rfc3339(from_, "from"), clock.parse_rfc3339(to, "to")
    if from_us >= to_us:
        raise BadInput("window_empty", field="to", start=clock.format_us(from_us), to=clock.format_us(to_us))
    if to_us - from_us > most_hours * HOUR_US:
        hours = math.ceil((to_us - from_us) / HOUR_US)
        raise BadInput("window_long", field="to", hours=hours, most=most_hours)
    return Window(from_us=from_us, to_us=to_us)


def near(place: str | None, radius_m: float | None) -> tuple[tuple[float, float] | None, float | None]:
    """A place to be near to, and how near at most (None: just nearest first). Raises BadInput for anything else."""
    if radius_m is not None and not 0 < radius_m <= MOST_RADIUS_M:
        raise BadInput("radius_impossible", field="radius_m", given=radius_m, most=int(MOST_RADIUS_M))
    if place is None:
        if radius_m is not None:
            raise BadInput("radius_without_place", field="near")
        return None, None
    numbers = _numbers(place, 2)
    if numbers is None or not _on_earth(*numbers):
        raise BadInput("place_malformed", field="near", given=place[:60])
    return (numbers[0], numbers[1]), radius_m


def bbox(text: str | None) -> tuple[float, float, float, float] | None:
    """South, west, north, east. Raises BadInput for anything else."""
    if text is None:
        return None
    numbers = _numbers(text, 4)
    if numbers is None or not (_on_earth(*numbers[:2]) and _on_earth(*numbers[2:])):
        raise BadInput("bbox_malformed", field="bbox", given=text[:80])
    south, west, north, east = numbers
    if south >= north or west >= east:
        raise BadInput("bbox_malformed", field="bbox", given=text[:80])
    return south, west, north, east


def area(connection: Connection, text: str | None) -> str | None:
    """Boundary of a known area (by id) or of an inline GeoJSON Polygon."""
    if text is None:
        return None
    if not text.lstrip().startswith("{"):
        return places.area_boundary(connection, text)
    try:
        geometry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("polygon_malformed", field="area", why=Phrase("not_json")) from error
    return places.polygon(geometry, "area")


def write_cursor(position: Sequence[Any] | None) -> str | None:
    """An opaque cursor; None stays None."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(list(position)).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """What `write_cursor` wrote, checked against the kinds expected."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, RecursionError) as error:
        raise BadInput("cursor_malformed", field="cursor") from error
    if not isinstance(values, list) or len(values) != len(kinds):
        raise BadInput("cursor_malformed", field="cursor")
    if not all(_is(kind, value) for value, kind in zip(values, kinds, strict=True)):
        raise BadInput("cursor_malformed", field="cursor")
    return tuple(values)


def read_id_cursor(cursor: str | None) -> int | None:
    """Where a listing by number goes on: after or before this one."""
    after = read_cursor(cursor, int)
    if after is not None and not 0 <= after[0] < 1 << 31:
        raise BadInput("cursor_malformed", field="cursor")
    return None if after is None else after[0]


def read_chunk_cursor(cursor: str | None) -> tuple[int, int] | None:
    """Where a listing of chunks goes on: the last one's start (microseconds UTC) and run."""
    after = read_cursor(cursor, int, int)
    if after is None:
        return None
    if not clock.EARLIEST_US <= after[0] <= clock.LATEST_US:
        raise BadInput("cursor_malformed", field="cursor")
    return after[0], after[1]


def _is(kind: type, value: Any) -> bool:
    """Whether the value is of the kind, and one that the catalogue can compare with."""
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1 << 63


def _numbers(text: str, count: int) -> list[float] | None:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180
