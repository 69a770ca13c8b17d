"""The papers of EVIDENCE sections 5 and 7: data in, bytes out. No database, no network, no clock.

`render` makes a PDF of any paper, `html_report` the report as one HTML file, `preview` pages to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from saksi.papers import typeset
from saksi.papers.blocks import Document
from saksi.papers.compose import compliance, handling, log, purge, report
from saksi.papers.errors import BadPicture, CannotSet, TooLarge, TooSlow
from saksi.papers.html import html
from saksi.papers.model import (
    Absence,
    DailySeal,
    Handover,
    Label,
    Paper,
    Purge,
    Receipt,
    Report,
    Sealing,
    Seizure,
)
from saksi.papers.obligations import Compliance
from saksi.papers.words import LANGUAGES

__all__ = [
    "LANGUAGES",
    "BadPicture",
    "CannotSet",
    "TooLarge",
    "TooSlow",
    "compose",
    "html_report",
    "preview",
    "render",
]

_COMPOSERS: dict[type, Callable[[Any, str], Document]] = {
    Report: report.compose,
    Seizure: handling.seizure,
    Sealing: handling.sealing,
    Handover: handling.handover,
    Receipt: handling.receipt,
    Label: handling.label,
    Purge: purge.compose,
    DailySeal: log.daily_seal,
    Absence: log.absence,
    Compliance: compliance.compose,
}


def compose(paper: Paper, language: str) -> Document:
    """What the paper says, before any layout. Raises ValueError for a language that is not "id" or "en"."""
    return _COMPOSERS[type(paper)](paper, language)


def render(paper: Paper, language: str, *, timeout_s: float = 120) -> bytes:
    """The paper as PDF (PDF/A-2a, PDF/UA-1) in "id" or "en"; the same data gives the same bytes.

    Raises BadPicture or TooLarge for data that cannot be set, TooSlow or CannotSet when setting it fails.
    """
    return typeset.pdf(compose(paper, language), timeout_s=timeout_s)


def preview(paper: Paper, language: str, *, ppi: float = 100, timeout_s: float = 120) -> list[bytes]:
    """The paper's pages as PNG. Raises as `render` does."""
    return typeset.pages(compose(paper, language), ppi=ppi, timeout_s=timeout_s)


def html_report(paper: Report) -> bytes:
    """laporan.html: the report in both languages in one file without scripts or anything from outside.

    Raises BadPicture for a still that is not a usable JPEG.
    """
    return html([compose(paper, language) for language in LANGUAGES])
