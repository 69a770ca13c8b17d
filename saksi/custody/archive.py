"""A ZIP whose bytes follow from its members alone: STORED, fixed order, times and modes, ZIP64 where sizes ask for it.

PKWARE APPNOTE 6.3.10. Sizes and CRC-32 are given beforehand, so there are no data descriptors and every offset is
known before a byte is copied; the same members give the same archive.
"""

from __future__ import annotations

import struct

_DOS_DATE = (1 << 5) | 1  # 1980-01-01, the earliest there is
_UTF8 = 1 << 11
_MODE = (0o100644) << 16
_UNIX = 3
_MOST_32 = 0xFFFFFFFF
_MOST_16 = 0xFFFF


class StoredZip:
    """Heads and tail of an archive; the caller writes `head`, then exactly `size` bytes, for each member in turn."""

    def __init__(self) -> None:
        self._offset = 0
        self._central: list[bytes] = []
        self._names: set[str] = set()

    def head(self, name: str, size: int, crc32: int) -> bytes:
        """The local header of the next member. Raises ValueError for a name that is there already."""
        if name in self._names:
            raise ValueError(f"{name} is in the archive already")
        self._names.add(name)
        raw = name.encode()
        big = size >= _MOST_32
        shown = _MOST_32 if big else size
        extra = struct.pack("<HHQQ", 1, 16, size, size) if big else b""
        version = 45 if big else 20
        fields = (version, _UTF8, 0, 0, _DOS_DATE, crc32, shown, shown, len(raw), len(extra))
        local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields) + raw + extra
        self._central.append(self._entry(raw, size, crc32))
        self._offset += len(local) + size
        return local

    def tail(self) -> bytes:
        """Central directory and end records."""
        start, count = self._offset, len(self._central)
        directory = b"".join(self._central)
        end = b""
        if count >= _MOST_16 or start >= _MOST_32 or len(directory) >= _MOST_32:
            end = struct.pack(
                "<4sQHHIIQQQQ",
                b"PK\x06\x06",
                44,
                45 | _UNIX << 8,
                45,
                0,
                0,
                count,
                count,
                len(directory),
                start,
            )
            end += struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(directory), 1)
        end += struct.pack(
            "<4s4H2IH",
            b"PK\x05\x06",
            0,
            0,
            min(count, _MOST_16),
            min(count, _MOST_16),
            min(len(directory), _MOST_32),
            min(start, _MOST_32),
            0,
        )
        return directory + end

    def _entry(self, raw: bytes, size: int, crc32: int) -> bytes:
        sizes = [size, size] if size >= _MOST_32 else []
        place = [self._offset] if self._offset >= _MOST_32 else []
        large = sizes + place
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        version = 45 if large else 20
        shown = _MOST_32 if sizes else size
        offset = _MOST_32 if place else self._offset
        numbers = (version | _UNIX << 8, version, _UTF8, 0, 0, _DOS_DATE, crc32, shown, shown)
        rest = (len(raw), len(extra), 0, 0, 0, _MODE, offset)
        return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *numbers, *rest) + raw + extra
