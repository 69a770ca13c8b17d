"""Memory in which a fragment is put together for the disk, lent to one writer at a time.

A fragment is a megabyte and lives for a millisecond. Made anew by every camera's thread it would cost a megabyte a
camera, which the allocator keeps, and a page fault for each of its pages; here there are as many as write at once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

_MOST_KEPT_BYTES = 8 << 20  # a larger one is made for the occasion
_AT_ONCE = 4  # more writers wait a little: with cameras in step all of them come in the same instant
_WAIT_S = 0.1  # behind a disk that hangs nobody should queue here, too

_turns = threading.Semaphore(_AT_ONCE)

_free: list[bytearray] = []  # the last one given back is lent first: its pages are warm


@contextlib.contextmanager
def joined(pieces: Sequence[bytes]) -> Iterator[memoryview]:
    """The pieces one behind the other, until the block ends."""
    size = sum(map(len, pieces))
    turn = _turns.acquire(timeout=_WAIT_S)
    room = bytearray()
    try:
        with contextlib.suppress(IndexError):
            room = _free.pop()
        if len(room) < size:
            room = bytearray(size + size // 4)
        at = 0
        for piece in pieces:
            room[at : at + len(piece)] = piece
            at += len(piece)
        with memoryview(room) as whole, whole[:size] as data:
            yield data
    finally:
        if turn:
            if len(room) <= _MOST_KEPT_BYTES:
                _free.append(room)
            _turns.release()
