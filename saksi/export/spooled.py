"""A file of a package that is written beforehand: the head of a ZIP's member names its size and CRC-32."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

from saksi.custody.package import Payload

_BLOCK = 1 << 20


@dataclass(kw_only=True)
class Spooled:
    """`stream` is a file of our own, which the caller closes; `path` is the place in the package."""

    path: str
    stream: IO[bytes]
    size: int = 0
    crc32: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, data: bytes) -> None:
        """Writes on."""
        self.stream.write(data)
        self.size += len(data)
        self.crc32 = zlib.crc32(data, self.crc32)
        self.digest.update(data)

    def payload(self) -> Payload:
        """The file, whole by now."""
        return Payload(
            path=self.path, size=self.size, sha256=self.digest.hexdigest(), crc32=self.crc32, read=self._read
        )

    def _read(self) -> Iterator[bytes]:
        self.stream.seek(0)
        yield from iter(partial(self.stream.read, _BLOCK), b"")
