"""One picture out of recorded fragments, as JPEG: the first frame, or the one shown at an instant.

One thread and one frame in memory; a keyframe of 1080p costs about 20 ms of one core.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import av
from av.codec.context import ThreadType
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation

from saksi.errors import Conflict
from saksi.fmp4.entries import decoder_configuration
from saksi.fmp4.index import first_sample, iterate_samples, read_fragment
from saksi.fmp4.init import Init, read_init
from saksi.fmp4.timing import microseconds, ticks
from saksi.messages import register

register(
    "still_undecodable",
    en=("This picture cannot be decoded: {given}.", "Try an instant a few seconds earlier or later."),
    id_=("Gambar ini tidak dapat didekode: {given}.", "Coba beberapa detik sebelum atau sesudahnya."),
)

_DECODERS = {b"avc1": "h264", b"hvc1": "hevc"}
_LEAST_WIDTH = 16
_QUALITY = 3 * 118  # FFmpeg's lambda units: q=3 of 1 (best) to 31


class Undecodable(Conflict):
    """The bytes are there and well formed, but no picture comes out of them."""


@dataclass(frozen=True, kw_only=True)
class Still:
    """A JPEG and the exact start of the frame it shows."""

    jpeg: bytes = field(repr=False)
    start_us: int
    width: int
    height: int


def decode_keyframe(init: bytes, fragment_prefix: bytes, *, width: int) -> bytes:
    """JPEG of a fragment's first frame from init segment and first `keyframe_length` bytes of the fragment.

    At most `width` samples wide, never enlarged. Edges are not deblocked when the picture is made much
    smaller. Raises Malformed when the bytes are not of a fragment, Undecodable when they give no picture.
    """
    facts = read_init(init)
    decoder = _decoder(facts, rough=2 * width <= facts.video.width)
    sample = first_sample(fragment_prefix)
    for frame in _decode(decoder, [(sample, 0)]):
        return _jpeg(frame, width)
    raise Undecodable("still_undecodable", given="no frame")


def frame_at(init: bytes, fragments: Sequence[bytes], at_us: int, *, width: int) -> Still:
    """The frame shown at `at_us`: the last that begins at or before it (the first frame when none does).

    `fragments` are whole fragments (their first `video_length` bytes do) in order, the first one a sync
    fragment. Raises Malformed or Undecodable as `decode_keyframe`.
    """
    facts = read_init(init)
    rate = facts.video.timescale
    samples = [pair for data in fragments for pair in _timed(data)]
    if not samples:
        raise Undecodable("still_undecodable", given="no frame")
    instant = ticks(at_us, rate)
    times = [time for _, time in samples]
    wanted = max((time for time in times if time <= instant), default=min(times))
    needed = samples[: times.index(wanted) + 1]
    for frame in _decode(_decoder(facts, rough=False), needed):
        if frame.pts == wanted:
            jpeg_width, jpeg_height = _size(frame, width)
            return Still(
                jpeg=_jpeg(frame, width),
                start_us=microseconds(wanted, rate),
                width=jpeg_width,
                height=jpeg_height,
            )
    raise Undecodable("still_undecodable", given="the frame is damaged")


def _timed(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The whole frames of one fragment with their presentation times, decode order."""
    times = read_fragment(data).samples.video.presentation()
    return zip(iterate_samples(data), times, strict=False)


def _decoder(init: Init, *, rough: bool) -> VideoCodecContext:
    name = _DECODERS.get(init.video.kind)
    if name is None:
        raise Undecodable("still_undecodable", given=init.video.kind.decode("latin-1"))
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = decoder_configuration(init.video.entry)
    decoder.thread_count = 1
    decoder.thread_type = ThreadType.NONE
    if rough:
        decoder.options = {"skip_loop_filter": "all"}
    return decoder


def _decode(decoder: VideoCodecContext, samples: Sequence[tuple[bytes, int]]) -> Iterator[VideoFrame]:
    try:
        for data, time in samples:
            packet = av.Packet(data)
            packet.pts = time
            yield from decoder.decode(packet)
        yield from decoder.decode(None)
    except FFmpegError as error:
        raise Undecodable("still_undecodable", given=error.strerror) from error
    except OverflowError as error:  # a damaged time is beyond what a packet can carry
        raise Undecodable("still_undecodable", given=str(error)) from error


def _size(frame: VideoFrame, width: int) -> tuple[int, int]:
    """Both sides even, the picture's proportions kept to the nearest two samples."""
    wide = max(min(width, frame.width), _LEAST_WIDTH) // 2 * 2
    return wide, max(round(frame.height * wide / frame.width / 2) * 2, 2)


def _jpeg(frame: VideoFrame, width: int) -> bytes:
    wide, high = _size(frame, width)
    scaled = frame.reformat(
        wide, high, "yuvj420p", dst_color_range=ColorRange.JPEG, interpolation=Interpolation.AREA
    )
    scaled.pts, scaled.time_base = 0, Fraction(1, 1)
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = wide, high, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"flags": "+qscale", "global_quality": str(_QUALITY)}
    encoder.thread_count = 1
    return b"".join(bytes(packet) for packet in [*encoder.encode(scaled), *encoder.encode(None)])
