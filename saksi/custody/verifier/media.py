"""Frames in one pass: every byte of a media file is hashed as it comes, and its video frames are hashed beside it.

NAL identity (package format, "NAL identity"): SHA-256 over (length as four bytes, big-endian, then the bytes) of every
NAL unit in decode order. It is the same for originals and for a copy that was only cut, never re-encoded.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from dataclasses import dataclass, field
from typing import Any, Iterator, List, Optional, Tuple

from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.hashes import Malformed
from saksi.custody.verifier.mp4 import (
    MOST_FRAGMENT_HEAD,
    MOST_HEAD,
    MOST_SAMPLES,
    Samples,
    Track,
    fragment_samples,
    header,
    plain_samples,
    video_track,
)
from saksi.custody.verifier.sound import Ear

MOST_BOXES = 1_000_000
STRETCH = 1 << 22  # frames are read so many bytes at a time


class Tape:
    """A file that is read once from front to back; what passes is hashed."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._block = memoryview(b"")
        self.at = 0
        self.length = 0
        self.digest = hashlib.sha256()

    def read(self, count: int) -> bytes:
        """The next bytes; fewer at the end."""
        if len(self._block) >= count:
            part, self._block = self._block[:count], self._block[count:]
            self.at += count
            return bytes(part)
        parts, left = [], count
        while left:
            if not self._block and not self._next():
                break
            part = self._block[:left]
            self._block = self._block[len(part) :]
            left -= len(part)
            parts.append(part)
        self.at += count - left
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Passes over bytes. Raises Malformed when the file ends first."""
        while count:
            if not self._block and not self._next():
                raise Malformed("the file ends inside a box")
            step = min(count, len(self._block))
            self._block = self._block[step:]
            self.at += step
            count -= step

    def finish(self) -> str:
        """The SHA-256 of the whole file in hex; reads what is left."""
        while self._next():
            pass
        return self.digest.hexdigest()

    def _next(self) -> bool:
        for block in self._blocks:
            self.digest.update(block)
            self.length += len(block)
            self._block = memoryview(block)
            return True
        return False


@dataclass
class Cut:
    """A piece of an original that a court copy is made of, samples `first` to `last`; `hasher` takes its NAL units.

    Filled while the original passes: `start_us`, `end_us` its span in decode time, `nals`, and the edges: the latest
    presentation time before it and the earliest after it in the original (None where there is nothing); `times_us` of
    its pictures.
    """

    first: int
    last: int
    hasher: Any = None
    nals: int = 0
    start_us: int = 0
    end_us: int = 0
    latest_before_us: Optional[int] = None
    earliest_after_us: Optional[int] = None
    complete: bool = False
    times_us: array[int] = field(default_factory=lambda: array("q"))


@dataclass
class Media:
    """What a media file holds: video samples, NAL units, signatures of the camera (of an original that is whole), and
    the times of the pictures that need no other (of a fragmented file). `ear` has what was heard of its sound."""

    samples: int = 0
    nals: int = 0
    signed: int = 0
    wrong: str = ""
    keys_us: array[int] = field(default_factory=lambda: array("q"))
    cuts: List[Cut] = field(default_factory=list)
    ear: Ear = field(default_factory=lambda: Ear([]))


class Walker:
    """Hands the NAL units of samples to cuts and to whoever follows the camera's signatures, and counts them."""

    def __init__(self, track: Track, media: Media, units: Optional[Units]) -> None:
        self.track, self.media, self.units = track, media, units
        if units is not None:
            units.h265 = track.h265

    def take(self, data: bytes, sizes: array[int], samples: Samples, at: int) -> None:
        """Whole samples that lie one behind the other in `data`; `at` is the first one's number in `samples`."""
        first = self.media.samples
        counts, place = [], 0
        ends = []
        for frame, size in enumerate(sizes, first):
            counts.append(self._count(data, place, place + size, frame))
            place += size
            ends.append(place)
        for i in range(len(counts)):
            if at + i in samples.sync:
                self.media.keys_us.append(self._time(samples, at + i))
        for cut in self.media.cuts:
            self._feed(cut, data, first, counts, ends, samples, at)
        self.media.samples += len(counts)
        self.media.nals += sum(counts)

    def _count(self, data: bytes, place: int, end: int, frame: int) -> int:
        """NAL units of one sample, ISO/IEC 14496-15 section 4.3.3; they must fill it. Raises Malformed."""
        width, count = self.track.nal_length, 0
        while place < end:
            if place + width > end:
                raise Malformed("a NAL length is cut off")
            size = int.from_bytes(data[place : place + width], "big")
            place += width
            if place + size > end:
                raise Malformed("NAL units that do not fill their sample")
            if size and self.units is not None:
                self.units.take(data, place, size, frame)
            place += size
            count += 1
        return count

    def _feed(
        self, cut: Cut, data: bytes, first: int, counts: List[int], ends: List[int], samples: Samples, at: int
    ) -> None:
        low, high = max(cut.first - first, 0), min(cut.last - first, len(counts) - 1)
        if samples.decode:
            self._edges(cut, first, len(counts), samples, at)
        if low > high:
            return
        start, end = (ends[low - 1] if low else 0), ends[high]
        if cut.hasher is not None:
            whole = memoryview(data)[start:end]
            cut.hasher.update(whole if self.track.nal_length == 4 else self._widened(data[start:end]))
        cut.nals += sum(counts[low : high + 1])
        cut.complete = cut.complete or first + high == cut.last

    def _time(self, samples: Samples, number: int) -> int:
        """Presentation time in microseconds; absurd ones are cut to 64 bits."""
        return min(samples.shown[number] * 1_000_000 // self.track.timescale, (1 << 62))

    def _edges(self, cut: Cut, first: int, count: int, samples: Samples, at: int) -> None:
        for i in range(count):
            number, time = first + i, self._time(samples, at + i)
            if number < cut.first:
                before = cut.latest_before_us
                cut.latest_before_us = time if before is None else max(before, time)
            elif number > cut.last:
                after = cut.earliest_after_us
                cut.earliest_after_us = time if after is None else min(after, time)
            else:
                cut.start_us = time if not cut.end_us else min(cut.start_us, time)
                cut.end_us = max(cut.end_us, time)
                cut.times_us.append(time)

    def _widened(self, data: bytes) -> bytes:
        """NAL units with lengths of four bytes, for files whose lengths are shorter."""
        width, place, parts = self.track.nal_length, 0, []
        while place < len(data):
            size = int.from_bytes(data[place : place + width], "big")
            parts.append(struct.pack(">I", size) + data[place + width : place + width + size])
            place += width + size
        return b"".join(parts)


def read_media(
    tape: Tape, length: int, cuts: List[Cut], units: Optional[Units] = None, ear: Optional[Ear] = None
) -> Media:
    """Reads a file to its end: a fragmented original, or a plain MP4. What is wrong with it stands in `wrong`."""
    media = Media(cuts=cuts, ear=ear or Ear([]))
    try:
        read_boxes(tape, length, media, units)
        media.ear.finish()
    except Malformed as error:
        media.wrong = str(error)
    return media


def read_boxes(tape: Tape, length: int, media: Media, units: Optional[Units]) -> None:
    """The boxes of a file, one after the other: heads are read, frames are walked, all else passes by."""
    track: Optional[Track] = None
    waiting: Optional[Samples] = None
    for _ in range(MOST_BOXES):
        if tape.at >= length:
            if track is None or not media.samples or (waiting is not None and waiting.sizes):
                raise Malformed("a file without video, or with frames that are missing")
            return
        place, (kind, left) = tape.at, _next_box(tape, length)
        if kind == b"moov":
            body = _body(tape, left, MOST_HEAD)
            track = video_track(body)
            media.ear.head(body, length)
            plain = plain_samples(track, length)
            waiting = plain if plain.sizes else None
        elif kind == b"moof" and track is not None:
            if waiting is not None and waiting.sizes:
                raise Malformed("a fragment without its frames")
            body = _body(tape, left, MOST_FRAGMENT_HEAD)
            waiting = fragment_samples(body, place, track)
            media.ear.fragment(body, place)
        elif kind == b"mdat":
            end = tape.at + left
            if track is not None and waiting is not None and waiting.sizes and waiting.offsets[0] < end:
                _read_samples(tape, waiting, Walker(track, media, units), end)
                waiting = None
            media.ear.pass_over(tape, end)
        else:
            tape.skip(left)
    raise Malformed("more boxes than a file of footage has")


def _next_box(tape: Tape, length: int) -> Tuple[bytes, int]:
    """Kind and bytes of the body of the box that begins here."""
    place = tape.at
    head = tape.read(8)
    if head[:4] == b"\x00\x00\x00\x01":
        head += tape.read(8)
    size_of_header, kind, size = header(head)
    if place + size > length:
        raise Malformed("a box beyond the end of the file")
    return kind, size - size_of_header


def _body(tape: Tape, size: int, most: int) -> bytes:
    if size > most:
        raise Malformed("a box of impossible size")
    return tape.read(size)


def _read_samples(tape: Tape, samples: Samples, walker: Walker, end: int) -> None:
    """Reads the samples of one mdat in stretches; they must lie in order, within it. Raises Malformed."""
    first, total = 0, len(samples.sizes)
    if walker.media.samples + total > MOST_SAMPLES:
        raise Malformed("more samples than a file of footage has")
    while first < total:
        start = samples.offsets[first]
        last, stop = first, start
        while last < total and samples.offsets[last] == stop and (last == first or stop - start < STRETCH):
            stop += samples.sizes[last]
            last += 1
        if start < tape.at or stop > end:
            raise Malformed("frames that overlap, or lie outside their box")
        walker.media.ear.pass_over(tape, start)
        data = tape.read(stop - start)
        if len(data) != stop - start:
            raise Malformed("the file ends inside a frame")
        walker.take(data, samples.sizes[first:last], samples, first)
        first = last
