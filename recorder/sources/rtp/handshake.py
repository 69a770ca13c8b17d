"""From the first request to the first packet: OPTIONS, DESCRIBE, SETUP, PLAY (RFC 2326), without any input or output.

Give every answer to `receive` and send what it returns, until `session` is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from recorder.access_unit import SourceFailed
from recorder.sources.rtp import sdp
from recorder.sources.rtp.address import Address, BadAddress, control_url
from recorder.sources.rtp.message import Headers, Message, request
from recorder.sources.rtp.tracks import Choice, NotHere, OverUdp, choose
from saksi.digest import Credentials, challenges

_MOVED = (301, 302, 303, 305, 307, 308)
_SESSION_S = 60  # RFC 2326 section 12.37, when the camera does not say
_INTERLEAVED = re.compile(r"interleaved\s*=\s*(\d{1,3})")


class Moved(Exception):
    """The camera sends us elsewhere; `address` is where."""

    def __init__(self, address: Address) -> None:
        super().__init__("moved")
        self.address = address


@dataclass(frozen=True, kw_only=True)
class Session:
    """A stream that plays. Channels are those of RTP; RTCP has the next one. `sound_channel` -1: no sound.

    `alive_by` is the request that keeps it alive, at least every `timeout_s`, to `url` with the id `id`.
    """

    id: str
    url: str
    timeout_s: int
    alive_by: str
    choice: Choice
    picture_channel: int
    sound_channel: int
    credentials: Credentials
    cseq: int


class Handshake:
    """One attempt at one address."""

    def __init__(self, address: Address) -> None:
        self.session: Session | None = None
        self._address = address
        self._credentials = Credentials(address.user, address.password)
        self._cseq = 0
        self._method, self._url, self._headers = "OPTIONS", address.url, ()  # type: tuple[str, str, Headers]
        self._base = address.url
        self._public: set[str] = set()
        self._choice: Choice | None = None
        self._id = ""
        self._timeout_s = _SESSION_S
        self._picture_channel = self._sound_channel = -1

    @property
    def method(self) -> str:
        """The request whose answer is awaited."""
        return self._method

    def begin(self) -> bytes:
        """The first request."""
        return self._ask("OPTIONS", self._address.url)

    def receive(self, answer: Message) -> bytes:
        """Takes the answer to the last request; gives the next, nothing once `session` is there.

        Raises SourceFailed, Moved, or NotHere when libav should be asked.
        """
        if answer.header("cseq", str(self._cseq)).strip() != str(self._cseq):
            return b""  # an answer to nothing that was asked
        if answer.status == 401:
            if not self._credentials.take(challenges(answer.all("www-authenticate"))):
                raise SourceFailed("auth_failed", "it answers 401 Unauthorized")
            return self._ask(self._method, self._url, self._headers)
        self._credentials.accepted()
        if answer.status in _MOVED:
            raise Moved(self._elsewhere(answer.header("location")))
        return self._step(answer)

    def _step(self, answer: Message) -> bytes:
        if self._method == "OPTIONS":
            # A camera that does not know OPTIONS may still play.
            self._public = {word.strip().upper() for word in answer.header("public").split(",")}
            return self._ask("DESCRIBE", self._address.url, (("Accept", "application/sdp"),))
        if self._method == "SETUP":
            return self._set_up(answer)
        self._must_be_ok(answer)
        if self._method == "DESCRIBE":
            return self._described(answer)
        self._playing()
        return b""

    def _described(self, answer: Message) -> bytes:
        description = sdp.read(answer.body)
        self._choice = choose(description)
        base = answer.header("content-base") or answer.header("content-location") or self._address.url
        if not base.lower().startswith(("rtsp://", "rtsps://")):
            base = self._address.url
        self._base = base
        self._aggregate = control_url(base, description.control)
        return self._ask_set_up(self._choice.picture.media.control, 0)

    def _ask_set_up(self, control: str, channel: int) -> bytes:
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        headers = [("Transport", transport)]
        if self._id:
            headers.append(("Session", self._id))
        return self._ask("SETUP", control_url(self._base, control), tuple(headers))

    def _set_up(self, answer: Message) -> bytes:
        assert self._choice is not None
        for_sound = self._picture_channel >= 0
        if answer.status != 200:
            if not for_sound and answer.status == 461:
                raise OverUdp()
            if not for_sound:
                self._must_be_ok(answer)
            note = f"sound is not recorded: the camera answers {answer.status} to its SETUP"
            self._choice = replace(self._choice, sound=None, notes=(*self._choice.notes, note))
            return self._play()
        channel = self._channel(answer.header("transport"), default=2 if for_sound else 0)
        self._keep_id(answer.header("session"))
        if for_sound:
            self._sound_channel = channel
            return self._play()
        self._picture_channel = channel
        if self._choice.sound is None:
            return self._play()
        return self._ask_set_up(self._choice.sound.media.control, channel + 2 if channel < 252 else 0)

    def _channel(self, transport: str, *, default: int) -> int:
        if transport and "TCP" not in transport.upper():
            raise OverUdp()
        found = _INTERLEAVED.search(transport)
        channel = int(found[1]) if found else default
        if channel > 254 or channel == self._picture_channel:
            raise NotHere("impossible interleaved channels")
        return channel

    def _keep_id(self, text: str) -> None:
        name, _, rest = text.partition(";")
        self._id = self._id or name.strip()[:200]
        found = re.search(r"timeout\s*=\s*(\d{1,6})", rest)
        if found:
            self._timeout_s = max(4, int(found[1]))

    def _play(self) -> bytes:
        headers = [("Session", self._id)] if self._id else []
        return self._ask("PLAY", self._aggregate, (*headers, ("Range", "npt=0.000-")))

    def _playing(self) -> None:
        assert self._choice is not None
        self.session = Session(
            id=self._id,
            url=self._aggregate,
            timeout_s=self._timeout_s,
            alive_by="GET_PARAMETER" if "GET_PARAMETER" in self._public else "OPTIONS",
            choice=self._choice,
            picture_channel=self._picture_channel,
            sound_channel=self._sound_channel if self._choice.sound is not None else -1,
            credentials=self._credentials,
            cseq=self._cseq,
        )

    def _must_be_ok(self, answer: Message) -> None:
        if answer.status == 200:
            return
        if answer.status == 403:
            raise SourceFailed("auth_failed", "it answers 403 Forbidden")
        if answer.status == 404:
            raise SourceFailed("unreachable", "it answers 404, there is no such stream")
        raise SourceFailed("unreachable", f"it answers {answer.status} to {self._method}")

    def _elsewhere(self, location: str) -> Address:
        if not location:
            raise SourceFailed("unreachable", "it redirects without saying where to")
        try:
            return self._address.moved(location)
        except BadAddress as error:
            raise SourceFailed("unreachable", f"it redirects, and {error}") from error

    def _ask(self, method: str, url: str, headers: Headers = ()) -> bytes:
        self._cseq += 1
        self._method, self._url, self._headers = method, url, headers
        return request(method, url, self._cseq, (*headers, *self._credentials.header(method, url)))
