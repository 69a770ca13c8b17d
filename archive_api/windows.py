"""What to say when a camera has no chunks in a window."""

from __future__ import annotations

from archive_api.parameters import Window
from saksi import clock
from saksi.catalogue import footage
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import Connection
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
