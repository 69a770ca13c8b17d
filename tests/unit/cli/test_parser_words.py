"""What argparse says of arguments, in Indonesian where that is asked for, and what lists and checks call things."""

from __future__ import annotations

import re

import pytest

from cli import check_words, language
from cli.main import COMMANDS, main
from saksi.codes import coded
from saksi.errors import Conflict
from saksi.retention import policy_setting

ENGLISH = re.compile(
    r"\b(usage|options|positional|arguments?|required|expected|invalid|choose|unrecognized|error|allowed|value)\b"
)


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_current", "en")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit):
        main(words)
    told = capsys.readouterr()
    return told.out + told.err


@pytest.mark.parametrize(
    ("words", "en", "id_"),
    [
        (("policy", "list", "--hari"), "unrecognized arguments: --hari", "argumen tidak dikenal: --hari"),
        (("policy", "accept", "x"), "'x' is not a whole number", "'x' bukan bilangan bulat"),
        (("policy", "accept"), "required: ID", "wajib diisi: ID"),
        (("policy", "set", "--days", "x"), "'x' is not a number", "'x' bukan bilangan"),
        (("policy", "set", "--scope", "kota"), "invalid choice: 'kota'", "'kota' tidak dikenal (pilih dari "),
        (("hold", "place", "--review", "besok"), "'besok' is not a date such as", "'besok' bukan tanggal seperti"),
        (("storage", "vacuum", "--garbage", "2"), "'2' is not a share from 0", "'2' bukan bagian dari 0"),
        (("storage", "vacuum", "--garbage"), "expected one argument", "memerlukan satu nilai"),
        (("thin", "set", "--scope", "site", "--basis", "x", "--by", "y"), "one of the arguments", "salah satu argumen"),
        (("thin", "set", "--mode", "keyframes", "--end"), "not allowed with", "tidak dapat dipakai bersama"),
        (("retention", "upcoming", "--agensi=a"), "unrecognized", "argumen tidak dikenal: --agensi=a"),
        (("purge", "--now=1"), "ignored explicit argument '1'", "tidak menerima nilai"),
        (("fsck", "--repair", "disk"), "invalid choice", "'disk' tidak dikenal"),
        (("hapus",), "invalid choice: 'hapus'", "'hapus' tidak dikenal"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_arguments_is_said_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], en: str, id_: str
) -> None:
    assert en in said(capsys, "--lang", "en", *words)
    told = said(capsys, "--lang", "id", *words)
    assert id_ in told
    plain = re.sub(r"'[^']*'|\{[^}]*\}|-{2}[a-z-]+|[A-Z]+", "", told)
    assert not ENGLISH.search(plain), told


@pytest.mark.parametrize("command", [name for name, *_ in COMMANDS])
def test_help_has_no_english_headings_in_indonesian(capsys: pytest.CaptureFixture[str], command: str) -> None:
    told = said(capsys, "--lang", "id", command, "--help")
    assert told.startswith("pemakaian: saksi")
    assert not re.search(r"^(usage|options|positional)|show this help", told, re.MULTILINE)


def test_codes_in_errors_and_facts_of_checks_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert policy_setting  # registers the words
    error = Conflict("policy_decided", field="policy", policy=3, state=coded("accepted"))
    assert "Policy 3 is accepted already" in error.explain("en")[0]
    assert "Kebijakan 3 sudah disetujui" in error.explain("id")[0]
    assert check_words.fact("nothing") == "nothing"
    monkeypatch.setattr(language, "_current", "id")
    assert [check_words.fact(one) for one in ("nothing", "12 bytes", "3 chunks, 40 bytes", "ab12", "")] == [
        "tidak ada", "12 bita", "3 potongan, 40 bita", "ab12", "",
    ]  # fmt: skip
    assert check_words.counts({"camera-days": 2, "chunks stored": 5}) == "hari-kamera 2, potongan tersimpan 5"
