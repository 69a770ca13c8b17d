"""Small real streams from PyAV's encoders, and chunks made of them, for the tests of this folder."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

import av
import numpy as np

from saksi.fmp4.index import ScannedChunk, scan
from saksi.fmp4.samples import FragmentSamples
from saksi.fmp4.splice import ClipPlan, Piece, SpliceChunk, plan, ranges
from saksi.fmp4.timing import decode_order, microseconds, ticks
from saksi.fmp4.tracks import AudioTrack, VideoTrack, nal_type
from saksi.fmp4.writer import (
    FragmentFacts,
    Sample,
    TrackFragment,
    fragment,
    init_segment,
    sample_index,
    self_description,
)

START_US = 1_763_903_400_123_457  # odd to the microsecond, so that rounding shows
FRAME_US = 40_000
FRAME = 3600
SETS = {"h264": (7, 8), "h265": (32, 33, 34)}


@dataclass(frozen=True)
class Frame:
    """One coded frame: NAL units with 4-byte lengths, presentation time in 90 kHz from 0."""

    data: bytes
    pts: int
    key: bool


@dataclass(frozen=True)
class Video:
    """A coded stream in decode order."""

    track: VideoTrack
    frames: list[Frame]


@dataclass(frozen=True)
class Sound:
    """Coded audio frames, each `span` samples long."""

    track: AudioTrack
    frames: list[bytes]
    span: int


def picture(number: int, width: int, height: int) -> np.ndarray:
    """A grey picture whose brightness pattern is the frame's number in ten bits, readable after coding."""
    image = np.full((height, width, 3), 96, np.uint8)
    for bit in range(10):
        left = bit * width // 10
        image[height // 4 : height // 2, left : left + width // 10] = 235 if number >> bit & 1 else 16
    image[height // 2 :, (number * 3) % width :] += 40  # something that moves
    return image


def number_of(image: np.ndarray) -> int:
    """The number `picture` drew."""
    height, width = image.shape[:2]
    row = image[height * 3 // 8]
    return sum(1 << bit for bit in range(10) if row[bit * width // 10 + width // 20].mean() > 126)


def split_annex_b(data: bytes) -> list[bytes]:
    """NAL units of an Annex B byte stream."""
    parts = data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [part for part in parts if part]


@cache
def video(
    codec: str = "h264",
    frames: int = 100,
    gop: int = 25,
    b_frames: int = 0,
    size: tuple[int, int] = (160, 96),
) -> Video:
    """Encodes `frames` numbered pictures at 25 fps with closed GOPs."""
    name = {"h264": "libx264", "h265": "libx265"}[codec]
    encoder = av.CodecContext.create(name, "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.framerate = Fraction(25)
    shape = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:b-adapt=0"
    if codec == "h264":
        encoder.options = {"preset": "veryfast", "crf": "24", "x264-params": f"{shape}:threads=1:open-gop=0"}
    else:
        encoder.options = {
            "preset": "ultrafast",
            "crf": "28",
            "x265-params": f"{shape}:log-level=none:open-gop=0:repeat-headers=1:pools=1",
        }
    coded = []
    for number in range(frames):
        image = av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24").reformat(format="yuv420p")
        image.pts, image.time_base = number, Fraction(1, 25)
        coded += encoder.encode(image)
    coded += encoder.encode(None)
    sets: dict[bytes, None] = {}
    out = []
    for packet in coded:
        nals = split_annex_b(bytes(packet))
        sets |= {nal: None for nal in nals if nal_type(codec, nal) in SETS[codec]}
        data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals)
        out.append(Frame(data, packet.pts * FRAME, bool(packet.is_keyframe)))
    for nal in split_annex_b(bytes(encoder.extradata or b"")):
        if nal_type(codec, nal) in SETS[codec]:
            sets[nal] = None
    return Video(VideoTrack(codec, tuple(sets)), out)


@cache
def sound(codec: str = "aac", seconds: float = 4.0) -> Sound:
    """A rising tone in AAC (48 kHz stereo) or G.711 (8 kHz mono)."""
    rate, channels = (48_000, 2) if codec == "aac" else (8_000, 1)
    encoder = av.CodecContext.create({"aac": "aac", "pcmu": "pcm_mulaw", "pcma": "pcm_alaw"}[codec], "w")
    encoder.sample_rate, encoder.layout = rate, "stereo" if channels == 2 else "mono"
    encoder.format = "fltp" if codec == "aac" else "s16"
    encoder.time_base = Fraction(1, rate)
    span = 1024 if codec == "aac" else 160
    frames = []
    for position in range(0, int(seconds * rate), span):
        t = np.arange(position, position + span) / rate
        wave = 0.4 * np.sin(2 * np.pi * (200 + 100 * t) * t)
        if codec == "aac":
            block = av.AudioFrame.from_ndarray(np.stack([wave, wave]).astype("f4"), "fltp", "stereo")
        else:
            block = av.AudioFrame.from_ndarray((wave[None, :] * 30000).astype("i2"), "s16", "mono")
        block.sample_rate, block.pts = rate, position
        frames += [bytes(packet) for packet in encoder.encode(block)]
    config = bytes(encoder.extradata or b"") if codec == "aac" else b""
    return Sound(AudioTrack(codec, rate, channels, config), frames, span)


@dataclass
class Chunk:
    """A chunk file in memory, and what went into it."""

    data: bytes
    init: bytes
    key: str
    start_us: int
    frames: list[Frame] = field(repr=False)
    samples: list[FragmentSamples] = field(repr=False)

    def splice(self, run: str = "run") -> SpliceChunk:
        """As the API would hand it to `plan`."""
        return SpliceChunk(
            key=self.key, size=len(self.data), run=run, init=self.init, fragments=tuple(self.samples)
        )


def fragments_of(frames: list[Frame], longest: int = 50) -> list[list[Frame]]:
    """Decode-order frames cut at keyframes, and inside a GOP longer than `longest` frames."""
    cut: list[list[Frame]] = []
    for frame in frames:
        if frame.key or len(cut[-1]) >= longest:
            cut.append([])
        cut[-1].append(frame)
    return cut


def chunk(
    video: Video,
    sound: Sound | None = None,
    *,
    start_us: int = START_US,
    first: int = 0,
    last: int | None = None,
    seq: int = 1,
    longest: int = 50,
    key: str = "",
    index: bool = True,
    sound_us: int = 0,
) -> Chunk:
    """The frames `[first, last)` (decode order) as a chunk; frame 0 of the stream is presented at `start_us`.

    Sound frame 0 begins `sound_us` after it.
    """
    frames = video.frames[first:last]
    init = init_segment(video.track, sound.track if sound else None)
    begin = min(frame.pts for frame in frames)
    description = self_description(
        camera="cam-1", run="run", seq=seq, start_us=start_us + microseconds(begin, 90_000)
    )
    data = init + description
    samples = []
    delay = 0
    origin = ticks(start_us, 90_000)
    for number, part in enumerate(fragments_of(frames, longest), 1):
        decode, offsets = decode_order([frame.pts for frame in part])
        spans = [b - a for a, b in zip(decode, [*decode[1:], decode[-1] + FRAME], strict=True)]
        rows = [
            Sample(len(frame.data), span, offset, frame.key)
            for frame, span, offset in zip(part, spans, offsets, strict=True)
        ]
        facts = FragmentFacts(
            start_us=start_us + microseconds(decode[0], 90_000),
            duration_us=microseconds(sum(spans), 90_000),
            source_start=decode[0],
            source_span=sum(spans),
        )
        made = fragment(
            number,
            TrackFragment.of(origin + decode[0], rows, [frame.data for frame in part], delay),
            sound_part(sound, start_us + sound_us, decode[0], decode[0] + sum(spans)) if sound else None,
            facts=facts,
        )
        delay = made.delay
        samples.append(made.samples.at(len(data)))
        data += made.data
    if index:
        data += sample_index(samples)
    return Chunk(
        data,
        init,
        key or f"chunks/cam-1/run/{seq:08d}.mp4",
        start_us + microseconds(begin, 90_000),
        frames,
        samples,
    )


def sound_part(sound: Sound, start_us: int, first: int, last: int) -> TrackFragment | None:
    """The sound frames that begin in the 90 kHz span [first, last)."""
    rate = sound.track.rate
    numbers = [n for n in range(len(sound.frames)) if first <= n * sound.span * 90_000 // rate < last]
    if not numbers:
        return None
    parts = [sound.frames[n] for n in numbers]
    rows = [Sample(len(part), sound.span) for part in parts]
    return TrackFragment.of(ticks(start_us, rate) + numbers[0] * sound.span, rows, parts)


def scanned(data: bytes) -> ScannedChunk:
    """`scan` over bytes."""
    return scan(io.BytesIO(data))


def packets(data: bytes, kind: str = "video") -> list[bytes]:
    """What FFmpeg's demuxer finds in a file."""
    with av.open(io.BytesIO(data)) as container:
        stream = getattr(container.streams, kind)[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def numbers(data: bytes) -> list[int]:
    """The numbers of the pictures a player shows, in order."""
    return [number for number, _ in shown(data)]


def shown(data: bytes) -> list[tuple[int, float]]:
    """(number, seconds from the beginning) of each picture a player shows."""
    with av.open(io.BytesIO(data)) as container:
        return [
            (number_of(frame.to_ndarray(format="rgb24")), frame.time) for frame in container.decode(video=0)
        ]


def cut(
    chunks: Sequence[Chunk], from_us: int, to_us: int, *, runs: Sequence[str] = (), sound: bool = True
) -> tuple[ClipPlan, bytes]:
    """The clip's plan and its bytes."""
    names = runs or ["run"] * len(chunks)
    made = plan(
        [part.splice(run) for part, run in zip(chunks, names, strict=True)], from_us, to_us, sound=sound
    )
    return made, fetched(chunks, ranges(made, 0, made.length - 1))


def fetched(chunks: Sequence[Chunk], parts: Iterable[bytes | Piece]) -> bytes:
    """The bytes a server would send for `parts`."""
    store = {part.key: part.data for part in chunks}
    return b"".join(
        part if isinstance(part, bytes) else store[part.key][part.offset : part.offset + part.length]
        for part in parts
    )


def at(frame: float) -> int:
    """When frame number `frame` of a stream begins."""
    return START_US + round(frame * FRAME_US)


def split_lengths(data: bytes) -> list[bytes]:
    """NAL units of a sample with 4-byte lengths."""
    nals, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        nals.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    return nals
