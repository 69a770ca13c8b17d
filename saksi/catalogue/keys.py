"""Object keys follow from what they hold, so that writing twice writes the same bytes to the same place."""

from __future__ import annotations

from saksi import clock


def chunk_key(camera: str, run: str, seq: int) -> str:
    """Key of a chunk; independent of any clock."""
    return f"chunks/{camera}/{run}/{seq:08d}.mp4"


def thumbnail_key(camera: str, at_us: int) -> str:
    """Key of the thumbnail of the frame at `at_us`."""
    return f"thumbnails/{camera}/{clock.from_us(at_us):%Y%m%d}/{at_us}.jpg"


def init_key(sha256: str, video_only: bool) -> str:
    """Key of an init segment by its hash; `video_only` is the rendition without sound that browsers can play."""
    return f"inits/{sha256}.video.mp4" if video_only else f"inits/{sha256}.mp4"


def entries_key(camera: str, hour_us: int, part: int) -> str:
    """Key of the chain entries under one seal."""
    return f"entries/{camera}/{clock.from_us(hour_us):%Y%m%dT%H}-{part}.jsonl"


def ledger_key(path: str) -> str:
    """Key of a part of the log: `path` as in C2SP tlog-tiles, "checkpoint" or "tile/…"."""
    return f"ledger/{path}"
