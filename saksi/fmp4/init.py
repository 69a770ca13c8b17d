"""Init segments (ftyp + moov without samples): made for a chunk, stripped of audio, read back."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from saksi.fmp4.boxes import MATRIX, Box, Malformed, box, child, fields, full_box, iterate
from saksi.fmp4.entries import audio_entry, video_entry
from saksi.fmp4.tracks import VIDEO_TIMESCALE, AudioTrack, VideoTrack

VIDEO_ID, AUDIO_ID = 1, 2
_UNDETERMINED = 0x55C4  # language "und"


@dataclass(frozen=True, kw_only=True)
class TrackInit:
    """What an init segment says of one track. `entry` is the whole sample entry; sizes are 0 for audio."""

    entry: bytes
    timescale: int
    width: int
    height: int

    @property
    def kind(self) -> bytes:
        """The sample entry's four characters: avc1, hvc1, mp4a, ulaw, alaw."""
        return self.entry[4:8]


@dataclass(frozen=True, kw_only=True)
class Init:
    """A read init segment; `length` is where it ends in its file."""

    video: TrackInit
    audio: TrackInit | None
    length: int


def init_segment(video: VideoTrack, audio: AudioTrack | None) -> bytes:
    """ftyp and moov: byte for byte the same for the same parameters, so its hash names them.

    Raises Malformed when the video track lacks a parameter set.
    """
    entry = video_entry(video)
    tracks = [trak(VIDEO_ID, b"vide", VIDEO_TIMESCALE, video.width, video.height, _empty_table(entry))]
    if audio is not None:
        tracks.append(trak(AUDIO_ID, b"soun", audio.rate, 0, 0, _empty_table(audio_entry(audio))))
    extends = [full_box(b"trex", 0, 0, struct.pack(">5I", i + 1, 1, 0, 0, 0)) for i in range(len(tracks))]
    movie = box(b"moov", mvhd(VIDEO_TIMESCALE, 0, 0), *tracks, box(b"mvex", *extends))
    return box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6", b"iso5", b"mp41") + movie


def video_only(init: bytes) -> bytes:
    """The init segment without its audio track, for browsers that cannot play G.711. Raises Malformed."""
    ftyp, moov = _top(init)
    kept = []
    for part in iterate(init, moov.body, moov.end):
        if part.kind == b"trak" and _track_id(init, part) != VIDEO_ID:
            continue
        if part.kind == b"mvex":
            trex = [found for found in iterate(init, part.body, part.end) if found.kind == b"trex"]
            video = [found for found in trex if fields(">I", init, found.body + 4, found) == (VIDEO_ID,)]
            kept.append(box(b"mvex", *(init[found.offset : found.end] for found in video)))
        else:
            kept.append(init[part.offset : part.end])
    return init[ftyp.offset : ftyp.end] + box(b"moov", *kept)


def read_init(data: bytes) -> Init:
    """Reads the init segment that `data` begins with; what follows it is not looked at. Raises Malformed."""
    _, moov = _top(data)
    video: TrackInit | None = None
    audio: TrackInit | None = None
    for part in iterate(data, moov.body, moov.end):
        if part.kind != b"trak":
            continue
        handler, track = _read_track(data, part)
        if handler == b"vide":
            video = video or track
        elif handler == b"soun":
            audio = audio or track
    if video is None:
        raise Malformed("the init segment has no video track")
    return Init(video=video, audio=audio, length=moov.end)


def mvhd(timescale: int, created: int, duration: int) -> bytes:
    """Movie header, version 1; `created` in seconds since 1904."""
    times = struct.pack(">QQIQ", created, created, timescale, duration)
    return full_box(
        b"mvhd", 1, 0, times, struct.pack(">IH10x", 0x10000, 0x100), MATRIX, bytes(24), struct.pack(">I", 3)
    )


def trak(
    track_id: int,
    handler: bytes,
    timescale: int,
    width: int,
    height: int,
    table: bytes,
    *,
    edits: bytes = b"",
    created: int = 0,
    movie_duration: int = 0,
    media_duration: int = 0,
) -> bytes:
    """One track around its sample table; `movie_duration` in the movie's timescale, the other in its own."""
    sound = handler == b"soun"
    tkhd = full_box(
        b"tkhd",
        1,
        3,
        struct.pack(
            ">QQI4xQ8xHHH2x", created, created, track_id, movie_duration, 0, int(sound), 0x100 * sound
        ),
        MATRIX,
        struct.pack(">II", width << 16, height << 16),
    )
    media = struct.pack(">QQIQHH", created, created, timescale, media_duration, _UNDETERMINED, 0)
    name = b"Saksi sound\x00" if sound else b"Saksi video\x00"
    minf = box(
        b"minf",
        full_box(b"smhd", 0, 0, bytes(4)) if sound else full_box(b"vmhd", 0, 1, bytes(8)),
        box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))),
        table,
    )
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name)
    return box(b"trak", tkhd, edits, box(b"mdia", full_box(b"mdhd", 1, 0, media), hdlr, minf))


def _empty_table(entry: bytes) -> bytes:
    return box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )


def _top(data: bytes) -> tuple[Box, Box]:
    """The ftyp and moov boxes that begin an init segment."""
    found: list[Box] = []
    for part in iterate(data):
        found.append(part)
        if len(found) == 2:
            break
    if [part.kind for part in found] != [b"ftyp", b"moov"]:
        raise Malformed("an init segment must begin with ftyp and moov")
    return found[0], found[1]


def _track_id(data: bytes, part: Box) -> int:
    tkhd = child(data, part, b"tkhd")
    (version,) = fields(">B", data, tkhd.body, tkhd)
    return fields(">I", data, tkhd.body + (20 if version else 12), tkhd)[0]


def _read_track(data: bytes, part: Box) -> tuple[bytes, TrackInit]:
    tkhd, mdia = child(data, part, b"tkhd"), child(data, part, b"mdia")
    mdhd, hdlr = child(data, mdia, b"mdhd"), child(data, mdia, b"hdlr")
    stsd = child(data, child(data, child(data, mdia, b"minf"), b"stbl"), b"stsd")
    (version,) = fields(">B", data, mdhd.body, mdhd)
    (timescale,) = fields(">I", data, mdhd.body + (20 if version else 12), mdhd)
    width, height = fields(">II", data, tkhd.end - 8, tkhd)
    entries = list(iterate(data, stsd.body + 8, stsd.end))
    if not entries or not timescale:
        raise Malformed(f"the track at offset {part.offset} has no sample entry or no timescale")
    entry = data[entries[0].offset : entries[0].end]
    return data[hdlr.body + 8 : hdlr.body + 12], TrackInit(
        entry=entry, timescale=timescale, width=width >> 16, height=height >> 16
    )
