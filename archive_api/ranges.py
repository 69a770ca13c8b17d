"""One byte range, RFC 9110 section 14."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import Request, Response

from archive_api.methods import is_head

_RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Range:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


def counted(request: Request, header: str | None) -> str | None:
    """The Range header if it counts: on HEAD, or in a unit other than bytes, it is ignored (section 14.2)."""
    unit = (header or "").partition("=")[0].strip().lower()
    return header if unit == "bytes" and not is_head(request) else None


def parse_range(header: str | None, size: int) -> Range | None:
    """The range asked of something of `size` bytes; None without a header or when it cannot be satisfied.

    Several ranges in one header are answered like one that cannot be satisfied: no player sends them.
    """
    found = _RANGE.match((header or "").replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    return Range(first=first, last=last) if first <= last else None


def not_satisfiable(size: int) -> Response:
    """416 with the size that there is."""
    return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
