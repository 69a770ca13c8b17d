"""Gives the space of deleted objects back at once: the embedded SeaweedFS keeps it until its volumes are vacuumed.

It does so by itself within minutes; a purge asks for it, so that what it freed can be seen and used when it ends.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from saksi.amounts import size
from saksi.embedded import seaweed
from saksi.embedded.running import running_endpoints
from saksi.errors import TimedOut, Unavailable
from saksi.messages import Phrase, register, register_phrase
from saksi.settings import Settings

register(
    "vacuum_failed",
    en=(
        "The embedded store did not give back the space of deleted objects ({reason}).",
        "It goes on by itself within minutes; see DATA/log/seaweed.log.",
    ),
    id_=(
        "Penyimpanan bawaan belum mengembalikan ruang objek yang dihapus ({reason}).",
        "Ia melanjutkannya sendiri dalam beberapa menit; lihat DATA/log/seaweed.log.",
    ),
)

register_phrase(
    "vacuum_left",
    en=(
        "{left} of deleted objects stay: they lie in volumes of which less than {share} is deleted, and to give them"
        " back all that is alive there would be copied. They go as more is deleted, or now: saksi storage vacuum"
        " --garbage 0"
    ),
    id_=(
        "{left} objek terhapus masih tersimpan: letaknya di volume yang terhapus kurang dari {share}, dan untuk"
        " mengembalikannya seluruh isi lainnya harus disalin. Hilang saat lebih banyak yang dihapus, atau sekarang:"
        " saksi storage vacuum --garbage 0"
    ),
)

GARBAGE = 0.1  # as its own vacuum; a volume with less is left, as all that is alive in it would be copied
_MOST_TIME_S = 3600.0
_LIST_S = 60.0
_SETTLE_S = 3.0  # deleted objects reach the volumes by a queue that is emptied every 1.1 s
_VOLUME = re.compile(r"volume Id:\d+, Size:(\d+),.*DeletedByteCount:(\d+),")
_HEARTBEAT_S = 5.5  # between two tellings of how much of a volume is deleted
_WAITING = Event()  # never set: a pause, not a signal


@dataclass(frozen=True, kw_only=True)
class Freed:
    """Bytes that the store takes on its disk, before and after; what cameras write meanwhile is in it."""

    before: int
    after: int


def vacuum(data: Path, *, garbage: float = GARBAGE, seconds: float = _MOST_TIME_S) -> Freed:
    """Vacuums every volume of which at least that share is garbage, and waits for it.

    `data` is the folder of the running installation. A copy of what is alive in a volume is written before the old one
    goes: room for one volume (1 GiB) is needed, and a volume is read-only meanwhile. Raises Unavailable when no store
    runs there or it refuses, TimedOut after `seconds`; then it goes on by itself.
    """
    root = data.absolute()
    if not running_endpoints(root).s3_url:
        raise Unavailable("nothing_running", data=root)
    before = used_bytes(root)
    _WAITING.wait(_SETTLE_S)
    _shell(root, f"lock\nvolume.vacuum -garbageThreshold={garbage:.4f}\nunlock\nexit\n", seconds)
    return Freed(before=before, after=used_bytes(root))


def vacuum_own(settings: Settings, *, seconds: float) -> Freed | None:
    """The same where the settings' store is the embedded one of their data folder; None where it is another's."""
    try:
        embedded = running_endpoints(settings.data).s3_url
    except Unavailable:
        return None
    if not embedded or settings.s3_url not in (None, embedded):
        return None
    return vacuum(settings.data, seconds=seconds)


def _shell(root: Path, script: str, seconds: float) -> str:
    try:
        done = subprocess.run(
            seaweed.shell(root),
            input=script.encode(),
            env={"PATH": "/usr/bin:/bin", "HOME": str(root / "seaweed" / "conf")},
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut("vacuum_failed", reason=f"{seconds:.0f} s") from error
    except OSError as error:
        raise Unavailable("vacuum_failed", reason=error.strerror) from error
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode != 0 or "error:" in said:
        raise Unavailable("vacuum_failed", reason=said.strip()[-200:] or str(done.returncode))
    return said


def left(data: Path, garbage: float = GARBAGE) -> int:
    """Bytes of deleted objects in volumes of which less than that share is garbage: a vacuum leaves them.

    Waits until each volume has told how much of it is deleted. Raises Unavailable or TimedOut.
    """
    _WAITING.wait(_HEARTBEAT_S)
    volumes = _shell(data.absolute(), "volume.list\nexit\n", _LIST_S)
    found = (tuple(map(int, one.groups())) for one in _VOLUME.finditer(volumes))
    return sum(deleted for size, deleted in found if deleted < garbage * size)


def words(left_bytes: int, garbage: float, language: str) -> str:
    """What of deleted objects still takes room, and why; empty when nothing does. `language` is "id" or "en"."""
    if not left_bytes:
        return ""
    return Phrase("vacuum_left", {"left": size(left_bytes), "share": f"{garbage:.0%}"}).text(language)


def used_bytes(root: Path) -> int:
    """What the embedded store's files take on the disk."""
    used = 0
    for path in (root / "seaweed" / "data").rglob("*"):
        try:
            used += path.lstat().st_blocks * 512
        except FileNotFoundError:  # a volume that has just gone
            continue
    return used
