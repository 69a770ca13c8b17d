"""The second factor: six digits of an authenticator (TOTP, RFC 6238), or one of ten codes for when it is lost.

A code is good for its own half minute and the one before and after it, since telephones' clocks differ, and never twice
(RFC 6238 section 5.2): whoever keeps the newest time step that was taken sees to that. Recovery codes are 80 random
bits, so that their plain SHA-256 gives nothing away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp

STEP_S = 30
CODES = 10  # recovery codes at a time
_AROUND = (0, -1, 1)  # steps before and after the present one whose codes are good
_DIGITS = 6


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 section 4 recommends and authenticators take."""
    return pyotp.random_base32(32)


def address(secret: str, *, person: str, issuer: str) -> str:
    """The otpauth:// address that authenticators read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=issuer)


def step_of(secret: str, code: str, *, at_us: int) -> int | None:
    """The time step that `code` belongs to, of those that are good at an instant; None for a code of none of them."""
    given = digits(code)
    if given is None:
        return None
    authenticator = pyotp.TOTP(secret)
    present = at_us // (STEP_S * 1_000_000)
    for ahead in _AROUND:
        if hmac.compare_digest(authenticator.generate_otp(present + ahead), given):
            return present + ahead
    return None


def digits(code: str) -> str | None:
    """The six digits of a code as people type it (123 456); None where it is none."""
    given = "".join(code.split())
    return given if len(given) == _DIGITS and given.isascii() and given.isdecimal() else None


def recovery_codes() -> list[str]:
    """Ten new ones: sixteen letters and digits in fours, 80 bits each."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES))
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in made]


def digest(recovery_code: str) -> bytes:
    """What is kept of a recovery code, however its capitals, spaces and dashes are typed."""
    return hashlib.sha256("".join(recovery_code.split()).replace("-", "").lower().encode()).digest()
