"""Cuts a clip out of chunks: one plain MP4 whose media bytes are copied from the chunks and never decoded.

The plan is a header (ftyp, moov, the mdat's header) and a list of byte ranges of chunks, so the clip has a
known length and any byte range of it can be served. Shown are exactly the frames that begin in `[from, to)`:
the edit list hides the frames a decoder needs before them. A hole in the footage stays a hole: the picture
before it stands still, the sound is silent (see `silence`), and wall time is `start_us` plus playing time
everywhere. Samples of the cameras are never altered, added or left out within the window.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.clip_claim import ClipClaim, claim_box
from saksi.fmp4.export_file import ExportFacts, Origin, meta_box, user_data
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID, Init, TrackInit, read_init
from saksi.fmp4.movie import Track, header
from saksi.fmp4.pieces import Piece, Silence, Source, arrange
from saksi.fmp4.samples import FragmentSamples
from saksi.fmp4.selection import NoFootage, Part, Selection, Stretch, Strip, select, stretches
from saksi.fmp4.silence import fill
from saksi.fmp4.sound_identity import SoundPlan, sound_plan
from saksi.fmp4.tables import lay
from saksi.fmp4.timing import microseconds, ticks

__all__ = [
    "CannotSplice",
    "ClipPlan",
    "NoFootage",
    "Piece",
    "Silence",
    "SpliceChunk",
    "Stretch",
    "plan",
    "ranges",
    "tag",
]

GAP_US = 500_000  # shorter holes are a camera's hiccups; coverage draws the same line
# Heads between media travel along as filler, so that a chunk is fetched in one request instead of sixty.
_FILLER = 4096


class CannotSplice(ValueError):
    """The footage on the two sides of `at_us` does not fit into one file: `reason` is "video" or "audio".

    `at_us` is where the pictures of the other side begin, always inside the window: each side of it can be asked for.
    """

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


@dataclass(frozen=True, kw_only=True)
class ClipPlan:
    """A clip: `header`, `pieces`, `trailer`, `length` bytes in all; shown from `start_us` to `end_us`.

    `gaps` are the holes inside, (start_us, end_us) each. `etag` names the clip's bytes. `parts` tells which
    frames of which of the planned chunks the file holds, in its order: those shown and those before them that a
    decoder needs; `sound` does so of sound. `trailer` is empty unless the clip is an export file.
    """

    header: bytes = field(repr=False)
    pieces: list[Piece | Silence] = field(repr=False)
    length: int
    etag: str
    start_us: int
    end_us: int
    frames: int
    gaps: list[tuple[int, int]]
    parts: list[Stretch]
    sound: SoundPlan = field(default_factory=SoundPlan)
    trailer: bytes = field(default=b"", repr=False)


def plan(
    chunks: Sequence[SpliceChunk],
    from_us: int,
    to_us: int,
    *,
    sound: bool = True,
    export: ExportFacts | None = None,
    camera: str = "",
    thinned: bool = False,
) -> ClipPlan:
    """Plans the clip `[from_us, to_us)` of one camera from its chunks in time order.

    With `export` it becomes an ONVIF export file, its signature still zeros (see `export_signature.signed`). With
    `camera` a clip says whose it is: the span that it shows, which planned again gives the same clip.
    `thinned`: it says that parts of it are keyframes alone.
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
    sounds, silence = _with_silence(selection, inits)
    sources = [Source(chunk.key, chunk.size) for chunk in chunks]
    media = arrange(sources, selection.video, sounds, silence, filler)
    video = Track(
        parts=selection.video,
        inits=[inits[part.chunk].video for part in selection.video],
        places=media.video,
        timeline=lay(selection.video),
    )
    audio = None
    if sounds:
        track = _sound(inits[selection.audio[0].chunk])
        audio = Track(parts=sounds, inits=[track] * len(sounds), places=media.audio, timeline=lay(sounds))
    span = microseconds(selection.start, rate), microseconds(selection.end, rate)
    extra = user_data(export) if export else b""
    if camera and not export:
        extra = claim_box(ClipClaim(camera=camera, from_us=span[0], to_us=span[1], thinned=thinned))
    head = header(
        video,
        audio,
        start=selection.start,
        end=selection.end,
        payload=media.length,
        extra=extra,
        short=export is not None,
    )
    trailer = b""
    if export:
        name = hashlib.sha256(tag(head, media.pieces, b"").encode()).digest()[:16]
        trailer = meta_box(export, _origins(video, audio), span, name)
    shown = [(max(a, selection.start), min(b, selection.end)) for a, b in video.timeline.holes]
    gaps = [(microseconds(a, rate), microseconds(b, rate)) for a, b in shown if a < b]
    return ClipPlan(
        header=head,
        pieces=media.pieces,
        length=len(head) + media.length + len(trailer),
        etag=tag(head, media.pieces, trailer),
        start_us=span[0],
        end_us=span[1],
        frames=selection.frames,
        gaps=[(a, b) for a, b in gaps if b - a > GAP_US],
        parts=stretches(selection.video),
        sound=sound_plan(sounds, media.audio),
        trailer=trailer,
    )


def ranges(clip: ClipPlan, first: int, last: int) -> Iterator[bytes | Piece]:
    """The bytes `first` to `last`, both included as in HTTP: bytes as they are and parts of chunks, in order.

    Raises ValueError when the range is not within the clip.
    """
    if not 0 <= first <= last < clip.length:
        raise ValueError(f"bytes {first}-{last} are not within {clip.length}")
    if first < len(clip.header):
        yield clip.header[first : last + 1]
    starts = list(accumulate((piece.length for piece in clip.pieces), initial=len(clip.header)))
    for number in range(max(bisect_right(starts, first) - 1, 0), len(clip.pieces)):
        piece, start = clip.pieces[number], starts[number]
        if start > last:
            return
        begin, end = max(first, start), min(last + 1, start + piece.length)
        part = replace(piece, offset=piece.offset + begin - start, length=end - begin)
        if isinstance(part, Silence):
            yield from part.blocks()
        elif part.length > 0:
            yield part
    if last >= starts[-1]:
        yield clip.trailer[max(first - starts[-1], 0) : last + 1 - starts[-1]]


def tag(head: bytes, pieces: Sequence[Piece | Silence], trailer: bytes) -> str:
    """An etag: chunks never change, so the header, the ranges and the trailer name the clip's bytes."""
    digest = hashlib.sha256(head)
    for piece in pieces:
        key = piece.key if isinstance(piece, Piece) else ""
        digest.update(f"{key}\0{piece.offset}\0{piece.length}\0".encode())
    digest.update(trailer)
    return digest.hexdigest()[:32]


def _origins(video: Track, audio: Track | None) -> list[Origin]:
    """When the media timelines begin; composition offsets are written `delay` ticks late."""
    tracks = [(VIDEO_ID, video), (AUDIO_ID, audio)]
    return [
        Origin(track_id, track.timeline.origin - track.timeline.delay, track.init.timescale)
        for track_id, track in tracks
        if track is not None
    ]


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
        rate, entry = (init.audio.timescale, init.audio.entry) if init.audio else (0, b"")
        return Strip(
            run=chunk.run,
            fragments=chunk.fragments,
            audio_rate=rate,
            codec=init.video.kind,
            audio_entry=entry,
        )
    silent = [FragmentSamples(video=part.video) for part in chunk.fragments]
    return Strip(run=chunk.run, fragments=silent, audio_rate=0, codec=init.video.kind)


def _sound(init: Init) -> TrackInit:
    if init.audio is None:
        raise Malformed("a chunk has sound samples and no sound track")
    return init.audio


def _with_silence(selection: Selection, inits: Sequence[Init]) -> tuple[list[Part], bytes]:
    """The sound with its holes filled, and the silent frame they are filled with."""
    if not selection.audio:
        return [], b""
    track = _sound(inits[selection.audio[0].chunk])
    return fill(selection.audio, track.entry, track.timescale)


def _check_entries(selection: Selection, inits: Sequence[Init]) -> None:
    """Parameter sets may change (several sample entries), the codec may not; sound may not change at all."""
    pictures = [(inits[part.chunk].video, part) for part in selection.video]
    for (one, _), (other, part) in pairwise(pictures):
        if one.kind != other.kind:
            at_us = microseconds(part.samples.base_time, other.timescale)
            raise CannotSplice("video", at_us, one.kind.decode("latin-1"), other.kind.decode("latin-1"))
    sounds = [(_sound(inits[part.chunk]), part) for part in selection.audio]
    for (one, _), (other, part) in pairwise(sounds):
        if (one.entry, one.timescale) != (other.entry, other.timescale):
            picture = next(one for one in selection.video if one.chunk == part.chunk)
            at_us = microseconds(picture.samples.base_time, inits[part.chunk].video.timescale)
            raise CannotSplice("audio", at_us, _sound_name(one), _sound_name(other))


def _sound_name(track: TrackInit) -> str:
    return f"{track.kind.decode('latin-1')} at {track.timescale} Hz"
