"""The bytes of an evidence package, in order and in one pass: `docs/reference/package.md`.

Payload comes first and is hashed while it passes; what states its hashes (statement, manifests) is made when it has
passed, and comes last. Nothing is held in memory but the small files.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from saksi.custody import bag
from saksi.custody.archive import StoredZip
from saksi.custody.dsse import envelope
from saksi.custody.signing import Signer

STATEMENT = "meta/statement.dsse.json"
_MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_INFO = "bag-info.txt"
# Told to every reader first; the rest of the tag files follows the payload.
FIRST = ("bagit.txt", "BACA-SAYA.txt", "CARA-MANUAL.txt", "verify.py", "verifikasi.html")

EVIDENCE = "urn:saksi:evidence-export:1"  # type of what is stated; audit exports state another


class Differs(ValueError):
    """What a source gave is not what was promised of it."""

    def __init__(self, path: str, what: str, expected: object, found: object) -> None:
        super().__init__(f"{path}: {what} should be {expected}, is {found}")
        self.path = path


@dataclass(frozen=True, kw_only=True)
class Payload:
    """One file under data/, streamed when its turn comes. All three facts must be known beforehand."""

    path: str
    size: int
    sha256: str
    crc32: int
    read: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Package:
    """Everything of a package. `first` holds the files of FIRST but bagit.txt; `made_on` is the bagging date.

    `payload` may be made as it goes. `finish` is asked when all of it has passed: it answers all other files but the
    statement and manifests, and the statement's predicate, which is completed with "meta".
    """

    name: str
    made_on: str
    organization: str
    first: Mapping[str, bytes]
    payload: Iterable[Payload]
    finish: Callable[[Sequence[Payload]], tuple[Mapping[str, bytes], Mapping[str, object]]]
    kind: str = EVIDENCE


def write(package: Package, signer: Signer) -> Iterator[bytes]:
    """The archive, piece by piece. Raises Differs, in the middle, when a source is not what its facts say."""
    archive = StoredZip()
    tags = {name: package.first[name] for name in FIRST if name in package.first}
    for path, content in {"bagit.txt": bag.BAGIT_TXT, **tags}.items():
        yield from _small(archive, package.name, path, content)
    passed: list[Payload] = []
    for one in package.payload:
        yield archive.head(f"{package.name}/{one.path}", one.size, one.crc32)
        yield from _checked(one)
        passed.append(one)
    for path, content in last_files(package, signer, passed).items():
        yield from _small(archive, package.name, path, content)
    yield archive.tail()


def last_files(package: Package, signer: Signer, payload: Sequence[Payload]) -> dict[str, bytes]:
    """What follows the payload, in order: meta files, reports, statement, bag-info and the two manifests."""
    rest, predicate = package.finish(payload)
    info = bag.info(
        [
            ("Source-Organization", package.organization),
            ("External-Identifier", package.name),
            ("Bagging-Date", package.made_on),
            ("Payload-Oxum", f"{sum(one.size for one in payload)}.{len(payload)}"),
        ]
    )
    tags = {"bagit.txt": bag.BAGIT_TXT, **package.first, **rest, _INFO: info}
    stated = {path: hashlib.sha256(content).hexdigest() for path, content in tags.items()}
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": one.path, "digest": {"sha256": one.sha256}} for one in payload],
        "predicateType": package.kind,
        "predicate": {**predicate, "meta": stated},
    }
    meta = dict(rest) | {STATEMENT: envelope(signer, statement)}
    inside = sorted(path for path in meta if path.startswith("meta/"))
    beside = sorted(path for path in meta if not path.startswith("meta/"))
    files = {path: meta[path] for path in [*inside, *beside]}
    files[_INFO] = info
    files[_MANIFEST] = bag.manifest({one.path: one.sha256 for one in payload})
    told = {"bagit.txt": bag.BAGIT_TXT, **package.first, **files}
    files[_TAG_MANIFEST] = bag.manifest(
        {path: hashlib.sha256(content).hexdigest() for path, content in told.items()}
    )
    return files


def _small(archive: StoredZip, root: str, path: str, content: bytes) -> Iterator[bytes]:
    yield archive.head(f"{root}/{path}", len(content), zlib.crc32(content))
    yield content


def _checked(one: Payload) -> Iterator[bytes]:
    digest, crc32, size = hashlib.sha256(), 0, 0
    for piece in one.read():
        digest.update(piece)
        crc32 = zlib.crc32(piece, crc32)
        size += len(piece)
        yield piece
    facts = (
        ("size", one.size, size),
        ("SHA-256", one.sha256, digest.hexdigest()),
        ("CRC-32", one.crc32, crc32),
    )
    for what, expected, found in facts:
        if expected != found:
            raise Differs(one.path, what, expected, found)
