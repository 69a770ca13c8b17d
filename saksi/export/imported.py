"""Imported files that a package carries: what somebody brought, byte for byte, beside the footage that was made of it.

Each may hold other times and cameras than the exhibits, so none is carried unless it was asked for. Every byte is read
beforehand: that tells what is lost or damaged, and the CRC-32 that the ZIP needs before the file.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue import imports, keys
from saksi.catalogue.database import Connection
from saksi.catalogue.imports import Import
from saksi.errors import IntegrityError, NotFound
from saksi.export.plan import ImportedFile
from saksi.export.presence import DAMAGED, LOST
from saksi.export.scope import Scope
from saksi.objects.store import ObjectStore

ERASED = "erased"
FOLDER = "data/import"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, kw_only=True)
class Absent:
    """An imported file that is not to be had, and why: erased, lost or damaged."""

    camera: str
    run: str
    sha256: str
    cause: str


def find(connection: Connection, scopes: Sequence[Scope]) -> list[Import]:
    """The imports of every run that was made of a file and of which a chunk is told of inside a span."""
    run_nos = {
        part.run_no
        for one in scopes
        for part in one.runs
        if any(
            chunk.entry.start_us < one.asked.to_us and chunk.entry.end_us > one.asked.from_us
            for chunk in part.chunks
        )
    }
    return imports.files_of(connection, sorted(run_nos))


def shorter(told: Iterable[bytes]) -> list[str]:
    """Camera and name of files that end before the length they state, of lines of imports.told."""
    said = [json.loads(line)["body"]["what"] for line in told]
    return [f"{one['camera']} ({one['name']})" for one in said if "stated_length" in one]


def look(
    store: ObjectStore, brought: Sequence[Import], passed: Callable[[], None]
) -> tuple[list[ImportedFile], list[Absent]]:
    """What of these is there, as files of a package, and what is not. `passed` hears of every piece that was read.

    Raises Unavailable when the store does not answer: that says nothing of any file.
    """
    there, absent = [], []
    for one in brought:
        crc32, cause = (0, ERASED) if one.gone_us is not None else _read(store, one, passed)
        if cause:
            absent.append(Absent(camera=one.camera, run=one.run, sha256=one.sha256, cause=cause))
            continue
        there.append(
            ImportedFile(
                path=_path(one),
                key=keys.import_key(one.sha256),
                size=one.size,
                sha256=one.sha256,
                crc32=crc32,
                camera_id=one.camera_id,
                camera=one.camera,
                run=one.run,
                start_us=one.start_us,
                end_us=one.end_us,
            )
        )
    return there, absent


def _read(store: ObjectStore, one: Import, passed: Callable[[], None]) -> tuple[int, str]:
    """The CRC-32 and nothing, or why the file is not to be had."""
    digest, crc32 = hashlib.sha256(), 0
    try:
        if store.stat(keys.import_key(one.sha256)).size != one.size:
            return 0, DAMAGED
        for piece in store.stream(keys.import_key(one.sha256), 0, one.size):
            digest.update(piece)
            crc32 = zlib.crc32(piece, crc32)
            passed()
    except NotFound:
        return 0, LOST
    except IntegrityError:
        return 0, DAMAGED
    return (crc32, "") if digest.hexdigest() == one.sha256 else (0, DAMAGED)


def _path(one: Import) -> str:
    """Its name was chosen by somebody else: only its ending is taken over."""
    ending = _ENDING.search(one.name)
    stamp = clock.from_us(one.start_us).strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{FOLDER}/{one.camera}/{stamp}_{one.sha256[:16]}{ending[0].lower() if ending else ''}"
