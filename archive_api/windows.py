"""A camera's chunks in a window, and what to say when there are none."""

from __future__ import annotations

from archive_api.parameters import Window
from saksi import clock
from saksi.catalogue import footage
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import Connection
from saksi.catalogue.footage import Chunk
from saksi.errors import NotFound
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

_PAGE = 1000


def all_chunks(connection: Connection, camera_id: int, window: Window) -> list[Chunk]:
    """Every chunk that touches the window, in order of time."""
    found: list[Chunk] = []
    while True:
        after = found[-1].cursor if found else None
        page = footage.segments(connection, camera_id, window.from_us, window.to_us, limit=_PAGE, after=after)
        found += page
        if len(page) < _PAGE:
            return found


def nothing_there(connection: Connection, camera: Camera, window: Window) -> NotFound:
    """The error that names the nearest footage."""
    before, after = footage.nearest(connection, camera.camera_id, window.from_us)
    return NotFound(
        "no_footage",
        field="from",
        camera=camera.code,
        before="-" if before is None else clock.format_us(before),
        after="-" if after is None else clock.format_us(after),
    )
