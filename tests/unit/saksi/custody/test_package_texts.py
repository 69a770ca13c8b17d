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
    """Every command of the sheet, one after the other; the first that fails ends it."""
    sheet = (folder / "CARA-MANUAL.txt").read_text()
    commands = re.findall(r"^    \$ (.*)$", sheet, re.MULTILINE)
    assert len(commands) > 20
    script = "set -e\nset -o pipefail\n" + "\n".join(commands) + "\n"
    script = script.replace(
        "; done <", " || exit 1; done <"
    )  # a person sees the missing line; a script must be told
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60)


def test_every_step_of_the_manual_sheet_works_with_the_real_tools(package: bytes, tmp_path: Path) -> None:
    done = by_hand(unpacked(package, tmp_path))
    assert done.returncode == 0, done.stderr
    assert "DIFFERS" not in done.stdout
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
    assert done.returncode != 0 or f"DIFFERS: {path}" in done.stdout
    assert done.stdout.count("Signature Verified Successfully") < 2 or path != "meta/checkpoint"


def test_the_read_me_gives_the_fingerprint_to_compare_in_both_languages(
    package: bytes, tmp_path: Path
) -> None:
    text = (unpacked(package, tmp_path) / "BACA-SAYA.txt").read_text()
    city, _ = honest(4)
    assert text.count(fingerprint(city.ledger.signer.public)) == 2
    assert "dua menit" in text
    assert "two minutes" in text
