"""The file itself in the object store, byte for byte, under its own hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from saksi.catalogue import keys
from saksi.errors import BadInput, IntegrityError, NotFound
from saksi.export.upload import part_size, send
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "import_changed",
    en=(
        "{field} is not what it was a moment ago.",
        "Copy it from the stick to this machine, and bring in the copy.",
    ),
    id_=(
        "{field} tidak lagi sama seperti tadi.",
        "Salin dari diska lepas ke mesin ini, lalu bawa masuk salinannya.",
    ),
)

register(
    "import_there",
    en=("{path} is there already.", "Give {field} another name."),
    id_=("{path} sudah ada.", "Beri {field} nama lain."),
)

_PIECE = 1 << 20
_AT_ONCE = 32 << 20  # what is smaller goes in one request


def digest_of(path: Path, passed: Callable[[int], None]) -> tuple[str, int]:
    """SHA-256 in hex and size of a file; `passed` hears of the bytes read so far. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
        passed(size)
    return digest.hexdigest(), size


def keep(store: ObjectStore, path: Path, sha256: str, size: int, passed: Callable[[int], None]) -> None:
    """Has the file in the store; one that is there with this hash is left alone.

    Raises IntegrityError when the file is another by now, Unavailable.
    """
    key = keys.import_key(sha256)
    try:
        if store.stat(key).size == size:
            return
    except NotFound:
        pass
    if size <= _AT_ONCE:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IntegrityError("import_changed", field=path.name)
        store.put(key, data, sha256=bytes.fromhex(sha256), content_type="application/octet-stream")
        passed(size)
        return
    upload = store.begin_upload(key, content_type="application/octet-stream")
    try:
        stored = send(upload, {}, _pieces(path), size=part_size(size), passed=passed)
    except BaseException:
        upload.abort()
        raise
    if stored.sha256.hex() != sha256:
        store.delete([key])
        raise IntegrityError("import_changed", field=path.name)


def fetch(store: ObjectStore, sha256: str, size: int, out: Path) -> None:
    """Writes the file that was brought to `out`, which must not be there yet.

    Raises BadInput when it is, IntegrityError when the store has other bytes (nothing is left at `out` then), NotFound.
    """
    digest = hashlib.sha256()
    try:
        with out.open("xb") as stream:
            for piece in store.stream(keys.import_key(sha256), 0, size):
                digest.update(piece)
                stream.write(piece)
    except FileExistsError as error:
        raise BadInput("import_there", field="--out", path=out) from error
    if digest.hexdigest() != sha256:
        out.unlink()
        raise IntegrityError("object_corrupted", key=keys.import_key(sha256))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
