"""The sheets a recipient reads: their commands are run with the real tools, on a good and on a spoilt package."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from saksi.custody.package_texts import fingerprint, manual_sheet, read_me
from tests.evidence.apart import mended
from tests.evidence.exporting import FIRST, honest, written
from tests.evidence.ledger import seeded

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("openssl", "sha256sum", "bash"))), reason="needs openssl and coreutils"
)


EXPORT_KEY = seeded("city/export").key_id


@pytest.fixture(scope="module")
def package() -> bytes:
    city, draft = honest(4)
    log = city.ledger.signer.public
    sheet = manual_sheet(
        package=draft.name, export_key=city.export.public, log_key=log, log_name=city.ledger.origin
    )
    readme = read_me(package=draft.name, case=draft.predicate["case"], log_key=log)
    return written(draft, city.export, {**FIRST, "CARA-MANUAL.txt": sheet, "BACA-SAYA.txt": readme})


def unpacked(package: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].split("/")[0]


def by_hand(folder: Path) -> subprocess.CompletedProcess[str]:
    """Every command of the sheet, all at once, as the sheet itself says."""
    sheet = (folder / "CARA-MANUAL.txt").read_text()
    commands = re.findall(r"^    \$ (.*)$", sheet, re.MULTILINE)
    assert len(commands) > 20
    (at_once,) = re.findall(r"all at once:  (.*)$", sheet, re.MULTILINE)
    return subprocess.run(["bash", "-c", at_once], cwd=folder, capture_output=True, text=True, timeout=60)


def failed(done: subprocess.CompletedProcess[str]) -> str:
    """The lines of what does not hold."""
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("TIDAK SESUAI"))


def test_every_step_of_the_manual_sheet_works_with_the_real_tools(package: bytes, tmp_path: Path) -> None:
    done = by_hand(unpacked(package, tmp_path))
    assert done.returncode == 0, done.stderr
    assert failed(done) == ""
    assert len(re.findall("^SESUAI · HOLDS: [1-7]", done.stdout, re.MULTILINE)) == 11
    assert done.stderr == ""
    assert done.stdout.count("Signature Verified Successfully") == 2


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("meta/checkpoint", b"saksi.example/log\n", b"saksi.example/lok\n"),
        ("meta/statement.dsse.json", b'"payload":"e', b'"payload":"f'),
        ("meta/entries.jsonl", f'"by":"{EXPORT_KEY}"'.encode(), b'"by":"0000000000000000"'),
        ("bagit.txt", b"1.0", b"1.1"),
    ],
)
def test_the_manual_sheet_finds_a_change(
    package: bytes, tmp_path: Path, path: str, old: bytes, new: bytes
) -> None:
    folder = unpacked(package, tmp_path)
    files = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)
    for name, data in mended(files).items():  # the manifests follow, so that each later step is on its own
        (folder / name).write_bytes(data)
    done = by_hand(folder)
    assert done.returncode == 1
    assert path in failed(done)
    assert "1-7" in failed(done)
    assert done.stdout.count("Signature Verified Successfully") < 2 or path != "meta/checkpoint"


@pytest.mark.parametrize("how", ["changed", "removed", "added"])
def test_the_manual_sheet_names_an_original_that_the_statement_has_otherwise(
    package: bytes, tmp_path: Path, how: str
) -> None:
    folder = unpacked(package, tmp_path)
    files = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    path = next(one for one in files if one.startswith("data/original/"))
    if how == "changed":
        files[path] = files[path][:-64] + bytes(64)
    elif how == "removed":
        del files[path]
        (folder / path).unlink()
    else:
        path = "data/original/lain.mp4"
        files[path] = b"x"
    for name, data in mended(files).items():
        (folder / name).write_bytes(data)
    done = by_hand(folder)
    assert done.returncode == 1
    assert ("5 pernyataan ke berkas · statement to files: " + path in failed(done)) == (how != "added")
    assert ("5 berkas ke pernyataan · files to statement: " + path in failed(done)) == (how != "removed")
    assert "HOLDS: 1 manifest-sha256.txt" in done.stdout


def test_the_manual_sheet_takes_the_fingerprint_of_the_letter(package: bytes, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path)
    sheet = folder / "CARA-MANUAL.txt"
    sheet.write_text(re.sub("SURAT='[0-9a-f]", "SURAT='x", sheet.read_text()))
    assert "DOES NOT HOLD: 2 " in failed(by_hand(folder))


def test_the_read_me_gives_the_fingerprint_to_compare_in_both_languages(
    package: bytes, tmp_path: Path
) -> None:
    text = (unpacked(package, tmp_path) / "BACA-SAYA.txt").read_text()
    city, _ = honest(4)
    assert text.count(fingerprint(city.ledger.signer.public)) == 2
    assert "dua menit" in text
    assert "two minutes" in text
