"""The one file in every package: made the same each time, readable, and at work on old and new Pythons."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from saksi.custody.verifier import ed25519, main
from saksi.custody.verifier.bundle import MODULES, bundle
from saksi.custody.verifier.findings import UNCHECKED
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.notes import parse_policy
from saksi.custody.verifier.words import CODES, as_text
from tests.evidence.ledger import seeded

GOLDEN = Path(__file__).parents[4] / "golden"
PACKAGE, POLICY = GOLDEN / "paket-v1.zip", GOLDEN / "paket-v1.policy.txt"


def pythons() -> list[str]:
    """This one, and an older one where the machine has it."""
    old = [name for name in ("python3.8", "python3.9") if shutil.which(name) and _runs(name)]
    return [sys.executable, *old[:1]]


def _runs(name: str) -> bool:
    return subprocess.run([name, "-c", ""], capture_output=True, timeout=30).returncode == 0


def called(python: str, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(script), *arguments], capture_output=True, text=True, timeout=120, cwd=script.parent
    )


def test_a_package_of_this_format_version_verifies_for_ever() -> None:
    report = verify_package(str(PACKAGE), parse_policy(POLICY.read_bytes()))
    assert [one.state for one in report.verdicts] == ["holds"] * 8, report.told()
    assert report.exit == 0


@pytest.mark.parametrize("python", pythons())
def test_the_verifier_inside_a_package_runs_alone(python: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(PACKAGE) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    done = called(python, folder / "verify.py", "--trust", str(POLICY), "--lang", "id")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("sesuai") == 8
    done = called(python, folder / "verify.py", str(PACKAGE), "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["trust"] == "none"


@pytest.mark.parametrize("python", pythons())
def test_todays_bundle_says_the_same_as_the_modules_it_is_made_of(python: str, tmp_path: Path) -> None:
    script = tmp_path / "verify.py"
    script.write_bytes(bundle())
    done = called(python, script, str(PACKAGE), "--trust", str(POLICY), "--json")
    report = verify_package(str(PACKAGE), parse_policy(POLICY.read_bytes()))
    assert json.loads(done.stdout) == report.told()
    assert done.stderr == ""


def test_the_bundle_is_the_same_each_time_and_holds_nothing_but_its_modules() -> None:
    text = bundle().decode()
    assert bundle().decode() == text
    assert "from saksi" not in text
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {one.names[0].name for one in ast.walk(tree) if isinstance(one, ast.Import)}
    imported |= {one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert all(name.startswith("cryptography.") for name in outside)
    missing = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name[0] != "_"
        and not ast.get_docstring(node)
    ]
    assert missing == []


def test_every_code_that_a_check_can_find_has_words_in_both_languages() -> None:
    text = bundle().decode()
    used = {
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "add"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    } - {""}
    assert {code for code in used if code.islower()} <= set(CODES)
    assert set(CODES) >= UNCHECKED
    assert all(len(pair) == 2 and all(pair) for pair in CODES.values())


@pytest.mark.parametrize("lang", ["id", "en", ""])
def test_the_text_has_eight_lines_and_never_one_verdict_for_all(lang: str) -> None:
    told = verify_package(str(PACKAGE), None).told()
    text = as_text(told, lang)
    assert [line[0] for line in text.splitlines() if line[:1].isdigit()] == list("12345678")
    assert "--trust" in text
    assert set(MODULES) >= {"main", "words"}
    assert main.LARGE


def test_ed25519_in_plain_python_agrees_with_the_library_on_good_and_spoilt_signatures() -> None:
    for number in range(12):
        signer, message = seeded(str(number)), bytes(number)
        signature = signer.sign(message)
        assert ed25519.pure_signature_holds(signer.public, signature, message)
        for at in (0, 31, 32, 63):
            spoilt = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            assert not ed25519.pure_signature_holds(signer.public, spoilt, message)
        assert not ed25519.pure_signature_holds(signer.public, signature, message + b"x")
        s = int.from_bytes(signature[32:], "little") + ed25519.ORDER  # malleable: must be refused
        assert not ed25519.pure_signature_holds(
            signer.public, signature[:32] + s.to_bytes(32, "little"), message
        )
    # RFC 8032 section 7.1, TEST 2
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ed25519.pure_signature_holds(public, signature, b"\x72")
    assert not ed25519.pure_signature_holds(b"\xff" * 32, signature, b"\x72")
