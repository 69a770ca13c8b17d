"""What a recipient gives from outside: files, texts, letters; what is of no use; and what line 2 says of each."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from saksi.custody.package_texts import fingerprint
from saksi.custody.verifier.main import main, verify_package
from saksi.custody.verifier.notes import parse_policy
from saksi.custody.verifier.trust import Trust, parse_trust, read_trust
from saksi.custody.verifier.words import as_text

GOLDEN = Path(__file__).parents[4] / "golden"
PACKAGE, POLICY = GOLDEN / "paket-v1.zip", GOLDEN / "paket-v1.policy.txt"
LOG = parse_policy(POLICY.read_bytes()).logs[0]
PRINT = hashlib.sha256(LOG.public).hexdigest()
GROUPED = fingerprint(LOG.public)


def second(trust: Trust) -> list[tuple[str, str]]:
    """What line 2 finds of the golden package."""
    report = verify_package(str(PACKAGE), trust)
    return [(one["code"], one["found"]) for one in report[2].findings]


@pytest.mark.parametrize(
    "given",
    [
        PRINT,
        GROUPED.upper(),
        f"Sidik jari kunci log arsip CCTV (SHA-256): {GROUPED}\n",
        f"a f {GROUPED}.",
        GROUPED.replace(" ", "\r\n  ", 1),
        f"{GROUPED}\n{PRINT}",
    ],
)
def test_a_fingerprint_is_taken_off_a_letter_as_text_and_as_a_file(given: str, tmp_path: Path) -> None:
    letter = tmp_path / "surat.txt"
    letter.write_text(given)
    for trust in (read_trust(given), read_trust(str(letter))):
        assert (trust.fingerprint, trust.wrong) == (PRINT, "")
        assert second(trust) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("tidak-ada.txt", "there is no such file: tidak-ada.txt"),
        (PRINT[1:], "63 digits instead of 64"),
        (GROUPED + "0", "65 digits instead of 64"),
        (f"{PRINT} {PRINT[::-1]}", "more than one fingerprint"),
        ("log x\nquorum none\n", "a policy that is damaged: a verifier key is NAME+ID+KEY"),
    ],
)
def test_what_is_of_no_use_ends_nothing_and_is_told_in_line_2(given: str, why: str) -> None:
    trust = read_trust(given)
    assert trust.wrong == why
    report = verify_package(str(PACKAGE), trust)
    assert second(trust) == [("trust_unusable", why)]
    assert (report.exit, report.told()["trust"]) == (2, "none")
    assert [one.state for one in report.verdicts].count("holds") == 7


def test_a_file_that_cannot_be_read_is_told_in_the_readers_language(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(PACKAGE), "--trust", str(tmp_path), "--lang", "id"]) == 2
    shown = capsysbinary.readouterr()
    assert b"berkas tidak dapat dibaca" in shown.out
    assert shown.err == b""


def test_the_fingerprint_of_another_archive_fails_line_2_and_leaves_the_rest_as_it_is() -> None:
    report = verify_package(str(PACKAGE), parse_trust(b"0" * 64))
    assert [one["code"] for one in report[2].findings] == ["log_not_trusted"]
    assert [one.state for one in report.verdicts] == ["holds", "fails", *["holds"] * 6]
    assert (report.exit, report.told()["trust"]) == (1, "given")
    assert "BERBEDA" in as_text(report.told(), "id")


def test_a_key_out_of_the_package_itself_is_called_that(tmp_path: Path) -> None:
    with zipfile.ZipFile(PACKAGE) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    inside = read_trust(str(folder / "meta" / "policy.txt"))
    text = as_text(verify_package(str(folder), inside).told(), "en")
    assert "lies inside this package" in text
    copied = as_text(verify_package(str(PACKAGE), inside).told(), "en")
    assert "same as meta/policy.txt" in copied
    assert "WARNING" not in as_text(verify_package(str(PACKAGE), parse_trust(PRINT.encode())).told(), "en")


def test_without_a_key_the_last_line_asks_for_one_that_came_another_way() -> None:
    text = as_text(verify_package(str(PACKAGE), None).told(), "en")
    assert "the policy.txt or fingerprint that the office gave you by another way" in text
