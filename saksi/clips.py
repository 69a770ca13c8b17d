"""A clip: planned from the chunks' sample indexes, streamed as ranges of the chunks."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from saksi import clock
from saksi.catalogue.footage import Chunk
from saksi.errors import Conflict
from saksi.fmp4.export_file import ExportFacts
from saksi.fmp4.index import read_sample_index
from saksi.fmp4.splice import CannotSplice, ClipPlan, SpliceChunk, plan, ranges
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "clip_unsplicable",
    en=("The {what} changes at {at}.", "Ask for one clip before and one after that instant."),
    id_=("{what} berubah pada {at}.", "Minta satu klip sebelum dan satu sesudah saat itu."),
)

LONGEST_US = 6 * 3_600_000_000  # of one clip
_READERS = 8


def plan_clip(
    store: ObjectStore,
    chunks: Sequence[Chunk],
    inits: dict[str, bytes],
    from_us: int,
    to_us: int,
    *,
    export: ExportFacts | None = None,
    camera: str = "",
) -> ClipPlan:
    """Reads each chunk's sample index (one small range) and plans the clip; with `export`, an ONVIF export file.

    With `camera` the clip says that it is of that camera.

    Raises Conflict where codec or sound changes inside the window, NoFootage when no frame begins in it.
    """
    with ThreadPoolExecutor(min(_READERS, len(chunks) or 1)) as readers:
        spliced = list(readers.map(functools.partial(_splice_chunk, store, inits), chunks))
    try:
        thinned = any(one.thinned is not None for one in chunks)
        return plan(spliced, from_us, to_us, export=export, camera=camera, thinned=thinned)
    except CannotSplice as error:
        raise Conflict(
            "clip_unsplicable", field="to", what=error.reason, at=clock.format_us(error.at_us)
        ) from error


def stream(store: ObjectStore, planned: ClipPlan, first: int, last: int) -> Iterator[bytes]:
    """Bytes `first` to `last` (included) of the clip, in pieces of at most a mebibyte."""
    for part in ranges(planned, first, last):
        if isinstance(part, bytes):
            yield part
        else:
            yield from store.stream(part.key, part.offset, part.length)


def _splice_chunk(store: ObjectStore, inits: dict[str, bytes], chunk: Chunk) -> SpliceChunk:
    end = chunk.fragments[-1].end
    index = store.get(chunk.key, end, chunk.size - end)
    return SpliceChunk(
        key=chunk.key,
        size=chunk.size,
        run=chunk.entry.run,
        init=inits[chunk.init.sha256],
        fragments=read_sample_index(index),
    )
