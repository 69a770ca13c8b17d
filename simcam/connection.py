"""One RTSP connection: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN, and media interleaved."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import socket
from dataclasses import dataclass, field
from typing import cast

from simcam import faults, rtsp
from simcam.auth import fresh_nonce
from simcam.channel import Channel, FaultyChannel
from simcam.city import Camera, City
from simcam.rtsp import RefusedError, Request
from simcam.viewer import Viewer

_log = logging.getLogger("simcam")
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
_SESSION_S = 60
_INTERLEAVED = re.compile(r"interleaved=(\d{1,3})(?:-\d{1,3})?")


@dataclass(kw_only=True)
class _Session:
    """A client's set-up of one camera: which track on which channel, and what is wrong with it."""

    id: str
    camera: Camera
    query: str
    channels: dict[int, int] = field(default_factory=dict)
    viewer: Viewer | None = None
    source: Channel | None = None


class Connection(asyncio.Protocol):
    """Answers requests in order. A connection that plays nothing is closed after a minute."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._reader = rtsp.Reader()
        self._nonce = fresh_nonce()
        self._session: _Session | None = None
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        end = self._transport.get_extra_info("socket")
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._city.send_buffer)
        name = self._transport.get_extra_info("peername")
        self._peer = f"{name[0]}:{name[1]}"
        self._city.connections.add(self)
        self._wait_for_play()

    def connection_lost(self, exc: Exception | None) -> None:
        self._city.connections.discard(self)
        if self._idle is not None:
            self._idle.cancel()
        self._stop("the client is gone" if exc is None else f"the connection broke: {exc}")

    def data_received(self, data: bytes) -> None:
        try:
            for request in self._reader.feed(data):
                self._answer(request)
        except RefusedError as refusal:
            self._transport.write(rtsp.answer(refusal.status, "0", sentence=refusal.sentence))
            self._transport.close()

    def close(self, reason: str) -> None:
        """Ends whatever plays and cuts the connection, for the server's own end."""
        self._stop(reason)
        self._transport.abort()

    def _answer(self, request: Request) -> None:
        cseq = request.headers.get("cseq", "0")
        try:
            reply = self._serve(request, cseq)
        except RefusedError as refusal:
            reply = rtsp.answer(refusal.status, cseq, refusal.headers, sentence=refusal.sentence)
        self._transport.write(reply)
        if request.method == "PLAY" and self._session is not None:
            self._start(self._session)  # only now, so that the answer goes ahead of the first packet

    def _serve(self, request: Request, cseq: str) -> bytes:
        if request.version != "RTSP/1.0":
            raise RefusedError(505, "This server speaks RTSP/1.0.")
        if request.method == "OPTIONS":
            return rtsp.answer(200, cseq, [("Public", _METHODS)])
        if self._city.gate is not None:
            self._city.gate.check(request.method, request.headers.get("authorization"), self._nonce)
        verb = _VERBS.get(request.method)
        if verb is None:
            raise RefusedError(405, f"{request.method[:20]} is not offered.", [("Allow", _METHODS)])
        return verb(self, request, cseq)

    def _describe(self, request: Request, cseq: str) -> bytes:
        place = rtsp.target(request.url)
        camera = self._city.camera(place.path)
        self._city.check_faults(camera, place.query)
        base = request.url.partition("?")[0].rstrip("/")
        body = rtsp.describe(camera.clip, base, place.query, camera.name)
        return rtsp.answer(
            200, cseq, [("Content-Base", f"{base}/"), ("Content-Type", "application/sdp")], body
        )

    def _setup(self, request: Request, cseq: str) -> bytes:
        place = rtsp.target(request.url)
        camera = self._city.camera(place.path)
        self._city.check_faults(camera, place.query)
        track = place.track or 0
        if track >= len(camera.clip.tracks):
            raise RefusedError(404, f"{camera.name} has no track {track}.")
        transport = request.headers.get("transport", "")
        if "RTP/AVP/TCP" not in transport.upper():
            raise RefusedError(
                461, "This server sends RTP over TCP only (Transport: RTP/AVP/TCP;interleaved=0-1)."
            )
        if self._session is None:
            self._session = _Session(id=secrets.token_hex(8), camera=camera, query=place.query)
        else:
            self._check_session(request)
        session = self._session
        if session.viewer is not None:
            raise RefusedError(455, "The session plays already; set up its tracks before PLAY.")
        if (session.camera, session.query) != (camera, place.query):
            raise RefusedError(459, "One session plays one camera; open another connection.")
        asked = _INTERLEAVED.search(transport)
        channel = int(asked[1]) if asked else 2 * track
        if channel > 254:
            raise RefusedError(400, "Interleaved channels are 0 to 255, in pairs.")
        session.channels[track] = channel
        chosen = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        return rtsp.answer(
            200, cseq, [("Transport", chosen), ("Session", f"{session.id};timeout={_SESSION_S}")]
        )

    def _play(self, request: Request, cseq: str) -> bytes:
        session = self._check_session(request)
        return rtsp.answer(200, cseq, [("Session", session.id), ("Range", "npt=now-")])

    def _get_parameter(self, request: Request, cseq: str) -> bytes:
        return rtsp.answer(200, cseq, [("Session", self._session.id)] if self._session else [])

    def _teardown(self, request: Request, cseq: str) -> bytes:
        session = self._check_session(request)
        self._stop("the client is done")
        self._wait_for_play()
        return rtsp.answer(200, cseq, [("Session", session.id)])

    def _check_session(self, request: Request) -> _Session:
        given = request.headers.get("session", "").partition(";")[0].strip()
        if self._session is None:
            raise RefusedError(455, "Nothing is set up; send SETUP first.")
        if given != self._session.id:
            raise RefusedError(454, "This connection has another session.")
        return self._session

    def _start(self, session: _Session) -> None:
        if session.viewer is not None:
            return
        if self._idle is not None:
            self._idle.cancel()
        viewer = Viewer(
            self._transport,
            camera=session.camera.name,
            peer=self._peer,
            channels=session.channels,
            backlog_limit=self._city.backlog_limit,
            record=self._city.record,
        )
        wrong = faults.parse(session.query)
        if wrong is None:
            session.source = session.camera.channel
        else:
            other = self._city.other_clip(session.camera, wrong)
            session.source = FaultyChannel(session.camera.clip, wrong, other)
        session.viewer = viewer
        viewer.on_end = self._city.left
        self._city.viewers.append(viewer)
        session.source.add(viewer)
        _log.info(
            "%s %s: playing%s", viewer.camera, self._peer, f" with {session.query}" if session.query else ""
        )

    def _stop(self, reason: str) -> None:
        session, self._session = self._session, None
        if session is not None and session.viewer is not None and session.source is not None:
            session.source.remove(session.viewer)
            session.viewer.end(reason)

    def _wait_for_play(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(
            _SESSION_S, self.close, "nothing was played for a minute"
        )


_VERBS = {
    "DESCRIBE": Connection._describe,
    "SETUP": Connection._setup,
    "PLAY": Connection._play,
    "GET_PARAMETER": Connection._get_parameter,
    "TEARDOWN": Connection._teardown,
}
