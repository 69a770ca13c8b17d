"""Secrets at rest and signed links: one installation key, two derived uses.

While a key is replaced there are several: the first seals and signs, all of them open and check.

Camera addresses hold passwords, so the catalogue keeps them sealed (Fernet: AES-128-CBC with HMAC-SHA-256). Links
that must work without a log-in are signed with HMAC-SHA-256 under a key derived by HKDF (RFC 5869), so that neither
use can be turned against the other.
"""

from __future__ import annotations

import base64
import hmac
import re
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from saksi.errors import BadInput, IntegrityError
from saksi.messages import register

register(
    "secret_key_bad",
    en=("SAKSI_SECRET_KEY is not a key.", "Generate one with `saksi key` and keep it with your backups."),
    id_=("SAKSI_SECRET_KEY bukan kunci.", "Buat dengan `saksi key` dan simpan bersama cadangan Anda."),
)
register(
    "secret_unreadable",
    en=(
        "A sealed camera address cannot be opened.",
        "This process has another SAKSI_SECRET_KEY than the one that sealed it.",
    ),
    id_=(
        "Alamat kamera tersegel tidak dapat dibuka.",
        "SAKSI_SECRET_KEY proses ini berbeda dari yang menyegelnya.",
    ),
)


def generate_key() -> str:
    """A new installation key: 32 random bytes, URL-safe base64."""
    return Fernet.generate_key().decode()


class Vault:
    """Seals texts and signs messages with the installation key."""

    def __init__(self, keys: str) -> None:
        """The key, or with commas between the present one and those of before.

        Raises BadInput when one is not 32 bytes of URL-safe base64.
        """
        given = [key.strip() for key in keys.split(",")]
        try:
            self._first = Fernet(given[0].encode())
            self._fernet = MultiFernet([Fernet(key.encode()) for key in given])
            materials = [base64.urlsafe_b64decode(key) for key in given]
        except ValueError as error:
            raise BadInput("secret_key_bad", field="SAKSI_SECRET_KEY") from error
        self._signing_keys = [
            HKDF(algorithm=SHA256(), length=32, salt=None, info=b"saksi link signing").derive(material)
            for material in materials
        ]

    def seal(self, text: str) -> str:
        """The sealed form of `text`, ASCII."""
        return self._first.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises IntegrityError when the key differs or the bytes were changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise IntegrityError("secret_unreadable") from error

    def sealed_by_first(self, sealed: str) -> bool:
        """Whether the present key sealed it, not one of before."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def sign(self, message: bytes) -> str:
        """A URL-safe signature over `message`."""
        return _signature(self._signing_keys[0], message)

    def check(self, message: bytes, signature: str) -> bool:
        """Whether `signature` is ours over `message`; compares in constant time."""
        return any(
            hmac.compare_digest(_signature(key, message).encode(), signature.encode())
            for key in self._signing_keys
        )


def _signature(key: bytes, message: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()


_HIDDEN = "***"
# What cameras call their streams: stream1, av0_0, h264, axis-media.
_PLAIN = re.compile(
    r"(?:streams?|streaming|channels?|cam|camera|ch|live|video|audio|media|main|sub|av|h26[45]|mpeg4|mp4|mjpe?g"
    r"|onvif|profile|unicast|track|axis|realmonitor)[0-9]{0,3}"
    r"(?:[-_.](?:streams?|channels?|media|main|sub|sdp|amp|cgi|mp4|mjpe?g|[0-9]{1,3}))?",
    re.IGNORECASE,
)


def mask_url(url: str) -> str:
    """`url` fit to be shown and logged: scheme, user, host, port, and of the path what cannot hold a secret.

    Shown of the path are the words that cameras use (stream1, h264), a number after one of them (channels/101) and
    pieces of one or two characters. Anything else may be a password or a stream key, as `user=x&password=y` in some
    recorders' paths and the last piece of every rtmp address are; so is a query, and a user without a password.
    Never raises: what cannot be taken apart is hidden whole. A masked address masked again stays as it is.
    """
    scheme, found, rest = url.partition("://")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts = None
    if not found or not scheme.isalpha():
        return _HIDDEN
    if parts is None or not parts.hostname or "@" in rest[len(parts.netloc) :]:
        # An @ further on: a / ? or # in the password ended the authority inside it.
        return f"{scheme}://{_HIDDEN}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port is None else f"{host}:{port}"
    if "@" in parts.netloc:
        netloc = f"{_HIDDEN if parts.password is None else f'{parts.username}:{_HIDDEN}'}@{netloc}"
    query = f"?{_HIDDEN}" if parts.query else ""
    return f"{scheme}://{netloc}{_masked_path(parts.path, last=not scheme.lower().startswith('rtmp'))}{query}"


def _masked_path(path: str, *, last: bool) -> str:
    """The path with its doubtful pieces hidden; the last one in any case unless `last`."""
    pieces = path.split("/")
    shown = [
        piece if _plain(piece, before) else _HIDDEN
        for before, piece in zip(["", *pieces], pieces, strict=False)
    ]
    if not last and pieces[-1]:
        shown[-1] = _HIDDEN
    return "/".join(shown)


def _plain(piece: str, before: str) -> bool:
    """Whether a piece of a path, after the one `before` it, holds no secret."""
    if len(piece) <= 2 or _PLAIN.fullmatch(piece):
        return True
    return len(piece) == 3 and piece.isdecimal() and bool(_PLAIN.fullmatch(before))
