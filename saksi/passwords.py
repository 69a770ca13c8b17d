"""Passwords: how they are kept (argon2id, RFC 9106), and which are taken (NIST SP 800-63B-4 section 3.1.1).

Length and not being guessed count, not which kinds of characters there are; nothing expires by age. What is easily
guessed is told by zxcvbn, which knows common passwords, words, names, keyboards, dates and repeats, and what we tell it
of the person and the house.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from saksi.errors import BadInput
from saksi.messages import register

register(
    "password_short",
    en=("The password is too short.", "Use at least {least} characters; a few unrelated words are good."),
    id_=("Kata sandi terlalu pendek.", "Gunakan sedikitnya {least} karakter; beberapa kata acak itu baik."),
)
register(
    "password_guessed",
    en=(
        "The password is easily guessed.",
        "Add an unrelated word or two; no names, dates or common passwords.",
    ),
    id_=("Kata sandi mudah ditebak.", "Tambah satu dua kata acak; jangan nama, tanggal atau sandi umum."),
)

LEAST = 10  # characters
MOST = 1000
_LEAST_SCORE = 2  # of zxcvbn's 0 to 4: more than a million guesses, which our limits on attempts make years
_LOOKED_AT = 72  # of a longer one; looking at more takes long and changes nothing
_OURS = (
    "saksi",
    "polisi",
    "polres",
    "polresta",
    "polsek",
    "rahasia",
    "sandi",
    "indonesia",
    "balikpapan",
    "cctv",
)
# What people here begin with; zxcvbn knows English ones.
_COMMON = (
    "jakarta",
    "surabaya",
    "bandung",
    "medan",
    "samarinda",
    "makassar",
    "merdeka",
    "pancasila",
    "garuda",
    "bhayangkara",
    "bismillah",
    "sayang",
    "cinta",
    "keluarga",
    "selamat",
    "kamera",
    "bintang",
    "admin",
    "password",
)
_LEAST_WORD = 3  # letters that a word must have to count
_LEAST_REST = 5  # characters besides words that can be known: a year is none
_hasher = PasswordHasher()


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """Raises BadInput for a password that is too short or easily guessed by who knows `about` (name, unit, …)."""
    if len(password) < LEAST:
        raise BadInput("password_short", field="password", least=LEAST)
    known = [*_OURS, *(word for text in about for word in (text, *text.split()) if word)]
    rest = password.casefold()
    words = {word.casefold() for word in (*known, *_COMMON) if len(word) >= _LEAST_WORD}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < _LEAST_REST or zxcvbn(password[:_LOOKED_AT], user_inputs=known)["score"] < _LEAST_SCORE:
        raise BadInput("password_guessed", field="password")


def kept(password: str) -> str:
    """What is kept of it: a PHC string."""
    return _hasher.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether the password matches a kept hash. Takes 64 MiB and a good while: never inside a transaction."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def outdated(hashed: str) -> bool:
    """Whether it was kept with parameters of before and should be kept anew while the password is at hand."""
    try:
        return _hasher.check_needs_rehash(hashed)
    except InvalidHashError:
        return False


def generated() -> str:
    """A new one, 96 bits."""
    return secrets.token_urlsafe(12)


@functools.cache
def nobody() -> str:
    """A hash that no password has, checked when the name is unknown: the answer then takes as long as for a known one.

    Made once, by who lets people sign in; others must not pay its 64 MB of memory.
    """
    return _hasher.hash(secrets.token_urlsafe(16))
