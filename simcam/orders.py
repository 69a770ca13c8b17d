"""The six clips and the spare: what each is, and where it is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT, KBPS = 640, 360, 600  # unless the command line says otherwise
VERSION = 1  # raise when the drawing changes, so that no old clip is taken for a new one
PCMU_RATE = 8000


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What camera (n-1) % 6 + 1 sends. G.711 cannot live in an MP4 and is made when the clip is loaded."""

    codec: str
    sound: str


KINDS = (
    Kind(codec="h264", sound="none"),
    Kind(codec="h264", sound="aac"),
    Kind(codec="h264", sound="pcmu"),
    Kind(codec="h264", sound="none"),
    Kind(codec="h264", sound="none"),
    Kind(codec="h265", sound="none"),
)
SPARE = Kind(codec="h264", sound="none")


@dataclass(frozen=True, kw_only=True)
class ClipOrder:
    """What to draw: scene number (also the camera number in the bar code), kind, size, bit rate, place."""

    number: int
    kind: Kind
    width: int
    height: int
    kbps: int
    cache: Path

    @property
    def path(self) -> Path:
        """The clip's file; its name holds all that shaped it."""
        return (
            self.cache
            / f"cam{self.number}-{self.kind.codec}-{self.width}x{self.height}-{self.kbps}k-v{VERSION}.mp4"
        )


def default_cache() -> Path:
    """Where clips are kept: SAKSI_SIMCAM_CACHE, else ~/.cache/saksi-simcam."""
    given = os.environ.get("SAKSI_SIMCAM_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "saksi-simcam"


def orders(cache: Path, *, cameras: int, width: int, height: int, kbps: int) -> list[ClipOrder]:
    """The clips that so many cameras need; last, the spare at 3/4 of the size and half the rate."""
    wanted = [
        ClipOrder(number=number + 1, kind=kind, width=width, height=height, kbps=kbps, cache=cache)
        for number, kind in enumerate(KINDS[:cameras])
    ]
    smaller = (width * 3 // 8 * 2, height * 3 // 8 * 2)
    spare = ClipOrder(
        number=len(KINDS) + 1,
        kind=SPARE,
        width=smaller[0],
        height=smaller[1],
        kbps=max(100, kbps // 2),
        cache=cache,
    )
    return [*wanted, spare]


def missing(cameras: int) -> list[ClipOrder]:
    """The clips that so many cameras need and this machine has not, where nothing else is asked for."""
    wanted = orders(default_cache(), cameras=cameras, width=WIDTH, height=HEIGHT, kbps=KBPS)
    return [order for order in wanted if not order.path.exists()]
