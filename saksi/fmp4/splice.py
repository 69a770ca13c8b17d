"""Cuts a clip out of chunks: one plain MP4 whose media bytes are copied from the chunks and never decoded.

The plan is a header (ftyp, moov, the mdat's header) and a list of byte ranges of chunks, so the clip has a
known length and any byte range of it can be served. Shown are exactly the frames that begin in `[from, to)`:
the edit list hides the frames a decoder needs before them. A hole in the footage stays a hole: the picture
before it stands still, the sound is silent, and wall time is `start_us` plus playing time everywhere.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from saksi.fmp4.boxes import Malformed, box
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID, Init, TrackInit, mvhd, read_init, trak
from saksi.fmp4.samples import FragmentSamples
from saksi.fmp4.selection import NoFootage, Part, Selection, Strip, select
from saksi.fmp4.tables import Timeline, edit_list, lay, sample_tables
from saksi.fmp4.timing import microseconds, ticks

__all__ = ["CannotSplice", "ClipPlan", "NoFootage", "Piece", "SpliceChunk", "plan", "ranges"]

GAP_US = 500_000  # shorter holes are a camera's hiccups; coverage draws the same line
# Heads between media travel along as filler, so that a chunk is fetched in one request instead of sixty.
_FILLER = 4096
_1904_TO_1970_S = 2_082_844_800
_MDAT_HEADER = 16
Places = tuple[list[int], list[int]]  # of the sound's parts, of the video's parts


class CannotSplice(ValueError):  # noqa: N818 - reads as what it says
    """The footage on the two sides of `at_us` does not fit into one file: `reason` is "video" or "audio"."""

    def __init__(self, reason: str, at_us: int, before: str, after: str) -> None:
        self.reason, self.at_us, self.before, self.after = reason, at_us, before, after
        super().__init__(f"{reason} changes from {before} to {after} at {at_us} us; ask for each side alone")


@dataclass(frozen=True, kw_only=True)
class SpliceChunk:
    """A chunk as `plan` needs it: where its bytes are, its run, its init segment, all its samples."""

    key: str
    size: int
    run: str
    init: bytes = field(repr=False)
    fragments: Sequence[FragmentSamples] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `[offset, offset + length)` of the chunk object `key`."""

    key: str
    offset: int
    length: int


@dataclass(frozen=True, kw_only=True)
class ClipPlan:
    """A clip: `header` then `pieces`, `length` bytes in all; shown from `start_us` to `end_us`.

    `gaps` are the holes inside, (start_us, end_us) each. `etag` names the clip's bytes.
    """

    header: bytes = field(repr=False)
    pieces: list[Piece] = field(repr=False)
    length: int
    etag: str
    start_us: int
    end_us: int
    frames: int
    gaps: list[tuple[int, int]]


def plan(chunks: Sequence[SpliceChunk], from_us: int, to_us: int, *, sound: bool = True) -> ClipPlan:
    """Plans the clip `[from_us, to_us)` of one camera from its chunks in time order.

    The chunk that holds the keyframe before `from_us` must be among them. Raises NoFootage when no frame
    begins in the window, CannotSplice when codec family or sound change inside it, Malformed when a chunk's
    tables lie.
    """
    inits = _read_inits(chunks)
    rate = _video_rate(inits)
    strips = [_strip(chunk, init, sound=sound) for chunk, init in zip(chunks, inits, strict=True)]
    selection = select(strips, ticks(from_us, rate), ticks(to_us, rate), rate)
    _check_entries(selection, inits)
    # Sound that was not asked for must not travel as filler either.
    filler = _FILLER if sound or not any(init.audio for init in inits) else 0
    pieces, places = _pieces(chunks, selection, filler)
    header, holes = _header(selection, inits, sum(piece.length for piece in pieces), places)
    shown = [(max(a, selection.start), min(b, selection.end)) for a, b in holes]
    gaps = [(microseconds(a, rate), microseconds(b, rate)) for a, b in shown if a < b]
    digest = hashlib.sha256(header)
    for piece in pieces:
        digest.update(f"{piece.key}\0{piece.offset}\0{piece.length}\0".encode())
    return ClipPlan(
        header=header,
        pieces=pieces,
        length=len(header) + sum(piece.length for piece in pieces),
        etag=digest.hexdigest()[:32],
        start_us=microseconds(selection.start, rate),
        end_us=microseconds(selection.end, rate),
        frames=selection.frames,
        gaps=[(a, b) for a, b in gaps if b - a > GAP_US],
    )


def ranges(clip: ClipPlan, first: int, last: int) -> Iterator[bytes | Piece]:
    """The bytes `first` to `last`, both included as in HTTP: header bytes, then parts of pieces, in order.

    Raises ValueError when the range is not within the clip.
    """
    if not 0 <= first <= last < clip.length:
        raise ValueError(f"bytes {first}-{last} are not within {clip.length}")
    if first < len(clip.header):
        yield clip.header[first : last + 1]
    starts = list(accumulate((piece.length for piece in clip.pieces), initial=len(clip.header)))
    for number in range(max(bisect_right(starts, first) - 1, 0), len(clip.pieces)):
        piece, start = clip.pieces[number], starts[number]
        begin, end = max(first, start), min(last + 1, start + piece.length)
        if start > last:
            return
        if begin < end:
            yield Piece(piece.key, piece.offset + begin - start, end - begin)


def _read_inits(chunks: Sequence[SpliceChunk]) -> list[Init]:
    """One Init a chunk; the same bytes are read once."""
    known = {data: read_init(data) for data in {chunk.init for chunk in chunks}}
    if not known:
        raise NoFootage("no chunks to cut from")
    return [known[chunk.init] for chunk in chunks]


def _video_rate(inits: Sequence[Init]) -> int:
    rates = {init.video.timescale for init in inits}
    if len(rates) != 1:
        raise Malformed(f"chunks with video timescales {sorted(rates)}")
    return rates.pop()


def _strip(chunk: SpliceChunk, init: Init, *, sound: bool) -> Strip:
    if sound:
        rate = init.audio.timescale if init.audio else 0
        return Strip(run=chunk.run, fragments=chunk.fragments, audio_rate=rate)
    silent = [FragmentSamples(video=part.video) for part in chunk.fragments]
    return Strip(run=chunk.run, fragments=silent, audio_rate=0)


def _track(init: Init, *, video: bool) -> TrackInit:
    track = init.video if video else init.audio
    if track is None:
        raise Malformed("a chunk has sound samples and no sound track")
    return track


def _check_entries(selection: Selection, inits: Sequence[Init]) -> None:
    """Parameter sets may change (several sample entries), the codec may not; sound may not change at all."""
    pictures = [(_track(inits[part.chunk], video=True), part) for part in selection.video]
    for (one, _), (other, part) in pairwise(pictures):
        if one.kind != other.kind:
            at_us = microseconds(part.samples.base_time, other.timescale)
            raise CannotSplice("video", at_us, one.kind.decode("latin-1"), other.kind.decode("latin-1"))
    sounds = [(_track(inits[part.chunk], video=False), part) for part in selection.audio]
    for (one, _), (other, part) in pairwise(sounds):
        if (one.entry, one.timescale) != (other.entry, other.timescale):
            at_us = microseconds(part.samples.base_time, other.timescale)
            raise CannotSplice("audio", at_us, _sound_name(one), _sound_name(other))


def _sound_name(track: TrackInit) -> str:
    return f"{track.kind.decode('latin-1')} at {track.timescale} Hz"


def _pieces(chunks: Sequence[SpliceChunk], selection: Selection, filler: int) -> tuple[list[Piece], Places]:
    """Byte ranges to copy, and where each part's first byte comes to lie after the header.

    Ranges of a chunk that are at most `filler` bytes apart become one.
    """
    wanted = sorted(
        (part.chunk, part.samples.data_offset, part.samples.length, video, number)
        for video, parts in ((0, selection.audio), (1, selection.video))
        for number, part in enumerate(parts)
    )
    pieces: list[Piece] = []
    places: Places = ([0] * len(selection.audio), [0] * len(selection.video))
    passed, open_chunk = 0, -1
    for chunk, offset, length, video, number in wanted:
        if offset < 0 or offset + length > chunks[chunk].size:
            raise Malformed(f"{chunks[chunk].key}: samples beyond its {chunks[chunk].size} bytes")
        last = pieces[-1] if chunk == open_chunk else None
        if last is not None and 0 <= offset - (last.offset + last.length) <= filler:
            places[video][number] = passed + offset - last.offset
            pieces[-1] = Piece(last.key, last.offset, offset + length - last.offset)
        else:
            passed += pieces[-1].length if pieces else 0
            pieces.append(Piece(chunks[chunk].key, offset, length))
            places[video][number] = passed
        open_chunk = chunk
    return pieces, places


def _header(
    selection: Selection, inits: Sequence[Init], media: int, places: Places
) -> tuple[bytes, list[tuple[int, int]]]:
    """ftyp, moov and the mdat's header; and the holes in the video, in its ticks."""
    rate = _video_rate(inits)
    created = microseconds(selection.start, rate) // 1_000_000 + _1904_TO_1970_S
    duration = selection.end - selection.start
    video = lay(selection.video)
    audio = lay(selection.audio) if selection.audio else None
    ftyp = box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isom", b"iso2", b"mp41")

    def movie(base: int) -> bytes:
        sound_at, picture_at = ([base + place for place in track] for track in places)
        tracks = [_video_track(selection, inits, video, created, picture_at)]
        if audio is not None:
            tracks.append(_audio_track(selection, inits, audio, created, sound_at))
        return box(b"moov", mvhd(rate, created, duration), *tracks)

    length = len(ftyp) + len(movie(0)) + _MDAT_HEADER
    mdat = struct.pack(">I4sQ", 1, b"mdat", media + _MDAT_HEADER)
    return b"".join((ftyp, movie(length), mdat)), video.holes


def _video_track(
    selection: Selection, inits: Sequence[Init], timeline: Timeline, created: int, places: list[int]
) -> bytes:
    duration = selection.end - selection.start
    first = inits[selection.video[0].chunk].video
    return trak(
        VIDEO_ID,
        b"vide",
        first.timescale,
        first.width,
        first.height,
        _table(selection.video, inits, timeline, places, video=True),
        edits=edit_list([(duration, selection.start - timeline.origin + timeline.delay)]),
        created=created,
        movie_duration=duration,
        media_duration=timeline.end - timeline.origin,
    )


def _audio_track(
    selection: Selection,
    inits: Sequence[Init],
    timeline: Timeline,
    created: int,
    places: list[int],
) -> bytes:
    video_rate = _video_rate(inits)
    track = _track(inits[selection.audio[0].chunk], video=False)
    rate = track.timescale
    start, end = (time * rate // video_rate for time in (selection.start, selection.end))
    begins, ends = max(start, timeline.origin), min(end, timeline.end)
    # Sound that sets in after the picture is preceded by an empty edit, never stretched.
    edits = [((begins - start) * video_rate // rate, -1)] if begins > start else []
    edits.append(((ends - begins) * video_rate // rate, begins - timeline.origin))
    return trak(
        AUDIO_ID,
        b"soun",
        rate,
        0,
        0,
        _table(selection.audio, inits, timeline, places, video=False),
        edits=edit_list(edits),
        created=created,
        movie_duration=sum(length for length, _ in edits),
        media_duration=timeline.end - timeline.origin,
    )


def _table(
    parts: Sequence[Part], inits: Sequence[Init], timeline: Timeline, places: list[int], *, video: bool
) -> bytes:
    """The sample tables with one sample entry for each distinct set of parameters."""
    numbers: dict[bytes, int] = {}
    entry_of = [
        numbers.setdefault(_track(inits[part.chunk], video=video).entry, len(numbers) + 1) for part in parts
    ]
    return sample_tables(parts, timeline, list(numbers), entry_of, places, video=video)
