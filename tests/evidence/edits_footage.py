"""What an exporter might do to the footage of his own package before he signs it anew.

Each edit changes a draft and answers the places where that must be found, or None where there is nothing to change.
"""

from __future__ import annotations

import hashlib
import random
from typing import Any

from tests.evidence.apart import Base, edited
from tests.evidence.exporting import Draft, gaps_in, lines_of, rows_of


def lines_in(draft: Draft, name: str) -> list[dict[str, Any]]:
    return rows_of(draft.meta[name])


def put(draft: Draft, name: str, rows: list[dict[str, Any]]) -> None:
    draft.meta[name] = lines_of(rows)


def shown(draft: Draft, line: dict[str, Any]) -> bool:
    return any(
        c["camera"] == line["camera"] and line["start"] < c["to"] and line["end"] > c["from"]
        for c in draft.cameras
    )


def recount(draft: Draft) -> None:
    """Counts and gaps of the statement follow the lines again, as a careful forger would see to."""
    files = {(one["run"], one["seq"]) for one in draft.records if one["class"] == "master"}
    for camera in draft.cameras:
        there = [
            line
            for line in lines_in(draft, "meta/chunks.jsonl")
            if line["camera"] == camera["camera"]
            and line["start"] < camera["to"]
            and line["end"] > camera["from"]
            and (line["run"], line["seq"]) in files
        ]
        camera["chunks"], camera["bytes"] = len(there), sum(line["size"] for line in there)
        camera["frames"] = sum(line["frames"] for line in there)
        gaps = gaps_in([(line["start"], line["end"]) for line in there], camera["from"], camera["to"])
        camera["gaps"] = [[a, b, "unknown"] for a, b in gaps]


def forget(draft: Draft, place: tuple[str, int]) -> None:
    """A chunk's file and its records go."""
    gone = [
        one["path"] for one in draft.records if one["class"] == "master" and (one["run"], one["seq"]) == place
    ]
    for path in gone:
        del draft.files[path]
    draft.records = [one for one in draft.records if one["path"] not in gone]
    for one in draft.records:
        if one["class"] == "court":
            one["pieces"] = [piece for piece in one["pieces"] if (piece["run"], piece["seq"]) != place]


def drop_chunk_and_line(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    lines = lines_in(draft, "meta/chunks.jsonl")
    inside = [line for line in lines if shown(draft, line)]
    if not inside:
        return None
    line = chance.choice(inside)
    run = [other["seq"] for other in lines if other["run"] == line["run"]]
    put(draft, "meta/chunks.jsonl", [other for other in lines if other != line])
    forget(draft, (line["run"], line["seq"]))
    recount(draft)
    if len(run) == 1:
        return {"*"}
    return {f"{line['run']}/{line['seq']}", line["run"], "1/*", "2/*", "3/*", "data/playable/*"}


def drop_file_keep_line(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    masters = [record for record in draft.records if record["class"] == "master"]
    if not masters:
        return None
    record = chance.choice(masters)
    forget(draft, (record["run"], record["seq"]))
    recount(draft)
    return {f"{record['run']}/{record['seq']}"}


def cut_tail_of_run(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    lines = lines_in(draft, "meta/chunks.jsonl")
    inside = [line for line in lines if shown(draft, line)]
    if not inside:
        return None
    line = chance.choice(inside)
    gone = [other for other in lines if other["run"] == line["run"] and other["seq"] >= line["seq"]]
    if len(gone) == sum(other["run"] == line["run"] for other in lines):
        return None
    put(draft, "meta/chunks.jsonl", [other for other in lines if other not in gone])
    for other in gone:
        forget(draft, (other["run"], other["seq"]))
    recount(draft)
    return {line["run"], *(f"{c['exhibit']}/{c['camera']}" for c in draft.cameras)}


def cut_head_of_run(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    lines = lines_in(draft, "meta/chunks.jsonl")
    heads = [line for line in lines if line["seq"] > 1 and shown(draft, line)]
    before = [
        line
        for line in heads
        if not any(line["start"] <= c["from"] for c in draft.cameras if c["camera"] == line["camera"])
    ]
    if not before:
        return None
    line = chance.choice(before)
    gone = [other for other in lines if other["run"] == line["run"] and other["seq"] < line["seq"]]
    if not gone:
        return None
    put(draft, "meta/chunks.jsonl", [other for other in lines if other not in gone])
    for other in gone:
        forget(draft, (other["run"], other["seq"]))
    recount(draft)
    return {line["run"]}


def change_line(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A chunk line back-dated, or with another count, camera or hash."""
    lines = lines_in(draft, "meta/chunks.jsonl")
    if not lines:
        return None
    line = chance.choice(lines)
    kind = chance.choice(("start", "frames", "lost", "clock", "ended", "camera"))
    shift = chance.choice((-3_600_000_000, -1_000_000, 1))
    if kind == "start":
        line["start"] += shift
        line["end"] += shift
    elif kind in ("frames", "lost"):
        line[kind] += 1
    elif kind == "clock":
        line["clock"][2] += 1
    elif kind == "ended":
        line["ended"] = "recovered" if line["ended"] == "full" else "full"
    else:
        line["camera"] = "cam-2" if line["camera"] == "cam-1" else "cam-1"
    put(draft, "meta/chunks.jsonl", lines)
    recount(draft)
    return {f"{line['run']}/{line['seq']}"}


def trim_span(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    camera = chance.choice(draft.cameras)
    edge, by = chance.choice(("from", "to")), chance.randint(100_000, 900_000)
    camera[edge] += by if edge == "from" else -by
    if chance.random() < 0.5:  # and the exhibit with it
        for exhibit in draft.predicate["exhibits"]:
            if exhibit["exhibit"] == camera["exhibit"]:
                exhibit[edge] = camera[edge]
    recount(draft)
    return {f"{camera['exhibit']}/{code}" for code in ("cam-1", "cam-2")}


def leave_camera_out(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    camera = chance.choice(draft.cameras)
    draft.cameras.remove(camera)
    draft.records = [
        record
        for record in draft.records
        if (record.get("exhibit"), record.get("camera")) != (camera["exhibit"], camera["camera"])
    ]
    kept = {record["path"] for record in draft.records}
    draft.files = {path: data for path, data in draft.files.items() if path in kept}
    if chance.random() < 0.5:
        for exhibit in draft.predicate["exhibits"]:
            if exhibit["exhibit"] == camera["exhibit"]:
                exhibit["cameras"] = [code for code in exhibit["cameras"] if code != camera["camera"]]
    return {f"{camera['exhibit']}/{camera['camera']}"}


def hide_gap(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    cameras = [camera for camera in draft.cameras if camera["gaps"]]
    if not cameras:
        camera = chance.choice(draft.cameras)
        camera["gaps"] = [[camera["from"], camera["from"] + 600_000, "unreachable"]]
    else:
        camera = chance.choice(cameras)
        camera["gaps"] = camera["gaps"][1:]
    return {f"{camera['exhibit']}/{camera['camera']}"}


def miscount(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    camera = chance.choice(draft.cameras)
    camera[chance.choice(("chunks", "bytes", "frames"))] += 1
    return {f"{camera['exhibit']}/{camera['camera']}"}


def swap_originals(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Two chunks' files change places (of two cameras where there are two)."""
    masters = [record for record in draft.records if record["class"] == "master"]
    if len(masters) < 2:
        return None
    first = chance.choice(masters)
    others = [record for record in masters if draft.files[record["path"]] != draft.files[first["path"]]]
    far = [record for record in others if record["camera"] != first["camera"]]
    if not others:
        return None
    second = chance.choice(far or others)
    a, b = first["path"], second["path"]
    draft.files[a], draft.files[b] = draft.files[b], draft.files[a]
    return {a, b}


def touch_original(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    masters = [record["path"] for record in draft.records if record["class"] == "master"]
    if not masters:
        return None
    path = chance.choice(masters)
    draft.files[path] = edited(draft.files[path], chance)
    return {path}


def touch_playable(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A bit of the pictures in a court file; sound and headers are for the manifest and statement alone."""
    courts = [record for record in draft.records if record["class"] == "court"]
    if not courts:
        return None
    record = chance.choice(courts)
    data = bytearray(draft.files[record["path"]])
    start = bytes(data).index(b"mdat") + 12
    at = chance.randrange(max(start, len(data) - 40), len(data))
    data[at] ^= 1 << chance.randrange(8)
    draft.files[record["path"]] = bytes(data)
    return {record["path"]}


def shorten_pieces(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    courts = [record for record in draft.records if record["class"] == "court" and record["pieces"]]
    if not courts:
        return None
    record = chance.choice(courts)
    piece = chance.choice(record["pieces"])
    edge = chance.choice(("first", "last"))
    piece[edge] += 1 if edge == "first" else -1
    return {record["path"]}


def lie_about_nals(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    courts = [record for record in draft.records if record["class"] == "court"]
    if not courts:
        return None
    record = chance.choice(courts)
    if chance.random() < 0.5:
        record["nals"] += 1
    else:
        record["nal_sha256"] = hashlib.sha256(b"x").hexdigest()
    return {record["path"]}


def no_playable(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    courts = [record for record in draft.records if record["class"] == "court"]
    if not courts:
        return None
    record = chance.choice(courts)
    draft.records.remove(record)
    del draft.files[record["path"]]
    place = f"{record['exhibit']}/{record['camera']}"
    return {place, *(f"{piece['run']}/{piece['seq']}" for piece in record["pieces"])}
