"""Archives, folders and files made to mislead or to exhaust: each ends in a verdict, soon, with little memory."""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from saksi.custody.archive import StoredZip
from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.media import Cut, Tape, read_media
from saksi.custody.verifier.notes import parse_policy
from saksi.custody.verifier.words import as_text
from saksi.fmp4.boxes import box, full_box
from tests.evidence.apart import Base, base, mended, zipped
from tests.evidence.exporting import honest, written


@pytest.fixture(scope="module")
def one() -> Base:
    return base(5)


def verdict(folder: Path, data: bytes, policy: bytes | None = None) -> Report:
    path = folder / "paket.zip"
    path.write_bytes(data)
    return verify_package(str(path), parse_policy(policy) if policy else None)


def codes(report: Report, number: int = 1) -> set[tuple[str, str]]:
    return {(one["code"], one["where"]) for one in report[number].findings}


def python_zip(
    files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda info: None
) -> bytes:
    """A ZIP by another writer."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            change(info)
            archive.writestr(info, data)
    return out.getvalue()


def test_a_bomb_is_refused_before_anything_of_it_is_unpacked(tmp_path: Path) -> None:
    def compress(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_DEFLATED

    bomb = python_zip({"BB/bagit.txt": bytes(200_000_000)}, compress)
    assert len(bomb) < 1_000_000
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = verdict(tmp_path, bomb)
    assert codes(report) == {("zip_malformed", "bagit.txt")}
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    assert all(one.state == "unchecked" for one in report.verdicts[1:])
    assert report.exit == 1


def test_a_zip_that_was_packed_again_says_to_unpack_it_and_its_folder_is_checked(
    one: Base, tmp_path: Path
) -> None:
    def compress(info: zipfile.ZipInfo) -> None:
        info.compress_type, info.date_time = zipfile.ZIP_DEFLATED, (2026, 11, 2, 0, 0, 0)

    data = python_zip({f"BB/{path}": data for path, data in one.files.items()}, compress)
    report = verdict(tmp_path, data)
    assert {code for code, _ in codes(report)} == {"zip_malformed"}
    assert "python3 verify.py FOLDER" in as_text(report.told(), "en")
    text = as_text(report.told(), "id")
    assert "ekstrak, lalu periksa foldernya" in text
    assert "another program" not in text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "dibuka")
    assert verify_package(str(tmp_path / "dibuka"), None)[1].state == "holds"


def test_a_zip_that_nobody_may_unpack_is_not_said_to_be_packed_again(one: Base, tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        if info.filename.endswith("x"):
            info.external_attr, info.create_system = 0o120777 << 16, 3

    bag = {"BB/bagit.txt": b"x"}
    changed = bytearray(one.data)
    changed[changed.rindex(b"PK\x01\x02") + 10] = 8  # one entry alone
    cut = python_zip(bag)[:-30]
    others = [python_zip({**bag, name: b"x"}, link) for name in ("BB/x", "BB/../y", "/y", "BB/C:\\y")]
    for data in (bytes(changed), cut, python_zip({"foto.jpg": b"x"}), *others):
        assert "periksa foldernya" not in as_text(verdict(tmp_path, data).told(), "id")
    assert "periksa foldernya" in as_text(verdict(tmp_path, python_zip(bag)).told(), "id")


def test_links_encryption_and_foreign_attributes_are_refused(tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr, info.create_system = 0o120777 << 16, 3

    assert codes(verdict(tmp_path, python_zip({"BB/x": b"/etc/passwd"}, link))) == {("zip_malformed", "x")}
    honest = bytearray(zipped("BB", {"x": b"1"}))
    honest[honest.rindex(b"PK\x01\x02") + 8] |= 1  # the encryption flag
    assert codes(verdict(tmp_path, bytes(honest))) == {("zip_malformed", "x")}


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/x", "a\\x", "c:x", "a//x", "./x", "a/", "x\ny", "x\0y"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    report = verdict(tmp_path, zipped("BB", {"bagit.txt": b"", name: b"x"}))
    assert {code for code, _ in codes(report)} == {"unsafe_name"}


def test_two_members_of_one_name_are_refused_whatever_their_case(tmp_path: Path) -> None:
    assert {code for code, _ in codes(verdict(tmp_path, zipped("BB", {"a/x": b"", "A/X": b""})))} == {
        "duplicate_name"
    }
    archive, parts = StoredZip(), []
    for content in (b"1", b"2"):
        archive._names.clear()
        parts += [archive.head("BB/x", 1, 0), content]
    assert codes(verdict(tmp_path, b"".join([*parts, archive.tail()]))) == {("duplicate_name", "x")}


def test_sizes_and_offsets_that_lie_are_refused(tmp_path: Path) -> None:
    honest = zipped("BB", {"a": b"12345678", "b": b"12345678"})
    entry = honest.index(b"PK\x01\x02")
    for offset in (20, 24, 42):  # compressed size, size, place of the local header
        for value in (0, 7, 9, 2**31, 2**32 - 1):
            lying = bytearray(honest)
            lying[entry + offset : entry + offset + 4] = struct.pack("<I", value)
            if bytes(lying) != honest:
                assert {code for code, _ in codes(verdict(tmp_path, bytes(lying)))} == {"zip_malformed"}
    end = honest.rindex(b"PK\x05\x06")
    for offset, layout in ((8, "<H"), (10, "<H"), (12, "<I"), (16, "<I")):
        lying = bytearray(honest)
        struct.pack_into(layout, lying, end + offset, 2 ** (8 * struct.calcsize(layout)) - 1)
        assert codes(verdict(tmp_path, bytes(lying))) == {("zip_malformed", "zip")}


def test_a_file_that_is_only_a_part_of_a_package_is_told_so(tmp_path: Path) -> None:
    honest = zipped("BB", {"a": b"12345678", "b": b"12345678"})
    for end in range(4, len(honest)):
        assert codes(verdict(tmp_path, honest[:end])) == {("zip_cut", "zip")}, end
    for start in range(1, len(honest) - 21):
        rest = codes(verdict(tmp_path, honest[start:]))
        assert rest == {("zip_cut" if honest[start:][:4] != b"PK\x03\x04" else "zip_malformed", "zip")}, start
    for changed in (honest + b"x", b"x" + honest, honest[:40] + b"x" + honest[40:], b"", b"PK"):
        assert codes(verdict(tmp_path, changed)) == {("zip_malformed", "zip")}
    volume = tmp_path / "BB-7-0001.zip.002"
    volume.write_bytes(honest[100:])
    report = verify_package(str(volume), None)
    assert codes(report) == {("zip_volume", "zip")}
    told = as_text(report.told(), "id")
    assert "ini satu bagian dari paket yang dibagi: gabungkan semua bagiannya dulu" in told
    assert "bagian 2 dari BB-7-0001.zip" in told
    volume.write_bytes(honest)  # renamed, and whole all the same
    assert "zip_volume" not in {code for code, _ in codes(verify_package(str(volume), None))}


def test_an_archive_of_more_than_four_gigabytes_is_read_by_its_zip64_records(tmp_path: Path) -> None:
    """A sparse file: the big member is zeros that no disk holds."""
    size, path = 2**32 + 10, tmp_path / "besar.zip"
    archive = StoredZip()
    with path.open("wb") as out:
        out.write(archive.head("BB/data/original/a.mp4", size, 0))
        out.seek(size, os.SEEK_CUR)
        out.write(archive.head("BB/z", 1, 0) + b"z" + archive.tail())
    from saksi.custody.verifier.container import ZipContainer

    container = ZipContainer(str(path))
    assert container.sizes == {"data/original/a.mp4": size, "z": 1}
    container.close()
    with path.open("r+b") as out:
        out.seek(-22 - 20 - 56 + 24, os.SEEK_END)
        out.write(struct.pack("<Q", 2**60))
    assert codes(verify_package(str(path), None)) == {("zip_malformed", "zip")}


def test_a_folder_with_a_link_or_pipe_in_it_is_refused(tmp_path: Path, one: Base) -> None:
    for path, data in one.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    policy = parse_policy(one.city.ledger.policy())
    assert verify_package(str(tmp_path), policy)[1].state == "holds"
    (tmp_path / "meta/link").symlink_to("/etc/passwd")
    assert codes(verify_package(str(tmp_path), policy)) == {("unsafe_name", "meta/link")}
    (tmp_path / "meta/link").unlink()
    os.mkfifo(tmp_path / "meta/pipe")
    assert codes(verify_package(str(tmp_path), policy)) == {("unsafe_name", "meta/pipe")}


@pytest.mark.parametrize("path", ["", "nowhere", "/dev/null", "."])
def test_what_is_no_package_at_all_is_told_as_such(tmp_path: Path, path: str) -> None:
    report = verify_package(str(tmp_path / path), None)
    assert report.exit == 1


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a":' + b"9" * 1_000_000 + b"}",
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":null}',
        b'{"a":NaN}',
        b'{ "a":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":9007199254740992}',
        b"\xff\xfe",
        b"1",
    ],
)
def test_json_in_any_other_than_its_one_form_is_named_with_its_line(
    tmp_path: Path, one: Base, line: bytes
) -> None:
    rows = one.files["meta/chunks.jsonl"].splitlines()
    files = mended({**one.files, "meta/chunks.jsonl": b"\n".join([rows[0], line, *rows[1:]]) + b"\n"})
    began = time.process_time()
    report = verdict(tmp_path, zipped(one.draft.name, files), one.city.ledger.policy())
    assert ("malformed", "meta/chunks.jsonl:2") in codes(report)
    assert ("not_read", "meta/chunks.jsonl") in codes(report, 4)
    assert time.process_time() - began < 5


def film(*boxes: bytes, entries: bytes = b"") -> bytes:
    """A plain MP4 whose video track has these boxes in its stbl."""
    avc1 = box(b"avc1", bytes(78), box(b"avcC", bytes((1, 66, 0, 30, 0xFF, 0xE0, 0))))
    stsd = full_box(b"stsd", 0, 0, struct.pack(">I", 1), avc1)
    stbl = box(b"stbl", stsd, *boxes)
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), b"vide", bytes(13))
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">IIIII", 0, 0, 90_000, 0, 0))
    tkhd = full_box(b"tkhd", 0, 0, struct.pack(">III", 0, 0, 1), bytes(68))
    moov = box(b"moov", box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", stbl))))
    return moov + box(b"mdat", bytes(64))


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x08free" * 1_100_000,
        b"\0\0\0\0moov" + bytes(100),
        b"\0\0\0\1moov" + struct.pack(">Q", 2**62) + bytes(50),
        box(b"moov", b"\0\0\0\x08trak" * 200_000),
        film(full_box(b"stsz", 0, 0, struct.pack(">II", 1, 2**32 - 1))),
        film(full_box(b"stsz", 0, 0, struct.pack(">II", 0, 2**31))),
        film(
            full_box(b"stsz", 0, 0, struct.pack(">II", 1, 64)),
            full_box(b"stsc", 0, 0, struct.pack(">IIII", 1, 1, 2**32 - 1, 1)),
            full_box(b"stco", 0, 0, struct.pack(">II", 1, 0)),
        ),
        film(
            full_box(b"stsz", 0, 0, struct.pack(">II", 1, 64)),
            full_box(b"stsc", 0, 0, struct.pack(">IIII", 1, 1, 1, 1)),
            full_box(b"stco", 0, 0, struct.pack(">I", 2**30)),
        ),
    ],
    ids=[
        "many-boxes",
        "open-ended",
        "beyond-the-end",
        "many-traks",
        "4G-samples",
        "2G-sizes",
        "stsc",
        "stco",
    ],
)
def test_a_film_that_lies_about_its_size_costs_little(data: bytes) -> None:
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tape = Tape(iter([data]))
    assert read_media(tape, len(data), [Cut(0, 10)]).wrong
    assert time.process_time() - began < 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_names_in_a_package_cannot_steer_a_terminal(tmp_path: Path) -> None:
    city, draft = honest(3)
    draft.cameras[0]["gaps"] = [[draft.cameras[0]["from"], draft.cameras[0]["to"], "\x1b[2J\u202eok"]]
    draft.predicate["exhibits"][0]["cameras"].append("\x1b[1A\rsesuai")
    report = verdict(tmp_path, written(draft, city.export))
    text = as_text(report.told(), "id")
    assert "?[2J?ok" in text
    assert all(one.isprintable() or one == "\n" for one in text)
    assert all(
        one.isprintable() for verdict in report.verdicts for f in verdict.findings for one in f["where"]
    )


def test_meta_files_beyond_their_limit_are_refused_unread(tmp_path: Path, one: Base) -> None:
    class Huge(Container):
        def __init__(self) -> None:
            super().__init__()
            self.sizes = {"meta/chunks.jsonl": 2**40}

        def blocks(self, path: str):  # type: ignore[no-untyped-def]
            raise AssertionError("read all the same")

    from saksi.custody.verifier.forms import load

    report = Report()
    load(Huge(), report)
    assert ("malformed", "meta/chunks.jsonl") in codes(report)


def test_a_slice_of_the_fuzzing_ends_well() -> None:
    """The whole of it is `python -m tests.evidence.fuzzing`; in a process of its own, whose memory is only its own."""
    words = [sys.executable, "-m", "tests.evidence.fuzzing", "--inputs", "5000", "--seed", "20251125"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=150)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
