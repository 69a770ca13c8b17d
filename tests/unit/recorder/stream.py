"""Made-up camera streams: access units with the times a camera and a network would give them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from recorder.access_unit import AudioUnit, VideoUnit
from saksi.fmp4.tracks import AudioTrack, VideoTrack

START_US = 1_795_460_400_000_000
# Parameter sets of a 640x360 and a 480x270 stream, as x264 wrote them.
SETS = (
    bytes.fromhex("6764001eacd940a02ff970110000030001000003003c0f162d96"),
    bytes.fromhex("68ebe3cb22c0"),
)
TRACK = VideoTrack("h264", SETS)
OTHER_TRACK = VideoTrack("h264", (SETS[0], bytes.fromhex("68ebe3cb22d0")))
SOUND = AudioTrack("pcmu", 8000, 1)


@dataclass(frozen=True)
class Shape:
    """How a camera behaves.

    Frames a second, pictures a group, stamp rate, delay and a backlog at the start.
    """

    fps: int = 25
    gop: int = 50
    rate: float = 1.0
    jitter_us: int = 0
    backlog_us: int = 0
    seed: int = 0


def picture(number: int, *, keyframe: bool, size: int = 120) -> bytes:
    """A picture with its number inside, as one slice NAL unit behind its length."""
    nal = bytes([0x65 if keyframe else 0x41, 0x88]) + number.to_bytes(4, "big") + b"\xab" * (size - 6)
    return len(nal).to_bytes(4, "big") + nal


def number_of(sample: bytes) -> int:
    """The number that `picture` wrote."""
    return int.from_bytes(sample[6:10], "big")


def video(count: int, shape: Shape | None = None) -> Iterator[tuple[VideoUnit, int]]:
    """Units with the wall time at which each picture was taken."""
    shape = shape or Shape()
    chance = random.Random(shape.seed)
    latest_us = START_US + shape.backlog_us
    for number in range(count):
        taken_us = START_US + number * 1_000_000 // shape.fps
        latest_us = max(taken_us + chance.randint(0, shape.jitter_us), latest_us + 50)
        keyframe = number % shape.gop == 0
        yield (
            VideoUnit(
                data=picture(number, keyframe=keyframe),
                keyframe=keyframe,
                pts=round(number * 90_000 / shape.fps * shape.rate),
                timescale=90_000,
                arrival_us=latest_us,
                monotonic_us=latest_us - START_US,
                parameters=TRACK,
            ),
            taken_us,
        )


def sound(count: int, *, rate: float = 1.0) -> Iterator[AudioUnit]:
    """20 ms packets of G.711."""
    for number in range(count):
        arrival_us = START_US + number * 20_000
        yield AudioUnit(
            data=bytes([number % 251]) * 160,
            pts=round(number * 160 * rate),
            timescale=8000,
            arrival_us=arrival_us,
            monotonic_us=arrival_us - START_US,
            parameters=SOUND,
        )
