"""Which language the command line speaks: `--lang`, else SAKSI_LANG, else the locale; Indonesian or English."""

from __future__ import annotations

import os
from collections.abc import Sequence

_current = "en"


def choose_language(argv: Sequence[str]) -> str:
    """Settles the language from the arguments and the environment, before the parser is built."""
    global _current
    asked = ""
    for position, word in enumerate(argv):
        if word == "--lang" and position + 1 < len(argv):
            asked = argv[position + 1]
        elif word.startswith("--lang="):
            asked = word.partition("=")[2]
    for candidate in (asked, os.environ.get("SAKSI_LANG", ""), *_locale_variables()):
        if candidate:
            _current = "id" if candidate.lower().startswith("id") else "en"
            break
    return _current


def language() -> str:
    """The language in force, "id" or "en"."""
    return _current


def say(en: str, id_: str) -> str:
    """Whichever of the two texts fits the language in force."""
    return id_ if _current == "id" else en


def _locale_variables() -> tuple[str, str, str]:
    return os.environ.get("LC_ALL", ""), os.environ.get("LC_MESSAGES", ""), os.environ.get("LANG", "")
