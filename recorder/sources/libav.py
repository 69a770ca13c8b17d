"""Cameras through FFmpeg's libraries (PyAV): everything libavformat can open, packets untouched.

Measured facts that shape this file: between start codes libav's parser hands a picture over when the next one
begins, so a picture's own arrival is the moment the one before it came out; the first picture has no time
stamp; the end of a stream is silent; a read that times out first gives the parser's last picture; closing a
container under a blocked read crashes, so `close` only asks and the read's time-out does the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import av
import av.error

from recorder import nal
from recorder.access_unit import AccessUnit, AudioUnit, SourceFailed, VideoUnit, address_refused
from recorder.sources.cutter import Cutter
from recorder.sources.failures import open_failure, read_failure
from recorder.sources.patience import PATIENCE_S, STALL_S, Patience, stalled
from recorder.sources.web import Web
from saksi import clock
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import AudioTrack, VideoCodec
from saksi.networks.camera_networks import PORTS, AddressRefused, CameraNetworks

_VIDEO: dict[str, VideoCodec] = {"h264": "h264", "hevc": "h265"}
_UNSTAMPED_LIMIT = 50  # pictures without any time stamp before the stream is given up


class LibavSource:
    """One camera. `audio` is known after `open`; `notes` tell people what is not recorded and why."""

    def __init__(
        self, *, stall_s: float = STALL_S, udp: bool = False, networks: CameraNetworks | None = None
    ) -> None:
        """`udp`: ask an RTSP camera for RTP over UDP, which loses packets where TCP would not.

        `networks`: where the camera may be; None: wherever the installation allows.
        """
        self._networks = networks or CameraNetworks.of()
        self.audio: AudioTrack | None = None
        self.notes: list[str] = []
        self.patience_s = PATIENCE_S
        self._stall_s = stall_s
        self._transport = "udp" if udp else "tcp"
        self._container: Any = None
        self._video: Any = None
        self._sound: Any = None
        self._cutter = Cutter("h264", b"")
        self._timescale = self._sound_timescale = 0
        self._closing = False
        self._web: Web | None = None

    def open(self, url: str, timeout: float) -> None:
        """Connects and reads the session description. Raises SourceFailed."""
        scheme = urlsplit(url).scheme.lower()
        if scheme not in PORTS:
            # A camera's address must not make the recorder read this machine's files.
            raise SourceFailed("unreachable", "its address must begin with rtsp://, rtmp:// or http://")
        options = {"analyzeduration": "0", "probesize": "32"}
        begun_us = clock.monotonic_us()
        if scheme.startswith("rtsp"):
            options |= {"rtsp_transport": self._transport}
        try:
            if scheme.startswith("rt"):
                url = self._pinned(url)
                self._container = av.open(url, options=options, timeout=(timeout, self._stall_s))
            else:
                # Connections that are kept for the next piece of a playlist would be libav's own.
                options |= {"http_persistent": "0", "http_multiple": "0"}
                web = self._web = Web(url, self._networks, timeout_s=timeout, stall_s=self._stall_s)
                self._container = av.open(
                    url, options=options, timeout=(timeout, self._stall_s), io_open=web.open
                )
        except SourceFailed:  # ours, passed through libav
            self._end()
            raise
        except av.error.FFmpegError as error:
            self._end()
            waited_s = (clock.monotonic_us() - begun_us) / 1e6
            raise open_failure(error, waited_s, timeout) from error
        try:
            self._choose_video()
            self._choose_audio()
        except SourceFailed:
            self._end()
            raise

    def _pinned(self, url: str) -> str:
        """With the very address that was judged: libav would resolve the name a second time."""
        try:
            return self._networks.pinned(url)
        except AddressRefused as refused:
            raise address_refused(refused) from refused
        except OSError as error:
            raise SourceFailed("unreachable", (error.strerror or str(error)).lower()) from error

    def close(self) -> None:
        """Ends the iteration at its next packet or time-out."""
        self._closing = True

    def __iter__(self) -> Iterator[Sequence[AccessUnit]]:
        """Yields what came together until the camera ends the stream.

        Raises SourceFailed when it breaks, its picture stops, or none of its pictures can be recorded.
        """
        try:
            yield from self._units()
        except av.error.FFmpegError as error:
            raise read_failure(error, self._stall_s) from error
        except IndexError as error:  # PyAV, for a packet of a stream that was not there when it was opened
            raise SourceFailed(
                "unsupported_codec", "a stream that it had not named appeared in it"
            ) from error
        finally:
            self._end()

    def _end(self) -> None:
        if self._container is not None:
            self._container.close()
        if self._web is not None:
            self._web.close()

    def _units(self) -> Iterator[Sequence[AccessUnit]]:
        pictures = _Pictures(self._video.time_base)
        sound = _SoundStamps(self._audio_length)
        # Before the first packet comes out its arrival is not known better than this.
        begun = (clock.now_us(), clock.monotonic_us())
        heard_us = begun[1]
        patience = Patience(
            heard_us, stall_us=round(self._stall_s * 1e6), limit_us=round(self.patience_s * 1e6)
        )
        # All streams: one that is not recorded may go on when the picture stops, and no read times out then.
        for packet in self._container.demux():
            now = (clock.now_us(), clock.monotonic_us())
            if self._closing:
                return
            silent_s = (now[1] - heard_us) / 1e6
            heard_us = now[1]
            if not packet.size:
                continue
            if packet.stream is self._video:
                unit = self._picture(packet, begun, now, patience)
                begun = now
                if unit is not None:
                    yield list(pictures.stamped(unit, packet.pts))
            elif packet.stream is self._sound:
                yield [self._sound_unit(packet, sound, now)]
            if silent_s >= self._stall_s:
                raise stalled(self._stall_s)  # what came out now was the parser's last, not a new packet
            patience.check(now[1])
            # What whoever takes the units needed, with a disk that hangs, is no silence of the camera's.
            heard_us = clock.monotonic_us()
            patience.waited(heard_us - now[1])
        yield list(pictures.rest())

    def _picture(
        self, packet: Any, begun: tuple[int, int], now: tuple[int, int], patience: Patience
    ) -> VideoUnit | None:
        try:
            units = self._cutter.cut(packet)
        except Malformed as error:
            raise SourceFailed("unsupported_codec", f"its parameters cannot be read ({error})") from error
        if self._cutter.track is None or not units:
            patience.wasted(now[1], keyframe=packet.is_keyframe, cut=bool(units))
            return None
        arrival_us, monotonic_us = now if self._cutter.whole else begun
        return VideoUnit(
            data=nal.join(units),
            keyframe=packet.is_keyframe,
            pts=0,
            timescale=self._timescale,
            arrival_us=arrival_us,
            monotonic_us=monotonic_us,
            parameters=self._cutter.track,
            camera_time_us=_camera_time(packet) if packet.is_keyframe else None,
            lost=patience.useful(now[1]) + (1 if packet.is_corrupt else 0),
        )

    def _sound_unit(self, packet: Any, stamps: _SoundStamps, now: tuple[int, int]) -> AudioUnit:
        assert self.audio is not None
        return AudioUnit(
            data=bytes(packet),
            pts=stamps.stamp(packet.pts, packet.size),
            timescale=self._sound_timescale,
            arrival_us=now[0],
            monotonic_us=now[1],
            parameters=self.audio,
        )

    def _choose_video(self) -> None:
        streams = self._container.streams.video
        if not streams:
            raise SourceFailed("unsupported_codec", "it offers no video")
        self._video = streams[0]
        self._timescale = _timescale(self._video.time_base)
        name = self._video.codec_context.name
        if name not in _VIDEO:
            raise SourceFailed("unsupported_codec", f"it sends {name}")
        self._cutter = Cutter(_VIDEO[name], bytes(self._video.codec_context.extradata or b""))

    def _choose_audio(self) -> None:
        for stream in self._container.streams.audio:
            try:
                self.audio = _audio_track(stream.codec_context)
            except Malformed as error:
                self.notes.append(f"sound is not recorded: {error}")
            if self.audio is not None:
                self._sound, self._sound_timescale = stream, _timescale(stream.time_base)
                return

    def _audio_length(self, size: int) -> int:
        return 1024 if self.audio is not None and self.audio.codec == "aac" else size


class _Pictures:
    """Gives every picture a time stamp.

    The first ones come without, and are counted back from those that follow.
    """

    def __init__(self, time_base: Any) -> None:
        self._step = round(0.04 / float(time_base))
        self._unstamped: list[VideoUnit] = []
        self._first: tuple[VideoUnit, int] | None = None
        self._last: int | None = None

    def stamped(self, unit: VideoUnit, pts: int | None) -> Iterator[VideoUnit]:
        """The units that can go now.

        A unit without a stamp waits until two stamps tell the distance of pictures.
        """
        if self._last is not None:
            unit.pts = pts if pts is not None else self._last + self._step
            self._last = unit.pts
            yield unit
        elif pts is None:
            self._unstamped.append(unit)
            if len(self._unstamped) > _UNSTAMPED_LIMIT:
                raise SourceFailed("unsupported_codec", "its pictures carry no time stamps")
        elif self._unstamped and self._first is None:
            self._first = (unit, pts)
        else:
            if self._first is not None and pts != self._first[1]:
                self._step = abs(pts - self._first[1])
            unit.pts = self._last = pts
            yield from self.rest()
            yield unit

    def rest(self) -> Iterator[VideoUnit]:
        """What still waits, stamped backwards from the first stamp known."""
        waiting = [*self._unstamped, *([self._first[0]] if self._first else [])]
        anchor = self._first[1] if self._first else 0
        for back, unit in enumerate(reversed(waiting)):
            unit.pts = anchor - back * self._step
        self._unstamped, self._first = [], None
        yield from waiting


class _SoundStamps:
    """Several AAC frames may share one packet's stamp; the later ones continue from it."""

    def __init__(self, length: Any) -> None:
        self._length = length
        self._next = 0

    def stamp(self, pts: int | None, size: int) -> int:
        """The stamp of a frame of `size` bytes."""
        given = self._next if pts is None else pts
        self._next = given + self._length(size)
        return given


def _audio_track(context: Any) -> AudioTrack:
    """AAC and G.711 are kept; for anything else the reason why not is raised as Malformed."""
    rate, channels = context.sample_rate, context.channels or 1
    if context.name == "aac":
        return AudioTrack("aac", rate, channels, bytes(context.extradata or b""))
    if context.name == "pcm_mulaw":
        return AudioTrack("pcmu", rate, channels)
    if context.name == "pcm_alaw":
        return AudioTrack("pcma", rate, channels)
    raise Malformed(f"{context.name} has no place in the archive; set the camera to AAC or G.711")


def _timescale(time_base: Any) -> int:
    """Ticks a second; every time base libav gives RTP, TS and FLV is one over an integer."""
    ticks: int = round(1 / time_base)
    return ticks


def _camera_time(packet: Any) -> int | None:
    """The camera's claim in the `prft` side data (AVProducerReferenceTime.

    Int64 wall clock in us), if any.
    """
    if not packet.has_sidedata("prft"):
        return None
    return int(struct.unpack_from("<q", bytes(packet.get_sidedata("prft")))[0])
