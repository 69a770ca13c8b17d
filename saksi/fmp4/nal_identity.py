"""NAL identity: one SHA-256 over the coded pictures of a file, however they are packed into boxes.

Definition, for every implementation of it. A file has exactly one video track, H.264 or H.265. Its samples are
numbered from 0 in decode order: first those of moov's sample tables (stsz, stsc, stco or co64), then those of
each moof in file order (trun by trun). A sample is a row of NAL units, each behind its length, a big-endian
number of as many bytes as lengthSizeMinusOne + 1 of the sample's avcC or hvcC says (1, 2 or 4); the row fills
the sample exactly. The digest is SHA-256 over `u32be(length of the NAL) || bytes of the NAL` for every NAL unit
of every sample in order, nothing between samples or files. Parameter sets that stand only in avcC or hvcC,
times, and sound do not enter. Of a stretch `first..last` (both included) of a file only those samples enter; the
digest of a clip equals the digest over the stretches it was made of, one behind the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.walk import Extent, VideoFile, open_video, read_exactly

_BLOCK = 2**20  # bytes read at a time
_LARGEST_NAL = 64 * 2**20  # that `nal_units` hands over in one piece


@dataclass(frozen=True, kw_only=True)
class NalIdentity:
    """What was hashed: `sha256` in hex over `nals` NAL units of `samples` samples."""

    sha256: str
    nals: int
    samples: int


class NalHasher:
    """Takes stretches of files one behind the other and gives one identity over all of them."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._nals = self._samples = 0

    def add(self, source: BinaryIO | bytes, first: int = 0, last: int | None = None) -> None:
        """Adds the samples `first` to `last` (included; None: the last there is) of a seekable MP4 file
        or of its bytes.

        Reads a mebibyte at a time. Raises Malformed when the file lies or has no such samples.
        """
        video = open_video(source)
        for sample in _stretch(video, first, last):
            self._samples += 1
            for offset, size in _units(video, sample):
                self._nals += 1
                self._digest.update(size.to_bytes(4, "big"))
                for start in range(offset, offset + size, _BLOCK):
                    self._digest.update(read_exactly(video.stream, start, min(_BLOCK, offset + size - start)))

    def identity(self) -> NalIdentity:
        """The identity of what was added so far."""
        return NalIdentity(sha256=self._digest.hexdigest(), nals=self._nals, samples=self._samples)


def nal_identity(source: BinaryIO | bytes, first: int = 0, last: int | None = None) -> NalIdentity:
    """The identity of one file, or of its samples `first` to `last` (included). Raises Malformed."""
    hasher = NalHasher()
    hasher.add(source, first, last)
    return hasher.identity()


def nal_units(video: VideoFile, first: int = 0, last: int | None = None) -> Iterator[tuple[int, bytes]]:
    """(number of the sample, NAL unit) in order. Raises Malformed, also for a NAL unit above 64 MiB."""
    for number, sample in enumerate(_stretch(video, first, last), first):
        for offset, size in _units(video, sample):
            if size > _LARGEST_NAL:
                raise Malformed(f"a NAL unit of {size} bytes at {offset}")
            yield number, read_exactly(video.stream, offset, size)


def _stretch(video: VideoFile, first: int, last: int | None) -> Iterator[Extent]:
    if first < 0 or (last is not None and last < first):
        raise ValueError(f"no samples {first} to {last}")
    number = -1
    for number, sample in enumerate(video.samples()):
        if number >= first:
            yield sample
        if number == last:
            return
    if last is not None or number < first:
        raise Malformed(f"samples {first} to {last} of a file that has {number + 1}")


def _units(video: VideoFile, sample: Extent) -> Iterator[tuple[int, int]]:
    """(offset, size) of each NAL unit of a sample."""
    width = video.length_sizes[sample.entry]
    position, end = sample.offset, sample.offset + sample.size
    while position < end:
        if position + width > end:
            raise Malformed(f"the sample at {sample.offset} ends within a NAL length")
        size = int.from_bytes(read_exactly(video.stream, position, width), "big")
        position += width
        if position + size > end:
            raise Malformed(f"a NAL unit of {size} bytes at {position} does not fit its sample")
        yield position, size
        position += size
