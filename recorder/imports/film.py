"""A file's pictures and sound as the units that a camera's stream gives, on a clock that starts when it is stated to.

Packets are taken as they are: only what a container put around them (start codes, lengths, ADTS headers) goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.error
from av.bitstream import BitStreamFilterContext

from recorder import nal
from recorder.access_unit import AudioUnit, VideoUnit
from recorder.imports.stamps import ShownOrder, Stamps
from recorder.imports.survey import Survey, opened
from recorder.sources.cutter import Cutter
from saksi.errors import BadInput
from saksi.fmp4.boxes import Malformed

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class BrokeOff:
    """What follows does not continue what was before it: the file's stamps jumped, or nothing was recorded for long."""


class Film:
    """One file. `damaged` counts pictures that were cut off or could not be cut, `silent` pieces of sound left out."""

    def __init__(self, path: Path, survey: Survey, start_us: int, *, passed: Callable[[int], None]) -> None:
        """`start_us` is when its first picture was taken; `passed` hears of the bytes read so far."""
        self._path = path
        self._survey = survey
        self._start_us = start_us
        self._passed = passed
        self._stamps = Stamps()
        self._video: Any = None
        self._cutter: Cutter
        self.damaged = 0
        self.silent = 0

    def __iter__(self) -> Iterator[VideoUnit | AudioUnit | BrokeOff]:
        """In the order of the file. Raises BadInput where it cannot be read further."""
        with opened(self._path) as container:
            self._video = container.streams.video[0]
            codec = self._survey.codec
            assert codec is not None
            self._cutter = Cutter(codec, bytes(self._video.codec_context.extradata or b""))
            sound = container.streams.audio[0] if self._survey.audio is not None else None
            try:
                yield from self._units(container, sound)
            except av.error.FFmpegError as error:
                detail = f"it cannot be read to its end ({str(error.strerror).lower()})"
                raise BadInput("import_unreadable", field=self._path.name, detail=detail) from error
            except Malformed as error:
                raise BadInput("import_unreadable", field=self._path.name, detail=str(error)) from error

    def _units(self, container: Any, sound: Any) -> Iterator[VideoUnit | AudioUnit | BrokeOff]:
        order = ShownOrder(self._video) if self._survey.ordered else None
        bare = BitStreamFilterContext("aac_adtstoasc", sound) if self._survey.adts and sound else None
        for packet in container.demux():
            if packet.pos is not None:
                self._passed(packet.pos)
            if not packet.size:
                continue
            if packet.stream is self._video:
                yield from self._picture(packet, order)
            elif sound is not None and packet.stream is sound:
                for one in [packet] if bare is None else bare.filter(packet):
                    yield from self._sounded(one, sound.time_base)
        if order is not None:
            yield from (self._timed(unit, at_us) for unit, at_us in order.rest())

    def _picture(self, packet: Any, order: ShownOrder | None) -> Iterator[VideoUnit | BrokeOff]:
        stamp = packet.pts if packet.pts is not None else packet.dts
        if order is not None:
            stamp = packet.dts
        at_us, broke = self._stamps.place(_us(stamp, self._video.time_base))
        if broke:
            if order is not None:
                yield from (self._timed(*known) for known in order.rest())
            yield BrokeOff()
        units = self._cutter.cut(packet)
        if self._cutter.track is None or not units:
            self.damaged += 1
            return
        if packet.is_corrupt:
            self.damaged += 1
        unit = VideoUnit(
            data=nal.join(units),
            keyframe=packet.is_keyframe,
            pts=0,
            timescale=_MICROSECONDS,
            arrival_us=0,
            monotonic_us=0,
            parameters=self._cutter.track,
            lost=1 if packet.is_corrupt else 0,
        )
        if order is None:
            yield self._timed(unit, at_us)
        else:
            yield from (self._timed(*known) for known in order.take(unit, packet, at_us))

    def _timed(self, unit: VideoUnit, at_us: int) -> VideoUnit:
        unit.pts = at_us
        unit.arrival_us = unit.monotonic_us = self._start_us + at_us
        return unit

    def _sounded(self, packet: Any, time_base: Fraction) -> Iterator[AudioUnit]:
        assert self._survey.audio is not None
        stamp_us = _us(packet.pts, time_base)
        at_us = None if stamp_us is None else self._stamps.sound(stamp_us)
        if at_us is None:
            self.silent += 1
            return
        yield AudioUnit(
            data=bytes(packet),
            pts=at_us,
            timescale=_MICROSECONDS,
            arrival_us=self._start_us + at_us,
            monotonic_us=self._start_us + at_us,
            parameters=self._survey.audio,
        )


def _us(stamp: int | None, time_base: Fraction) -> int | None:
    return None if stamp is None else stamp * _MICROSECONDS * time_base.numerator // time_base.denominator
