"""Basic and Digest authentication (RFC 7617; RFC 2617 with MD5, as cameras use it) of one user."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from simcam.rtsp import RefusedError

REALM = "simcam"
_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Gate:
    """Lets one user in. A nonce lives as long as its connection."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password

    def check(self, method: str, authorization: str | None, nonce: str) -> None:
        """Raises RefusedError 401 with both challenges unless the header proves user and password."""
        scheme, _, rest = (authorization or "").partition(" ")
        if scheme.lower() == "basic" and self._basic(rest):
            return
        if scheme.lower() == "digest" and self._digest(method, rest, nonce):
            return
        sentence = (
            "User or password is wrong." if authorization else "This camera asks for a user and a password."
        )
        digest, basic = f'Digest realm="{REALM}", nonce="{nonce}"', f'Basic realm="{REALM}"'
        raise RefusedError(401, sentence, [("WWW-Authenticate", digest), ("WWW-Authenticate", basic)])

    def _basic(self, given: str) -> bool:
        try:
            decoded = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(decoded, f"{self._user}:{self._password}".encode())

    def _digest(self, method: str, given: str, nonce: str) -> bool:
        told = {name: quoted or bare for name, quoted, bare in _PAIR.findall(given)}
        if told.get("nonce") != nonce or told.get("username") != self._user:
            return False
        secret = _md5(f"{self._user}:{REALM}:{self._password}")
        # The address proven is the one the client names: clients differ in which URL of a stream they sign.
        asked = _md5(f"{method}:{told.get('uri', '')}")
        middle = nonce
        if "qop" in told:
            middle = f"{nonce}:{told.get('nc', '')}:{told.get('cnonce', '')}:{told['qop']}"
        return hmac.compare_digest(_md5(f"{secret}:{middle}:{asked}"), told.get("response", ""))


def fresh_nonce() -> str:
    """A nonce nobody can guess."""
    return secrets.token_hex(16)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
