"""Which samples of which chunks a synthetic court copy holds, found apart from the plan that made it."""

from __future__ import annotations

import hashlib
from typing import Any

from saksi.fmp4 import splice
from saksi.fmp4.selection import select
from saksi.fmp4.silence import SILENCE
from saksi.fmp4.timing import ticks
from tests.evidence.footage import Footage


def pieces_of(chunks: list[Footage], start: int, end: int) -> tuple[list[dict[str, Any]], str, int]:
    """Which samples of which chunk a clip holds, the digest over their NAL units and how many there are."""
    inits = splice._read_inits([one.splice() for one in chunks])
    strips = [splice._strip(one.splice(), init, sound=True) for one, init in zip(chunks, inits, strict=True)]
    selection = select(strips, ticks(start, 90_000), ticks(end, 90_000), 90_000)
    pieces: list[dict[str, Any]] = []
    digest, nals = hashlib.sha256(), 0
    for part in selection.video:
        chunk = chunks[part.chunk]
        places = {}
        for fragment in chunk.samples:
            at = fragment.video.data_offset
            for size in fragment.video.sizes:
                places[at] = len(places)
                at += size
        first = places[part.samples.data_offset]
        last = first + len(part.samples.sizes) - 1
        data = chunk.data[part.samples.data_offset : part.samples.data_offset + part.samples.length]
        digest.update(data)
        nals += count_of(data)
        newest = pieces[-1] if pieces else None
        if newest and (newest["run"], newest["seq"]) == chunk.place and newest["last"] + 1 == first:
            newest["last"] = last
        else:
            pieces.append({"run": chunk.entry.run, "seq": chunk.entry.seq, "first": first, "last": last})
    return pieces, digest.hexdigest(), nals


def sound_of(chunks: list[Footage], start: int, end: int) -> dict[str, Any]:
    """What the statement says of a clip's sound."""
    inits = splice._read_inits([one.splice() for one in chunks])
    strips = [splice._strip(one.splice(), init, sound=True) for one, init in zip(chunks, inits, strict=True)]
    selection = select(strips, ticks(start, 90_000), ticks(end, 90_000), 90_000)
    filled, _ = splice._with_silence(selection, inits)
    pieces: list[dict[str, Any]] = []
    silences: list[list[int]] = []
    digest, count = hashlib.sha256(), 0
    for part in filled:
        sizes = list(part.samples.sizes)
        if part.chunk == SILENCE:
            silences.append([count, len(sizes)])
            continue
        chunk, at = chunks[part.chunk], part.samples.data_offset
        before = [one.audio for one in chunk.samples if one.audio and one.audio.data_offset < at]
        first = sum(len(one.sizes) for one in before)
        for one in before:  # of the fragment itself only the samples that lie before
            if at < one.data_offset + one.length:
                first -= len(one.sizes)
                place = one.data_offset
                for size in one.sizes:
                    first += place < at
                    place += size
        for size in sizes:
            digest.update(size.to_bytes(4, "big") + chunk.data[at : at + size])
            at += size
        count += len(sizes)
        last = first + len(sizes) - 1
        newest = pieces[-1] if pieces else None
        if newest and (newest["run"], newest["seq"]) == chunk.place and newest["last"] + 1 == first:
            newest["last"] = last
        else:
            pieces.append({"run": chunk.entry.run, "seq": chunk.entry.seq, "first": first, "last": last})
    told = {"sounds": count, "sound_pieces": pieces, "silences": silences}
    return {**told, "sound_sha256": digest.hexdigest()}


def count_of(data: bytes) -> int:
    count, at = 0, 0
    while at < len(data):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        count += 1
    return count
