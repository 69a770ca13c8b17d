"""`saksi verify`: the verifier of every package as a command, with the trust that it says it uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main

GOLDEN = Path(__file__).parents[2] / "golden"
PACKAGE, POLICY = str(GOLDEN / "paket-v1.zip"), GOLDEN / "paket-v1.policy.txt"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an installation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAKSI_DATA", raising=False)


def test_a_package_under_the_key_that_was_given_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "id", "verify", PACKAGE, "--trust", str(POLICY)]) == 0
    told = capsys.readouterr()
    assert told.out.count(": sesuai") == 7
    assert ": tidak ditandatangani kamera" in told.out
    assert told.err == ""


def test_a_bare_verifier_key_is_trust_enough_though_no_witness_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "log.vkey"
    key.write_text(POLICY.read_text().split("\n")[0].removeprefix("log ") + "\n")
    assert main(["verify", PACKAGE, "--trust", str(key), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["verdicts"][2]["facts"]
    assert facts["outside_witness"] is False


def test_the_installation_on_this_machine_is_trusted_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", PACKAGE, "--json"]) == 2
    capsys.readouterr()
    (tmp_path / "arsip/keys").mkdir(parents=True)
    (tmp_path / "arsip/keys/policy.txt").write_bytes(POLICY.read_bytes())
    monkeypatch.setenv("SAKSI_DATA", str(tmp_path / "arsip"))
    assert main(["verify", PACKAGE, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["trust"] == "given"
    assert "own installation" in told.err


@pytest.mark.parametrize(
    "content", [b"", b"quorum\n", b"log x\nquorum none\n", b"\xff\xfe", b"a+00000000+AAAA\n"]
)
def test_a_key_file_that_is_none_is_told_in_line_2_and_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    key = tmp_path / "kunci"
    key.write_bytes(content)
    assert main(["verify", PACKAGE, "--trust", str(key), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["trust"] == "none"
    assert [one["code"] for one in told["verdicts"][1]["findings"]] == ["trust_unusable"]
