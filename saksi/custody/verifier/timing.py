"""Verdict 5: when the footage came to be. Pulses named the chain's tips at the time, and each pulse stands between two
checkpoints that others dated; a chunk that turns up later than that was not made when it says."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Dict, List, Optional, Tuple

from saksi.custody.verifier.findings import Report, Verdict, instant
from saksi.custody.verifier.hashes import included, sha256, unhex
from saksi.custody.verifier.logged import Seen
from saksi.custody.verifier.material import PULSES, Chunk, Entry, Material
from saksi.custody.verifier.notes import Checkpoint, Note, Policy
from saksi.custody.verifier.runs import Run

LATE_US = 300_000_000  # a chunk stands in a pulse at most so long after its end
STILL_US = 180_000_000  # pulses of a recorder are at most so far apart
SECOND = 1_000_000


def check_time(report: Report, material: Material, runs: Dict[str, Run], seen: Seen) -> None:
    """Verdict 5."""
    verdict = report[5]
    absent = (material.chunks, material.pulses, material.entries, material.statement, material.leaves)
    if None in absent or material.checkpoint is None:
        return
    named = pulses_of_runs(verdict, material, runs)
    spans: Dict[str, List[Tuple[int, int]]] = {}
    for one in material.told["cameras"]:
        spans.setdefault(one["camera"], []).append((one["from"], one["to"]))
    last_pulse: Dict[str, int] = {}
    resumed: Dict[str, List[int]] = {}
    for entry in material.of_kind("pulse"):
        chain, at = entry.told["chain"], entry.told["at"]
        last_pulse[chain] = max(last_pulse.get(chain, 0), at)
        if entry.body.get("missed"):
            resumed.setdefault(chain, []).append(at)
    bracket = Bracket(seen)
    for name, run in runs.items():
        if run.imported:
            check_imported(verdict, name, run, spans)
            continue
        covered = Covered(named.get(name, []))
        chain = "recorder/%s" % run.opening.get("recorder", "")
        newest, resumptions = last_pulse.get(chain, 0), sorted(resumed.get(chain, []))
        recovered = last_recovered(run)
        for chunk in inside_of(run, spans):
            late = chunk.told["seq"] <= recovered or resumed_for(chunk, covered, resumptions)
            check_chunk(verdict, chunk, covered, newest, late, bracket)
    tell_facts(verdict, material, runs, spans, bracket)


def check_imported(verdict: Verdict, name: str, run: Run, spans: Dict[str, List[Tuple[int, int]]]) -> None:
    """No pulse ever named what somebody brought in: its time is what they stated."""
    inside = inside_of(run, spans)
    if inside:
        verdict.add("imported", name)
        verdict.facts["imported"] = verdict.facts.get("imported", 0) + len(inside)


def inside_of(run: Run, spans: Dict[str, List[Tuple[int, int]]]) -> List[Chunk]:
    """The chunks of a run that touch a span asked for."""
    return [
        chunk
        for chunk in run.chunks
        if any(chunk.overlaps(*span) for span in spans.get(chunk.told["camera"], []))
    ]


def last_recovered(run: Run) -> int:
    """The highest number whose pulse may be late: a recorder found it after a crash and announced it then."""
    if run.closing.get("reason") == "recovered":
        return run.chunks[-1].told["seq"] if run.chunks else 0
    return max((chunk.told["seq"] for chunk in run.chunks if chunk.told["ended"] == "recovered"), default=0)


def resumed_for(chunk: Chunk, covered: "Covered", resumptions: List[int]) -> bool:
    """Whether the recorder said, between the chunk's end and its first pulse, that it could not write pulses before."""
    after, at = covered.after(chunk.told["seq"]), bisect_left(resumptions, chunk.told["end"])
    return after is not None and at < len(resumptions) and resumptions[at] <= after.told["at"]


def pulses_of_runs(
    verdict: Verdict, material: Material, runs: Dict[str, Run]
) -> Dict[str, List[Tuple[Entry, int]]]:
    """Run -> (pulse, number of the chunk it named), by place in the log; each proven under its pulse's root."""
    entries = {entry.leaf.hex(): entry for entry in material.of_kind("pulse")}
    named: Dict[str, List[Tuple[Entry, int]]] = {}
    for pulse in material.pulses or []:
        where, line = "%s:%d" % (PULSES, pulse["number"]), pulse["line"]
        entry, run = entries.get(pulse["pulse"]), runs.get(line["run"])
        if (
            entry is None
            or run is None
            or entry.told["chain"] != "recorder/%s" % run.opening.get("recorder", "")
        ):
            verdict.add("pulse_path", where, "a pulse of the run's recorder", pulse["pulse"])
            continue
        root, count = unhex(entry.body["root"], 32), entry.body["n"]
        if not included(pulse["leaf"], pulse["position"], count, pulse["hashes"], root):
            verdict.add("pulse_path", where, root, "another root")
            continue
        tip = material.tips.get((line["run"], line["seq"]))
        if tip is not None and tip != pulse["tip"]:
            verdict.add("tip_differs", where, tip, pulse["tip"])
            continue
        named.setdefault(line["run"], []).append((entry, line["seq"]))
    for found in named.values():
        found.sort(key=lambda one: one[0].index)
        for (_, seq), (entry, later) in zip(found, found[1:]):
            if later < seq:  # a chain never gets shorter
                verdict.add("tip_differs", entry.where, seq, later)
    return named


class Covered:
    """The pulses that named one run, searchable by number."""

    def __init__(self, found: List[Tuple[Entry, int]]) -> None:
        self.pulses: List[Entry] = []
        self.numbers: List[int] = []
        for entry, seq in found:
            if not self.numbers or seq > self.numbers[-1]:  # the first pulse that names each number
                self.pulses.append(entry)
                self.numbers.append(seq)
        self.all = found
        self.seqs = [seq for _, seq in found]

    def after(self, seq: int) -> Optional[Entry]:
        """The first pulse that names the chunk or one behind it."""
        at = bisect_left(self.numbers, seq)
        return self.pulses[at] if at < len(self.pulses) else None

    def before(self, seq: int) -> Optional[Entry]:
        """The last pulse at which the chain did not have the chunk yet."""
        at = bisect_left(self.seqs, seq)
        return self.all[at - 1][0] if at else None


class Bracket:
    """Times that others gave: cosignatures over checkpoints (tlog-cosignature), in microseconds."""

    def __init__(self, seen: Seen) -> None:
        self.quoted: Dict[str, int] = {}
        rows = []
        for size, point in seen.points.items():
            times = seen.times.get(size, [])
            if times:
                rows.append((size, min(times) * SECOND))
            self._quotable(point, seen.policy)
        rows.sort()
        self._sizes = [size for size, _ in rows]
        self._firsts = [at for _, at in rows]
        for i in range(len(rows) - 2, -1, -1):  # the earliest of this and all larger ones
            self._firsts[i] = min(self._firsts[i], self._firsts[i + 1])
        self.earliest: Optional[int] = None
        self.latest: Optional[int] = None
        self.both = 0

    def _quotable(self, point: Checkpoint, policy: Policy) -> None:
        """A pulse quotes the note as it knew it: with the first lines only. What it quotes was there before it."""
        head, gap, lines = point.data.partition(b"\n\n")
        head, latest = head + gap, 0
        for line, signed in zip(lines.split(b"\n"), point.note.lines):
            head += line + b"\n"
            alone = Note(point.note.text, (signed,))
            times = [alone.signed_by(key)[0] or 0 for key in policy.witnesses.values()]
            latest = max([latest, *times])
            if latest:
                self.quoted[sha256(head).hex()] = latest * SECOND

    def not_before(self, pulse: Optional[Entry]) -> Optional[int]:
        """When the newest of the cosignatures that a pulse quotes with its checkpoint was made."""
        return self.quoted.get(pulse.body["checkpoint"]) if pulse else None

    def not_after(self, pulse: Optional[Entry]) -> Optional[int]:
        """When somebody first cosigned a checkpoint that covers a pulse."""
        if pulse is None:
            return None
        at = bisect_left(self._sizes, pulse.index + 1)
        return self._firsts[at] if at < len(self._firsts) else None


def check_chunk(
    verdict: Verdict, chunk: Chunk, covered: Covered, newest: int, may_be_late: bool, bracket: Bracket
) -> None:
    """A chunk's claimed end against the pulse that first named it and the checkpoints around that."""
    end, seq = chunk.told["end"], chunk.told["seq"]
    after = covered.after(seq)
    low, high = bracket.not_before(covered.before(seq)), bracket.not_after(after)
    late = "late_announcement" if may_be_late else "backdated"
    if after is None:
        code = "no_pulse" if newest <= end + LATE_US else "late_announcement" if may_be_late else "not_pulsed"
        verdict.add(code, chunk.name, "a pulse by " + instant(end + LATE_US), "no pulse")
    elif after.told["at"] > end + LATE_US:
        verdict.add(late, chunk.name, "a pulse by " + instant(end + LATE_US), instant(after.told["at"]))
    elif low is not None and end < low - LATE_US:
        verdict.add(late, chunk.name, "after " + instant(low), instant(end))
    if high is not None and end > high + LATE_US:
        verdict.add("future", chunk.name, "before " + instant(high), instant(end))
    bracket.both += low is not None and high is not None
    if low is not None:
        bracket.earliest = low if bracket.earliest is None else min(bracket.earliest, low)
    if high is not None:
        bracket.latest = high if bracket.latest is None else max(bracket.latest, high)


def tell_facts(
    verdict: Verdict, material: Material, runs: Dict[str, Run], spans: Dict[str, List[Any]], bracket: Bracket
) -> None:
    """Facts: the outer bracket, the largest clock error, stretches in which a recorder did not pulse."""
    inside = [chunk for run in runs.values() if not run.imported for chunk in inside_of(run, spans)]
    verdict.facts["chunks"] = len(inside)
    verdict.facts["bracketed"] = bracket.both
    verdict.facts["not_before"] = -1 if bracket.earliest is None else bracket.earliest
    verdict.facts["not_after"] = -1 if bracket.latest is None else bracket.latest
    errors = [chunk.told["clock"][2] for chunk in inside]
    verdict.facts["clock_error_us"] = -1 if not errors or min(errors) < 0 else max(errors)
    verdict.facts["clock_unknown"] = sum(error < 0 for error in errors)
    verdict.facts["no_pulse_between"] = stillness(material)


def stillness(material: Material) -> List[List[Any]]:
    """[recorder, from, to] wherever two neighbouring pulses of a recorder are more than three minutes apart."""
    before: Dict[str, Entry] = {}
    found = []
    for entry in material.of_kind("pulse"):
        chain, last = entry.told["chain"], before.get(entry.told["chain"])
        if last is not None and entry.told["at"] - last.told["at"] > STILL_US:
            found.append([chain.partition("/")[2], last.told["at"], entry.told["at"]])
        before[chain] = entry
    return found[:1000]
