"""Which certificate SEI a package gets of a camera that signs, against a real store."""

from __future__ import annotations

import hashlib

from saksi.catalogue.footage import Chunk, InitFacts
from saksi.catalogue.keys import chunk_key
from saksi.export.camera_certificates import find
from saksi.export.scope import Asked, RunPart, Scope
from saksi.fmp4.media_signing import certificate_sei
from saksi.fmp4.spans import FragmentSpan
from saksi.objects.store import ObjectStore
from tests.evidence.footage import Footage, footage
from tests.unit.saksi.fmp4.camera_signer import Camera, identity
from tests.unit.saksi.fmp4.media import START_US, Video, video

GOPS, GOP_US = 4, 200_000


def recorded(store: ObjectStore, camera: str, run: str, reel: Video, *, drop: int = 0) -> list[Footage]:
    """Three chunks of a run in the store, but for number `drop`."""
    chunks = [
        footage(camera, run, seq, START_US + seq * GOPS * GOP_US, GOPS, first_gop=(seq - 1) * GOPS, reel=reel)
        for seq in (1, 2, 3)
    ]
    for one in chunks:
        if one.entry.seq != drop:
            key = chunk_key(camera, run, one.entry.seq)
            store.put(key, one.data, sha256=hashlib.sha256(one.data).digest())
    return chunks


def spanning(camera: str, runs: dict[str, list[Footage]]) -> Scope:
    """A span over these chunks."""
    chunks = {run: [told(one) for one in some] for run, some in runs.items()}
    parts = [
        RunPart(row={"run": run, "run_no": i}, chunks=some) for i, (run, some) in enumerate(chunks.items())
    ]
    asked = Asked(exhibit=1, camera_id=1, camera=camera, from_us=0, to_us=2**60)
    return Scope(asked=asked, runs=parts, inside=[one for some in chunks.values() for one in some])


def told(one: Footage) -> Chunk:
    entry = one.entry
    spans = [
        FragmentSpan(
            offset=part.offset,
            length=part.length,
            start_us=entry.start_us,
            duration_us=GOP_US,
            keyframe_length=part.length,
            video_length=part.length,
            sync=True,
            frames=5,
        )
        for part in fragments(one)
    ]
    init = InitFacts(
        sha256=entry.init, codec="h264", codecs="", width=64, height=48, audio="", length=len(one.init)
    )
    key = chunk_key(entry.camera, entry.run, entry.seq)
    return Chunk(entry=entry, state="stored", key=key, init=init, fragments=spans, cursor=(0, 0), crc32=-1)


class Part:
    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length = offset, length


def fragments(one: Footage) -> list[Part]:
    """Where each moof and its mdat lie."""
    found, at = [], 0
    while (at := one.data.find(b"moof", at + 5)) >= 0:
        begin = at - 4
        size = int.from_bytes(one.data[begin : begin + 4], "big")
        found.append(Part(begin, size + int.from_bytes(one.data[begin + size : begin + size + 4], "big")))
    return found


def reel(**ways: object) -> Video:
    return Camera("h264", **ways).film(video("h264", frames=60, gop=5, size=(64, 48)))  # type: ignore[arg-type]


def test_it_is_found_in_the_span_or_where_the_run_began(store: ObjectStore) -> None:
    run = recorded(store, "kam-1", "0f8f0000-0000-4000-8000-000000000001", reel(certificate_sei=True))
    kept = certificate_sei([run[0].data])
    assert kept
    for span in (run, run[1:], run[2:]):
        assert find(store, [spanning("kam-1", {run[0].entry.run: span})]) == {"kam-1": kept}


def test_it_is_empty_of_cameras_that_bring_it_each_time_and_there_is_none_of_those_that_do_not_sign(
    store: ObjectStore,
) -> None:
    each = recorded(store, "kam-2", "0f8f0000-0000-4000-8000-000000000002", reel())
    plain = video("h264", frames=60, gop=5, size=(64, 48))
    unsigned = recorded(store, "kam-3", "0f8f0000-0000-4000-8000-000000000003", plain)
    scopes = [
        spanning("kam-2", {each[0].entry.run: each}),
        spanning("kam-3", {unsigned[0].entry.run: unsigned}),
    ]
    assert find(store, scopes) == {"kam-2": b""}


def test_it_is_empty_where_the_beginning_of_the_run_is_gone_or_runs_differ(store: ObjectStore) -> None:
    first, second = (f"0f8f0000-0000-4000-8000-00000000000{number}" for number in (4, 5))
    gone = recorded(store, "kam-4", first, reel(certificate_sei=True), drop=1)
    assert find(store, [spanning("kam-4", {first: gone[1:]})]) == {"kam-4": b""}
    one = recorded(store, "kam-5", first, reel(certificate_sei=True))
    other = recorded(store, "kam-5", second, reel(certificate_sei=True, who=identity("Kamera lain")))
    assert find(store, [spanning("kam-5", {first: one, second: other})]) == {"kam-5": b""}
