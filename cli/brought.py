"""Lists brought in by command: the file, the dry run that is taken back, and what is said at the end."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.language import say
from saksi.catalogue.database import Connection
from saksi.errors import BadInput

MOST_BYTES = 20_000_000
_DONE = {
    "added": ("added", "ditambah"),
    "changed": ("changed", "diubah"),
    "known": ("known already", "sudah ada"),
    "refused": ("refused", "ditolak"),
}


def content(path: Path, code: str) -> bytes:
    """The bytes of a list. Raises BadInput of this code for one that cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(code, field="csv", path=path, why=error.strerror or error) from error
    if len(data) > MOST_BYTES:
        raise BadInput(code, field="csv", path=path, why=f"> {MOST_BYTES // 1_000_000} MB")
    return data


def dry_unless(connection: Connection, write: bool) -> contextlib.AbstractContextManager[object]:
    """Takes what is done inside back at its end, unless it is to be written."""
    return contextlib.nullcontext() if write else connection.transaction(force_rollback=True)


def done_word(done: str) -> str:
    """What became of a line."""
    return say(*_DONE[done])


def tell_ignored(ignored: Sequence[str]) -> None:
    """Says which columns mean nothing here."""
    if ignored:
        names = ", ".join(ignored)[:300]
        print(say(f"Columns not used: {names}", f"Kolom tidak dipakai: {names}"), file=sys.stderr)


def tell_end(counts: Mapping[str, int], write: bool) -> int:
    """Says how many of each, and that a dry run entered nothing; answers the exit status."""
    print(", ".join(f"{done_word(done)} {count}" for done, count in counts.items()), file=sys.stderr)
    if not write:
        print(
            say("Nothing is entered yet: add --write.", "Belum ada yang disimpan: tambahkan --write."),
            file=sys.stderr,
        )
    return int(counts["refused"] > 0)
