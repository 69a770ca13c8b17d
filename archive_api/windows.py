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
from saksi.messages import register

register(
    "no_footage",
    en=(
        "{camera} has no stored footage there.",
        "The nearest ends {before} and begins {after}; see /footage for why.",
    ),
    id_=(
        "{camera} tidak punya rekaman tersimpan di situ.",
        "Yang terdekat berakhir {before} dan mulai {after}; lihat /footage untuk sebabnya.",
    ),
)
register(
    "footage_purged",
    en=(
        "The footage of {camera} there was deleted on {at} by purge {purge}: {why}.",
        "It cannot be brought back; its seals and the certificate of purge {purge} stay."
        " The nearest that is left ends {before} and begins {after}.",
    ),
    id_=(
        "Rekaman {camera} di situ dihapus pada {at} oleh penghapusan {purge}: {why}.",
        "Tidak dapat dikembalikan; segelnya dan sertifikat penghapusan {purge} tetap ada."
        " Yang terdekat masih ada berakhir {before} dan mulai {after}.",
    ),
)

_MOST_SPANS = 20  # in a header


def nothing_there(connection: Connection, camera: Camera, window: Window) -> SaksiError:
    """The error that names the nearest footage: Gone where a purge took what there was, else NotFound."""
    before, after = footage.nearest(connection, camera.camera_id, window.from_us)
    near = {"camera": camera.code, "before": _instant(before), "after": _instant(after)}
    gone = purged.over(connection, [camera.camera_id], window.from_us, window.to_us)
    if not gone:
        return NotFound("no_footage", field="from", **near)
    last = max(gone, key=lambda one: one.claimed_us)
    at = clock.format_us(last.claimed_us)
    return Gone("footage_purged", field="from", purge=last.purge_id, why=last.why(), at=at, **near)


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


def _instant(instant_us: int | None) -> str:
    return "-" if instant_us is None else clock.format_us(instant_us)
