"""A camera over RTSP and interleaved RTP as a Source: connects in its own thread, is read by the wheel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recorder.access_unit import AccessUnit, SourceFailed
from recorder.sources.patience import PATIENCE_S, STALL_S, Patience, stalled
from recorder.sources.rtp import message
from recorder.sources.rtp.address import Address, BadAddress
from recorder.sources.rtp.desk import Desk
from recorder.sources.rtp.handshake import Handshake, Moved, Session
from recorder.sources.rtp.link import Link
from recorder.sources.rtp.message import NotRtsp
from recorder.sources.rtp.stream import Stream
from recorder.sources.rtp.wheel import Spoke, Wheel
from saksi import clock
from saksi.fmp4.tracks import AudioTrack
from saksi.networks.camera_networks import CameraNetworks

_MOST_MOVES = 5
_MOST_EARLY = 1 << 20  # media that comes before the answer to PLAY
_SLACK_S = 5.0  # over the wheel's own time-outs: only a wheel that died lets this pass


class RtpSource:
    """One camera. `audio` is known after `open`; `notes` tell people what is not recorded and why."""

    def __init__(
        self, wheel: Wheel, *, stall_s: float = STALL_S, networks: CameraNetworks | None = None
    ) -> None:
        """`networks`: where the camera may be; None: wherever the installation allows."""
        self.audio: AudioTrack | None = None
        self.notes: list[str] = []
        self.patience_s = PATIENCE_S
        self.address: Address | None = None  # where redirects led
        self._networks = networks or CameraNetworks.of()
        self._wheel = wheel
        self._stall_s = stall_s
        self._desk = Desk()
        self._link: Link | None = None
        self._session: Session | None = None
        self._early = b""
        self._spoke: Spoke | None = None
        self._closing = False

    def open(self, url: str, timeout: float) -> None:
        """Connects, describes, sets up and plays within `timeout` seconds.

        Raises SourceFailed, and NotHere (recorder.sources.rtp.tracks) for what libav may open.
        """
        try:
            address = Address.of(url)
        except BadAddress as error:
            raise SourceFailed("unreachable", str(error)) from error
        until_us = clock.monotonic_us() + round(timeout * 1e6)
        for _ in range(_MOST_MOVES + 1):
            self.address = address
            left_s = max(0.1, (until_us - clock.monotonic_us()) / 1e6)
            self._link = Link(address, left_s, self._networks)
            try:
                self._session = self._shake(Handshake(address), until_us, timeout)
            except Moved as moved:
                self._link.close()
                address = moved.address
                continue
            except BaseException:
                self._link.close()
                raise
            self.notes = list(self._session.choice.notes)
            sound = self._session.choice.sound
            self.audio = sound.track if sound is not None else None
            return
        raise SourceFailed("unreachable", f"it redirects more than {_MOST_MOVES} times")

    def close(self) -> None:
        """Ends the iteration behind what has come until now."""
        self._closing = True
        if self._spoke is not None:
            self._wheel.let_go(self._spoke)
        elif self._link is not None and self._session is not None:
            self._link.close()  # nobody ever reads it

    def __iter__(self) -> Iterator[Sequence[AccessUnit]]:
        """Yields what came together, in the order received, until the camera ends the stream.

        Raises SourceFailed when it breaks, its picture stops, or none of its pictures can be recorded.
        """
        assert self._link is not None
        assert self._session is not None
        patience = Patience(
            clock.monotonic_us(),
            stall_us=round(self._stall_s * 1e6),
            limit_us=round(self.patience_s * 1e6),
        )
        stream = Stream(self._session, patience)
        spoke = self._spoke = Spoke(self._link, stream, self._desk, patience, stall_s=self._stall_s)
        try:
            self._link.free()
            spoke.begin(self._early)
            self._wheel.add(spoke)
            if self._closing:
                self._wheel.let_go(spoke)
            yield from self._taken()
        finally:
            self._wheel.let_go(spoke)

    def _taken(self) -> Iterator[Sequence[AccessUnit]]:
        while True:
            try:
                units = self._desk.take(self._stall_s + self.patience_s + _SLACK_S)
            except TimeoutError:
                raise stalled(self._stall_s) from None
            if units is None:
                return
            yield units
            del units  # a group of pictures is a megabyte, and the next one is seconds away

    def _shake(self, handshake: Handshake, until_us: int, timeout_s: float) -> Session:
        """Speaks until the stream plays; what comes before the last answer is kept for the wheel."""
        link = self._link
        assert link is not None
        link.send(handshake.begin())
        data = b""
        while handshake.session is None:
            data = self._skip_media(data)
            found = self._message(data)
            if found is None:
                data += self._more(link, until_us, timeout_s)
                continue
            answer, end = found
            data = data[end:]
            if answer.status:
                link.wait_s((until_us - clock.monotonic_us()) / 1e6)
                link.send(handshake.receive(answer))
        self._early += data
        return handshake.session

    def _more(self, link: Link, until_us: int, timeout_s: float) -> bytes:
        left_s = (until_us - clock.monotonic_us()) / 1e6
        if left_s <= 0 or self._closing:
            raise SourceFailed("unreachable", f"no answer within {timeout_s:g} s")
        link.wait_s(left_s)
        try:
            got = link.receive()
        except TimeoutError as error:
            raise SourceFailed("unreachable", f"no answer within {timeout_s:g} s") from error
        if got is not None and not got[0]:
            raise SourceFailed("unreachable", "it closed the connection")
        return got[0] if got is not None else b""

    def _message(self, data: bytes) -> tuple[message.Message, int] | None:
        if not data or data[0] == 0x24:
            return None
        try:
            return message.read(data)
        except NotRtsp as error:
            raise SourceFailed("unreachable", f"it does not speak RTSP ({error})") from error

    def _skip_media(self, data: bytes) -> bytes:
        """Media before an answer is kept apart; it only comes while PLAY is being answered."""
        while data[:1] == b"$" and len(data) >= 4:
            end = 4 + int.from_bytes(data[2:4], "big")
            if len(data) < end:
                break
            self._early += data[:end]
            data = data[end:]
            if len(self._early) > _MOST_EARLY:
                raise SourceFailed("unreachable", "it sends pictures and does not answer")
        return data
