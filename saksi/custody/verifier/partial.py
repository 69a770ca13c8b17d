"""A file that is only a part of a package: what a broken download or copy left, or one volume of a split package.

It is told from a package that somebody changed by walking the records from the first byte: a part runs into its own
end before the archive's.
"""

from __future__ import annotations

import re
import struct
from typing import BinaryIO, Optional, Tuple

VOLUME = re.compile(r"(.+\.zip)\.([0-9]{3,6})", re.IGNORECASE)
MOST_RECORDS = 2_000_004
# signature -> bytes of the record without its variable fields
LENGTHS = {b"PK\x03\x04": 30, b"PK\x01\x02": 46, b"PK\x06\x06": 56, b"PK\x06\x07": 20, b"PK\x05\x06": 22}


def part_of(name: str, file: BinaryIO, length: int) -> Optional[Tuple[str, str]]:
    """A code and what is there, of a file whose end is not that of a package; None where it is not a mere part."""
    volume = VOLUME.fullmatch(name)
    if volume:
        return "zip_volume", "volume %d of %s" % (int(volume.group(2)), volume.group(1))
    file.seek(0)
    if file.read(4) == b"PK\x03\x04":
        return ("zip_cut", "%d bytes without an end" % length) if runs_out(file, length) else None
    file.seek(max(0, length - 22))
    tail = file.read(22)
    if tail[:4] == b"PK\x05\x06" and len(tail) == 22:
        size, start = struct.unpack("<2I", tail[12:20])
        if size + start + 22 > length:
            return "zip_cut", "%d bytes without a beginning" % length
    return None


def runs_out(file: BinaryIO, length: int) -> bool:
    """Whether the file ends inside a record or member, or where another must follow."""
    at = 0
    for _ in range(MOST_RECORDS):
        if at >= length:
            return True
        file.seek(at)
        head = file.read(46)
        fixed = LENGTHS.get(head[:4])
        if fixed is None:
            return length - at < 4
        if at + fixed > length:
            return True
        if head[:4] == b"PK\x05\x06":
            return False
        at += fixed + variable(file, at, head, fixed)
    return False


def variable(file: BinaryIO, at: int, head: bytes, fixed: int) -> int:
    """Bytes of a record behind its fixed fields; of a member's header with the member."""
    if fixed == 46:
        return sum(struct.unpack("<3H", head[28:34]))
    if fixed != 30:
        return 0
    size, names, extra = struct.unpack("<I2H", head[18:22] + head[26:30])
    if size == 0xFFFFFFFF and extra >= 20:
        file.seek(at + fixed + names + 12)
        told = file.read(8)
        (size,) = struct.unpack("<Q", told) if len(told) == 8 else (size,)
    return int(size) + int(names) + int(extra)
