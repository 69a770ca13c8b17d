"""An honest package taken apart, and what a stranger needs to put it together again."""

from __future__ import annotations

import hashlib
import random
import zlib
from dataclasses import dataclass
from typing import Any

from saksi.custody import bag
from saksi.custody.archive import StoredZip
from tests.evidence.exporting import Draft, Exhibit, Exporter, random_exhibits, written
from tests.evidence.importing import bring, carry, erase
from tests.evidence.installation import SECOND, Installation

MANIFEST, TAG_MANIFEST, STATEMENT = (
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "meta/statement.dsse.json",
)


@dataclass(frozen=True)
class Base:
    """An honest package, taken apart."""

    city: Installation
    draft: Draft
    exporter: Exporter
    data: bytes
    files: dict[str, bytes]
    spans: dict[str, tuple[int, int]]


def base(seed: int, **facts: Any) -> Base:
    """A small honest package."""
    city = Installation(seed, cameras=2, seconds=10, **facts)
    exporter = Exporter(city, random_exhibits(city))
    draft = exporter.make()
    data = written(draft, city.export)
    files, spans = members(data)
    return Base(city, draft, exporter, data, files, spans)


def purged(seed: int, *, keeps: str = "", **told: Any) -> Base:
    """A small package of a city of which a purge took a half; `told` as for bury, `keeps` as of the exporter."""
    city = Installation(seed, cameras=2, seconds=10)
    exporter = Exporter(city, random_exhibits(city))
    exporter.purge_told, exporter.keeps = told, keeps
    chunks = [one for camera in city.cameras for run in camera.runs for one in run.chunks]
    exporter.purged = {one.place for one in chunks if city.random.random() < 0.5}
    draft = exporter.make()
    data = written(draft, city.export)
    return Base(city, draft, exporter, data, *members(data))


def imported(seed: int, *, own: bool = True, files: bool = False, erased: bool = False) -> Base:
    """A small package of a city in which a file was brought for one camera; with its `own` footage or without, and with
    the file itself where `files` says so; the log may know that it was `erased`."""
    city = Installation(seed, cameras=2, seconds=10)
    camera, exhibits = city.cameras[0], [*random_exhibits(city)]
    brought = bring(city, camera, city.start_us + 2 * SECOND)
    span = brought.chunks[0].entry.start_us + SECOND // 2, brought.chunks[-1].entry.end_us - SECOND // 2
    exhibits.append(Exhibit("9", *span, [camera.code]))
    if not own:
        camera.runs, exhibits = [brought], exhibits[-1:]
    exporter = Exporter(city, exhibits)
    if erased:
        exporter._use(erase(city, brought))
    exporter.asks = {"imported_files": True} if files else {}
    draft = exporter.make()
    if files:
        carry(draft, brought)
    data = written(draft, city.export)
    return Base(city, draft, exporter, data, *members(data))


def members(data: bytes) -> tuple[dict[str, bytes], dict[str, tuple[int, int]]]:
    """Files by path and where their bytes lie."""
    files, spans, at = {}, {}, 0
    while data[at : at + 4] == b"PK\x03\x04":
        size = int.from_bytes(data[at + 18 : at + 22], "little")
        name = data[at + 30 : at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")]
        begin = at + 30 + len(name)
        path = name.decode().partition("/")[2]
        files[path], spans[path] = data[begin : begin + size], (begin, begin + size)
        at = begin + size
    return files, spans


def zipped(root: str, files: dict[str, bytes]) -> bytes:
    """A well-formed archive of these files."""
    archive, parts = StoredZip(), []
    for path, data in files.items():
        parts += [archive.head(f"{root}/{path}", len(data), zlib.crc32(data)), data]
    return b"".join([*parts, archive.tail()])


def mended(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with both manifests made true again, where they stood."""
    out = dict(files)
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in out.items()}
    out[MANIFEST] = bag.manifest({path: one for path, one in digests.items() if path.startswith("data/")})
    digests[MANIFEST] = hashlib.sha256(out[MANIFEST]).hexdigest()
    outside = {
        path: one for path, one in digests.items() if not path.startswith("data/") and path != TAG_MANIFEST
    }
    out[TAG_MANIFEST] = bag.manifest(outside)
    return out


def edited(data: bytes, chance: random.Random) -> bytes:
    """A few bytes flipped, put in or taken out."""
    at, kind = chance.randrange(len(data) + 1), chance.choice("fid")
    some = chance.randbytes(chance.randint(1, 4))
    if kind == "i" or not data:
        return data[:at] + some + data[at:]
    at = min(at, len(data) - 1)
    if kind == "d":
        return data[:at] + data[at + len(some) :]
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
