"""One original becomes keyframes alone: read whole, held to its digest, its keyframes picked out on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from saksi.catalogue.footage import Chunk
from saksi.errors import IntegrityError
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.index import read_sample_index
from saksi.fmp4.init import read_init
from saksi.fmp4.thin import Keyframe, Origin, Thinned, choose, thin
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "thinned_differs",
    en=("{key} in the store is not what was recorded.", "Run `saksi fsck --deep` and look at the disk."),
    id_=(
        "{key} di penyimpanan bukan seperti yang direkam.",
        "Jalankan `saksi fsck --deep` dan periksa disk.",
    ),
)


def make(store: ObjectStore, chunk: Chunk, init: bytes, mode: str) -> Thinned | None:
    """What is kept of a stored chunk; None when it has no keyframe.

    Raises IntegrityError when the object is not what its entry says, NotFound when it is not there, Malformed when its
    tables lie, Unavailable.
    """
    entry = chunk.entry
    end = chunk.fragments[-1].end
    fragments = read_sample_index(store.get(chunk.key, end, entry.size - end))
    kept = choose(fragments, read_init(init).video.timescale, mode)
    digest, samples = gather(store.stream(chunk.key), kept)
    if digest != entry.sha256:
        raise IntegrityError("thinned_differs", key=chunk.key)
    if not kept:
        return None
    origin = Origin(
        camera=entry.camera,
        run=entry.run,
        seq=entry.seq,
        start_us=entry.start_us,
        end_us=entry.end_us,
        sha256=entry.sha256,
        init=init,
    )
    return thin(origin, kept, samples, mode)


def gather(blocks: Iterable[bytes], kept: Sequence[Keyframe]) -> tuple[str, list[bytes]]:
    """SHA-256 in hex over a whole file and the bytes of these frames, in one pass. Raises Malformed for a short one."""
    digest = hashlib.sha256()
    found = [bytearray() for _ in kept]
    wanted = sorted(range(len(kept)), key=lambda number: kept[number].offset)
    position, first = 0, 0
    for block in blocks:
        digest.update(block)
        until = position + len(block)
        for number in wanted[first:]:
            frame = kept[number]
            if frame.offset >= until:
                break
            begin = max(frame.offset, position) - position
            found[number] += block[begin : max(frame.offset + frame.size - position, begin)]
            first += frame.offset + frame.size <= until
        position = until
    if any(len(data) != frame.size for data, frame in zip(found, kept, strict=True)):
        raise Malformed("a chunk that ends before its frames do")
    return digest.hexdigest(), [bytes(data) for data in found]
