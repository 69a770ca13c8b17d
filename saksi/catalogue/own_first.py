"""Where the camera's own footage and imported footage overlap, the own one is shown: its time was measured here."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.catalogue.footage import Chunk
from saksi.catalogue.timeline import unite

_THERE = frozenset({"stored", "thinned"})
_EDGE_US = 1000  # verifiers take no longer hole for none


def own_first(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks without imported ones that lie wholly in the camera's own footage, where that is to be had.

    One at the edge of a gap stays, so nothing is lost that only it shows.
    """
    if not any(one.imported for one in chunks):
        return list(chunks)
    own = unite(
        (
            (one.entry.start_us, one.entry.end_us)
            for one in chunks
            if not one.imported and one.state in _THERE
        ),
        _EDGE_US,
    )
    return [one for one in chunks if not (one.imported and _within(one, own))]


def _within(chunk: Chunk, spans: Sequence[tuple[int, int]]) -> bool:
    start_us, end_us = chunk.entry.start_us, chunk.entry.end_us
    return any(a <= start_us and end_us <= b for a, b in spans)
