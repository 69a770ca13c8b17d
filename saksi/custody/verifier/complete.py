"""Verdict 4: everything that was asked for is there. Chunks are numbered links of run chains under seals; the lines
reach over both ends of the span; what is missing is stated, with its cause."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Set, Tuple

from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import ZERO, unhex
from saksi.custody.verifier.material import CHUNKS, Chunk, Material
from saksi.custody.verifier.runs import Run, camera_of, fold_run

JITTER_US = 500_000  # a shorter hole is jitter between chunks, not a gap
Pair = Tuple[int, int]


def check_complete(report: Report, material: Material, runs: Dict[str, Run], digests: Dict[str, str]) -> None:
    """Verdict 4. `digests` has the SHA-256 of every file that is there."""
    verdict = report[4]
    if None in (material.chunks, material.leaves, material.entries, material.statement):
        return
    check_order_of_lines(verdict, material, runs)
    known: Set[bytes] = set()
    for name, run in runs.items():
        known.update(fold_run(verdict, material, name, run))
    files = {(one["run"], one["seq"]): one for one in material.told["files"] if one["class"] == "master"}
    check_files(verdict, material, files, digests)
    wanted = {(one["exhibit"], camera): one for one in material.told["exhibits"] for camera in one["cameras"]}
    told = {(one["exhibit"], one["camera"]): one for one in material.told["cameras"]}
    for exhibit, camera in sorted(set(wanted) ^ set(told)):
        verdict.add("camera_missing", "%s/%s" % (exhibit, camera))
    if len(told) != len(material.told["cameras"]) or len(files) != sum(
        one["class"] == "master" for one in material.told["files"]
    ):
        verdict.add("counts_differ", "meta/statement.dsse.json", "each once", "repeated")
    by_camera: Dict[str, List[str]] = {}
    for name, run in runs.items():
        by_camera.setdefault(camera_of(run), []).append(name)
    for place in sorted(set(wanted) & set(told)):
        check_span(verdict, wanted[place], told[place])
        mine = {name: runs[name] for name in by_camera.get(place[1], [])}
        check_camera(verdict, told[place], mine, files, known, material)
    check_withheld(verdict, material)
    verdict.facts["gaps"] = [
        [one["exhibit"], one["camera"], *gap] for one in told.values() for gap in one["gaps"]
    ]
    verdict.facts["missing"] = missing_of(told.values())
    verdict.facts["empty"] = ["%s/%s" % place for place in sorted(told) if not told[place]["chunks"]]
    verdict.facts["chunks"] = sum(one["chunks"] for one in told.values())
    verdict.facts["frames"] = sum(one["frames"] for one in told.values())


def missing_of(cameras: Iterable[Dict[str, Any]]) -> List[List[Any]]:
    """Chunks that were recorded and have no file in the package: exhibit, camera, cause and how many."""
    counts: Dict[Tuple[str, str, str], int] = {}
    for one in cameras:
        for _, _, cause in one.get("missing", []):
            place = (one["exhibit"], one["camera"], cause)
            counts[place] = counts.get(place, 0) + 1
    return [[*place, counts[place]] for place in sorted(counts)]


def check_order_of_lines(verdict: Verdict, material: Material, runs: Dict[str, Run]) -> None:
    """Lines stand by camera, opening of the run, run and number; each once."""
    before: Tuple[Any, ...] = ()
    for chunk in material.chunks or []:
        opened = runs[chunk.told["run"]].opening.get("at", 0)
        key = (chunk.told["camera"], opened, chunk.told["run"], chunk.told["seq"])
        if before and key <= before:
            verdict.add("chunk_order", "%s:%d" % (CHUNKS, chunk.line))
        before = key


def check_files(
    verdict: Verdict,
    material: Material,
    files: Dict[Tuple[str, int], Dict[str, Any]],
    digests: Dict[str, str],
) -> None:
    """Every master file is there, is the chunk that its line tells of, and belongs to an exhibit."""
    lines = {chunk.place: chunk for chunk in material.chunks or []}
    spans: Dict[str, List[Pair]] = {}
    for one in material.told["cameras"]:
        spans.setdefault(one["camera"], []).append((one["from"], one["to"]))
    for place, one in files.items():
        chunk = lines.get(place)
        if chunk is None or not any(chunk.overlaps(*span) for span in spans.get(one["camera"], [])):
            verdict.add("file_unplaced", one["path"])
            continue
        told = (chunk.told["camera"], chunk.told["size"], chunk.told["sha256"])
        if told != (one["camera"], one["size"], one["sha256"]):
            verdict.add("file_differs", one["path"], told, (one["camera"], one["size"], one["sha256"]))
        elif one["path"] not in digests:
            verdict.add("file_missing", chunk.name, one["path"], "no such file")
        elif digests[one["path"]] != chunk.told["sha256"]:
            verdict.add("file_differs", one["path"], chunk.told["sha256"], digests[one["path"]])
    # Signed for, but as what? A file of no class would be checked by nobody and look like an original.
    stated = {one["path"] for one in material.told["files"]}
    for subject in (material.statement or {})["subject"]:
        if subject["name"] not in stated:
            verdict.add("file_unplaced", subject["name"])


def check_withheld(verdict: Verdict, material: Material) -> None:
    """A package of derivatives alone has no original, and so cannot show that any is what it was."""
    if not material.withheld:
        return
    for one in material.told["files"]:
        if one["class"] != "processed":
            verdict.add("file_unplaced", one["path"])
    for place in withheld_places(material):
        verdict.add("withheld", place)


def withheld_places(material: Material) -> List[str]:
    """EXHIBIT/CAMERA of which there is footage that is withheld on purpose."""
    cameras = material.told["cameras"] if material.withheld else []
    return ["%s/%s" % (one["exhibit"], one["camera"]) for one in cameras if one["chunks"]]


def check_span(verdict: Verdict, exhibit: Dict[str, Any], told: Dict[str, Any]) -> None:
    """What is delivered is the span that was asked for."""
    if (exhibit["from"], exhibit["to"]) != (told["from"], told["to"]) or told["from"] >= told["to"]:
        where = "%s/%s" % (told["exhibit"], told["camera"])
        verdict.add("span_differs", where, (exhibit["from"], exhibit["to"]), (told["from"], told["to"]))


def check_camera(
    verdict: Verdict,
    told: Dict[str, Any],
    runs: Dict[str, Run],
    files: Dict[Tuple[str, int], Any],
    known: Set[bytes],
    material: Material,
) -> None:
    """One exhibit x camera: chunks without holes in their numbers, both ends, links between runs, gaps, counts."""
    where, start, end = "%s/%s" % (told["exhibit"], told["camera"]), told["from"], told["to"]
    inside: List[Chunk] = []
    reaches = False
    for name, run in runs.items():
        lines = around(run.chunks, start, end)
        mine = [chunk for chunk in lines if chunk.overlaps(start, end)]
        inside += mine
        opened, parent = run.opening.get("at", start), run.opening.get("parent", ZERO.hex())
        linked = unhex(parent, 32) in known
        linked_after = linked or (parent == ZERO.hex() and is_first(run, runs))
        # An import says nothing of what the archive itself recorded then.
        if not run.imported:
            reaches = (
                reaches
                or any(chunk.told["end"] >= end for chunk in lines)
                or (opened >= end and linked_after)
            )
        if mine:
            check_numbers(verdict, name, run, lines, told, material)
            if opened > start and parent != ZERO.hex() and not linked:
                verdict.add("parent_unknown", name, "a tip in the package", parent)
    if not reaches:
        verdict.add("end_open", where)
    missing = {(run, seq) for run, seq, _ in told.get("missing", [])}
    # Withheld, the footage is counted and its lines are held against the log as if its files were there.
    delivered = {chunk.place for chunk in inside} - missing if material.withheld else set(files)
    for chunk in inside:
        if (chunk.place in delivered) == (chunk.place in missing):
            verdict.add("file_missing", chunk.name)
    there = [chunk.told for chunk in inside if chunk.place in delivered]
    counts = (len(there), sum(one["size"] for one in there), sum(one["frames"] for one in there))
    if counts != (told["chunks"], told["bytes"], told["frames"]):
        verdict.add("counts_differ", where, counts, (told["chunks"], told["bytes"], told["frames"]))
    gaps = gaps_of([(one["start"], one["end"]) for one in there], start, end)
    if gaps != joined([(a, b) for a, b, _ in told["gaps"]]):
        verdict.add("gaps_differ", where, gaps, told["gaps"])
    check_causes(verdict, where, told["gaps"], runs)


def is_first(run: Run, runs: Dict[str, Run]) -> bool:
    """Whether none of the camera's own runs was opened before this one: with no parent, it is the first of all."""
    opened = run.opening.get("at", -1)
    others = [one.opening.get("at", -1) for one in runs.values() if not one.imported]
    return opened >= 0 and all(at >= opened for at in others)


def around(chunks: List[Chunk], start: int, end: int) -> List[Chunk]:
    """The lines from the last that begins at or before the span to the first that begins at or after its end."""
    first = max((i for i, one in enumerate(chunks) if one.told["start"] <= start), default=0)
    last = min((i for i, one in enumerate(chunks) if one.told["start"] >= end), default=len(chunks) - 1)
    return chunks[first : last + 1]


def check_numbers(
    verdict: Verdict, name: str, run: Run, lines: List[Chunk], told: Dict[str, Any], material: Material
) -> None:
    """The lines of one run follow one another, and reach to both ends of the span or of the run."""
    for one, other in zip(lines, lines[1:]):
        if other.told["seq"] != one.told["seq"] + 1:
            verdict.add("chunk_missing", "%s/%d" % (name, one.told["seq"] + 1))
    for seal, following in zip(run.seals, run.seals[1:]):
        last = seal.body["last"]
        wanted = lines[0].told["seq"] <= last < lines[-1].told["seq"]
        if wanted and following.body["first"] != last + 1:
            verdict.add("seal_gap", "%s/%d" % (name, last + 1))
    if lines[0].told["seq"] != 1 and lines[0].told["start"] > told["from"]:
        verdict.add("head_missing", name, told["from"], lines[0].told["start"])
    newest = lines[-1].told
    if newest["end"] < told["to"] and not ended(name, run, newest["seq"], told["to"], material):
        # What was still open when the package was made is no cut: only what the package itself contradicts is.
        code = "tail_missing" if told_further(name, run, newest["seq"], material) else "end_open"
        verdict.add(code, name, told["to"], newest["end"])


def told_further(name: str, run: Run, seq: int, material: Material) -> bool:
    """Whether the log in the package tells of later chunks of a run: its closing, its seals or any pulse."""
    if run.closing.get("last_seq", seq) > seq or any(seal.body["last"] > seq for seal in run.seals):
        return True
    lines = (pulse["line"] for pulse in material.pulses or [])
    return any(line["run"] == name and line["seq"] > seq for line in lines)


def ended(name: str, run: Run, seq: int, end: int, material: Material) -> bool:
    """Whether the log says that nothing followed: the run's closing, or a pulse after the span with the same number."""
    if run.closing.get("last_seq") == seq:
        return True
    entries = {entry.leaf.hex(): entry for entry in material.of_kind("pulse")}
    for pulse in material.pulses or []:
        entry = entries.get(pulse["pulse"])
        if entry and entry.told["at"] >= end and (pulse["line"]["run"], pulse["line"]["seq"]) == (name, seq):
            return True
    return False


def gaps_of(spans: List[Pair], start: int, end: int) -> List[Pair]:
    """What of [start, end) no footage covers, longer than half a second."""
    gaps, reached = [], start
    for a, b in sorted(spans):
        if a - reached > JITTER_US:
            gaps.append((reached, min(a, end)))
        reached = max(reached, b)
    if end - reached > JITTER_US:
        gaps.append((reached, end))
    return [(a, b) for a, b in gaps if b - a > JITTER_US]


def joined(pairs: List[Pair]) -> List[Pair]:
    """Stated gaps that touch, with different causes, as one."""
    out: List[Pair] = []
    for a, b in pairs:
        if out and out[-1][1] == a:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def check_causes(verdict: Verdict, where: str, gaps: List[List[Any]], runs: Dict[str, Run]) -> None:
    """Where a seal told, at the time, the cause of at least half of a gap, the statement gives the same one."""
    told = [gap for run in runs.values() for seal in run.seals for gap in seal.body["gaps"]]
    stated = 0
    for a, b, cause in gaps:
        causes = {other for c, d, other in told if 2 * (min(b, d) - max(a, c)) >= b - a}
        stated += not causes
        if causes and cause not in causes:
            verdict.add("cause_differs", where, sorted(causes), cause)
    verdict.facts["causes_stated_at_export"] = verdict.facts.get("causes_stated_at_export", 0) + stated
