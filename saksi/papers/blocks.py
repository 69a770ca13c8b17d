"""What a paper is made of on the page, before any layout: both the PDF and the HTML are set from these.

Text is plain text throughout. Nothing in it is ever markup, whatever characters it holds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mono:
    """Digests, file names and codes, in a face in which every character is told from every other."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Text that must not be overlooked."""

    text: str


Line = str | Mono | Strong
Cell = Line | tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading. Those of level 1 are numbered, except of an annex, which begins a page of its own."""

    level: int
    text: str
    annex: bool = False


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Verbatim:
    """Text that must be kept letter for letter, with its lines."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A boxed remark; one with `warning` tells of something that is missing or does not hold."""

    text: str
    warning: bool = False


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """A list of label and value."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column with its share of the width; 0 is as wide as its widest cell. `figures` are set to the right."""

    head: str
    share: float
    figures: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose head repeats on every page; `empty` is said where there are no rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Files, each with its path, size and digest. Thousands of them cost a tenth of what a table's rows would."""

    files: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A numbered list, each of a title and a text."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A digest to be compared by eye: eight groups large, and the whole in one line below."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A JPEG with what it shows, and its SHA-256."""

    jpeg: bytes
    caption: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """A QR code, what it is for, and its content in letters."""

    payload: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place to sign: in which capacity, who, and the lines under the name."""

    capacity: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """Places to sign, under the closing words, the place and the date; all on one page while they fit."""

    words: str
    place_and_date: str
    slots: tuple[Slot, ...]


Block = (
    Heading
    | Paragraph
    | Verbatim
    | Remark
    | Pairs
    | Table
    | Listing
    | Steps
    | Digest
    | Picture
    | Code
    | Signatures
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """The letterhead, from the top."""

    agency: str
    unit: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole paper in one language, ready to be set with `template`."""

    template: str
    language: str
    title: str
    subtitle: str
    number: str
    number_label: str
    over: str
    head: Head
    footer: str
    page_words: tuple[str, str]
    made_us: int
    author: str
    blocks: tuple[Block, ...]
