"""Writes that survive a power cut: data first, then the name, then the directory.

Order: write temporary file, fsync(file), rename(2), fsync(directory). A crash before the rename leaves the old
state, after it the new one. See Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014.
"""

from __future__ import annotations

import os
from pathlib import Path


def sync_directory(folder: Path) -> None:
    """Makes names created, renamed or removed in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Puts `data` at `path` so that a reader sees the old bytes or the new ones, never a part."""
    temporary = path.with_name(f".{path.name}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    rename(temporary, path)


def rename(old: Path, new: Path) -> None:
    """Renames within one directory and makes it durable."""
    old.rename(new)
    sync_directory(new.parent)
