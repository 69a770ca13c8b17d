"""Thinned chunks that a package carries in the place of originals that a purge took: processed copies, never originals.

They lie in folders of their own under `data/derivative/`, each with the statement of which original each file is of and
where the log was told so, signed when the package is planned.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from saksi import __version__, clock
from saksi.catalogue.exports import Export
from saksi.catalogue.footage import Chunk
from saksi.custody.dsse import envelope
from saksi.custody.signing import Signer
from saksi.export import left_proofs
from saksi.export.gather import Gathered
from saksi.export.left_proofs import Told, key_of
from saksi.export.plan import Processed
from saksi.export.presence import Wanted
from saksi.export.scope import Asked, Scope

KIND = "thinned"
_Proven = tuple[Chunk, Told]
_PREDICATE = "urn:saksi:derivation:1"
_MOST = 1000  # files a statement: some 2 kB each, of the 3 MB that fit into the 4 MiB that a verifier reads


def wanted(scopes: Sequence[Scope]) -> Iterator[Wanted]:
    """The objects that must be in the store."""
    for scope in scopes:
        for chunk in left_proofs.left(scope):
            assert chunk.thinned is not None
            yield Wanted(key=key_of(chunk), size=chunk.thinned.size, sha256=chunk.thinned.sha256)


def carried(
    gathered: Gathered, export: Export, signer: Signer, absent: Mapping[str, str], made_us: int
) -> list[Processed]:
    """The files with their statements, each once, also of two exhibits.

    But for those that the store does not give, and those of which nothing proves that the log was told of them.
    """
    found: list[Processed] = []
    seen: set[str] = set(absent)
    for scope in gathered.scopes:
        there = [
            one for one in left_proofs.left(scope) if key_of(one) in gathered.left and key_of(one) not in seen
        ]
        seen.update(map(key_of, there))
        for at in range(0, len(there), _MOST):
            number = at // _MOST
            folder = f"data/derivative/thinned-{scope.asked.exhibit}-{scope.asked.camera}"
            folder += f"-{number + 1}" if number else ""
            chunks = [(one, gathered.left[key_of(one)]) for one in there[at : at + _MOST]]
            found += _group(folder, chunks, scope.asked, export, signer, made_us)
    return found


def _group(
    folder: str, chunks: Sequence[_Proven], asked: Asked, export: Export, signer: Signer, made_us: int
) -> Iterator[Processed]:
    beside = f"{folder}/derivation.json"
    for chunk, _ in chunks:
        assert chunk.thinned is not None
        yield Processed(
            path=_path(folder, chunk),
            key=key_of(chunk),
            content="",
            size=chunk.thinned.size,
            sha256=chunk.thinned.sha256,
            crc32=chunk.thinned.crc32,
            derivation=beside,
            camera_id=asked.camera_id,
            start_us=chunk.entry.start_us,
            end_us=chunk.entry.end_us,
        )
    told = envelope(signer, _statement(folder, chunks, asked, export, made_us))
    yield Processed(
        path=beside,
        key="",
        content=base64.b64encode(told).decode(),
        size=len(told),
        sha256=hashlib.sha256(told).hexdigest(),
        crc32=zlib.crc32(told),
        derivation=beside,
        camera_id=asked.camera_id,
        start_us=asked.from_us,
        end_us=asked.to_us,
    )


def _path(folder: str, chunk: Chunk) -> str:
    stamp = clock.from_us(chunk.entry.start_us).strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{folder}/{chunk.entry.run[:8]}-{chunk.entry.seq:08d}_{stamp}-thinned.mp4"


def _statement(
    folder: str, chunks: Sequence[_Proven], asked: Asked, export: Export, made_us: int
) -> dict[str, Any]:
    """What each file is of. It is of no redaction of the case: its number is 0."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": _path(folder, one), "digest": {"sha256": one.thinned.sha256}}
            for one, _ in chunks
            if one.thinned
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "class": "processed",
            "kind": KIND,
            "case": export.case,
            "derivative": 0,
            "exhibit": asked.exhibit,
            "camera": asked.camera,
            "from": asked.from_us,
            "to": asked.to_us,
            "inputs": [_input(folder, *one) for one in chunks],
            "software": {"name": "saksi", "version": __version__},
            "made_at": made_us,
        },
    }


def _input(folder: str, chunk: Chunk, told: Told) -> dict[str, Any]:
    assert chunk.thinned is not None
    return {
        "run": chunk.entry.run,
        "seq": chunk.entry.seq,
        "leaf": chunk.entry.leaf().hex(),
        "sha256": chunk.entry.sha256,
        "kept": {
            "name": _path(folder, chunk),
            "sha256": chunk.thinned.sha256,
            "bytes": chunk.thinned.size,
            "mode": chunk.thinned.mode,
            "frames": chunk.thinned.frames,
            "made_at": chunk.thinned.made_us,
            "seal": told.seal,
            "told": {
                "entry": told.entry.hex(),
                "position": told.position,
                "path": [node.hex() for node in told.path],
            },
        },
    }
