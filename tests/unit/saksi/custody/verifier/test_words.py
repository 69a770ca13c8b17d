"""What people read: no more than was shown, in their language, with places that they know."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from saksi.custody.verifier.bundle import bundle
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.phrases import PHRASES, local_span, translated
from saksi.custody.verifier.words import as_text
from tests.evidence.apart import base
from tests.evidence.exporting import honest, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a package, unpacked."""
    for path, data in base(5).files.items():
        place = tmp_path / "usb" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return tmp_path / "usb"


def original(folder: Path) -> str:
    """The path of an original of a span."""
    return str(sorted(folder.glob("data/original/*/*.mp4"))[0].relative_to(folder))


def test_an_original_that_is_missing_fails_line_4_although_no_manifest_misses_it(folder: Path) -> None:
    path = original(folder)
    (folder / path).unlink()
    report = verify_package(str(folder), None)
    missing = [one for one in report[4].findings if one["code"] == "file_missing"]
    assert [one["expected"] for one in missing] == [path]
    assert missing[0]["where"] in report.told()["places"]


def test_a_changed_original_fails_line_4_and_its_copy_is_called_as_it_was_signed(folder: Path) -> None:
    for path in folder.glob("data/original/*/*.mp4"):
        data = path.read_bytes()
        at = data.rindex(b"mdat") + 40
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    told = verify_package(str(folder), None).told()
    path = original(folder)
    (found,) = [one for one in told["verdicts"][3]["findings"] if one["where"] == path]
    assert found["code"] == "file_differs"
    assert len(found["expected"]) == len(found["found"]) == 64
    assert told["verdicts"][5]["facts"]["as_signed"]
    text = as_text(told, "id")
    assert (
        "salinan putar sama seperti ketika ditandatangani; rekaman aslinya di paket ini yang berbeda" in text
    )
    assert local_span(*told["places"][path][1:], "id") in text


def test_a_copy_that_was_changed_is_not_called_as_it_was_signed(folder: Path) -> None:
    path = sorted(folder.glob("data/playable/*.mp4"))[0]
    data = path.read_bytes()
    at = data.rindex(b"mdat") + 40
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    report = verify_package(str(folder), None)
    assert report[6].facts["as_signed"] == []
    assert "ketika ditandatangani" not in as_text(report.told(), "id")


@pytest.mark.parametrize("name", ["Thumbs.db", "data/.DS_Store", "meta/desktop.ini", "data/._a"])
def test_what_a_computer_adds_by_itself_is_surplus_and_called_that(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    report = verify_package(str(folder), None)
    assert ("surplus", name) in {(one["code"], one["where"]) for one in report[1].findings}
    assert "buatan sistem komputer" in as_text(report.told(), "id")


def test_line_5_says_of_an_unsynchronised_clock_and_of_missing_bounds_in_its_one_sentence() -> None:
    report = verify_package(str(Path(__file__)), None)
    report.verdicts[4].facts.update(
        chunks=2, clock_unknown=2, clock_error_us=-1, not_before=-1, not_after=-1, no_pulse_between=[]
    )
    text = as_text(report.told(), "id")
    sentence = "menurut jam perekam yang tidak disinkronkan; tidak ada batas waktu dari pihak luar"
    assert re.search(f"^5  Waktu: [^\n]*, {sentence}$", text, re.MULTILINE)
    assert "?" not in text
    report.verdicts[4].facts.update(clock_unknown=1, not_after=10**15)
    text = as_text(report.told(), "id")
    assert "yang sebagian waktu tidak disinkronkan; tidak ada batas awal dari pihak luar" in text


def test_a_line_without_witnesses_or_camera_signature_says_no_more_than_was_shown(tmp_path: Path) -> None:
    city, draft = honest(3)
    path = tmp_path / "paket.zip"
    path.write_bytes(written(draft, city.export))
    told = verify_package(str(path), None).told()
    assert told["verdicts"][7]["state"] == "holds"
    assert "8  Tanda tangan kamera: tidak ditandatangani kamera\n" in as_text(told, "id")
    told["verdicts"][2]["facts"].update(witnesses=[], other_signatures=0)
    sentence = "tanpa saksi luar: pengelola arsip sendiri masih dapat menulis ulang"
    assert f"3  Tercatat: sesuai, {sentence}\n" in as_text(told, "id")
    told["verdicts"][2]["facts"].update(other_signatures=1)
    assert sentence not in as_text(told, "id")


def test_footage_comes_before_the_books_among_what_was_found(folder: Path) -> None:
    path = original(folder)
    for one in (path, "bagit.txt"):
        (folder / one).write_bytes((folder / one).read_bytes() + b"x")
    text = as_text(verify_package(str(folder), None).told(), "id")
    assert text.split("! ")[1].startswith(path)


def test_every_phrase_that_a_finding_says_is_known_in_indonesian() -> None:
    """Words in calls of add(); formats filled with 7."""
    said = set()
    for node in ast.walk(ast.parse(bundle())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add":
            for part in (inner for argument in node.args[2:] for inner in ast.walk(argument)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                    said.add(part.value)
    assert len(said) > 20
    names = re.compile("Payload-Oxum|C2SP|RFC|> ")
    for text in said:
        filled = re.sub("%[ds]", "7", text) + ("7" if text.endswith(" ") else "")
        assert names.match(text) or translated(filled, "id") != filled, text
    assert len({english for english, _ in PHRASES}) == len(PHRASES)
