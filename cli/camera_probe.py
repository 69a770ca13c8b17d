"""Looks at a camera for a few seconds through the recorder's own source and says what recording it would mean."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from cli.camera_advice import Seen, advice
from cli.language import language
from recorder.access_unit import Source, SourceFailed, VideoUnit
from recorder.sources.choice import ChosenSource, Preference
from recorder.sources.rtp.wheel import Wheel
from saksi import clock
from saksi.onvif.device import clock_offset_us, service_of
from saksi.onvif.soap import OnvifFailed

_DAY_S = 86_400
_OPEN_S = 5.0
_ONVIF_S = 3.0
_LONGER_S = 10.0  # so much longer than asked, until a second keyframe says how far they are apart


def probe(url: str, seconds: float) -> dict[str, Any]:
    """Codec, size, rates, keyframe interval, clocks, GB a day, and advice. Raises SourceFailed with the reason.

    Pictures alone are not enough: a recorder starts at a keyframe, so a camera without one is never recorded.
    """
    with ThreadPoolExecutor(1) as aside:
        onvif = aside.submit(_onvif_offset_us, url)
        preference = Preference(camera="test")
        source = ChosenSource(Wheel(), preference)
        begun_us = clock.monotonic_us()
        source.open(url, timeout=_OPEN_S)
        opened_us = clock.monotonic_us()
        try:
            frames, sound_bytes = _watched(source, seconds)
        finally:
            source.close()
    if not frames:
        raise SourceFailed("stalled", f"no picture in {seconds:g} s")
    if not any(frame.keyframe for frame in frames):
        raise SourceFailed("no_keyframe", f"none in {seconds:g} s")
    sound = source.audio.codec if source.audio else None
    seen = _seen(frames, onvif.result())
    return {
        "opened_in_s": round((opened_us - begun_us) / 1e6, 2),
        **_picture(frames, seen, sound_bytes),
        "audio": sound,
        "recorded": {"video": frames[0].parameters.codec, "audio": sound, "through": preference.path},
        "notes": source.notes,
        "advice": advice(seen, language()),
    }


def _watched(source: Source, seconds: float) -> tuple[list[VideoUnit], int]:
    """Pictures, without what else comes but its size; a while longer where only one keyframe came."""
    frames: list[VideoUnit] = []
    sound_bytes = keyframes = 0
    begun_us = clock.monotonic_us()
    for unit in itertools.chain.from_iterable(source):
        if isinstance(unit, VideoUnit):
            frames.append(unit)
            keyframes += unit.keyframe
        else:
            sound_bytes += len(unit.data)
        passed_s = (clock.monotonic_us() - begun_us) / 1e6
        if passed_s > (seconds + _LONGER_S if keyframes == 1 else seconds):
            break
    return frames, sound_bytes


def _seen(frames: Sequence[VideoUnit], onvif_us: int | None) -> Seen:
    keyframes = sorted(frame.pts / frame.timescale for frame in frames if frame.keyframe)
    claimed = [
        frame.camera_time_us - frame.arrival_us for frame in frames if frame.camera_time_us is not None
    ]
    return Seen(
        watched_s=(frames[-1].monotonic_us - frames[0].monotonic_us) / 1e6,
        keyframe_intervals_s=tuple(after - before for before, after in itertools.pairwise(keyframes)),
        lost=sum(frame.lost for frame in frames),
        rtcp_offset_us=claimed[-1] if claimed else None,
        onvif_offset_us=onvif_us,
    )


def _picture(frames: Sequence[VideoUnit], seen: Seen, sound_bytes: int) -> dict[str, Any]:
    if len(frames) < 2:
        return {"frames": len(frames)}
    first = frames[0]
    instants = [frame.pts / frame.timescale for frame in frames]
    span_s = max(max(instants) - min(instants), 1e-3)
    mbps = (sum(len(frame.data) for frame in frames[:-1]) + sound_bytes) * 8e-6 / span_s
    return {
        "codec": first.parameters.codec,
        "width": first.parameters.width,
        "height": first.parameters.height,
        "fps": round((len(frames) - 1) / span_s, 2),
        "mbps": round(mbps, 3),
        "keyframe_interval_s": _rounded(max(seen.keyframe_intervals_s, default=None)),
        "lost": seen.lost,
        "camera_clock_offset_ms": _ms(seen.rtcp_offset_us),
        "onvif_clock_offset_ms": _ms(seen.onvif_offset_us),
        "gb_per_day": round(mbps / 8000 * _DAY_S, 2),
    }


def _onvif_offset_us(url: str) -> int | None:
    """What the clock of the device shows, where it has an ONVIF service at its usual place; asked without a log-in."""
    host = urlsplit(url).hostname
    if not host:
        return None
    try:
        return clock_offset_us(service_of(host), seconds=_ONVIF_S)
    except OnvifFailed:
        return None


def _ms(offset_us: int | None) -> float | None:
    return None if offset_us is None else round(offset_us / 1000, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
