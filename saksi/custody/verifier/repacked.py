"""A ZIP that another program packed again from a package's files, told from one that was tampered with or cut.

Its headers are not the format's, so it is not read; unpacked, it may be whole. That is said only where every entry of
the directory is by another writer and stands for a plain file or folder that may be unpacked (PKWARE APPNOTE 4.3.12).
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Set, Tuple

PACKED_AGAIN = "packed again by another program"
LARGEST_DIRECTORY = 1 << 28
OUR_MAKERS = (20 | 3 << 8, 45 | 3 << 8)
OUR_FIELDS = (
    1 << 11,
    0,
    0,
    1 << 5 | 1,
    0,
    0,
    0o100644 << 16,
)  # flags, method, time, date, comment, attributes
ENCRYPTED = 1 | 1 << 6 | 1 << 13
PLAIN = (0, 0o100000, 0o040000)  # of no kind, a file, a folder


def packed_again(file: BinaryIO, length: int) -> bool:
    """Whether another program wrote all of the directory of this file of `length` bytes, which holds a bag."""
    count, size, start = told_end(file, length)
    if not count or size > LARGEST_DIRECTORY or start + size > length or count > size // 46:
        return False
    file.seek(start)
    directory = file.read(size)
    names: Set[bytes] = set()
    at = 0
    for _ in range(count):
        head = directory[at : at + 46]
        if len(head) < 46 or head[:4] != b"PK\x01\x02":
            return False
        maker, _, flags, method, clock, date = struct.unpack("<6H", head[4:16])
        name_length, extra_length, comment = struct.unpack("<3H", head[28:34])
        inside, attributes = struct.unpack("<HI", head[36:42])
        ours = (flags, method, clock, date, comment, inside, attributes) == OUR_FIELDS
        plain = not flags & ENCRYPTED and attributes >> 16 & 0o170000 in PLAIN
        name = directory[at + 46 : at + 46 + name_length].lower()
        if (maker in OUR_MAKERS and ours) or not plain or not harmless(name) or name in names:
            return False
        names.add(name)
        at += 46 + name_length + extra_length + comment
    return at == size and any(name.split(b"/")[-1] == b"bagit.txt" and name.count(b"/") < 2 for name in names)


def told_end(file: BinaryIO, length: int) -> Tuple[int, int, int]:
    """Members, bytes and start of the directory as the end records claim; no members where there are none."""
    file.seek(max(0, length - 98))
    tail = file.read(98)
    if tail[-22:-18] != b"PK\x05\x06" or len(tail) < 22:
        return 0, 0, 0
    count, size, start = struct.unpack("<H2I", tail[-12:-2])
    if count == 0xFFFF or 0xFFFFFFFF in (size, start):
        if tail[-42:-38] != b"PK\x06\x07" or tail[:4] != b"PK\x06\x06":
            return 0, 0, 0
        count, size, start = struct.unpack("<3Q", tail[32:56])
    return count, size, start


def harmless(name: bytes) -> bool:
    """Whether a name stays in the folder that it is unpacked to."""
    parts = (name[:-1] if name.endswith(b"/") else name).split(b"/")
    strange = any(one < 32 or one == 127 or one in b"\\:" for one in name)
    return not strange and not any(part in (b"", b".", b"..") for part in parts)
