"""What an exporter might do to the sound of his own court copies, and to the times in them.

Each edit changes a draft and answers the places where that must be found, or None where there is nothing to change.
"""

from __future__ import annotations

import hashlib
import random
import struct
from typing import Any

from tests.evidence.apart import Base
from tests.evidence.exporting import Draft

FIELDS = ("sound_sha256", "sounds", "sound_pieces", "silences")
SECOND = 1_000_000


def _any(draft: Draft, chance: random.Random, least: int = 60) -> dict[str, Any] | None:
    """The record of a court copy with sound, of about a second at least."""
    there = [one for one in draft.records if one["class"] == "court" and one["sounds"] >= least]
    return chance.choice(there) if there else None


def _track(data: bytes | bytearray, handler: bytes = b"soun") -> int:
    """Where the trak box of a handler begins."""
    return bytes(data).rindex(b"trak", 0, bytes(data).index(handler)) - 4


def _edit(data: bytearray, handler: bytes, *, length: int = 0, later: int = 0) -> None:
    """Another length (movie ticks) of the last edit of a track, or another place (ticks of the track) in its media."""
    at = bytes(data).index(b"elst", _track(data, handler)) + 8
    (count,) = struct.unpack_from(">I", data, at)
    row = at + 4 + 20 * (count - 1)
    old_length, old_time = struct.unpack_from(">Qq", data, row)
    struct.pack_into(">Qq", data, row, length or old_length, old_time + later)


def _places(record: dict[str, Any]) -> set[str]:
    return {f"{piece['run']}/{piece['seq']}" for piece in record["pieces"]}


def replace_sound(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Other words in the copy's mouth; the statement is made to fit the copy, or not."""
    record = _any(draft, chance)
    if record is None:
        return None
    data, piece = bytearray(draft.files[record["path"]]), chance.choice(record["sound_pieces"])
    (chunk,) = (found for found in draft.chunks if found.place == (piece["run"], piece["seq"]))
    fragments = [part.audio for part in chunk.samples if part.audio]
    rows = [
        (part.data_offset + sum(part.sizes[:i]), part.sizes[i])
        for part in fragments
        for i in range(len(part.sizes))
    ]
    start, size = chance.choice(rows[piece["first"] : piece["last"] + 1])
    sample = chunk.data[start : start + size]
    at = chance.randrange(size)
    other = sample[:at] + bytes([sample[at] ^ 1 << chance.randrange(8)]) + sample[at + 1 :]
    # Wherever it lies: the same bytes may also travel, unplayed, between the media of two pieces.
    data = data.replace(sample, other)
    draft.files[record["path"]] = bytes(data)
    if chance.random() < 0.3:
        record["sound_sha256"] = hashlib.sha256(b"x").hexdigest()
    return {record["path"]}


def shift_sound(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """What is said comes a fifth of a second or more before or after it was said."""
    record = _any(draft, chance)
    if record is None:
        return None
    data = bytearray(draft.files[record["path"]])
    rate = 48_000 if b"mp4a" in data else 8_000
    _edit(data, b"soun", later=rate // 5 * chance.randint(1, 3))
    draft.files[record["path"]] = bytes(data)
    return {record["path"]}


def mute_sound(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """All samples are there, and only the first tenth of a second is played."""
    record = _any(draft, chance)
    if record is None:
        return None
    data = bytearray(draft.files[record["path"]])
    _edit(data, b"soun", length=9000)
    draft.files[record["path"]] = bytes(data)
    return _places(record)


def drop_sound_track(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The copy has no sound track any more; the statement tells of none, of the old one, or is silent."""
    record = _any(draft, chance)
    if record is None:
        return None
    data = bytearray(draft.files[record["path"]])
    at = _track(data)
    data[at + 4 : at + 8] = b"free"
    draft.files[record["path"]] = bytes(data)
    kind = chance.randrange(3)
    if kind == 0:
        record |= {"sound_sha256": hashlib.sha256().hexdigest(), "sounds": 0}
        record |= {"sound_pieces": [], "silences": []}
    elif kind == 1:
        for name in FIELDS:
            del record[name]
    return {record["path"]} if kind == 2 else _places(record)


def lie_about_sound(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Another count, other pieces, silence where there is sound, or half of the fields."""
    record = _any(draft, chance)
    if record is None:
        return None
    kind = chance.randrange(5)
    if kind == 0:
        record["sounds"] += 1
    elif kind == 1:
        record["sound_pieces"][-1]["last"] -= 1
    elif kind == 2:
        record["sound_pieces"][0]["first"] += 1
    elif kind == 3:
        record["silences"] = [[record["sounds"] // 2, 1], *record["silences"]]
    else:
        record["silences"] = [*record["silences"], [record["sounds"], 3]]
    return {record["path"]}


def leave_a_piece_of_sound_out(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A whole piece of sound is called by no name, though the copy still has it."""
    record = _any(draft, chance)
    if record is None or len(record["sound_pieces"]) < 2:
        return None
    gone = record["sound_pieces"].pop(chance.randrange(len(record["sound_pieces"])))
    record["sounds"] -= gone["last"] + 1 - gone["first"]
    return {record["path"]}


def move_the_film(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The statement says that the film begins at another time, or its pictures come later than its edit list says."""
    courts = [record for record in draft.records if record["class"] == "court"]
    if not courts:
        return None
    record = chance.choice(courts)
    if chance.random() < 0.5:
        record["from"] += chance.choice((-1, 1)) * SECOND
    else:
        data = bytearray(draft.files[record["path"]])
        _edit(data, b"vide", later=9000 * chance.randint(1, 5))
        draft.files[record["path"]] = bytes(data)
    return {record["path"]}


def slow_pictures_down(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Every picture lasts twice as long."""
    courts = [record for record in draft.records if record["class"] == "court"]
    if not courts:
        return None
    record = chance.choice(courts)
    data = bytearray(draft.files[record["path"]])
    at = bytes(data).index(b"stts", _track(data, b"vide")) + 8
    (rows,) = struct.unpack_from(">I", data, at)
    for row in range(at + 4, at + 4 + 8 * rows, 8):
        count, span = struct.unpack_from(">II", data, row)
        struct.pack_into(">II", data, row, count, 2 * span)
    draft.files[record["path"]] = bytes(data)
    return {record["path"]}
