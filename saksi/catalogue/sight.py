"""Who sees which cameras: some people all, others those of their agencies, those in their areas, and what is granted.

`Sight` is what every reader of cameras and footage hands to its statement, where the filter stands: None for
everything, else the person whose limits the statement reads, so that a change or the end of a grant counts from the
next query on. Whoever is limited is told of a camera outside as if it were not there (404); of one that they know, but
not in the span asked for, that it is so (403).
"""

from __future__ import annotations

from collections.abc import Iterable

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import Denied
from saksi.messages import register

register(
    "footage_outside_sight",
    en=(
        "{count} of the spans in it are outside what you may see.",
        "Ask a records officer to hand it over, or for a grant.",
    ),
    id_=(
        "{count} rentang di dalamnya di luar yang boleh Anda lihat.",
        "Minta petugas arsip menyerahkannya, atau minta izin.",
    ),
)

Sight = int | None  # the person whose limits a statement reads; None: not limited
Span = tuple[int, int, int]  # catalogue id of the camera, from, to: microseconds UTC, the end not part of it


def seen(connection: Connection, sight: Sight, spans: Iterable[Span]) -> frozenset[Span] | None:
    """Which of these spans they may see; None: all there are."""
    if sight is None:
        return None
    asked = sorted(set(spans))
    values = {
        "sight": sight,
        "cameras": [camera_id for camera_id, _, _ in asked],
        "starts": [clock.from_us(from_us) for _, from_us, _ in asked],
        "ends": [clock.from_us(to_us) for _, _, to_us in asked],
    }
    return frozenset(asked[row["place"] - 1] for row in connection.execute(query("sight.seen"), values))


def check(connection: Connection, sight: Sight, spans: Iterable[Span], *, field: str) -> None:
    """Raises Denied unless they may see all of these spans: what holds them is handed over whole or not at all."""
    asked = frozenset(spans)
    allowed = seen(connection, sight, asked)
    if allowed is not None and asked - allowed:
        raise Denied("footage_outside_sight", field=field, count=len(asked - allowed))


def knows_agency(connection: Connection, sight: Sight, agency: str) -> bool:
    """Whether they may know of the agency: it is theirs, or a camera of it."""
    row = connection.execute(query("sight.knows_agency"), {"sight": sight, "agency": agency}).fetchone()
    return bool(row and row["known"])


def granted_case(
    connection: Connection, sight: Sight, camera_id: int, from_us: int, to_us: int
) -> str | None:
    """The case for which alone they may see this footage; None where they may see it anyway, or not at all."""
    if sight is None:
        return None
    values = {
        "sight": sight,
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    row = connection.execute(query("sight.granted_case"), values).fetchone()
    return None if row is None else str(row["code"])
