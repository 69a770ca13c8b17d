"""From blocks to PDF: the data goes to the typesetter as JSON, never as markup, in a process with bounds.

The same document gives the same bytes: the type comes with typst, the time in the file is the paper's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from saksi.clock import monotonic_us
from saksi.papers.blocks import Code, Document, Mono, Picture, Strong
from saksi.papers.codes import qr_svg
from saksi.papers.errors import CannotSet, TooLarge, TooSlow
from saksi.papers.pictures import checked
from saksi.papers.printable import in_type

_TEMPLATES = ("base.typ", "letter.typ", "label.typ")
_MOST_CHARACTERS = 5_000_000
# What Python needs to start; passwords that stand in our own surroundings are no business of a typesetter.
_SURROUNDINGS = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
_NO_GLYPH = "could not be displayed"


def pdf(document: Document, *, timeout_s: float = 120) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1. Raises BadPicture, TooLarge, TooSlow or CannotSet."""
    return _set(document, "pdf", None, timeout_s)[0]


def pages(document: Document, *, ppi: float = 100, timeout_s: float = 120) -> list[bytes]:
    """The paper's pages as PNG, to look at. Raises as `pdf` does."""
    return _set(document, "png", ppi, timeout_s)


def _set(document: Document, form: str, ppi: float | None, timeout_s: float) -> list[bytes]:
    # Which marks go on which letters only setting them tells; what does not go is set by number instead.
    until_us = monotonic_us() + round(timeout_s * 1_000_000)
    for care in (0, 1, 2):
        try:
            return _run(document, form, ppi, (until_us - monotonic_us()) / 1_000_000, care)
        except CannotSet as error:
            if care == 2 or _NO_GLYPH not in str(error.values.get("why", "")):
                raise
    raise AssertionError("the last try returns or raises")


def _run(document: Document, form: str, ppi: float | None, timeout_s: float, care: int) -> list[bytes]:
    writer = _Writer(care)
    data = json.dumps(writer.value(document), ensure_ascii=False)
    job = {
        "template": f"{document.template}.typ",
        "format": form,
        "ppi": ppi,
        "data": data,
        "made_s": document.made_us // 1_000_000,
        "seconds": max(1, round(timeout_s)),
    }
    with tempfile.TemporaryDirectory(prefix="saksi-paper-") as folder:
        for name in _TEMPLATES:
            source = resources.files("saksi.papers").joinpath("templates", name)
            Path(folder, name).write_bytes(source.read_bytes())
        for name, content in writer.pictures.items():
            Path(folder, name).write_bytes(content)
        return _child(job, folder, timeout_s)


def _child(job: dict[str, Any], folder: str, timeout_s: float) -> list[bytes]:
    # Two threads are enough, and fewer arenas keep the process within its bound on machines with many cores.
    surroundings = {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}
    surroundings |= {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
    with resources.as_file(resources.files("saksi.papers").joinpath("typesetter.py")) as script:
        try:
            done = subprocess.run(
                [sys.executable, "-P", str(script)],
                input=json.dumps(job).encode(),
                capture_output=True,
                cwd=folder,
                env=surroundings,
                timeout=max(timeout_s, 0),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TooSlow("paper_slow", seconds=round(timeout_s)) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace")
        why = next((line for line in said.splitlines() if _NO_GLYPH in line), said.strip()[:2000])
        raise CannotSet("paper_failed", why=why or f"exit {done.returncode}")
    return _split(done.stdout)


def _split(stream: bytes) -> list[bytes]:
    made, at = [], 0
    while at < len(stream):
        length = int.from_bytes(stream[at : at + 8])
        made.append(stream[at + 8 : at + 8 + length])
        at += 8 + length
    return made


class _Writer:
    """Turns blocks into what the templates read, every text in printable characters; gathers the pictures."""

    def __init__(self, care: int) -> None:
        self.care = care
        self.pictures: dict[str, bytes] = {}
        self._left = _MOST_CHARACTERS

    def text(self, text: str) -> str:
        self._left -= len(text)
        if self._left < 0:
            raise TooLarge("paper_large", most=_MOST_CHARACTERS)
        return in_type(text, care=self.care)

    def value(self, value: Any) -> Any:
        """Texts as printable strings, Mono and Strong as `{s, t}`, blocks as `{k, …}`, tuples as arrays."""
        match value:
            case str():
                return self.text(value)
            case Mono() | Strong():
                return {"s": type(value).__name__.lower(), "t": self.text(value.text)}
            case Picture():
                name = f"picture-{len(self.pictures)}.jpg"
                self.pictures[name] = checked(value.jpeg)
                said = {"caption": self.text(value.caption), "digest": self.text(value.digest)}
                return {"k": "picture", "file": name, **said}
            case Code():
                said = {"payload": self.text(value.payload), "caption": self.text(value.caption)}
                return {"k": "code", "svg": qr_svg(value.payload), **said}
            case tuple():
                return [self.value(part) for part in value]
        if is_dataclass(value):
            kind = {"k": type(value).__name__.lower()}
            return kind | {field.name: self.value(getattr(value, field.name)) for field in fields(value)}
        return value
