"""What verify.py can say, verifikasi.html can say too."""

from __future__ import annotations

import re
from pathlib import Path

from saksi.custody.verifier import phrases, words

UI = Path(__file__).parents[2] / "console" / "verifier" / "src" / "ui"


def test_every_code_of_verify_py_has_its_words() -> None:
    text = (UI / "findings.ts").read_text()
    known = set(re.findall(r"^  (\w+): \[", text, re.MULTILINE))
    assert set(words.CODES) - known == set()


def test_every_phrase_of_verify_py_has_the_same_words_on_the_page() -> None:
    text = (UI / "phrases.ts").read_text()
    known = set(re.findall(r'^  \["(.*)", "(.*)"\],$', text, re.MULTILINE))
    files = {
        "readable",
        "there is no such file: {}",
        "a file that cannot be read: {}",
    }  # a page is handed its files
    assert {pair for pair in phrases.PHRASES if pair[0] not in files} == known
