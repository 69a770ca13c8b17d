"""RTSP 1.0 messages as text (RFC 2326 section 15): written, found in a byte stream, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

LARGEST_HEAD = 16 * 1024
LARGEST_BODY = 256 * 1024  # session descriptions of cameras with many streams are a few kilobytes

Headers = Sequence[tuple[str, str]]


class NotRtsp(ValueError):
    """Bytes that are no RTSP message, or one beyond every bound. The text says which, without quoting them."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """An answer (`status` is its code) or a request of the camera's own (`status` 0, `method` its name).

    `headers` in order, names in lower case; the same name may come several times.
    """

    status: int
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """The first header of that (lower case) name."""
        return next((value for known, value in self.headers if known == name), default)

    def all(self, name: str) -> list[str]:
        """Every header of that (lower case) name."""
        return [value for known, value in self.headers if known == name]


def request(method: str, url: str, cseq: int, headers: Headers = ()) -> bytes:
    """A request without a body."""
    lines = [f"{method} {url} RTSP/1.0", f"CSeq: {cseq}", "User-Agent: Saksi"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def answer(status: int, reason: str, cseq: str) -> bytes:
    """An answer to a request that the camera made."""
    return f"RTSP/1.0 {status} {reason}\r\nCSeq: {_plain(cseq)}\r\n\r\n".encode()


def read(data: bytes, at: int = 0) -> tuple[Message, int] | None:
    """The message that begins at `at` and where it ends; None while it is not whole yet.

    Raises NotRtsp for what can never become one.
    """
    begin = at
    while data[begin : begin + 2] == b"\r\n":  # section 4.1 tells to bear empty lines
        begin += 2
        if begin - at > 64:
            raise NotRtsp("too many empty lines")
    end, gap = data.find(b"\r\n\r\n", begin, begin + LARGEST_HEAD + 4), 4
    if end < 0:
        end, gap = data.find(b"\n\n", begin, begin + LARGEST_HEAD + 2), 2
    if end < 0:
        if len(data) - begin > LARGEST_HEAD:
            raise NotRtsp(f"a head without an end in {LARGEST_HEAD} bytes")
        return None
    head = _head(data[begin:end])
    length = _content_length(head)
    body = end + gap
    if len(data) - body < length:
        return None
    return replace(head, body=data[body : body + length]), body + length


def _head(text: bytes) -> Message:
    first, *lines = text.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    words = first.split(" ", 2)
    if first.startswith("RTSP/") and len(words) >= 2 and words[1].isascii() and words[1].isdigit():
        status, method = int(words[1][:3]), ""
    elif len(words) == 3 and words[2].startswith("RTSP/") and words[0].isascii() and words[0].isalpha():
        status, method = 0, words[0][:32].upper()
    else:
        raise NotRtsp("the first line is no RTSP")
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:  # folded, RFC 2822 section 2.2.3
            name, value = headers[-1]
            headers[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if colon:  # a line without one is what some cameras print by mistake
            headers.append((name.strip().lower(), value.strip()))
    return Message(status=status, method=method, headers=tuple(headers))


def _content_length(head: Message) -> int:
    text = head.header("content-length", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 12) or int(text) > LARGEST_BODY:
        raise NotRtsp("a body of no possible length")
    return int(text)


def _plain(text: str) -> str:
    """A header's value as it may be sent back: nothing in it can begin another line."""
    return "".join(letter for letter in text[:64] if letter.isprintable())
