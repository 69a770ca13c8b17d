"""How a camera is told who asks, over RTSP and HTTP alike: Basic (RFC 7617) and Digest (RFC 7616; RFC 2069 for old
cameras).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from itertools import zip_longest

# name=value or name="value", with commas and escaped quotes inside the quotes. Names are looked for where words begin
# and nothing is tried twice: the time is in proportion to the length, whatever a camera sends.
_PAIR = re.compile(
    r'(?<![A-Za-z0-9_-])([A-Za-z0-9_-]++)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^\s,"]*+))', re.DOTALL
)
_LONGEST, _MOST_HEADERS = 4_096, 8
_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest)\b(?!\s*=)", re.IGNORECASE)
_MOST_STALE = 3
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """One way that the camera offers. `algorithm` empty: Basic. `qop`: whether it wants the newer digest."""

    realm: str = ""
    nonce: str = ""
    opaque: str = ""
    algorithm: str = ""
    session: bool = False  # the -sess variants bind the hash to both nonces
    qop: bool = False
    stale: bool = False


def challenges(headers: list[str]) -> list[Challenge]:
    """What a 401's WWW-Authenticate headers offer and we understand, the best first.

    One header may name several schemes. Digest by SHA-256 comes before Digest by MD5, and Basic last.
    """
    found: list[Challenge] = []
    for header in (whole[:_LONGEST] for whole in headers[:_MOST_HEADERS]):
        starts = list(_SCHEME.finditer(header))
        for start, following in zip_longest(starts, starts[1:]):
            text = header[start.end() : following.start() if following else len(header)]
            challenge = _basic(text) if start[1].lower() == "basic" else _digest(text)
            if challenge is not None:
                found.append(challenge)
    return sorted(found, key=lambda one: ("SHA-256", "MD5", "").index(one.algorithm))


class Credentials:
    """A user and a password, and the challenge in force. Never shows the password."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._challenge: Challenge | None = None
        self._count = 0
        self._refusals = 0

    def __repr__(self) -> str:
        return "Credentials(***)"

    def take(self, offered: list[Challenge]) -> bool:
        """Adopts the best challenge offered; False when another answer would be as wrong as the last one."""
        best = next(iter(offered), None)
        if best is None or not self._user:
            return False
        # A second refusal in a row means that the password is wrong, unless only the nonce was too old.
        if self._refusals >= (_MOST_STALE if best.stale else 1):
            return False
        self._refusals += 1
        self._challenge, self._count = best, 0
        return True

    def accepted(self) -> None:
        """The camera answered something other than 401."""
        self._refusals = 0

    def header(self, method: str, url: str) -> list[tuple[str, str]]:
        """The Authorization header of a request, none before there was a challenge."""
        challenge = self._challenge
        if challenge is None:
            return []
        if not challenge.algorithm:
            pair = f"{self._user}:{self._password}".encode()
            return [("Authorization", f"Basic {base64.b64encode(pair).decode()}")]
        return [("Authorization", self._digest(challenge, method, url))]

    def _digest(self, challenge: Challenge, method: str, url: str) -> str:
        def hashed(text: str) -> str:
            return _HASHES[challenge.algorithm](text.encode()).hexdigest()

        self._count += 1
        count, own = f"{self._count:08x}", secrets.token_hex(8)
        who = hashed(f"{self._user}:{challenge.realm}:{self._password}")
        if challenge.session:
            who = hashed(f"{who}:{challenge.nonce}:{own}")
        what = hashed(f"{method}:{url}")
        middle = f"{challenge.nonce}:{count}:{own}:auth" if challenge.qop else challenge.nonce
        fields = [
            ("username", _quoted(self._user)),
            ("realm", _quoted(challenge.realm)),
            ("nonce", _quoted(challenge.nonce)),
            ("uri", _quoted(url)),
            ("response", _quoted(hashed(f"{who}:{middle}:{what}"))),
        ]
        if challenge.algorithm != "MD5" or challenge.session:
            fields.append(("algorithm", challenge.algorithm + ("-sess" if challenge.session else "")))
        if challenge.opaque:
            fields.append(("opaque", _quoted(challenge.opaque)))
        if challenge.qop:
            fields += [("qop", "auth"), ("nc", count)]
        if challenge.qop or challenge.session:
            fields.append(("cnonce", _quoted(own)))
        return "Digest " + ", ".join(f"{name}={value}" for name, value in fields)


def _basic(text: str) -> Challenge:
    return Challenge(realm=_pairs(text).get("realm", ""))


def _digest(text: str) -> Challenge | None:
    pairs = _pairs(text)
    algorithm = pairs.get("algorithm", "MD5").upper()
    session = algorithm.endswith("-SESS")
    algorithm = algorithm.removesuffix("-SESS")
    offered = [word.strip().lower() for word in pairs.get("qop", "").split(",") if word.strip()]
    if algorithm not in _HASHES or not pairs.get("nonce") or (offered and "auth" not in offered):
        return None
    return Challenge(
        realm=pairs.get("realm", ""),
        nonce=pairs["nonce"],
        opaque=pairs.get("opaque", ""),
        algorithm=algorithm,
        session=session,
        qop=bool(offered),
        stale=pairs.get("stale", "").lower() == "true",
    )


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quoted, plain in _PAIR.findall(text):
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else plain)
    return found


def _quoted(text: str) -> str:
    plain = "".join(letter for letter in text if letter >= " ")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
