"""Object keys follow from what they hold, so that writing twice writes the same bytes to the same place."""

from __future__ import annotations

import re
from uuid import UUID

from saksi import clock

CHUNKS = "chunks/"
ENTRIES = "entries/"
THINNED = "thinned/"
THINNINGS = "thinnings/"
IMPORTS = "imports/"
# Whatever the archive puts into its bucket lies in one of these; the last two are what `saksi storage check` tries.
FOLDERS = frozenset(
    {
        "chunks",
        "thinned",
        "entries",
        "thinnings",
        "thumbnails",
        "inits",
        "ledger",
        "exports",
        "derivatives",
        "purges",
        "imports",
        "quarantine",
        "canary",
        "conformance",
    }
)
_CHUNK = re.compile(
    r"(?P<folder>[a-z]+/)(?P<camera>[^/]+)/(?P<run>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<seq>\d{8,})\.mp4"
)


def chunk_key(camera: str, run: str, seq: int) -> str:
    """Key of a chunk; independent of any clock."""
    return f"{CHUNKS}{camera}/{run}/{seq:08d}.mp4"


def chunk_of(key: str) -> tuple[str, str, int] | None:
    """Camera, run and number of the chunk whose key this is; None for any other key."""
    return _of(CHUNKS, key)


def thinned_of(key: str) -> tuple[str, str, int] | None:
    """The same of what thinning keeps of a chunk."""
    return _of(THINNED, key)


def thinned_key(camera: str, run: str, seq: int) -> str:
    """Key of what thinning keeps of a chunk: never the chunk's own place."""
    return f"{THINNED}{camera}/{run}/{seq:08d}.mp4"


def thinning_key(camera: str, day_us: int, root: bytes) -> str:
    """Key of the lines of thinned chunks of a camera's day, by the root over them."""
    return f"{THINNINGS}{camera}/{clock.from_us(day_us):%Y%m%d}-{root.hex()[:32]}.jsonl"


def thumbnail_key(camera: str, at_us: int) -> str:
    """Key of the thumbnail of the frame at `at_us`."""
    return f"thumbnails/{camera}/{clock.from_us(at_us):%Y%m%d}/{at_us}.jpg"


def init_key(sha256: str, video_only: bool) -> str:
    """Key of an init segment by its hash; `video_only` is the rendition without sound that browsers can play."""
    return f"inits/{sha256}.video.mp4" if video_only else f"inits/{sha256}.mp4"


def entries_key(camera: str, hour_us: int, part: int) -> str:
    """Key of the chain entries under one seal."""
    return f"{ENTRIES}{camera}/{clock.from_us(hour_us):%Y%m%dT%H}-{part}.jsonl"


def ledger_key(path: str) -> str:
    """Key of a part of the log: `path` as in C2SP tlog-tiles, "checkpoint" or "tile/…"."""
    return f"ledger/{path}"


def package_key(export_id: UUID, package: str) -> str:
    """Key of an evidence package."""
    return f"exports/{export_id}/{package}.zip"


def receipt_key(export_id: UUID, sha256: str) -> str:
    """Key of a receipt that came back for a package, by the hash of its file."""
    return f"exports/{export_id}/receipts/{sha256}.json"


def derivative_name(exhibit: int, camera: str) -> str:
    """Name of the file of a processed copy: never that of an original."""
    return f"{exhibit}-{camera}-redacted.mp4"


def derivative_key(derivative_id: UUID, name: str) -> str:
    """Key of a processed copy."""
    return f"derivatives/{derivative_id}/{name}"


def purge_key(purge_id: int, name: str) -> str:
    """Key of what tells of a purge: tombstones.jsonl, certificate.json."""
    return f"purges/{purge_id}/{name}"


def import_key(sha256: str) -> str:
    """Key of a file that was imported, by its hash."""
    return f"{IMPORTS}{sha256}"


def _of(folder: str, key: str) -> tuple[str, str, int] | None:
    found = _CHUNK.fullmatch(key)
    if found is None or found["folder"] != folder:
        return None
    return found["camera"], found["run"], int(found["seq"])
