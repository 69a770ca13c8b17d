"""What to say when a camera has no chunks in a window, and what of a window was purged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive_api.parameters import Window
from saksi import clock
from saksi.catalogue import footage, purged
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import Connection
from saksi.catalogue.footage import Chunk
from saksi.catalogue.timeline import JITTER_US
from saksi.errors import Gone, NotFound, SaksiError
from saksi.messages import Phrase, register, register_phrase

register(
    "no_footage",
    en=("{camera} has no stored footage there.", "{nearest}; see /footage for why."),
    id_=("{camera} tidak punya rekaman tersimpan di situ.", "{nearest}; lihat /footage untuk sebabnya."),
)
register(
    "footage_purged",
    en=(
        "The footage of {camera} there was deleted on {at} by purge {purge}: {why}.",
        "It cannot be brought back; its seals and the certificate of purge {purge} stay. {nearest}.",
    ),
    id_=(
        "Rekaman {camera} di situ dihapus pada {at} oleh penghapusan {purge}: {why}.",
        "Tidak dapat dikembalikan; segelnya dan sertifikat penghapusan {purge} tetap ada. {nearest}.",
    ),
)
register_phrase(
    "nearest_around",
    en="The nearest there is ends {before} and begins {after}",
    id_="Yang terdekat berakhir {before} dan mulai {after}",
)
register_phrase(
    "nearest_before",
    en="There is none after it; the nearest before ends {before}",
    id_="Sesudahnya tidak ada; yang terdekat sebelumnya berakhir {before}",
)
register_phrase(
    "nearest_after",
    en="There is none before it; the nearest after begins {after}",
    id_="Sebelumnya tidak ada; yang terdekat sesudahnya mulai {after}",
)
register_phrase("nearest_none", en="There is none of any other time", id_="Waktu lain pun tidak ada")

_MOST_SPANS = 20  # in a header


def nothing_there(
    connection: Connection, camera: Camera, window: Window, *, field: str = "from"
) -> SaksiError:
    """The error that names the nearest footage: Gone where a purge took what there was, else NotFound.

    `field` is the parameter that asked for it.
    """
    nearest = _nearest(*footage.nearest(connection, camera.camera_id, window.from_us))
    gone = purged.over(connection, [camera.camera_id], window.from_us, window.to_us)
    if not gone:
        return NotFound("no_footage", field=field, camera=camera.code, nearest=nearest)
    last = max(gone, key=lambda one: one.claimed_us)
    at = clock.format_us(last.claimed_us)
    told = {"camera": camera.code, "purge": last.purge_id, "why": last.why(), "at": at, "nearest": nearest}
    return Gone("footage_purged", field=field, **told)


def purged_in(connection: Connection, camera: Camera, window: Window) -> list[dict[str, Any]]:
    """What purges took of the camera's window: each span with the purge, the policy that asked for it, and when."""
    return [
        {
            "start": clock.format_us(max(one.from_us, window.from_us)),
            "end": clock.format_us(min(one.to_us, window.to_us)),
            "purge": one.purge_id,
            "policy": one.policy_id,
            "at": clock.format_us(one.claimed_us),
        }
        for one in purged.over(connection, [camera.camera_id], window.from_us, window.to_us)
    ]


def thinned_header(chunks: Iterable[Chunk], window: Window) -> dict[str, str]:
    """Of which parts of the window only keyframes are shown, the first spans of them; none when all is whole."""
    spans: list[tuple[int, int, str]] = []
    for one in chunks:
        if one.thinned is None:
            continue
        start_us, end_us = max(one.entry.start_us, window.from_us), min(one.entry.end_us, window.to_us)
        if spans and spans[-1][2] == one.thinned.mode and start_us - spans[-1][1] <= JITTER_US:
            spans[-1] = (spans[-1][0], max(end_us, spans[-1][1]), one.thinned.mode)
        else:
            spans.append((start_us, end_us, one.thinned.mode))
    told = [f"{clock.format_us(a)}/{clock.format_us(b)};mode={mode}" for a, b, mode in spans[:_MOST_SPANS]]
    return {"X-Saksi-Thinned": ", ".join(told)} if told else {}


def purged_header(spans: list[dict[str, Any]]) -> dict[str, str]:
    """The same as a header, the first spans of it; none when nothing was purged."""
    told = [f"{one['start']}/{one['end']};purge={one['purge']}" for one in spans[:_MOST_SPANS]]
    return {"X-Saksi-Purged": ", ".join(told)} if told else {}


def _nearest(before_us: int | None, after_us: int | None) -> Phrase:
    given = {"before": before_us, "after": after_us}
    values = {name: clock.format_us(at_us) for name, at_us in given.items() if at_us is not None}
    if len(values) == 2:
        return Phrase("nearest_around", values)
    return Phrase(f"nearest_{next(iter(values), 'none')}", values)
