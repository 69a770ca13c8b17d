"""The header of a clip: ftyp, moov with edit lists that cut to the frame, and the head of the one mdat."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from saksi.fmp4.boxes import box, full_box
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID, TrackInit, mvhd, trak
from saksi.fmp4.selection import Part
from saksi.fmp4.tables import Timeline, sample_tables

_1904_TO_1970_S = 2_082_844_800
_MDAT_HEADER = 16


@dataclass(frozen=True, kw_only=True)
class Track:
    """One track of a clip: its parts, what each of them is, and where it lies within the mdat's payload."""

    parts: Sequence[Part]
    inits: Sequence[TrackInit]
    places: Sequence[int]
    timeline: Timeline

    @property
    def init(self) -> TrackInit:
        """What the first part is; timescale and codec are the same for all."""
        return self.inits[0]

    def table(self, base: int) -> bytes:
        """Sample tables when the payload begins at file offset `base`; an entry for each parameter set."""
        numbers: dict[bytes, int] = {}
        entry_of = [numbers.setdefault(init.entry, len(numbers) + 1) for init in self.inits]
        places = [base + place for place in self.places]
        video = self.init.height > 0
        return sample_tables(self.parts, self.timeline, list(numbers), entry_of, places, video=video)


def header(
    video: Track,
    audio: Track | None,
    *,
    start: int,
    end: int,
    payload: int,
    extra: bytes = b"",
    short: bool = False,
) -> bytes:
    """Everything before `payload` bytes of media; shown is `[start, end)`, video ticks since 1970.

    `extra` are the whole boxes that moov ends with. An export file asks for a `short` mdat, with a 32-bit size where
    that is enough: ONVIF's signing tool walks the file and knows no other.
    """
    ftyp = box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isom", b"iso2", b"mp41")
    short = short and payload + 8 < 2**32
    size = 8 if short else _MDAT_HEADER
    mdat = (
        struct.pack(">I4s", payload + size, b"mdat")
        if short
        else struct.pack(">I4sQ", 1, b"mdat", payload + size)
    )
    # Offsets do not change the moov's length, so one made for offset 0 tells where the payload will begin.
    base = len(ftyp) + len(_moov(video, audio, start, end, 0, extra)) + size
    return b"".join((ftyp, _moov(video, audio, start, end, base, extra), mdat))


def _moov(video: Track, audio: Track | None, start: int, end: int, base: int, extra: bytes) -> bytes:
    rate = video.init.timescale
    created = start // rate + _1904_TO_1970_S
    tracks = [_video_trak(video, start, end, created, base)]
    if audio is not None:
        tracks.append(_audio_trak(audio, rate, start, end, created, base))
    return box(b"moov", mvhd(rate, created, end - start), *tracks, extra)


def _video_trak(track: Track, start: int, end: int, created: int, base: int) -> bytes:
    timeline = track.timeline
    return trak(
        VIDEO_ID,
        b"vide",
        track.init.timescale,
        track.init.width,
        track.init.height,
        track.table(base),
        edits=_edit_list([(end - start, start - timeline.origin + timeline.delay)]),
        created=created,
        movie_duration=end - start,
        media_duration=timeline.end - timeline.origin,
    )


def _audio_trak(track: Track, video_rate: int, start: int, end: int, created: int, base: int) -> bytes:
    timeline, rate = track.timeline, track.init.timescale
    first, last = start * rate // video_rate, end * rate // video_rate
    begins, ends = max(first, timeline.origin), min(last, timeline.end)
    # Sound that sets in after the picture is preceded by an empty edit, never stretched.
    edits = [((begins - first) * video_rate // rate, -1)] if begins > first else []
    edits.append(((ends - begins) * video_rate // rate, begins - timeline.origin))
    return trak(
        AUDIO_ID,
        b"soun",
        rate,
        0,
        0,
        track.table(base),
        edits=_edit_list(edits),
        created=created,
        movie_duration=sum(length for length, _ in edits),
        media_duration=timeline.end - timeline.origin,
    )


def _edit_list(edits: Iterable[tuple[int, int]]) -> bytes:
    """edts of (duration in movie ticks, media time or -1 for nothing)."""
    listed = [struct.pack(">QqI", duration, media_time, 0x10000) for duration, media_time in edits]
    return box(b"edts", full_box(b"elst", 1, 0, struct.pack(">I", len(listed)), *listed))
