"""Real files of real encoders in the containers that cameras and media servers use."""

from __future__ import annotations

from contextlib import chdir
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from recorder import nal
from saksi.fmp4.tracks import VideoCodec, nal_type

FPS = 25
# Access unit delimiters and parameter sets: writers of MPEG-TS add and repeat them.
_ADDED = {"h264": (7, 8, 9), "h265": (32, 33, 34, 35)}
_ENCODERS = {"h264": "libx264", "h265": "libx265"}
_QUIET = {"h264": {}, "h265": {"x265-params": "log-level=none"}}


@dataclass(frozen=True)
class Film:
    """What to encode: noise, a keyframe a second, and with `sound`, an encoder, so many seconds of silence."""

    codec: VideoCodec = "h264"
    count: int = 60
    size: tuple[int, int] = (160, 120)
    options: dict[str, str] = field(default_factory=dict)
    sound: str | None = None
    sound_s: float = 2.4


def write(path: Path, kind: str, film: Film, **options: str) -> list[list[bytes]]:
    """Makes a file of a container format; answers each picture's NAL units as the encoder gave them."""
    rate = 8_000 if film.sound == "pcm_alaw" else 48_000
    chance = np.random.default_rng(film.count)
    packets = []
    # The HLS writer puts its pieces where it stands.
    with chdir(path.parent), av.open(path.name, "w", format=kind, options=options) as container:
        stream: Any = container.add_stream(_ENCODERS[film.codec], rate=FPS)
        stream.width, stream.height = film.size
        sound = container.add_stream(film.sound, rate=rate, layout="mono") if film.sound else None
        stream.options = {"g": str(FPS), "preset": "ultrafast", **_QUIET[film.codec], **film.options}
        for number in range(film.count):
            noise = chance.integers(0, 255, (film.size[1], film.size[0], 3), dtype="uint8")
            frame = av.VideoFrame.from_ndarray(noise, format="rgb24")
            frame.pts = number
            packets += stream.encode(frame)
        packets += stream.encode(None)
        pictures = [nal.split(bytes(packet)) for packet in packets]
        packets += _silence(sound, film.sound_s) if sound else []
        container.mux(sorted(packets, key=lambda packet: float(packet.dts * packet.time_base)))
    return [without_added(picture, film.codec) for picture in pictures]


def _silence(stream: Any, seconds: float) -> list[Any]:
    """Packets of 20 ms."""
    length, found = stream.rate // 50, []
    for number in range(round(seconds * 50)):
        frame = av.AudioFrame(format="s16", layout="mono", samples=length)
        frame.sample_rate, frame.pts = stream.rate, number * length
        frame.planes[0].update(bytes(length * 2))
        found += stream.encode(frame)
    return [*found, *stream.encode(None)]


def without_added(units: list[bytes], codec: VideoCodec) -> list[bytes]:
    """The units that only an encoder can have made."""
    return [unit for unit in units if nal_type(codec, unit) not in _ADDED[codec]]


def like(packet: Any, data: bytes, stream: Any) -> av.Packet[Any]:
    """A packet with the times of another."""
    made: Any = av.Packet(data)
    made.pts, made.dts, made.is_keyframe = packet.pts, packet.dts, packet.is_keyframe
    made.time_base, made.stream = Fraction(packet.time_base), stream
    return made


def flv_tags(data: bytes) -> list[bytes]:
    """An FLV file's head and its tags, each with the size field behind it."""
    pieces, position = [data[:13]], 13
    while position < len(data):
        end = position + 11 + int.from_bytes(data[position + 1 : position + 4], "big") + 4
        pieces.append(data[position:end])
        position = end
    return pieces
