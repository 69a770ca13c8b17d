"""Which cameras sign their video, and the certificate SEI of each, to lie beside footage that began after it.

A camera may send its certificates once, when its stream begins, hours before what is asked for: then the first chunk of
the run has them. Footage without signatures costs a glance at the beginning of one chunk of each run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO

from saksi.catalogue.footage import Chunk
from saksi.catalogue.keys import chunk_key
from saksi.errors import IntegrityError, NotFound
from saksi.export.scope import Scope
from saksi.fmp4.boxes import Malformed, iterate_stream
from saksi.fmp4.media_signing import certificate_sei, signing_sei
from saksi.objects.store import ObjectStore

_FRAGMENTS = 2  # within which a signature comes that answers for the GOP before the chunk
_MOST = 8 * 2**20  # bytes of a chunk that are looked at
_MOST_CHUNKS = (
    100  # of a run in the span, whose beginnings are looked at when the run's own has no certificate
)


def find(store: ObjectStore, scopes: Sequence[Scope]) -> dict[str, bytes]:
    """Each camera that signs → its certificate SEI (a whole NAL unit).

    Empty where it brings its certificates each time, and where its runs have different ones, since then neither is
    that of all its footage. Raises Unavailable.
    """
    found: dict[str, set[bytes]] = {}
    for one in scopes:
        for part in one.runs:
            mine = [chunk for chunk in one.stored if chunk.entry.run == part.run]
            if mine and _read(signing_sei, _beginning(store, mine[0].key, _reach(mine[0]))):
                found.setdefault(one.asked.camera, set()).add(_of_run(store, mine))
    certificates = {camera: those - {b""} for camera, those in found.items()}
    return {camera: next(iter(those)) if len(those) == 1 else b"" for camera, those in certificates.items()}


def _of_run(store: ObjectStore, chunks: Sequence[Chunk]) -> bytes:
    return next((found for one in _beginnings(store, chunks) if (found := _read(certificate_sei, one))), b"")


def _beginnings(store: ObjectStore, chunks: Sequence[Chunk]) -> Iterator[bytes]:
    """Of the run's first chunk, and of those in the span."""
    entry = chunks[0].entry
    if entry.seq != 1:
        yield _beginning(store, chunk_key(entry.camera, entry.run, 1), None)
    for chunk in chunks[:_MOST_CHUNKS]:
        yield _beginning(store, chunk.key, _reach(chunk))


def _reach(chunk: Chunk) -> int:
    return min(max((span.end for span in chunk.fragments[:_FRAGMENTS]), default=0), _MOST)


def _beginning(store: ObjectStore, key: str, length: int | None) -> bytes:
    """The whole boxes within so many bytes of a chunk; nothing of one that the store does not give any more."""
    try:
        data = store.get(key, 0, min(store.stat(key).size, _MOST) if length is None else length)
    except (NotFound, IntegrityError):
        return b""
    return data[: max((found.end for found in iterate_stream(BytesIO(data), 0, len(data))), default=0)]


def _read(reader: Callable[[list[bytes]], bytes], beginning: bytes) -> bytes:
    """What a reader finds; nothing where there is no footage, or it is damaged, which others tell."""
    try:
        return reader([beginning])
    except Malformed:
        return b""
