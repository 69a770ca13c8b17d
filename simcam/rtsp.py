"""RTSP 1.0 requests, answers and session descriptions as text (RFC 2326, RFC 4566); nothing here does I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from simcam.clip import Clip

Headers = Sequence[tuple[str, str]]

LARGEST_REQUEST = 16 * 1024
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    505: "RTSP Version Not Supported",
}


class RefusedError(Exception):
    """A request that gets an error answer: status, a sentence for people, and extra headers."""

    def __init__(self, status: int, sentence: str, headers: Headers = ()) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; header names in lower case."""

    method: str
    url: str
    version: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a URL names: the path without slashes, the query, and the track when it is a control URL."""

    path: str
    query: str
    track: int | None


_TRACK = re.compile(r"/?trackID=(\d{1,3})/?$")


def target(url: str) -> Target:
    """Takes a request URL apart. The track stands after the path or, as some clients join it, the query."""
    split = urlsplit(url)
    path, query, track = unquote(split.path), split.query, None
    if found := _TRACK.search(query):
        query, track = query[: found.start()], int(found[1])
    elif found := _TRACK.search(path):
        path, track = path[: found.start()], int(found[1])
    return Target(path=path.strip("/"), query=query.rstrip("/"), track=track)


class Reader:
    """Cuts requests out of a TCP stream, skipping the receiver reports that a client interleaves."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Request]:
        """Yields each complete request. Raises RefusedError for what is not RTSP or too large; then close."""
        self._buffer += data
        while self._buffer:
            if self._buffer[0] == 0x24:
                end = 4 + int.from_bytes(self._buffer[2:4], "big")
                if len(self._buffer) < max(4, end):
                    return
                del self._buffer[:end]
                continue
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > LARGEST_REQUEST:
                    raise RefusedError(400, "The request has no end within 16 KiB.")
                return
            request = _parse(bytes(self._buffer[:end]))
            body = _content_length(request)
            if len(self._buffer) < end + 4 + body:
                return
            del self._buffer[: end + 4 + body]
            yield request


def _parse(head: bytes) -> Request:
    try:
        first, *lines = head.decode().lstrip("\r\n").split("\r\n")
        method, url, version = first.split(" ")
    except ValueError as error:
        raise RefusedError(400, "This is not an RTSP request.") from error
    if not version.startswith("RTSP/"):
        raise RefusedError(400, f"This server speaks RTSP, not {version[:12]}.")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    return Request(method=method, url=url, version=version, headers=headers)


def _content_length(request: Request) -> int:
    text = request.headers.get("content-length", "0")
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_REQUEST:
        raise RefusedError(400, "Content-Length must be a number up to 16384.")
    return int(text)


def answer(status: int, cseq: str, headers: Headers = (), body: bytes = b"", sentence: str = "") -> bytes:
    """The bytes of an answer; an error's sentence is its reason phrase (clients print it) and its body."""
    lines = [f"RTSP/1.0 {status} {sentence or REASONS[status]}", f"CSeq: {cseq}", "Server: simcam"]
    if sentence:
        headers, body = [*headers, ("Content-Type", "text/plain; charset=utf-8")], f"{sentence}\r\n".encode()
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def describe(clip: Clip, base: str, query: str, title: str) -> bytes:
    """The SDP of a clip; control URLs are absolute, so that a query stays behind the track's path."""
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", f"s={title}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"]
    lines += ["a=range:npt=now-"]
    suffix = f"?{query}" if query else ""
    for number, track in enumerate(clip.tracks):
        lines += [f"m={track.kind} 0 RTP/AVP {track.payload_type}"]
        lines += [f"a=rtpmap:{track.payload_type} {track.rtpmap}"]
        lines += [f"a=fmtp:{track.payload_type} {track.fmtp}"] if track.fmtp else []
        lines += [f"a=control:{base}/trackID={number}{suffix}"]
    return "\r\n".join([*lines, ""]).encode()
