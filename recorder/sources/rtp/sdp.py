"""Session descriptions (RFC 8866, RFC 4566): the media that a camera offers."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_MEDIA = 32
_MOST_LINES = 4_000

# RFC 3551 section 6: payload types that need no rtpmap.
_STATIC = {0: ("PCMU", 8000, 1), 8: ("PCMA", 8000, 1), 9: ("G722", 8000, 1), 26: ("JPEG", 90000, 1)}


@dataclass(frozen=True, kw_only=True)
class Media:
    """One m= section with its first payload type. `encoding` is in upper case, `parameters` those of a=fmtp.

    `clock` is ticks a second. `sending` is false for what the camera wants to hear from us (a back channel).
    """

    kind: str
    payload_type: int
    encoding: str
    clock: int
    channels: int
    control: str
    sending: bool
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Description:
    """`control` is the session's own a=control, empty without one."""

    control: str
    media: tuple[Media, ...]


def read(text: bytes) -> Description:
    """Reads what is there and skips what it does not know; a camera's description is never refused as a whole."""
    session: list[str] = []
    sections: list[list[str]] = []
    for line in text.decode("utf-8", "replace").splitlines()[:_MOST_LINES]:
        if line.startswith("m="):
            if len(sections) == _MOST_MEDIA:
                break
            sections.append([line[2:]])
        elif line[1:2] == "=":
            (sections[-1] if sections else session).append(line)
    media = [found for found in map(_media, sections) if found is not None]
    return Description(control=_attribute(session, "control"), media=tuple(media))


def _media(lines: list[str]) -> Media | None:
    words = lines[0].split()
    if len(words) < 4 or not (words[3].isascii() and words[3].isdigit()):
        return None
    kind, payload_type = words[0].lower(), int(words[3][:3])
    if payload_type > 127:
        return None
    encoding, clock, channels = _STATIC.get(payload_type, ("", 0, 1))
    mapping = _of_type(lines, "rtpmap", payload_type)
    if mapping:
        name, _, rest = mapping.partition("/")
        rate, _, count = rest.partition("/")
        encoding, clock, channels = name.strip().upper(), _number(rate), _number(count) or 1
    return Media(
        kind=kind,
        payload_type=payload_type,
        encoding=encoding,
        clock=clock,
        channels=channels,
        control=_attribute(lines, "control"),
        sending=not any(line.strip() in ("a=sendonly", "a=inactive") for line in lines),
        parameters=_parameters(_of_type(lines, "fmtp", payload_type)),
    )


def _attribute(lines: list[str], name: str) -> str:
    start = f"a={name}:"
    return next((line[len(start) :].strip() for line in lines if line.startswith(start)), "")


def _of_type(lines: list[str], name: str, payload_type: int) -> str:
    """The value of an a= line that begins with the payload type."""
    for line in lines:
        if line.startswith(f"a={name}:"):
            given, _, value = line.partition(":")[2].strip().partition(" ")
            if given == str(payload_type):
                return value.strip()
    return ""


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _number(text: str) -> int:
    digits = text.strip()[:9]
    return int(digits) if digits.isascii() and digits.isdigit() else 0
