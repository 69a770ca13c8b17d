"""What an exporter might do in order to pass off footage that he leaves out as purged, before he signs anew."""

from __future__ import annotations

import random
from typing import Any

from tests.evidence.apart import Base
from tests.evidence.burying import bury
from tests.evidence.edits_footage import forget, lines_in, put, recount
from tests.evidence.exporting import Draft, lines_of

TOMBSTONES = "meta/tombstones.jsonl"
ENTRIES = "meta/entries.jsonl"


def stated(draft: Draft) -> list[str]:
    """RUN/SEQ of what the statement says was purged."""
    return [
        f"{run}/{seq}" for one in draft.cameras for run, seq, why in one.get("missing", []) if why == "purged"
    ]


def leave_out_what_no_purge_took(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A chunk goes, with its file, and the statement says that the purge took it."""
    masters = [record for record in draft.records if record["class"] == "master"]
    if not masters:
        return None
    record = chance.choice(masters)
    line = next(
        line
        for line in lines_in(draft, "meta/chunks.jsonl")
        if (line["run"], line["seq"]) == (record["run"], record["seq"])
    )
    forget(draft, (record["run"], record["seq"]))
    recount(draft)
    for camera in draft.cameras:
        if (
            camera["camera"] == line["camera"]
            and line["start"] < camera["to"]
            and line["end"] > camera["from"]
        ):
            camera["missing"] = [*camera.get("missing", []), [line["run"], line["seq"], "purged"]]
    return {f"{line['run']}/{line['seq']}"}


def put_a_gap_down_to_a_purge(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Gaps in which nothing was recorded."""
    cameras = [camera for camera in draft.cameras if any(gap[2] != "purged" for gap in camera["gaps"])]
    if not cameras:
        return None
    camera = chance.choice(cameras)
    camera["gaps"] = [[a, b, "purged"] for a, b, _ in camera["gaps"]]
    return {f"{camera['exhibit']}/{camera['camera']}"}


def change_tombstone(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Numbers, policy, camera or seal of a tombstone."""
    rows = lines_in(draft, TOMBSTONES)
    at = chance.randrange(len(rows))
    line = rows[at]["line"]
    changed: dict[str, Any] = {
        "seqs": [[1, 99]],
        "policy": line["policy"] + 1,
        "camera": "cam-2" if line["camera"] == "cam-1" else "cam-1",
        "seal": "cd" * 32,
    }
    name = chance.choice(list(changed))
    line[name] = changed[name]
    put(draft, TOMBSTONES, rows)
    return {f"{TOMBSTONES}:{at + 1}"}


def change_path(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A hash of a path, or the position, is another."""
    rows = lines_in(draft, TOMBSTONES)
    at = chance.randrange(len(rows))
    if chance.random() < 0.5:
        rows[at]["position"] += 1
    else:
        rows[at]["path"][0] = chance.randbytes(32).hex()
    put(draft, TOMBSTONES, rows)
    return {f"{TOMBSTONES}:{at + 1}"}


def drop_tombstones(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """One line of the file goes, or all of it."""
    rows = lines_in(draft, TOMBSTONES)
    if chance.random() < 0.5:
        del draft.meta[TOMBSTONES]
        return set(stated(draft))
    gone = rows.pop(chance.randrange(len(rows)))["line"]
    put(draft, TOMBSTONES, rows)
    covered = {f"{gone['run']}/{seq}" for first, last in gone["seqs"] for seq in range(first, last + 1)}
    return covered & set(stated(draft))


def use_another_purge(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The tombstones are said to be of the end of a purge that the log has and the package does not."""
    other = bury(one.city, set(), draft.predicate["made_at"], number=42)
    assert other.done is not None
    rows = lines_in(draft, TOMBSTONES)
    for row in rows:
        row["done"] = other.done.leaf.hex()
    put(draft, TOMBSTONES, rows)
    return {f"{TOMBSTONES}:1"}


def use_the_notice_as_the_end(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The tombstones are said to be of the entry that announced the purge."""
    leaves = [row["leaf"] for row in lines_in(draft, "meta/signatures.jsonl")]
    kinds = [line["body"].get("event") for line in lines_in(draft, ENTRIES)]
    rows = lines_in(draft, TOMBSTONES)
    for row in rows:
        row["done"] = leaves[kinds.index("notice")]
    put(draft, TOMBSTONES, rows)
    return {f"{TOMBSTONES}:1"}


def drop_notice(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The entry that announced the purge goes, with its signature and proof."""
    entries = draft.meta[ENTRIES].splitlines(keepends=True)
    signatures = lines_in(draft, "meta/signatures.jsonl")
    at = next(i for i, line in enumerate(entries) if b'"event":"notice"' in line)
    del entries[at], draft.meta[f"meta/proofs/{signatures.pop(at)['index']}.tlog-proof"]
    draft.meta[ENTRIES], draft.meta["meta/signatures.jsonl"] = b"".join(entries), lines_of(signatures)
    end = next(i for i, line in enumerate(entries, 1) if b'"event":"done"' in line)
    return {f"{ENTRIES}:{end}"}


EDITS = (
    leave_out_what_no_purge_took,
    put_a_gap_down_to_a_purge,
    change_tombstone,
    change_path,
    drop_tombstones,
    use_another_purge,
    use_the_notice_as_the_end,
    drop_notice,
)
