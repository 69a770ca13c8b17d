"""What a recorder knows of a camera that it has leased, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Leased:
    """This recorder's lease of one camera. `parent` is the tip of the camera's run before, hex."""

    camera: str
    epoch: int
    recorder: str
    parent: str
    chunk_seconds: int
    fsync: bool
    since_us: int
