"""What can be wrong with a camera, switched on by the URL's query for that one client.

| query | what happens, S in seconds after the first frame |
|---|---|
| `stall=S` | nothing more is sent, the connection stays open |
| `drop=S` | the connection is cut |
| `jump=S:D` | RTP stamps jump by D seconds (may be negative); `&ssrc=1` also changes the source (SSRC) |
| `switch=S` or `switch=S:camN` | from the next keyframe on, the pictures of another clip of the same codec: other size, other parameter sets, sent in the stream; the sound goes on. Without camN: the spare clip at three quarters of the size |
| `nokey=1` | frames without keyframes, from the middle of a group; parameter sets are only in the SDP |
| `garbage=S` | for two seconds RTP payloads are random bytes, then comes one interleaved frame whose length is a lie, then the true stream again |
| `rate=F` | RTP stamps (picture and sound) run F times real time from the client's first moment on; frames are still sent every 40 ms of real time. Sender reports stay honest: each pairs the true wall time with the stamp of a frame captured at that moment, so successive reports show the false rate |
| `nosr=1` | no sender reports |

Faults may be combined. Sender reports otherwise always pair true wall time with the stamps as they are by then,
after a jump too.
"""  # noqa: E501 - a table row is one line

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

_KNOWN = ("stall", "drop", "jump", "ssrc", "switch", "nokey", "garbage", "rate", "nosr")
_LONGEST_S = 86_400.0


class FaultError(Exception):
    """A fault switch that cannot be understood; the text says how to write it."""


@dataclass(frozen=True, kw_only=True)
class Faults:
    """The faults of one client; times in seconds, None or False for none."""

    stall: float | None = None
    drop: float | None = None
    jump: tuple[float, float] | None = None
    ssrc: bool = False
    switch: tuple[float, int | None] | None = None
    nokey: bool = False
    garbage: float | None = None
    rate: float = 1.0
    nosr: bool = False


def parse(query: str) -> Faults | None:
    """The faults of a URL's query, None for an empty one. Raises FaultError."""
    if not query:
        return None
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _KNOWN:
            raise FaultError(f"There is no fault named {name[:20]!r}; known are {', '.join(_KNOWN)}.")
        if name in given:
            raise FaultError(f"{name} is given twice.")
        given[name] = value
    if not given:
        raise FaultError("The part after ? must be faults such as stall=5.")
    if "ssrc" in given and "jump" not in given:
        raise FaultError("ssrc=1 goes with jump=S:D.")
    return Faults(
        stall=_seconds(given, "stall"),
        drop=_seconds(given, "drop"),
        jump=_jump(given),
        ssrc=_flag(given, "ssrc"),
        switch=_switch(given),
        nokey=_flag(given, "nokey"),
        garbage=_seconds(given, "garbage"),
        rate=_rate(given),
        nosr=_flag(given, "nosr"),
    )


def _number(text: str, least: float, most: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and least <= number <= most else None


def _seconds(given: dict[str, str], name: str) -> float | None:
    if name not in given:
        return None
    number = _number(given[name], 0, _LONGEST_S)
    if number is None:
        raise FaultError(f"{name} must be seconds from 0 to 86400, such as {name}=5.")
    return number


def _flag(given: dict[str, str], name: str) -> bool:
    if given.get(name, "0") not in ("0", "1"):
        raise FaultError(f"{name} must be 0 or 1.")
    return given.get(name) == "1"


def _jump(given: dict[str, str]) -> tuple[float, float] | None:
    if "jump" not in given:
        return None
    after, _, by = given["jump"].partition(":")
    start, step = _number(after, 0, _LONGEST_S), _number(by, -_LONGEST_S, _LONGEST_S)
    if start is None or step is None:
        raise FaultError(
            "jump must be S:D, seconds until the jump and seconds to jump by, such as jump=5:-30."
        )
    return start, step


def _switch(given: dict[str, str]) -> tuple[float, int | None] | None:
    if "switch" not in given:
        return None
    after, colon, name = given["switch"].partition(":")
    start, camera = _number(after, 0, _LONGEST_S), re.fullmatch(r"cam([1-9]\d{0,3})", name)
    if start is None or (colon and camera is None):
        raise FaultError("switch must be S or S:camN, such as switch=5 or switch=5:cam3.")
    return start, int(camera[1]) if camera else None


def _rate(given: dict[str, str]) -> float:
    number = _number(given.get("rate", "1"), 0.1, 10)
    if number is None:
        raise FaultError("rate must be a number from 0.1 to 10, such as rate=0.84.")
    return number
