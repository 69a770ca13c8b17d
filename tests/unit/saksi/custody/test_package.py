"""A package is one stream of bytes that common tools open, and the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from saksi.custody.archive import StoredZip
from saksi.custody.dsse import IN_TOTO, pae
from saksi.custody.package import Differs, Package, Payload, last_files, write
from saksi.custody.signing import Signer, verify

SIGNER = Signer.from_seed(bytes([3]) * 32)


PATHS = ("data/original/simpang/00000001_x.mp4", "data/playable/1-simpang.mp4")


def payload(path: str, content: bytes) -> Payload:
    return Payload(
        path=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        crc32=zlib.crc32(content),
        read=lambda: [content[:5], content[5:]],
    )


META = {"meta/chunks.jsonl": b"{}\n", "laporan.html": b"<p>", "meta/proofs/0.tlog-proof": b"p\n"}
PACKAGE = Package(
    name="BB-LP-1-0001",
    made_on="2026-11-25",
    organization="Polresta",
    first={"BACA-SAYA.txt": b"baca\n", "verify.py": b"print()\n", "CARA-MANUAL.txt": b"cara\n"},
    payload=[
        payload(PATHS[0], b"first chunk"),
        payload(PATHS[1], b"playable"),
    ],
    finish=lambda passed: (META, {"package": "BB-LP-1-0001", "files": [one.path for one in passed]}),
)


def test_the_same_package_is_the_same_bytes() -> None:
    assert b"".join(write(PACKAGE, SIGNER)) == b"".join(write(PACKAGE, SIGNER))


def test_python_and_unzip_open_it_and_find_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(b"".join(write(PACKAGE, SIGNER)))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    assert names[:5] == [
        f"BB-LP-1-0001/{name}"
        for name in ("bagit.txt", "BACA-SAYA.txt", "CARA-MANUAL.txt", "verify.py", PATHS[0])
    ]
    assert names[-1] == "BB-LP-1-0001/tagmanifest-sha256.txt"
    unzip = shutil.which("unzip")
    if unzip is not None:
        assert subprocess.run([unzip, "-tq", path], capture_output=True, check=False).returncode == 0


def test_the_manifests_are_what_sha256sum_checks(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(b"".join(write(PACKAGE, SIGNER)))).extractall(tmp_path)
    folder = tmp_path / PACKAGE.name
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", name], cwd=folder, check=True)
    tagged = {line.split("  ")[1] for line in (folder / "tagmanifest-sha256.txt").read_text().splitlines()}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there - tagged == {"tagmanifest-sha256.txt", *PATHS}


def test_the_statement_is_signed_over_every_file() -> None:
    told = json.loads(last_files(PACKAGE, SIGNER, list(PACKAGE.payload))["meta/statement.dsse.json"])
    body = base64.b64decode(told["payload"])
    signature = base64.b64decode(told["signatures"][0]["sig"])
    assert verify(SIGNER.public, signature, pae(IN_TOTO, body))
    statement = json.loads(body)
    assert [one["name"] for one in statement["subject"]] == list(PATHS)
    assert set(statement["predicate"]["meta"]) == {"bagit.txt", "bag-info.txt", *PACKAGE.first, *META}


def test_a_source_that_is_not_what_was_promised_ends_the_package() -> None:
    good = next(iter(PACKAGE.payload))
    for bad in (
        Payload(**{**vars(good), "read": lambda: [b"other chunk"]}),
        Payload(**{**vars(good), "crc32": 1}),
        Payload(**{**vars(good), "read": lambda: [b"short"]}),
    ):
        with pytest.raises(Differs, match="00000001_x"):
            b"".join(write(Package(**{**vars(PACKAGE), "payload": [bad]}), SIGNER))


def test_members_and_archives_over_four_gigabytes_open(tmp_path: Path) -> None:
    """A sparse file: the zeros are on no disk and in no memory."""
    archive, path = StoredZip(), tmp_path / "large.zip"
    big, block = 5 << 30, bytes(1 << 24)
    crc32 = 0
    for _ in range(big // len(block)):
        crc32 = zlib.crc32(block, crc32)
    with path.open("wb") as file:
        file.write(archive.head("zeros", big, crc32))
        file.seek(big, io.SEEK_CUR)
        file.write(archive.head("after", 5, zlib.crc32(b"hello")) + b"hello" + archive.tail())
    with zipfile.ZipFile(path) as opened:
        assert opened.read("after") == b"hello"
        assert opened.getinfo("zeros").file_size == big
        assert crc32 == opened.getinfo("zeros").CRC
        assert opened.getinfo("after").header_offset > big


def test_more_members_than_sixteen_bits_count_open() -> None:
    archive = StoredZip()

    def pieces() -> Iterator[bytes]:
        for number in range(70_000):
            yield archive.head(f"{number}", 0, 0)
        yield archive.tail()

    with zipfile.ZipFile(io.BytesIO(b"".join(pieces()))) as opened:
        assert len(opened.namelist()) == 70_000


def test_a_name_is_given_once() -> None:
    archive = StoredZip()
    archive.head("a", 0, 0)
    with pytest.raises(ValueError, match="already"):
        archive.head("a", 0, 0)
