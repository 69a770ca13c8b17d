"""Papers as answers: set one or two at a time, under a file name of the paper's own number."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response

from archive_api.disposition import inline
from archive_api.gates import Gate
from saksi import papers
from saksi.papers.model import Paper

Language = Annotated[Literal["id", "en"], Query(alias="lang", description="Of the paper.")]
# Setting a page takes a core and some hundred megabytes.
_setting = Gate(2, waiting=8, wait_s=20.0)


def pdf(filled: Paper, language: str, status: int = 200) -> Response:
    """The paper, to be shown in the browser. Raises as `papers.render` does, and when too many are waiting."""
    with _setting.passed():
        data = papers.render(filled, language)
    headers = inline(f"{filled.issue.number}.pdf")
    return Response(data, status, headers, "application/pdf")
