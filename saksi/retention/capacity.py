"""How much room the store has: the file system of the embedded one, or what a setting says of one elsewhere.

S3 has no call that tells how full a store is. Of an external one nothing is known but what the catalogue has put there,
so without SAKSI_STORE_CAPACITY_BYTES there is no forecast of when it is full, and that is said rather than guessed.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from saksi.embedded import seaweed
from saksi.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Room:
    """Bytes. `capacity` None: not known. `used` counts whatever fills it, `footage` what the catalogue knows of.

    `mistaken`: the capacity that was set is smaller than the footage that is there, so nothing may rest on it.
    """

    kind: str
    capacity: int | None
    used: int
    free: int | None
    footage: int
    mistaken: bool = False

    @property
    def known(self) -> bool:
        """Whether anything can be said of when it is full."""
        return self.capacity is not None and not self.mistaken

    @property
    def percent(self) -> float | None:
        """How full it is."""
        return 100 * self.used / self.capacity if self.capacity and not self.mistaken else None

    def over(self, percent: float) -> int:
        """Bytes above that share of the capacity; 0 when there are none or nothing is known."""
        if self.capacity is None or self.mistaken:
            return 0
        return max(0, self.used - int(self.capacity * percent / 100))


def room(settings: Settings, footage: int) -> Room:
    """The room of the store that `settings` name, with `footage` bytes of the catalogue in it."""
    folder = _embedded(settings)
    kind, wanted = "external" if folder is None else "embedded", settings.store_capacity_bytes
    if wanted is not None and wanted < footage:
        return Room(kind=kind, capacity=wanted, used=footage, free=0, footage=footage, mistaken=True)
    if folder is None:
        free = None if wanted is None else wanted - footage
        return Room(kind=kind, capacity=wanted, used=footage, free=free, footage=footage)
    disk = shutil.disk_usage(folder)
    ours = disk.used + disk.free  # without what is kept back for the superuser, as df(1) counts
    if wanted is None or wanted >= ours:
        return Room(kind=kind, capacity=ours, used=disk.used, free=disk.free, footage=footage)
    free = min(wanted - footage, disk.free)
    return Room(kind=kind, capacity=wanted, used=wanted - free, free=free, footage=footage)


def _embedded(settings: Settings) -> Path | None:
    """The folder of the embedded store, when that is the one that is used."""
    try:
        ports = json.loads((settings.data / "run" / "seaweed.json").read_bytes())
        if settings.s3_url in (None, seaweed.address(ports)):
            folder = settings.data / "seaweed"
            return folder if folder.is_dir() else None
    except (OSError, ValueError, KeyError):
        return None
    return None
