"""Where the files of a package lie: a ZIP that is exactly as the format writes it, or a folder it was unpacked to.

The ZIP reader trusts nothing: every header is built anew from what it claims and compared with the bytes that are
there, so nothing can hide between, before or behind the members (package format, "ZIP"; PKWARE APPNOTE 6.3.10).
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from typing import BinaryIO, Dict, Iterator, List, Tuple

from saksi.custody.verifier.partial import part_of
from saksi.custody.verifier.repacked import PACKED_AGAIN, packed_again

BLOCK = 1 << 20
MOST_MEMBERS = 1_000_000
MOST_DIRECTORY = 1 << 28
MOST_NAME = 1024
FIXED_DATE = (1 << 5) | 1
UTF8_FLAG = 1 << 11
REGULAR_FILE = 0o100644 << 16
M16, M32 = 0xFFFF, 0xFFFFFFFF


class Unreadable(ValueError):
    """The container cannot be trusted as far as to read on: a code of verdict 1 and the place."""

    def __init__(self, code: str, where: str, why: str) -> None:
        super().__init__(why)
        self.code, self.where, self.why = code, where, why


class Container:
    """Files by path. `crc_differs` collects the members whose CRC-32 was not what the ZIP says."""

    def __init__(self) -> None:
        self.root = ""
        self.sizes: Dict[str, int] = {}
        self.crc_differs: List[str] = []
        self.ordered = False

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, a megabyte at a time."""
        raise NotImplementedError

    def read(self, path: str, most: int) -> bytes:
        """A whole small file. Raises Unreadable for one of more than `most` bytes."""
        if self.sizes[path] > most:
            raise Unreadable("malformed", path, "more than %d bytes" % most)
        return b"".join(self.blocks(path))

    def close(self) -> None:
        """Lets go of what is open."""


def check_names(names: List[str]) -> None:
    """That no name leads out of the package or stands for two files. Raises Unreadable."""
    folded: Dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        strange = any(ord(one) < 32 or ord(one) == 127 or one in "\\:" for one in name)
        if strange or any(part in ("", ".", "..") for part in parts) or len(name) > MOST_NAME:
            raise Unreadable("unsafe_name", printable(name), "a name that leads elsewhere")
        key = name.casefold()
        if key in folded:
            raise Unreadable("duplicate_name", printable(name), "two files of one name")
        folded[key] = name


def printable(name: str) -> str:
    """A name as it may be shown."""
    return "".join(one if one.isprintable() else "?" for one in name)[:200]


class ZipContainer(Container):
    """A package as one ZIP."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.ordered = True
        self._file: BinaryIO = open(path, "rb")  # noqa: SIM115 - closed by close()
        self._name = os.path.basename(path)
        length = os.fstat(self._file.fileno()).st_size
        try:
            self._places = self._read_directory(length)
        except Unreadable as error:
            again = error.code == "zip_malformed" and packed_again(self._file, length)
            self._file.close()
            if again:
                raise Unreadable(error.code, error.where, PACKED_AGAIN) from None
            raise

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of a member; its CRC-32 is compared when it was read to the end."""
        start, size, expected = self._places[path]
        self._file.seek(start)
        left, crc = size, 0
        while left:
            data = self._file.read(min(BLOCK, left))
            if not data:
                raise Unreadable("zip_malformed", path, "the archive ends early")
            left -= len(data)
            crc = zlib.crc32(data, crc)
            yield data
            if left:  # somebody else may have read meanwhile
                self._file.seek(start + size - left)
        if crc != expected and path not in self.crc_differs:
            self.crc_differs.append(path)

    def _read_directory(self, length: int) -> Dict[str, Tuple[int, int, int]]:
        """Every member's place, size and CRC-32. Raises Unreadable unless the archive is exactly as it must be."""
        try:
            count, size, start = self._read_end(length)
        except Unreadable:
            part = part_of(self._name, self._file, length)
            if part is None:
                raise
            raise Unreadable(part[0], "zip", part[1]) from None
        if count > MOST_MEMBERS or size > MOST_DIRECTORY or count > size // 46:
            raise Unreadable("zip_malformed", "zip", "a directory of impossible size")
        self._file.seek(start)
        directory = self._file.read(size)
        places: Dict[str, Tuple[int, int, int]] = {}
        names: List[str] = []
        at, offset = 0, 0
        for _ in range(count):
            name, member_size, crc, at = read_entry(directory, at, offset)
            head = local_header(name.encode(), member_size, crc)
            self._file.seek(offset)
            if self._file.read(len(head)) != head:
                raise Unreadable("zip_malformed", strip_root(name), "its header and the directory disagree")
            self._take(name, names)
            path = name.partition("/")[2]
            places[path] = (offset + len(head), member_size, crc)
            self.sizes[path] = member_size
            offset += len(head) + member_size
            if offset > start:
                raise Unreadable("zip_malformed", path, "members overlap the directory")
        if at != size or offset != start:
            raise Unreadable("zip_malformed", "zip", "bytes that belong to no member")
        check_names(names)
        return places

    def _take(self, name: str, names: List[str]) -> None:
        root, gap, rest = name.partition("/")
        if not gap or (self.root and root != self.root):
            raise Unreadable("unsafe_name", printable(name), "not in the one folder of the package")
        if root in (".", "..", "") or any(one in "\\:" or ord(one) < 32 for one in root):
            raise Unreadable("unsafe_name", printable(name), "a folder that leads elsewhere")
        if rest in self.sizes:
            raise Unreadable("duplicate_name", printable(rest), "two members of one name")
        self.root = root
        names.append(rest)

    def _read_end(self, length: int) -> Tuple[int, int, int]:
        """Members, bytes and start of the directory; the end records must be exactly those for these numbers."""
        tail_length = min(length, 22 + 20 + 56)
        self._file.seek(length - tail_length)
        tail = self._file.read(tail_length)
        if len(tail) < 22 or tail[-22:-18] != b"PK\x05\x06":
            raise Unreadable("zip_malformed", "zip", "not a ZIP, cut off, or something follows it")
        count, size, start = struct.unpack("<H2I", tail[-12:-2])
        if M16 in (count,) or M32 in (size, start):
            if len(tail) < 98 or tail[-42:-38] != b"PK\x06\x07" or tail[-98:-94] != b"PK\x06\x06":
                raise Unreadable("zip_malformed", "zip", "its ZIP64 records are missing")
            count, size, start = struct.unpack("<3Q", tail[-98 + 32 : -98 + 56])
        expected = end_records(count, size, start)
        if tail[-len(expected) :] != expected or start + size + len(expected) != length:
            raise Unreadable("zip_malformed", "zip", "its end does not fit its contents")
        return count, size, start


def strip_root(name: str) -> str:
    """The path inside the package's folder."""
    return printable(name.partition("/")[2] or name)


def read_entry(directory: bytes, at: int, offset: int) -> Tuple[str, int, int, int]:
    """Name, size, CRC-32 and end of the directory entry at `at`, whose member must begin at `offset`."""
    if directory[at : at + 4] != b"PK\x01\x02" or at + 46 > len(directory):
        raise Unreadable("zip_malformed", "zip", "its directory is broken")
    crc, size, name_length, extra_length = struct.unpack("<I4xI2H", directory[at + 16 : at + 32])
    raw = directory[at + 46 : at + 46 + name_length]
    extra = directory[at + 46 + name_length : at + 46 + name_length + extra_length]
    if size == M32 and len(extra) >= 12:
        (size,) = struct.unpack("<Q", extra[4:12])
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("zip_malformed", "zip", "a name that is not UTF-8") from error
    expected = directory_entry(raw, size, crc, offset)
    if directory[at : at + len(expected)] != expected:
        why = "compressed, encrypted, a link, or otherwise not as the format writes it"
        raise Unreadable("zip_malformed", strip_root(name), why)
    return name, size, crc, at + len(expected)


def local_header(raw: bytes, size: int, crc: int) -> bytes:
    """The header before a member's bytes: STORED, no descriptor, fixed date (APPNOTE 4.3.7)."""
    big = size >= M32
    shown = M32 if big else size
    extra = struct.pack("<2H2Q", 1, 16, size, size) if big else b""
    numbers = (45 if big else 20, UTF8_FLAG, 0, 0, FIXED_DATE, crc, shown, shown, len(raw), len(extra))
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", *numbers) + raw + extra


def directory_entry(raw: bytes, size: int, crc: int, offset: int) -> bytes:
    """The member's entry in the central directory (APPNOTE 4.3.12, ZIP64 extra 4.5.3)."""
    large = ([size, size] if size >= M32 else []) + ([offset] if offset >= M32 else [])
    extra = struct.pack("<2H%dQ" % len(large), 1, 8 * len(large), *large) if large else b""
    version = 45 if large else 20
    shown, place = min(size, M32), min(offset, M32)
    head = (version | 3 << 8, version, UTF8_FLAG, 0, 0, FIXED_DATE, crc, shown, shown)
    rest = (len(raw), len(extra), 0, 0, 0, REGULAR_FILE, place)
    return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *head, *rest) + raw + extra


def end_records(count: int, size: int, start: int) -> bytes:
    """What ends the archive (APPNOTE 4.3.14 to 4.3.16)."""
    end = b""
    if count >= M16 or start >= M32 or size >= M32:
        place = start + size
        end = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45 | 3 << 8, 45, 0, 0, count, count, size, start)
        end += struct.pack("<4sIQI", b"PK\x06\x07", 0, place, 1)
    shown = (0, 0, min(count, M16), min(count, M16), min(size, M32), min(start, M32), 0)
    return end + struct.pack("<4s4H2IH", b"PK\x05\x06", *shown)


class FolderContainer(Container):
    """A package that was unpacked. Links and special files are refused: they could lead anywhere."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._folder = path
        with os.scandir(path) as entries:
            inside = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        if not os.path.exists(os.path.join(path, "bagit.txt")) and len(inside) == 1:
            self._folder = inside[0]
        self._walk(self._folder, "")
        check_names(sorted(self.sizes))

    def _walk(self, folder: str, prefix: str) -> None:
        waiting = [(folder, prefix)]
        while waiting:
            place, before = waiting.pop()
            with os.scandir(place) as entries:
                for entry in entries:
                    path = before + entry.name
                    mode = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(mode.st_mode) and not entry.is_symlink():
                        waiting.append((entry.path, path + "/"))
                    elif stat.S_ISREG(mode.st_mode):
                        self.sizes[path] = mode.st_size
                    else:
                        raise Unreadable("unsafe_name", printable(path), "a link or special file")
                    if len(self.sizes) > MOST_MEMBERS or len(path) > 4 * MOST_NAME:
                        raise Unreadable("unsafe_name", printable(path), "too many files, or too deep")

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file."""
        with open(os.path.join(self._folder, *path.split("/")), "rb") as stream:
            while True:
                data = stream.read(BLOCK)
                if not data:
                    return
                yield data


def open_container(path: str) -> Container:
    """The package at `path`. Raises Unreadable, also when there is nothing or it cannot be opened."""
    try:
        return FolderContainer(path) if os.path.isdir(path) else ZipContainer(path)
    except OSError as error:
        raise Unreadable("zip_malformed", "zip", str(error)) from error
