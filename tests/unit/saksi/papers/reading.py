"""Reads a paper back as a stranger's reader would, and tells what was put into it."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import fields, is_dataclass
from typing import Any

import pypdf

from tests.fixtures.sample_report import NOTE

_CODED = {
    "capacity",
    "use",
    "cause",
    "source",
    "camera_source",
    "action",
    "line",
    "state",
    "kind",
    "camera_signature",
}


def read(made: bytes) -> str:
    """The text of a PDF as a reader finds it, on one line, without the breaks that layout put in."""
    pages = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    return re.sub(r"[\s\u200b\u00ad]+", "", unicodedata.normalize("NFKC", "".join(pages)))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))


def every_text(value: Any, name: str = "") -> list[str]:
    """Every text that a caller put into a paper, except codes, which are printed as words."""
    if isinstance(value, str):
        coded = name in _CODED
        # A checkpoint's note is in the code of the daily seal and nowhere else.
        return [] if coded or value == NOTE else [value]
    if is_dataclass(value) and type(value).__name__ != "Zone":
        return [
            text for field in fields(value) for text in every_text(getattr(value, field.name), field.name)
        ]
    if isinstance(value, tuple):
        return [text for part in value for text in every_text(part, name)]
    return []
