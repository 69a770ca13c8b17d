"""Which source records a camera: our own RTP path for rtsp:// and rtsps://, libav for everything else.

Where the RTP path finds something that it does not read (another codec, UDP only, no keyframes that it knows), libav is
tried, at once or at the next connection, and kept for an hour where it works. The camera's state and a metric say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from recorder import measures
from recorder.access_unit import AccessUnit, Source, SourceFailed
from recorder.sources.patience import PATIENCE_S, STALL_S
from recorder.sources.rtp.source import RtpSource
from recorder.sources.rtp.tracks import NotHere, OverUdp
from recorder.sources.rtp.wheel import Wheel
from saksi import clock
from saksi.fmp4.tracks import AudioTrack
from saksi.networks.camera_networks import CameraNetworks

KEEP_US = 3_600_000_000
_LIBAV_MAY = ("unsupported_codec", "no_keyframe")


@dataclass
class Preference:
    """What is remembered of one camera from connection to connection. `path` is the source in use.

    Until `until_us` (steady clock) libav is asked first, because of `why_libav`, and over `udp` if need be; at
    `moved_to`, where redirects led that it would follow without judging them.
    """

    camera: str
    path: Literal["", "rtp", "libav"] = ""
    why_libav: str = ""
    udp: bool = False
    until_us: int = 0
    moved_to: str = field(default="", repr=False)

    def turn_to_libav(self, why: str, *, udp: bool = False) -> None:
        """The RTP path cannot record the camera."""
        self.why_libav, self.udp, self.until_us = why, udp, clock.monotonic_us() + KEEP_US

    def use(self, path: Literal["rtp", "libav"]) -> None:
        """A connection stands."""
        self.path = path
        measures.by_libav.labels(camera=self.camera).set(path == "libav")


class ChosenSource:
    """One connection by whichever source fits. Its owner sees a Source like any other."""

    def __init__(
        self,
        wheel: Wheel,
        preference: Preference,
        *,
        stall_s: float = STALL_S,
        networks: CameraNetworks | None = None,
    ) -> None:
        """`networks`: where the camera may be; None: wherever the installation allows."""
        self.audio: AudioTrack | None = None
        self.notes: list[str] = []
        self.patience_s = PATIENCE_S
        self._wheel = wheel
        self._preference = preference
        self._stall_s = stall_s
        self._networks = networks or CameraNetworks.of()
        self._source: Source | None = None
        self._closing = False

    def open(self, url: str, timeout: float) -> None:
        """Connects within about `timeout` seconds a source. Raises SourceFailed."""
        preference = self._preference
        if not urlsplit(url).scheme.lower().startswith("rtsp"):
            preference.why_libav = ""
            preference.udp = False
            return self._open_libav(url, timeout)
        if preference.until_us > clock.monotonic_us():
            return self._open_libav(url, timeout)
        ours = RtpSource(self._wheel, stall_s=self._stall_s, networks=self._networks)
        try:
            return self._open("rtp", ours, url, timeout)
        except NotHere as missing:
            self._remember(ours)
            preference.turn_to_libav(f"the camera offers {missing}", udp=isinstance(missing, OverUdp))
            return self._open_libav(url, timeout)

    def _remember(self, ours: RtpSource) -> None:
        self._preference.moved_to = "" if ours.address is None else ours.address.full

    def close(self) -> None:
        """Ends the iteration."""
        self._closing = True
        if self._source is not None:
            self._source.close()

    def __iter__(self) -> Iterator[Sequence[AccessUnit]]:
        """Yields what came together until the camera ends the stream. Raises SourceFailed."""
        assert self._source is not None
        self._source.patience_s = self.patience_s
        try:
            yield from self._source
        except SourceFailed as failure:
            if self._preference.path == "rtp" and failure.reason in _LIBAV_MAY:
                if isinstance(self._source, RtpSource):
                    self._remember(self._source)
                self._preference.turn_to_libav(failure.diagnostics("en"))
            elif self._preference.path == "libav" and failure.reason in _LIBAV_MAY:
                self._preference.until_us = 0  # libav fared no better
            raise

    def _open_libav(self, url: str, timeout: float) -> None:
        from recorder.sources.libav import (
            LibavSource,
        )  # late: FFmpeg's libraries cost 16 MB that few recorders need

        udp = self._preference.udp
        url = self._preference.moved_to or url
        self._open(
            "libav", LibavSource(stall_s=self._stall_s, udp=udp, networks=self._networks), url, timeout
        )

    def _open(self, path: Literal["rtp", "libav"], source: Source, url: str, timeout: float) -> None:
        source.open(url, timeout)
        self._preference.use(path)
        self._source = source
        self.audio, self.notes = source.audio, source.notes
        if path == "libav" and self._preference.why_libav:
            self.notes = [*self.notes, f"recorded through libav: {self._preference.why_libav}"]
        if self._closing:
            source.close()
