"""Where a camera's chunks are cut."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where a camera's chunks are cut: multiples of the chunk length plus a phase of its own.

    The phase comes from the camera's code, so that it is the same for ever and a fleet does not upload all at
    once.
    """

    chunk_us: int
    phase_us: int

    @classmethod
    def of(cls, camera: str, chunk_seconds: int) -> Boundaries:
        """The boundaries of the camera with this code."""
        chunk_us = chunk_seconds * 1_000_000
        digest = hashlib.sha256(camera.encode()).digest()
        return cls(chunk_us, int.from_bytes(digest[:8], "big") % chunk_us)

    def crossed(self, start_us: int, now_us: int) -> bool:
        """Whether a boundary lies in (start, now]."""
        return (now_us - self.phase_us) // self.chunk_us > (start_us - self.phase_us) // self.chunk_us
