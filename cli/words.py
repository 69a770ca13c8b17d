"""Codes and heads of lists in the language in force, and the line on a terminal that says how far a work is."""

from __future__ import annotations

import sys

from cli.language import language, say
from saksi import codes

_GAPS = {
    "unreachable": "tak terjangkau",
    "auth_failed": "login ditolak",
    "address_refused": "alamat ditolak",
    "no_keyframe": "tanpa bingkai kunci",
    "stalled": "kamera diam",
    "recorder_down": "tanpa perekam",
    "spool_full": "cakram penuh",
    "disabled": "dinonaktifkan",
    "unsupported_codec": "video tak didukung",
    "dropped": "gugur",
    "lost": "hilang",
    "damaged": "rusak",
    "not_recorded": "belum direkam",
    "unknown": "tidak diketahui",
}


def word(code: str) -> str:
    """A code in the language in force; one that has no word stays."""
    return codes.word(code, language())


def gap_word(reason: str) -> str:
    """Why nothing was recorded, shortly."""
    return _GAPS.get(reason, reason) if language() == "id" else reason


def head(en: str, id_: str) -> None:
    """What the columns of a list are, beside it: whoever reads the list by a program gets its lines alone."""
    print("\t".join(say(en, id_).split(", ")), file=sys.stderr)


def progress(told: str) -> None:
    """On a terminal, how far a long work is; each takes the place of the one before."""
    if sys.stderr.isatty():
        print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    """Takes that line away."""
    progress("")
