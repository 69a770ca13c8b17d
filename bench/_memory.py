"""The page cache of a machine that has run for a day.

A virtual machine's host takes free memory back and gives it again page by page. Whoever writes files pays for that in
a machine just started, more than for all else that a write does. In one that has run, memory is full of what was
read and written, and a write takes pages that are there.
"""

from __future__ import annotations

import os
from pathlib import Path

_BLOCK = 1 << 20
_OVER = 1.25  # of all memory, so that the last free page was used once


def fill_cache(folder: Path) -> None:
    """Reads a file of nothing, larger than the memory, and keeps it: the cache is full of what nobody needs."""
    path = folder / "nothing"
    size = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _OVER)
    buffer = bytearray(_BLOCK)
    with open(path, "a+b", buffering=0) as file:
        os.truncate(file.fileno(), size)
        file.seek(0)
        while file.readinto(buffer):
            pass
