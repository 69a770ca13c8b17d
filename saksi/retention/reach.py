"""What a hold still reaches: of the spans that it covers, what is there and what a purge took before.

Asked in the transaction that places it, after its locks, the answer is exact: a purge that claims later finds the hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue import footage
from saksi.catalogue.database import Connection, query
from saksi.catalogue.holds import HoldSpan
from saksi.catalogue.timeline import unite

_THERE = frozenset({"stored", "held", "pending"})


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Footage of a camera that purge `purge_id` took; `erased_us` None while its objects are still being erased."""

    camera: str
    from_us: int
    to_us: int
    purge_id: int
    taken_us: int
    erased_us: int | None


@dataclass(frozen=True, kw_only=True)
class Reach:
    """`there`: camera, from, to of what is on record and not purged; `gone`: what was. Microseconds UTC."""

    there: tuple[tuple[str, int, int], ...]
    gone: tuple[Gone, ...]


def reach(connection: Connection, spans: Sequence[HoldSpan]) -> Reach:
    """What of these spans is there and what is gone."""
    return Reach(there=tuple(_there(connection, spans)), gone=tuple(_gone(connection, spans)))


def _there(connection: Connection, spans: Sequence[HoldSpan]) -> list[tuple[str, int, int]]:
    names = {span.camera_id: span.camera for span in spans}
    windows: dict[tuple[int, int], list[int]] = {}
    for span in spans:
        windows.setdefault((span.from_us, span.to_us), []).append(span.camera_id)
    found: dict[int, list[tuple[int, int]]] = {camera_id: [] for camera_id in names}
    for (from_us, to_us), cameras in windows.items():
        for camera_id, known in footage.coverage(connection, cameras, from_us, to_us).items():
            found[camera_id] += [
                (max(one.start_us, from_us), min(one.end_us, to_us))
                for one in known.coverage
                if one.state in _THERE
            ]
    return [(names[camera_id], a, b) for camera_id in sorted(found) for a, b in unite(found[camera_id])]


def _gone(connection: Connection, spans: Sequence[HoldSpan]) -> list[Gone]:
    names = {span.camera_id: span.camera for span in spans}
    values = {
        "cameras": [span.camera_id for span in spans],
        "froms": [clock.from_us(span.from_us) for span in spans],
        "tos": [clock.from_us(span.to_us) for span in spans],
    }
    found = {
        Gone(
            camera=names[row["camera_id"]],
            from_us=clock.to_us(piece.lower),
            to_us=clock.to_us(piece.upper),
            purge_id=row["purge_id"],
            taken_us=clock.to_us(row["claimed_at"]),
            erased_us=None if row["gone_at"] is None else clock.to_us(row["gone_at"]),
        )
        for row in connection.execute(query("purge.gone_of_spans"), values)
        for piece in row["spans"]
    }
    return sorted(found, key=lambda one: (one.camera, one.from_us, one.purge_id))
