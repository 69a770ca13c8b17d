"""A playing session: bytes in, access units out, and what must be sent back to keep it playing. No input or output."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from recorder import nal
from recorder.access_unit import AccessUnit, AudioUnit, SourceFailed, VideoUnit
from recorder.sources.patience import Patience
from recorder.sources.rtp import rtcp
from recorder.sources.rtp.arrivals import Arrivals
from recorder.sources.rtp.audio import G711, Aac, Piece
from recorder.sources.rtp.demux import Demux, Sound
from recorder.sources.rtp.handshake import Session
from recorder.sources.rtp.message import Message, answer
from recorder.sources.rtp.sequence import Packet
from recorder.sources.rtp.upkeep import Upkeep
from recorder.sources.rtp.video import Coded
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import VideoTrack

_ROUND = 1 << 32  # of 32-bit stamps
_HALF = _ROUND // 2


@dataclass(slots=True)
class Read:
    """What one read of the connection was: when the read before ended, and when its own last byte came.

    Steady clock and, for the last byte, wall clock; microseconds.
    """

    since_us: int
    last_us: int
    last_wall_us: int


class Times:
    """One track's times: stamps, which wrap every 13 to 150 hours, as numbers that do not (RFC 3550 section 5.1), and
    the arrivals of what came in one read.
    """

    def __init__(self, clock: int) -> None:
        """`clock` is ticks a second."""
        self._clock = clock
        self._last: int | None = None
        self._arrivals = Arrivals()

    def of(self, stamps: Sequence[int], read: Read) -> tuple[list[int], list[int]]:
        """The unwrapped stamp and the arrival on the steady clock of each, in the order received."""
        whole = self._unwrapped(stamps)
        clock = self._clock
        media_us = [stamp * 1_000_000 // clock for stamp in whole]
        return whole, self._arrivals.spread(media_us, read.since_us, read.last_us)

    def _unwrapped(self, stamps: Sequence[int]) -> list[int]:
        """Each stamp nearest to the one before."""
        last = self._last
        if last is None:
            last = stamps[0] if stamps else 0
        whole = []
        for stamp in stamps:
            last += _nearest(stamp - last)
            whole.append(last)
        if whole:
            self._last = last
        return whole


class Stream:
    """One session after PLAY. Call `feed` for every read, `outgoing` once in a while."""

    def __init__(self, session: Session, patience: Patience) -> None:
        choice = session.choice
        self._patience = patience
        self._track: VideoTrack | None = choice.picture.track
        self._codec = choice.picture.codec
        self._clock = choice.picture.media.clock
        self._claim: rtcp.SenderReport | None = None
        self._times = Times(self._clock)
        self._found: list[Coded | Piece] = []  # in this read
        self._answers: list[bytes] = []
        self._ended = ""
        self.demux = Demux(
            choice.picture.codec,
            channel=session.picture_channel,
            payload_type=choice.picture.media.payload_type,
            picture=self._found.append,
            report=self._report,
            message=self._message,
        )
        self._picture_rtcp = session.picture_channel + 1
        self._hearing = choice.sound
        if choice.sound is not None:
            media, layout = choice.sound.media, choice.sound.layout
            self._sound: G711 | Aac = Aac(layout) if layout else G711()
            self._sound_times = Times(media.clock)
            self.demux.hear(session.sound_channel, Sound(media.payload_type, self._sound_packet))
        self._upkeep = Upkeep(session, self.demux.order, own=secrets.randbits(32))

    def feed(self, data: bytes, read: Read) -> list[AccessUnit]:
        """The units that the read completes. Raises SourceFailed when the stream is over or cannot be recorded."""
        self.demux.feed(data)
        units = self._units(read)
        self._patience.check(read.last_us)
        if self._ended and not units:
            raise SourceFailed("unreachable", self._ended)
        return units

    def outgoing(self, now_us: int) -> bytes:
        """What is to be sent now (steady clock): answers, keepalives, receiver reports. Often nothing."""
        answers, self._answers = self._answers, []
        return b"".join((*answers, self._upkeep.due(now_us)))

    def faults(self) -> dict[str, int]:
        """What was wrong with the stream so far: packets put back in order, too late or twice, not understood; bytes
        that belonged to nothing; sources begun anew.
        """
        order, demux = self.demux.order, self.demux
        return {
            "reordered": order.reordered,
            "late": order.late,
            "bad": demux.pictures.bad + (self._sound.bad if self._hearing is not None else 0),
            "garbage_bytes": demux.garbage,
            "restarted": order.restarts,
        }

    def teardown(self) -> bytes:
        """The last request."""
        return self._upkeep.teardown()

    def _sound_packet(self, packet: Packet) -> None:
        self._found += self._sound.take(packet)

    def _report(self, channel: int, data: bytes) -> None:
        heard = rtcp.read(data)
        if channel == self._picture_rtcp and heard.report is not None:
            self._claim = heard.report
            self._upkeep.heard(heard.report)
        if heard.bye and channel == self._picture_rtcp:
            self._ended = "it said goodbye"

    def _message(self, found: Message) -> None:
        if not found.status:
            cseq = found.header("cseq", "0")
            known = found.method in ("OPTIONS", "SET_PARAMETER", "GET_PARAMETER", "ANNOUNCE")
            self._answers.append(answer(200, "OK", cseq) if known else answer(501, "Not Implemented", cseq))
            if found.method in ("REDIRECT", "TEARDOWN"):
                self._ended = f"it sent {found.method}"
            return
        failed = self._upkeep.answered(found)
        if failed:
            self._ended = failed

    def _units(self, read: Read) -> list[AccessUnit]:
        found = self._found[:]
        self._found.clear()
        pictures = [one for one in found if isinstance(one, Coded)]
        seen = self._video_units(pictures, read) if pictures else []
        if len(pictures) == len(found):
            return list(filter(None, seen))
        heard = iter(self._audio_units([one for one in found if isinstance(one, Piece)], read))
        shown = iter(seen)
        mixed = [next(shown) if isinstance(one, Coded) else next(heard) for one in found]
        return [unit for unit in mixed if unit is not None]

    def _video_units(self, pictures: Sequence[Coded], read: Read) -> list[VideoUnit | None]:
        """A unit for each picture; None for those that cannot be recorded."""
        stamps, arrivals_us = self._times.of([one.stamp for one in pictures], read)
        ahead_us = read.last_wall_us - read.last_us
        units: list[VideoUnit | None] = []
        useful = self._patience.useful
        wasted: int | None = None
        for coded, stamp, at_us in zip(pictures, stamps, arrivals_us, strict=True):
            if coded.has_sets or self._track is None:
                self._learn(coded)
            if self._track is None:
                self._patience.wasted(at_us, keyframe=coded.keyframe, cut=True)
                units.append(None)
                continue
            lost = coded.lost
            if wasted is None:  # once the sets are known, nothing is wasted any more
                wasted = useful(at_us)
                lost += wasted
            claim_us = self._camera_time(stamp) if coded.keyframe else None
            units.append(
                VideoUnit(
                    coded.data,
                    coded.keyframe,
                    stamp,
                    self._clock,
                    at_us + ahead_us,
                    at_us,
                    self._track,
                    claim_us,
                    lost,
                )
            )
        if wasted is not None:
            useful(arrivals_us[-1])
        return units

    def _learn(self, coded: Coded) -> None:
        """The parameter sets in force, from those that stand in the picture."""
        try:
            self._track = nal.updated(self._track, nal.split_lengths(coded.data), self._codec)
        except Malformed as error:
            # Once sets are known, a damaged picture does not take them away.
            if self._track is None:
                raise SourceFailed("unsupported_codec", f"its parameters cannot be read ({error})") from error

    def _camera_time(self, stamp: int) -> int | None:
        """The camera's own claim of when the picture was taken, by its last sender report."""
        claim = self._claim
        if claim is None:
            return None
        return claim.wall_us + _nearest(stamp - claim.stamp) * 1_000_000 // self._clock

    def _audio_units(self, pieces: Sequence[Piece], read: Read) -> list[AudioUnit]:
        assert self._hearing is not None
        track, clock = self._hearing.track, self._hearing.media.clock
        stamps, arrivals_us = self._sound_times.of([one.stamp + one.later for one in pieces], read)
        ahead_us = read.last_wall_us - read.last_us
        return [
            AudioUnit(one.data, stamp, clock, at_us + ahead_us, at_us, track)
            for one, stamp, at_us in zip(pieces, stamps, arrivals_us, strict=True)
        ]


def _nearest(ticks: int) -> int:
    """A distance of 32-bit stamps, the shorter way round."""
    return (ticks + _HALF) % _ROUND - _HALF
