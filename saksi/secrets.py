"""Secrets at rest and signed links: one installation key, two derived uses.

Camera addresses hold passwords, so the catalogue keeps them sealed (Fernet: AES-128-CBC with HMAC-SHA-256). Links
that must work without a log-in are signed with HMAC-SHA-256 under a key derived by HKDF (RFC 5869), so that neither
use can be turned against the other.
"""

from __future__ import annotations

import base64
import hmac
from urllib.parse import urlsplit, urlunsplit

from cryptography.fernet import Fernet, InvalidToken
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

    def __init__(self, key: str) -> None:
        """Raises BadInput when `key` is not 32 bytes of URL-safe base64."""
        try:
            self._fernet = Fernet(key.encode())
            material = base64.urlsafe_b64decode(key)
        except ValueError as error:
            raise BadInput("secret_key_bad", field="SAKSI_SECRET_KEY") from error
        self._signing_key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"saksi link signing").derive(
            material
        )

    def seal(self, text: str) -> str:
        """The sealed form of `text`, ASCII."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises IntegrityError when the key differs or the bytes were changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise IntegrityError("secret_unreadable") from error

    def sign(self, message: bytes) -> str:
        """A URL-safe signature over `message`."""
        digest = hmac.digest(self._signing_key, message, "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def check(self, message: bytes, signature: str) -> bool:
        """Whether `signature` is ours over `message`; compares in constant time."""
        return hmac.compare_digest(self.sign(message).encode(), signature.encode())


def mask_url(url: str) -> str:
    """`url` with its password and query values hidden, fit to be shown and logged."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username
    netloc = f"{user}:***@{host}" if user is not None else host
    query = (
        "&".join(f"{item.partition('=')[0]}=***" for item in parts.query.split("&")) if parts.query else ""
    )
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))
