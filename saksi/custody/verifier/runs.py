"""Runs as the log tells of them: opening, closing, seals and chunk lines; seals folded anew into tips."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Set

from saksi.custody.verifier.findings import Verdict
from saksi.custody.verifier.hashes import ZERO, canonical_json, leaf_hash, tip_hash, tree_root, unhex
from saksi.custody.verifier.material import Chunk, Entry, Material, folded


@dataclass
class Run:
    """A recorder's unbroken hold of a camera, as the log tells of it."""

    opened: Optional[Entry] = None
    closed: Optional[Entry] = None
    seals: List[Entry] = field(default_factory=list)
    chunks: List[Chunk] = field(default_factory=list)

    @property
    def opening(self) -> Dict[str, Any]:
        """The opening's fields; empty where it is not in the package."""
        return self.opened.body["opening"] if self.opened else {}

    @property
    def imported(self) -> bool:
        """Whether it was made of a file that somebody brought: nobody here saw it being recorded."""
        return bool(self.opening.get("origin") == "import")

    @property
    def closing(self) -> Dict[str, Any]:
        """The closing's fields; empty where it is not in the package."""
        return self.closed.body["closing"] if self.closed else {}


def gather_runs(material: Material) -> Dict[str, Run]:
    """Runs by id, from entries and chunk lines."""
    runs: Dict[str, Run] = {}
    for entry in material.of_kind("run"):
        if entry.body["event"] == "open":
            runs.setdefault(entry.body["opening"]["run"], Run()).opened = entry
        elif entry.body["event"] == "close":
            runs.setdefault(entry.body["closing"]["run"], Run()).closed = entry
    for entry in material.of_kind("seal"):
        runs.setdefault(entry.body["run"], Run()).seals.append(entry)
    for chunk in material.chunks or []:
        runs.setdefault(chunk.told["run"], Run()).chunks.append(chunk)
    for run in runs.values():
        run.seals.sort(key=lambda entry: entry.body["first"])
        run.chunks.sort(key=lambda chunk: chunk.told["seq"])
    return runs


def camera_of(run: Run) -> str:
    """The camera of a run, from whatever tells of it."""
    if run.opening:
        return str(run.opening["camera"])
    if run.chunks:
        return str(run.chunks[0].told["camera"])
    return str(run.seals[0].body["camera"] if run.seals else run.closing.get("camera", ""))


def fold_run(verdict: Verdict, material: Material, name: str, run: Run) -> Set[bytes]:
    """Recomputes a run's seals and tips, holds its lines against them, and answers every tip that is now known."""
    known: Set[bytes] = set()
    start = b""
    if run.opened is not None:
        start = tip_hash(ZERO, leaf_hash(canonical_json(run.opening)))
        known.add(start)
        material.tips[name, 0] = start
    elif run.chunks:
        verdict.add("opening_missing", name)
    sealed: Dict[int, bytes] = {}
    for entry in run.seals:
        known.update(check_seal(verdict, material, name, run, entry, start, sealed))
    for chunk in run.chunks:
        leaf = sealed.get(chunk.told["seq"])
        if leaf is None:
            verdict.add("chunk_not_sealed", chunk.name)
        elif leaf != chunk.leaf or chunk.told["camera"] != camera_of(run):
            verdict.add("leaf_differs", chunk.name, leaf, chunk.leaf)
    if run.closed is not None:
        known.add(unhex(run.closed.body["tip"], 32))
        check_closing(verdict, material, name, run)
    return known


def check_seal(
    verdict: Verdict,
    material: Material,
    name: str,
    run: Run,
    entry: Entry,
    start: bytes,
    sealed: Dict[int, bytes],
) -> List[bytes]:
    """A seal's root and tips follow from its leaves (package format, "seal"); answers the tips."""
    body, leaves = entry.body, (material.leaves or {}).get(entry.leaf)
    if leaves is None:
        verdict.add("leaves_missing", entry.where)
        return []
    first, chain_in = body["first"], unhex(body["chain_in"], 32)
    if body["n"] != len(leaves) or body["last"] != first + len(leaves) - 1 or first < 1:
        verdict.add("seal_count", entry.where, body["n"], len(leaves))
        return []
    if any(number in sealed for number in (first, body["last"])):
        verdict.add("seal_count", entry.where, "each chunk under one seal", first)
    tips = folded(chain_in, leaves)
    if tree_root(leaves) != unhex(body["root"], 32):
        verdict.add("seal_root", entry.where, body["root"], tree_root(leaves))
    if not tips or tips[-1] != unhex(body["chain_out"], 32):
        verdict.add("seal_tip", entry.where, body["chain_out"], tips[-1] if tips else "")
    if first == 1 and start and chain_in != start:
        verdict.add("opening_differs", name, start, chain_in)
    before = material.tips.get((name, first - 1))
    if first > 1 and before is not None and before != chain_in:
        verdict.add("seal_tip", entry.where, before, chain_in)
    material.tips.setdefault((name, first - 1), chain_in)
    for number, tip in enumerate(tips, first):
        material.tips[name, number] = tip
        sealed[number] = leaves[number - first]
    mine = [chunk.told for chunk in run.chunks if first <= chunk.told["seq"] <= body["last"]]
    sums = (sum(one["size"] for one in mine), sum(one["frames"] for one in mine))
    if len(mine) == len(leaves) and sums != (body["bytes"], body["frames"]):
        verdict.add("seal_count", entry.where, (body["bytes"], body["frames"]), sums)
    return [chain_in, *tips]


def check_closing(verdict: Verdict, material: Material, name: str, run: Run) -> None:
    """The closing is the last link: its tip follows from the tip before it."""
    assert run.closed is not None
    before = material.tips.get((name, run.closing["last_seq"]))
    if before is not None:
        tip = tip_hash(before, leaf_hash(canonical_json(run.closing)))
        if tip != unhex(run.closed.body["tip"], 32):
            verdict.add("tail_missing", name, tip, run.closed.body["tip"])
    if run.chunks and run.chunks[-1].told["seq"] > run.closing["last_seq"]:
        verdict.add("tail_missing", name, run.closing["last_seq"], run.chunks[-1].told["seq"])
