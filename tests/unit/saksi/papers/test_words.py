from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

import saksi.papers
from saksi.catalogue.custody_names import EVENTS
from saksi.papers import delivery, destruction, model, obligations, parts
from saksi.papers.figures import Figures, groups
from saksi.papers.parts import WIB, WITA, Camera, Span
from saksi.papers.phrases import common, compliance, custody, handling, log, purge, report, time
from saksi.papers.printable import _characters, in_type, visible
from saksi.papers.spelling import spelled
from saksi.papers.words import WORDS, Say
from tests.fixtures.sample_papers import others

SOURCES = [path for path in Path(saksi.papers.__file__).parent.rglob("*.py") if "phrases" not in path.parts]
FAMILIES = {
    "sign": parts.SIGNING_AS,
    "key": parts.KEY_USES,
    "did": parts.CUSTODY_ACTIONS,
    "line": parts.VERDICT_LINES,
    "verdict": parts.VERDICT_STATES,
    "gap": delivery.GAP_CAUSES,
    "finding": model.FINDING_STATES,
    "kind": destruction.PURGE_KINDS,
    "stayed": destruction.STAYED_CAUSES,
    "class": ("original", "playable", "derivative", "imported", "meta"),
    "class_is": ("original", "playable", "derivative", "imported", "meta"),
    "clock": ("ntp", "free", "stated"),
    "title": (
        "report",
        "seizure",
        "sealing",
        "handover",
        "receipt",
        "label",
        "purge",
        "daily_seal",
        "absence",
        "compliance",
    ),
    "state": obligations.KEPT_STATES,
    "signature": ("present", "unsigned"),
}


def test_every_phrase_is_there_in_both_languages_with_the_same_blanks() -> None:
    for code, said in WORDS.items():
        assert len(said) == 2, code
        assert all(text.strip() == text and text for text in said), code
        blanks = [{name for _, name, _, _ in Formatter().parse(text) if name is not None} for text in said]
        assert blanks[0] == blanks[1], code


def test_every_event_that_custody_knows_has_its_words() -> None:
    assert set(parts.CUSTODY_ACTIONS) >= EVENTS


def test_no_code_is_worded_twice() -> None:
    assert len(WORDS) == sum(
        len(module.WORDS) for module in (common, report, time, custody, handling, log, purge, compliance)
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_that_a_row_can_carry_has_words(family: str) -> None:
    assert [code for code in FAMILIES[family] if f"{family}_{code}" not in WORDS] == []
    assert Say("id").coded(family, "sesuatu") == "“sesuatu”"


def test_every_phrase_that_is_asked_for_exists_and_every_one_is_asked_for() -> None:
    named: set[str] = set()
    called: set[str] = set()
    patterns: list[str] = []
    for node in (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text()))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named.add(node.value)
        if isinstance(node, ast.Call) and _speaks(node.func) and node.args:
            said = node.args[0]
            if isinstance(said, ast.Constant):
                called.add(str(said.value))
            if isinstance(said, ast.JoinedStr):
                parts_ = (str(part.value) if isinstance(part, ast.Constant) else ".+" for part in said.values)
                patterns.append("".join(parts_))
    families = {f"{family}_{code}" for family, codes in FAMILIES.items() for code in codes}
    made = {code for code in WORDS if any(re.fullmatch(pattern, code) for pattern in patterns)}
    assert len(called) > 150
    assert called - set(WORDS) == set()
    assert set(WORDS) - named - families - made == set()


def _speaks(function: ast.expr) -> bool:
    return getattr(function, "id", "") == "say" or getattr(function, "attr", "") in {"say", "section"}


def test_papers_support_and_never_promise() -> None:
    for code, (indonesian, english) in WORDS.items():
        assert "jamin" not in indonesian.lower(), code
        assert "guarant" not in english.lower(), code


def test_figures_are_written_as_each_language_writes_them() -> None:
    indonesian, english = Figures(Say("id"), WITA), Figures(Say("en"), WIB)
    assert indonesian.difference(-9_999_125) == "−9.999,125 ms"
    assert english.difference(60_000_000) == "+1 min"
    assert indonesian.difference(-252_400_000) == "−4 menit 12 detik"
    assert indonesian.size(999) == "999 byte"
    assert indonesian.size(1_234_567) == "1.234.567 byte (1,23 MB)"
    assert english.size(1) == "1 byte"
    assert english.size(999_999_999_999) == "999,999,999,999 bytes (1.00 TB)"
    assert indonesian.length(3_661_250_999) == "1 jam 1 menit 1,250 detik"
    assert english.length(7) == "7 µs"
    assert english.length(0) == "0.000 s"
    assert indonesian.difference(-1234) == "−1,234 ms"
    assert indonesian.difference(None) == "tidak diukur"
    assert english.bound(-1) == "not known"
    assert english.share(99_999_999, 100_000_000) == "99.99 %"
    assert english.share(0, 0) == "not known"
    assert english.day(0) == "Thursday, 1 January 1970"
    assert indonesian.clock_time(1_795_479_599_999_999) == "24-11-2026 08:19:59,999 WITA"
    assert english.span(Span(start_us=0, end_us=1))[3] == "01-01-1970 07:00:00.000 WIB"
    assert indonesian.place(Camera(id="a", name="b")) == ("letak tidak dicatat",)
    assert (
        indonesian.place(Camera(id="a", name="b", latitude=-1.5, longitude=0))[0]
        == "1,500000° LS, 0,000000° BT"
    )
    assert groups("0123456789abcdef") == "01234567 89abcdef"


def test_numbers_are_spelled() -> None:
    said = {
        0: "nol",
        11: "sebelas",
        19: "sembilan belas",
        21: "dua puluh satu",
        100: "seratus",
        2026: "dua ribu dua puluh enam",
    }
    assert {number: spelled(number) for number in said} == said
    assert spelled(1999) == "seribu sembilan ratus sembilan puluh sembilan"
    with pytest.raises(ValueError, match="9999"):
        spelled(10_000)


def test_what_cannot_be_seen_is_shown_by_number_and_nothing_is_dropped() -> None:
    assert visible("a\u202eb\x00\r\nc\td") == "a⟨U+202E⟩b⟨U+0000⟩\nc d"
    assert in_type("陈 S\u0301") == "⟨U+9648⟩ Ś"
    assert in_type("محمد", care=2).replace("\u200b", "") == "".join(f"⟨U+{ord(char):04X}⟩" for char in "محمد")
    broken = in_type("data/original/bpp-rapak-00/000000_20261123T131000Z.mp4")
    assert broken.replace("\u200b", "") == "data/original/bpp-rapak-00/000000_20261123T131000Z.mp4"
    assert max(len(piece) for piece in broken.split("\u200b")) <= 9


def test_the_type_has_every_character_that_we_say_it_has() -> None:
    every = " ".join(sorted(_characters(0)))
    document = saksi.papers.compose(replace(others()["seizure"], remarks=every), "id")
    job = saksi.papers.typeset._run(document, "pdf", None, 60, 0)
    assert job[0].startswith(b"%PDF")
