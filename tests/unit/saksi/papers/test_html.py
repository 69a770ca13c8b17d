from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pytest

from saksi import papers
from tests.fixtures.sample_report import NOTE, jpeg, report
from tests.unit.saksi.papers.reading import every_text

VOID = {"meta", "input", "br", "img", "path"}


class Page(HTMLParser):
    """Collects texts an article, checks that every tag is closed, and notes what would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.article = ""
        self.texts: dict[str, str] = {}
        self.reaches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        if tag == "article":
            self.article = str(given["lang"])
        self.reaches += [tag] if tag in {"script", "link", "iframe", "object", "form", "base"} else []
        for name, value in given.items():
            outside = name in {"src", "href", "srcset", "action"} and not str(value).startswith(
                "data:image/jpeg;"
            )
            self.reaches += [f"{name}={value}"] if outside or name.startswith("on") else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts[self.article] = self.texts.get(self.article, "") + data


def page_of(made: bytes) -> Page:
    page = Page()
    page.feed(made.decode())
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("language", papers.LANGUAGES)
def test_the_html_report_holds_all_that_was_given_in_both_languages(language: str) -> None:
    paper = report(still=jpeg(), gaps=30, custody=20)
    shown = re.sub(r"\s+", "", page_of(papers.html_report(paper)).texts[language])
    missing = [
        given
        for given in every_text(paper)
        if given != NOTE and re.sub(r"\s+", "", unicodedata.normalize("NFC", given)) not in shown
    ]
    assert missing == []


def test_the_html_report_runs_and_fetches_nothing() -> None:
    hostile = '<img src=x onerror=alert(1)> </style><script>1</script> javascript:x " onclick="y'
    made = papers.html_report(report(still=jpeg(), text=hostile))
    assert page_of(made).reaches == []
    assert b"default-src 'none'" in made
    assert b"url(" not in made
    assert b"@import" not in made


def test_the_first_language_is_shown_and_the_other_a_click_away_without_a_script() -> None:
    made = papers.html_report(report()).decode()
    assert made.index('id="in-id" checked') < made.index('id="in-en"')
    assert "#in-en:checked~main>article[lang=en]{display:block}" in made
    assert "main > article { display: none;" in made


def test_the_html_report_says_the_same_as_the_pdf_is_set_from() -> None:
    paper = report()
    shown = page_of(papers.html_report(paper)).texts
    for language in papers.LANGUAGES:
        document = papers.compose(paper, language)
        headings = [block.text for block in document.blocks if type(block).__name__ == "Heading"]
        assert len(headings) > 15
        assert all(heading in shown[language] for heading in headings)
