"""The court-playable copies: plain MP4s of at most an hour, and proof that their frames are the originals'.

Made by copying sample bytes. A copy is read once before it is written, to know its hashes and its NAL identity.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from saksi import clips
from saksi.catalogue.footage import Chunk
from saksi.fmp4.export_signature import signed
from saksi.fmp4.nal_identity import nal_identity
from saksi.fmp4.sound_identity import SoundHasher
from saksi.fmp4.splice import ClipPlan, Stretch
from saksi.objects.store import ObjectStore

LONGEST_US = 3_600_000_000
_PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Playable:
    """One court-playable file, known before it is written.

    `pieces` and `sound_pieces`: run, seq, first and last sample of originals.
    """

    path: str
    plan: ClipPlan = field(repr=False)
    sha256: str
    crc32: int
    nal_sha256: str
    nals: int
    pieces: Sequence[Mapping[str, object]] = field(repr=False)
    sound_sha256: str
    sound_pieces: Sequence[Mapping[str, object]] = field(repr=False)

    def told(self) -> dict[str, object]:
        """What the statement says of it, but for what it is of."""
        return {
            "path": self.path,
            "class": "court",
            "size": self.plan.length,
            "sha256": self.sha256,
            "from": self.plan.start_us,
            "to": self.plan.end_us,
            "nal_sha256": self.nal_sha256,
            "nals": self.nals,
            "pieces": list(self.pieces),
            "sound_sha256": self.sound_sha256,
            "sounds": self.plan.sound.samples,
            "sound_pieces": list(self.sound_pieces),
            "silences": [list(one) for one in self.plan.sound.silences],
        }

    def read(self, store: ObjectStore) -> Iterator[bytes]:
        """Its bytes."""
        return clips.stream(store, self.plan, 0, self.plan.length - 1)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Hashes of what passed, which can go on."""

    digest: hashlib._Hash = field(repr=False)
    crc32: int

    def then(self, data: bytes) -> tuple[bytes, int]:
        """SHA-256 and CRC-32 of what passed with `data` behind it."""
        digest = self.digest.copy()
        digest.update(data)
        return digest.digest(), zlib.crc32(data, self.crc32)


class PassingFile(io.RawIOBase):
    """A clip as a seekable file whose media are read forwards once, and hashed with what precedes them as they pass.

    Header and trailer are in memory and may be read at any time.
    """

    def __init__(self, plan: ClipPlan, media: Iterator[bytes]) -> None:
        super().__init__()
        self._plan = plan
        self._media = media
        self._begin = len(plan.header)
        self._end = plan.length - len(plan.trailer)
        self._at = 0  # where the reader stands
        self._start = self._begin  # of what is held
        self._held = b""
        self._digest = hashlib.sha256(plan.header)
        self._crc32 = zlib.crc32(plan.header)

    def seekable(self) -> bool:
        """Anywhere in header and trailer, forwards in the media."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves; media are passed over when they are next read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._plan.length}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Where the reader stands."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes. Raises ValueError for media that have passed."""
        first = self._at
        last = self._plan.length if size < 0 else min(first + size, self._plan.length)
        self._at = max(last, first)
        parts = [self._plan.header[first:last]] if first < self._begin else []
        if first < self._end and last > self._begin:
            parts.append(self._read_media(max(first, self._begin), min(last, self._end)))
        if last > self._end:
            parts.append(self._plan.trailer[max(first - self._end, 0) : last - self._end])
        return b"".join(parts)

    def finish(self) -> Passed:
        """The hashes up to the trailer, after what is left has passed too."""
        for piece in self._media:
            self._count(piece)
        return Passed(digest=self._digest, crc32=self._crc32)

    def _read_media(self, first: int, last: int) -> bytes:
        if first < self._start:
            raise ValueError(f"byte {first} has passed")
        while self._start + len(self._held) < last:
            piece = next(self._media, None)
            if piece is None:
                raise EOFError("the media ended before their size")
            self._count(piece)
            keep = self._held[max(0, first - self._start) :]
            self._start += len(self._held) - len(keep)
            self._held = keep + piece
        return self._held[first - self._start : last - self._start]

    def _count(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._crc32 = zlib.crc32(piece, self._crc32)


def windows(from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """The span in stretches of at most an hour."""
    for start in range(from_us, to_us, LONGEST_US):
        yield start, min(start + LONGEST_US, to_us)


def examine(
    store: ObjectStore,
    plan: ClipPlan,
    path: str,
    chunks: Sequence[Chunk],
    sign: Callable[[bytes], bytes],
) -> Playable:
    """Reads the copy that `plan` describes, signs it, and answers its hashes and of which samples it is made."""
    media = clips.stream(store, plan, len(plan.header), plan.length - len(plan.trailer) - 1)
    sound = SoundHasher(plan.sound)
    stream = PassingFile(plan, sound.listen(media))
    identity = nal_identity(cast(BinaryIO, stream))
    passed = stream.finish()
    plan = signed(plan, passed.then(plan.trailer)[0], sign)
    digest, crc32 = passed.then(plan.trailer)
    return Playable(
        path=path,
        plan=plan,
        sha256=digest.hex(),
        crc32=crc32,
        nal_sha256=identity.sha256,
        nals=identity.nals,
        pieces=_pieces(plan.parts, chunks),
        sound_sha256=sound.sha256(),
        sound_pieces=_pieces(plan.sound.pieces, chunks),
    )


def _pieces(parts: Sequence[Stretch], chunks: Sequence[Chunk]) -> list[dict[str, object]]:
    """Stretches of chunks as the statement names them."""
    entries = [chunks[part.chunk].entry for part in parts]
    return [
        {"run": entry.run, "seq": entry.seq, "first": part.first, "last": part.last}
        for entry, part in zip(entries, parts, strict=True)
    ]
