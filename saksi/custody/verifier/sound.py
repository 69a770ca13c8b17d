"""Sound in passing: the samples of a file's sound track are heard while its pictures go by, in the same one reading.

Sound identity (package format, "Sound identity"): SHA-256 over (length as four bytes, big-endian, then the bytes) of
every sample in decode order. It is the same for originals and for a copy of which only silence was added.
"""

from __future__ import annotations

import hashlib
from array import array
from typing import Any, Dict, List, Optional, Tuple

from saksi.custody.verifier.complete import Pair
from saksi.custody.verifier.hashes import Malformed
from saksi.custody.verifier.mp4 import (
    MOST_SAMPLES,
    Samples,
    Track,
    boxes,
    fragment_samples,
    inside,
    numbered,
    plain_samples,
    ticks_of,
    unpack,
)

RUN_ON_US = 250_000  # a shorter pause between two samples is none
MOST_SPANS = 10_000  # stretches of sound that are told apart in one file
# What silence may be made of: G.711 frames of one value, and AAC-LC frames without spectral data, by channels.
SILENT_FRAMES = (bytes.fromhex("00c800802380"), bytes.fromhex("210049900219002380"))
SILENT_BYTES = (0xFF, 0xD5)  # of mu-law and A-law


class SoundCut:
    """Sound samples `first` to `last` of an original that a court copy holds; `hasher` takes them, `times_us` when."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.hasher: Any = None
        self.times_us: array[int] = array("q")
        self.end_us = 0

    @property
    def complete(self) -> bool:
        """Whether all of it was heard."""
        return 0 <= self.first <= self.last and len(self.times_us) == self.last + 1 - self.first


class Ear:
    """Hears a file. `spans_us` is when there is sound, of a fragmented file; `wrong` why there is no hearing it.

    `silences` (samples before it, how many) are passed over, and must be silent. What is wrong with sound takes
    nothing from the pictures.
    """

    def __init__(self, cuts: List[SoundCut], silences: Optional[List[List[int]]] = None) -> None:
        self.cuts = cuts
        self.silences = list(silences or [])
        self.track: Optional[Track] = None
        self.times_us: array[int] = array("q")  # of a plain file's samples, copied ones only, within the film
        self.pictures_us: array[int] = array("q")  # the same of its pictures
        self.window_us: Pair = (0, 0)
        self.spans_us: List[Pair] = []
        self.copied = self.silent = 0
        self.wrong = ""
        self._waiting: Optional[Samples] = None
        self._at = 0
        self._plan: array[int] = array("q")  # when every sample of a plain file is presented

    def head(self, moov: bytes, length: int) -> None:
        """Finds the sound track, and its samples if it is a plain file."""
        try:
            traks = tracks(moov)
            if sum(handler == b"soun" for handler, _, _ in traks) > 1 or len(traks) > 2:
                raise Malformed("more tracks than one of pictures and one of sound")
            rate = movie_rate(moov)
            for handler, trak, track in traks:
                if handler == b"soun":
                    self.track = track
                    found = plain_samples(track, length)
                    self._wait(found)
                    self._plan, self.window_us = film_times(trak, track, len(found.sizes), rate)
                elif handler == b"vide":
                    (count,) = unpack(">I", inside(track.table, [b"stsz"]), 8)
                    self.pictures_us, _ = film_times(trak, track, min(count, MOST_SAMPLES), rate)
        except Malformed as error:
            self._stop(error)

    def fragment(self, moof: bytes, place: int) -> None:
        """The sound samples of a moof body."""
        if self.track is None or self.wrong:
            return
        try:
            found = fragment_samples(moof, place, self.track)
            if found.sizes:
                self._wait(found)
        except Malformed as error:
            self._stop(error)

    def pass_over(self, tape: Any, until: int) -> None:
        """Goes on to a place in the file; what sound lies before it is heard."""
        waiting = self._waiting
        while waiting is not None and self._at < len(waiting.sizes) and waiting.offsets[self._at] < until:
            first, start = self._at, waiting.offsets[self._at]
            last, stop = first, start
            most = min(until, start + (1 << 20))
            while (
                last < len(waiting.sizes) and waiting.offsets[last] == stop and (last == first or stop < most)
            ):
                stop += waiting.sizes[last]
                last += 1
            if start < tape.at or stop > until:
                self._stop("sound that overlaps pictures, or lies outside its box")
                break
            tape.skip(start - tape.at)
            self._hear(tape.read(stop - start), waiting, first, last)
            self._at = last
            waiting = self._waiting
        tape.skip(until - tape.at)

    def finish(self) -> None:
        """The file has ended."""
        if not self.wrong and self._waiting is not None and self._at < len(self._waiting.sizes):
            self._stop("sound that is missing")

    def _wait(self, samples: Samples) -> None:
        self.finish()
        if self.copied + self.silent + len(samples.sizes) > MOST_SAMPLES:
            raise Malformed("more samples than a file of footage has")
        self._waiting, self._at = samples, 0

    def _stop(self, why: object) -> None:
        self.wrong = self.wrong or str(why)
        self._waiting = None

    def _hear(self, data: bytes, samples: Samples, first: int, last: int) -> None:
        place = 0
        for number in range(first, last):
            sample = data[place : place + samples.sizes[number]]
            place += len(sample)
            if len(sample) != samples.sizes[number]:
                self._stop("the file ends inside a sample of sound")
                return
            if self.silences and self.silences[0][0] == self.copied:
                self._silence(sample)
            else:
                self._copied(sample, samples, number)
        if samples.decode and self.track:
            self._span(samples, first, last)

    def _silence(self, sample: bytes) -> None:
        if sample not in SILENT_FRAMES and not any(
            sample == bytes([one]) * len(sample) for one in SILENT_BYTES
        ):
            self._stop("silence that is none")
        self.silent += 1
        self.silences[0] = [self.silences[0][0], self.silences[0][1] - 1]
        if self.silences[0][1] <= 0:
            self.silences.pop(0)

    def _copied(self, sample: bytes, samples: Samples, number: int) -> None:
        time_us = self._us(samples.decode[number]) if samples.decode else 0
        for cut in self.cuts:
            if cut.first <= self.copied <= cut.last:
                if cut.hasher is not None:
                    cut.hasher.update(len(sample).to_bytes(4, "big") + sample)
                if samples.decode:
                    cut.times_us.append(time_us)
        if self._plan:
            self.times_us.append(self._plan[self.copied + self.silent])
        self.copied += 1

    def _span(self, samples: Samples, first: int, last: int) -> None:
        """Joins samples that follow one another; a stretch is from the first's time to the last's."""
        for number in range(first, last):
            time_us, before = (
                self._us(samples.decode[number]),
                self.spans_us[-1] if self.spans_us else (0, -1 << 62),
            )
            if 0 <= time_us - before[1] <= RUN_ON_US or len(self.spans_us) >= MOST_SPANS:
                self.spans_us[-1] = (before[0], max(before[1], time_us))
            else:
                self.spans_us.append((time_us, time_us))

    def _us(self, ticks: int) -> int:
        return min(ticks * 1_000_000 // (self.track.timescale if self.track else 1), 1 << 62)


def tracks(moov: bytes) -> List[Tuple[bytes, bytes, Track]]:
    """(handler, trak body, track) of each track of a moov body. Raises Malformed."""
    found = []
    for kind, body, end in boxes(moov):
        if kind == b"trak":
            trak = moov[body:end]
            number, timescale = numbered(trak)
            if not timescale:
                raise Malformed("a track without a clock")
            table = inside(trak, [b"mdia", b"minf", b"stbl"])
            found.append(
                (inside(trak, [b"mdia", b"hdlr"])[8:12], trak, Track(number, timescale, 4, False, table))
            )
    return found


def movie_rate(moov: bytes) -> int:
    """Ticks a second of edit lists. Raises Malformed."""
    rate = ticks_of(inside(moov, [b"mvhd"]))
    if not rate:
        raise Malformed("a film without a clock")
    return rate


def film_times(trak: bytes, track: Track, count: int, rate: int) -> Tuple["array[int]", Pair]:
    """When each sample of a plain track is presented, in microseconds from the film's beginning, and the stretch of the
    film in which the track is played. Sections 8.6.1 and 8.6.6. Raises Malformed."""
    if not count:
        return array("q"), (0, 0)
    before, media_time, length = edit_of(trak, rate)
    steps = runs_of(track.table, b"stts", ">II", count)
    late = (
        runs_of(track.table, b"ctts", ">Ii", count)
        if has(track.table, b"ctts")
        else array("q", bytes(8 * count))
    )
    times, decode = array("q"), 0
    for i in range(count):
        ticks = decode + late[i] - media_time
        times.append(before + min(ticks * 1_000_000 // track.timescale, 1 << 62))
        decode += steps[i]
    return times, (before, before + length)


def edit_of(trak: bytes, rate: int) -> Tuple[int, int, int]:
    """(microseconds of nothing before, media time, microseconds played) of an edit list as copies have it: nothing,
    then one stretch. Raises Malformed for any other."""
    if not has(trak, b"edts"):
        return 0, 0, 1 << 61
    elst = inside(trak, [b"edts", b"elst"])
    (count,) = unpack(">I", elst, 4)
    layout, width = (">QqI", 20) if elst[:1] == b"\x01" else (">IiI", 12)
    if not 1 <= count <= 2:
        raise Malformed("an edit list of another form")
    rows = [unpack(layout, elst, 8 + width * i) for i in range(count)]
    before = 0
    if rows[0][1] == -1 and count == 2:
        before = min(rows.pop(0)[0] * 1_000_000 // rate, 1 << 61)
    if len(rows) != 1 or rows[0][1] < 0 or rows[0][2] != 0x10000:
        raise Malformed("an edit list of another form")
    return before, rows[0][1], min(rows[0][0] * 1_000_000 // rate, 1 << 61)


def has(data: bytes, wanted: bytes) -> bool:
    """Whether such a box is among those that fill `data`."""
    return any(kind == wanted for kind, _, _ in boxes(data))


def runs_of(table: bytes, name: bytes, layout: str, count: int) -> "array[int]":
    """`count` values out of counted runs (stts, ctts). Raises Malformed when they are more or fewer."""
    data, values = inside(table, [name]), array("q")
    (rows,) = unpack(">I", data, 4)
    for i in range(min(rows, count)):
        times, value = unpack(layout, data, 8 + 8 * i)
        if times > count - len(values):
            break
        values.extend(array("q", [value]) * times)
    if len(values) != count:
        raise Malformed("a table of times that does not fit its samples")
    return values


class Strand:
    """Pieces of originals, one behind the other, of which a copy's pictures or sound are made; one hash over all."""

    def __init__(self, pieces: List[Dict[str, Any]], kind: Any) -> None:
        self.pieces = pieces
        self.cuts = [kind(piece["first"], piece["last"]) for piece in pieces]
        self.hasher = hashlib.sha256()
        self.next = 0

    def place(self, number: int) -> Tuple[str, int]:
        """The original of a piece."""
        piece = self.pieces[number]
        return piece["run"], piece["seq"]

    def due(self, place: Tuple[str, int]) -> Any:
        """The piece that comes next, if it is of this original; else None."""
        if self.next >= len(self.cuts) or self.place(self.next) != place:
            return None
        cut = self.cuts[self.next]
        cut.hasher = self.hasher
        self.next += 1
        return cut
