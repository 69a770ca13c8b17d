"""What is shown where footage of another recorder lies beside the camera's own."""

from __future__ import annotations

from saksi.catalogue.footage import Chunk, InitFacts
from saksi.catalogue.own_first import own_first
from saksi.custody.chain import ChunkEntry, ClockEvidence

SECOND = 1_000_000


def chunk(start_s: float, end_s: float, source: str = "ntp", state: str = "stored") -> Chunk:
    evidence = ClockEvidence(
        source=source, offset_us=0, error_us=-1, camera_source="none", camera_offset_us=0, residual_us=0
    )
    start_us, end_us = round(start_s * SECOND), round(end_s * SECOND)
    entry = ChunkEntry(
        camera="cam", run=source, seq=1, start_us=start_us, end_us=end_us, frames=1, size=1, init="", sha256="",
        clock=evidence, ended="boundary", lost=0,
    )  # fmt: skip
    init = InitFacts(sha256="", codec="h264", codecs="", width=1, height=1, audio="none", length=1)
    return Chunk(entry=entry, state=state, key="", init=init, fragments=[], cursor=(start_us, 1), crc32=-1)


def test_imported_footage_is_shown_where_the_camera_has_none_of_its_own() -> None:
    own = [chunk(0, 60), chunk(60, 120), chunk(200, 260)]
    inside = [chunk(10, 70, "stated"), chunk(70, 120, "stated"), chunk(200, 230, "stated")]
    between = [chunk(110, 130, "stated"), chunk(130, 190, "stated"), chunk(190, 210, "stated")]
    listed = sorted([*own, *inside, *between], key=lambda one: one.cursor)
    assert own_first(listed) == sorted([*own, *between], key=lambda one: one.cursor)


def test_own_footage_that_is_not_to_be_had_hides_nothing() -> None:
    for state in ("pending", "dropped"):
        listed = [chunk(0, 60, state=state), chunk(10, 50, "stated")]
        assert own_first(listed) == listed
    holed = [chunk(0, 60), chunk(10, 110, "stated"), chunk(60.4, 120)]
    assert own_first(holed) == holed, "a hole of its own is shown from the other"
    assert own_first([chunk(0, 60, "stated")]) == [chunk(0, 60, "stated")]
