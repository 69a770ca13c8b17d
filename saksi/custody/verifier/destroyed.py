"""What is said to be purged is proved: each such chunk lies in a tombstone of a purge that the log knows to be done.

A tombstone says what a purge took of one seal; the log's entry that the purge is done has the root over all of its
tombstones, and names the entry that announced it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Set, Tuple

from saksi.custody.verifier.complete import gaps_of
from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import included, unhex
from saksi.custody.verifier.material import TOMBSTONES, Entry, Material
from saksi.custody.verifier.runs import Run

PURGE_CHAIN, PURGED = "purge", "purged"


@dataclass(frozen=True)
class Burial:
    """Numbers of a run that a purge destroyed, as a tombstone that stands tells of them."""

    first: int
    last: int
    purge: int
    policy: int
    done_at: int
    noticed_at: int
    kind: str
    index: int


def check_destroyed(report: Report, material: Material, runs: Dict[str, Run]) -> None:
    """Verdict 4, of the chunks that are said to be purged."""
    verdict = report[4]
    if None in (material.chunks, material.leaves, material.entries, material.statement, material.tombstones):
        return
    burials = burials_of(verdict, material, runs)
    firsts = {place: [one.first for one in there] for place, there in burials.items()}
    running = running_purges(material)
    counts: Dict[Tuple[int, int, int, int, str], int] = {}
    for camera, run, seq in sorted(claimed(material)):
        there = burials.get((camera, run), [])
        at = bisect_right(firsts.get((camera, run), []), seq)
        burial = there[at - 1] if at and there[at - 1].last >= seq else None
        if burial is not None:
            key = (burial.purge, burial.policy, burial.done_at, burial.noticed_at, burial.kind)
            counts[key] = counts.get(key, 0) + 1
            material.ends[run, seq] = burial.index
        elif running:
            verdict.add("purge_not_done", "%s/%d" % (run, seq), "a purge that is done", running)
        else:
            verdict.add("purge_unproven", "%s/%d" % (run, seq), "a tombstone of a purge", "no tombstone")
    check_purged_gaps(verdict, material)
    verdict.facts["purges"] = [[*key[:4], counts[key], key[4]] for key in sorted(counts)]


def claimed(material: Material) -> Set[Tuple[str, str, int]]:
    """Camera, run and number of every chunk that the statement says was purged."""
    return {
        (one["camera"], run, seq)
        for one in material.told["cameras"]
        for run, seq, cause in one.get("missing", [])
        if cause == PURGED
    }


def purge_entries(material: Material, event: str) -> Dict[str, Entry]:
    """Entries of the chain of purges that tell of an event, by leaf; a recorder may write `purge` in its own alone."""
    return {
        entry.leaf.hex(): entry
        for entry in material.of_kind("purge")
        if entry.told["chain"] == PURGE_CHAIN and entry.body["event"] == event
    }


def running_purges(material: Material) -> List[int]:
    """Purges that were announced for a time before the package was made, of which it has no end."""
    ends = {
        entry.body.get("purge")
        for event in ("done", "cancelled")
        for entry in purge_entries(material, event).values()
    }
    return sorted(
        {
            entry.body["purge"]
            for entry in purge_entries(material, "notice").values()
            if entry.body["due"] <= material.told["made_at"] and entry.body["purge"] not in ends
        }
    )


def burials_of(
    verdict: Verdict, material: Material, runs: Dict[str, Run]
) -> Dict[Tuple[str, str], List[Burial]]:
    """What the tombstones that stand cover, by camera and run, in order of numbers."""
    done, notices = purge_entries(material, "done"), purge_entries(material, "notice")
    seals = {(name, seal.body["root"]): seal.body for name, run in runs.items() for seal in run.seals}
    found: Dict[Tuple[str, str], List[Burial]] = {}
    for row in material.tombstones or []:
        where, line = "%s:%d" % (TOMBSTONES, row["number"]), row["line"]
        end = done.get(row["done"])
        if end is None or end.body["purge"] != line["purge"]:
            told = "no end of a purge" if end is None else end.body["purge"]
            verdict.add("purge_foreign", where, line["purge"], told)
            continue
        told = end.body["tombstones"]
        if not included(row["leaf"], row["position"], told["n"], row["hashes"], unhex(told["root"], 32)):
            verdict.add("purge_path", where, told["root"], "another root")
            continue
        if not under_seal(line, seals.get((line["run"], line["seal"]))):
            verdict.add("purge_foreign", where, "a seal of the package over its chunks", line["seal"])
            continue
        notice = notice_of(end, notices)
        if notice is None:
            verdict.add("purge_unannounced", end.where, "the entry that announced it", "no such entry")
        at = notice.told["at"] if notice else 0
        kind = end.body.get("kind")
        kind = kind if isinstance(kind, str) else ""
        for first, last in line["seqs"]:
            burial = Burial(first, last, line["purge"], line["policy"], end.told["at"], at, kind, end.index)
            found.setdefault((line["camera"], line["run"]), []).append(burial)
    for burials in found.values():
        burials.sort(key=lambda one: (one.first, one.last))
    return found


def under_seal(line: Dict[str, Any], seal: Optional[Dict[str, Any]]) -> bool:
    """Whether the seal with the tombstone's root is of its camera and over all its numbers."""
    return (
        seal is not None
        and seal["camera"] == line["camera"]
        and all(seal["first"] <= first <= last <= seal["last"] for first, last in line["seqs"])
    )


def notice_of(end: Entry, notices: Dict[str, Entry]) -> Optional[Entry]:
    """The entry that announced the purge, before it was done, to which its end refers."""
    for ref in end.told["refs"]:
        notice = notices.get(ref)
        if notice and notice.body["purge"] == end.body["purge"] and notice.index < end.index:
            return notice
    return None


def check_purged_gaps(verdict: Verdict, material: Material) -> None:
    """A gap is put down to a purge only where chunks were that are said to be purged."""
    lines = {chunk.place: chunk.told for chunk in material.chunks or []}
    for one in material.told["cameras"]:
        gone = [lines.get((run, seq)) for run, seq, cause in one.get("missing", []) if cause == PURGED]
        spans = [(told["start"], told["end"]) for told in gone if told and told["camera"] == one["camera"]]
        for a, b, cause in one["gaps"]:
            if cause == PURGED and gaps_of(spans, a, b):
                where = "%s/%s" % (one["exhibit"], one["camera"])
                verdict.add("cause_differs", where, "chunks that were purged", cause)
