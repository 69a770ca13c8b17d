"""Thinned chunks (verdict 6): what is left of originals that a purge took, each as the log was told of it before.

The log has a root over one line for each thinned chunk. That line follows from the original's own line in the package
and from what the derivation says was kept, so a path from it to the root ties the digests of both.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Tuple

from saksi.custody.verifier.destroyed import claimed
from saksi.custody.verifier.hashes import canonical_json, included, leaf_hash, need, unhex
from saksi.custody.verifier.material import Chunk, Material

THINNED = "thinned"  # kind of derivation, of entry, and event
THINNING_CHAIN = "thinning"
Problem = Tuple[str, str, Any, Any]


def need_kept(one: Dict[str, Any]) -> None:
    """That an input says what was kept of it, and where the log was told so. Raises Malformed."""
    need(one, {"kept": dict})
    kept = one["kept"]
    texts = dict.fromkeys(("name", "sha256", "mode", "seal"), str)
    need(kept, {**texts, "bytes": int, "frames": int, "made_at": int, "told": dict})
    need(kept["told"], {"entry": str, "position": int, "path": list})
    for node in kept["told"]["path"]:
        unhex(node, 32)


def line_of(chunk: Chunk, kept: Dict[str, Any]) -> bytes:
    """The line that the log was told of, if what was kept of the chunk is this."""
    told = chunk.told
    return canonical_json(
        {
            "t": "saksi/thinned/1",
            **{name: told[name] for name in ("camera", "run", "seq", "start", "end")},
            "mode": kept["mode"],
            "original": {
                "sha256": told["sha256"],
                "leaf": chunk.leaf.hex(),
                "bytes": told["size"],
                "seal": kept["seal"],
            },
            "thinned": {"sha256": kept["sha256"], "bytes": kept["bytes"], "frames": kept["frames"]},
        }
    )


class Thinnings:
    """What thinned chunks are held against: what the statement says a purge took, and what the log was told."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.purged = {(run, seq) for _, run, seq in claimed(material)} if material.statement else set()
        self.lines = {chunk.place: chunk for chunk in material.chunks or []}
        self.entries = {
            entry.leaf.hex(): entry
            for entry in material.of_kind(THINNED)
            if entry.told["chain"] == THINNING_CHAIN and entry.body["event"] == THINNED
        }

    def problems(self, path: str, predicate: Dict[str, Any], subjects: Dict[str, str]) -> Iterator[Problem]:
        """Each file is of one original, of one that the statement says a purge took, and as the log was told of it."""
        left = dict(subjects)
        for one in predicate["inputs"]:
            name = "%s/%d" % (one["run"], one["seq"])
            if (one["run"], one["seq"]) not in self.purged:
                yield "derivation_differs", path, "originals that a purge took", name
            if left.pop(one["kept"]["name"], None) != one["kept"]["sha256"]:
                yield "derivation_differs", path, "a file of its own for each original", name
            why = self.unproven(predicate["camera"], one)
            if why:
                yield "thinning_unproven", path, why, name
        for name in sorted(left):
            yield "derivation_differs", path, "a file of its own for each original", name

    def unproven(self, camera: str, one: Dict[str, Any]) -> str:
        """What the log lacks of what was kept of an original; empty where it was told all of it, or cannot be read."""
        place, told = (one["run"], one["seq"]), one["kept"]["told"]
        chunk = self.lines.get(place)
        if self.material.entries is None or chunk is None:
            return ""
        entry = self.entries.get(told["entry"])
        if entry is None or entry.body["camera"] != camera:
            return "an entry on thinned chunks of its camera"
        leaf, hashes = leaf_hash(line_of(chunk, one["kept"])), [unhex(node, 32) for node in told["path"]]
        if not included(leaf, told["position"], entry.body["n"], hashes, unhex(entry.body["root"], 32)):
            return "kept as the log was told of it"
        if entry.index > self.material.ends.get(place, entry.index):
            return "told to the log before the original was purged"
        return ""
