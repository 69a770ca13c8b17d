from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

import pytest

from saksi import papers
from saksi.papers.printable import _characters
from tests.fixtures import sample_papers
from tests.fixtures.sample_report import jpeg, report
from tests.unit.saksi.papers.reading import read, squeezed

HOSTILE = (
    '#panic() $x^2$ [*bold*] _it_ `raw` \\ " \' <script>alert(1)</script> &amp; #import "base.typ": * ]]] #{1+1} '
    "// comment /* */ <label> @ref http://x.y \u202egnp.exe\u202c a\u0000b\u0007 \ud800 "
    "محمد بن عبد الله 陈大文 😀👨\u200d👩 "
    "I Gusti Ngurah Oka S\u0301umarta r\u0308\u030a\u0489 ﷽ \u2028 end"
)


def test_hostile_text_is_printed_and_never_obeyed() -> None:
    paper = report(text=HOSTILE, cameras=2)
    for language in papers.LANGUAGES:
        text = read(papers.render(paper, language))
        for part in ("#panic() $x^2$ [*bold*] _it_ `raw` \\", "<script>alert(1)</script>&amp;", "#{1+1}",
                     "⟨U+202E⟩gnp.exe⟨U+202C⟩", "a⟨U+0000⟩b⟨U+0007⟩", "⟨U+D800⟩", "⟨U+9648⟩", "⟨U+1F600⟩"):  # fmt: skip
            assert squeezed(part) in text, part
    page = papers.html_report(paper).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;" in page
    assert "⟨U+202E⟩gnp.exe" in page
    assert "陈大文 😀" in page


def test_a_mark_that_goes_on_no_letter_is_shown_by_number_and_the_rest_as_it_is() -> None:
    paper = replace(sample_papers.others()["seizure"], remarks="\u06f0\u035a\u02c1 محمد Ś")
    text = read(papers.render(paper, "id"))
    assert "⟨U+035A⟩" in text
    assert "⟨U+0645⟩" not in text
    assert "Ś" in text


@pytest.mark.parametrize("seed", range(6))
def test_no_text_whatever_keeps_a_paper_from_being_made(seed: int) -> None:
    chance = random.Random(seed)
    have = sorted(_characters(0))
    marks = [char for char in have if unicodedata.category(char).startswith("M")]
    markup = "#$[]{}*_`\\\"'<>@/~-=+()&%!?;:,.\n\t \u200b\u202e\u2066ab\u0645\u05d0\u0301"
    texts = (
        "".join(chance.choice(have) + chance.choice(marks) * chance.randint(0, 3) for _ in range(1_000)),
        "".join(chr(chance.randrange(0x110000)) for _ in range(1_000)),
        "".join(chance.choice(markup) for _ in range(2_000)),
    )
    paper = replace(sample_papers.others()["seizure"], remarks=texts[seed % 3], reason=texts[seed % 3][:200])
    assert papers.render(paper, "id", timeout_s=60).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "unit", "times"),
    [
        ("ж" * 10_000, "ж", 10_000),
        ("katak " * 1_600, "katak", 1_600),
        ("#" * 10_000, "#", 10_000),
        ("\n" * 3_000, "", 0),
        ("陈" * 3_000, "⟨", 3_000),
    ],
)
def test_very_long_text_is_set_whole_within_seconds(text: str, unit: str, times: int) -> None:
    paper = replace(sample_papers.others()["seizure"], remarks=text)
    shown = read(papers.render(paper, "id", timeout_s=60))
    assert not unit or shown.count(unit) >= times


def test_very_long_text_in_every_table_of_a_report_is_set_whole() -> None:
    shown = read(papers.render(report(text="ж" * 10_000, custody=1, gaps=0, cameras=1), "id", timeout_s=60))
    # Note of the exhibit, of the clock, reason of the hold, remarks, and three in custody.
    assert shown.count("ж") == 7 * 10_000


def test_a_paper_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(papers.TooSlow):
        papers.render(report(files=5_000, custody=500), "id", timeout_s=0.05)


def test_a_paper_of_absurd_size_is_refused_before_it_is_set() -> None:
    with pytest.raises(papers.TooLarge):
        papers.render(report(text="x" * 1_000_000), "id")


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"<svg/>",
        b"\xff\xd8\xff\xe0\x00\x10",
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + bytes(20),
    ],
)
def test_a_picture_that_is_no_sensible_jpeg_is_refused(picture: bytes) -> None:
    with pytest.raises(papers.BadPicture):
        papers.render(report(still=picture), "id")
    with pytest.raises(papers.BadPicture):
        papers.html_report(report(still=picture))


def test_a_broken_picture_with_a_good_head_ends_in_an_error_of_ours() -> None:
    with pytest.raises((papers.CannotSet, papers.BadPicture)):
        papers.render(report(still=jpeg()[:400] + b"\xff\xff\x00"), "id")
