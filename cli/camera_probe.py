"""Looks at a camera for a few seconds through the recorder's own source and says what recording it would mean."""

from __future__ import annotations

from typing import Any

from recorder.access_unit import SourceFailed, VideoUnit
from recorder.sources.libav import LibavSource
from saksi import clock

_DAY_S = 86_400


def probe(url: str, seconds: float) -> dict[str, Any]:
    """Codec, size, rates, keyframe interval, clock offset, GB a day. Raises SourceFailed with the reason.

    Pictures alone are not enough: a recorder starts at a keyframe, so a camera without one is never recorded.
    """
    source = LibavSource()
    frames: list[VideoUnit] = []
    source.open(url, timeout=5.0)
    try:
        began_us = clock.monotonic_us()
        for unit in source:
            if isinstance(unit, VideoUnit):
                frames.append(unit)
            if clock.monotonic_us() - began_us > seconds * 1_000_000:
                break
    finally:
        source.close()
    if not frames:
        raise SourceFailed("stalled", f"no picture in {seconds:g} s")
    if not any(frame.keyframe for frame in frames):
        raise SourceFailed("no_keyframe", f"none in {seconds:g} s")
    return {**_picture(frames), "audio": source.audio.codec if source.audio else None, "notes": source.notes}


def _picture(frames: list[VideoUnit]) -> dict[str, Any]:
    if len(frames) < 2:
        return {"frames": len(frames)}
    first, last = frames[0], frames[-1]
    span_s = max((last.pts - first.pts) / first.timescale, 1e-3)
    keyframes = [frame.pts / frame.timescale for frame in frames if frame.keyframe]
    claimed = [
        frame.camera_time_us - frame.arrival_us for frame in frames if frame.camera_time_us is not None
    ]
    mbps = sum(len(frame.data) for frame in frames[:-1]) * 8e-6 / span_s
    return {
        "codec": first.parameters.codec,
        "width": first.parameters.width,
        "height": first.parameters.height,
        "fps": round((len(frames) - 1) / span_s, 2),
        "mbps": round(mbps, 3),
        "keyframe_interval_s": round(keyframes[1] - keyframes[0], 2) if len(keyframes) > 1 else None,
        "camera_clock_offset_ms": round(claimed[-1] / 1000, 1) if claimed else None,
        "gb_per_day": round(mbps / 8000 * _DAY_S, 2),
    }
