"""What a recorder remembers of its cameras' own clocks, from the facts that it tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from recorder.camera_clocks import CameraClocks
from recorder.facts import ChunkSealed, RunOpened
from recorder.sidecar import Sealed
from saksi.catalogue.status import CameraClock
from tests.unit.recorder.test_spool import no_refusal, record

SECOND, HOUR_US = 1_000_000, 3_600_000_000


def test_the_last_offset_and_the_last_jump_are_kept_and_our_own_clock_is_told_apart(tmp_path: Path) -> None:
    run, (one, *_), _ = record(tmp_path)
    clocks, camera, start_us = CameraClocks(), one.entry.camera, one.entry.start_us

    def told(minute: int, offset_us: int, source: str = "rtcp") -> CameraClock:
        evidence = replace(one.entry.clock, camera_source=source, camera_offset_us=offset_us)
        entry = replace(one.entry, clock=evidence, start_us=start_us + minute * 60 * SECOND)
        sealed: Sealed = replace(one, entry=entry)
        clocks.note([ChunkSealed(sealed=sealed, recorder="here", ship=lambda _: None, refuse=no_refusal)])
        return clocks.of(camera)

    clocks.note([RunOpened(opening=run.opening)])
    assert clocks.of(camera) == told(0, 0, "none") == CameraClock()
    assert told(1, -40_000) == CameraClock(source="rtcp", offset_us=-40_000)
    assert told(2, HOUR_US) == CameraClock(source="rtcp", offset_us=-40_000), "one wild claim is no jump"
    jumped = CameraClock(
        source="rtcp", offset_us=HOUR_US + 1, step_us=HOUR_US + 40_000, step_at_us=start_us + 120 * SECOND
    )
    assert told(3, HOUR_US + 1) == jumped
    clocks.note([RunOpened(opening=replace(run.opening, run="another", reason="clock_step"))])
    assert told(4, HOUR_US - 9 * SECOND) == replace(jumped, offset_us=HOUR_US - 9 * SECOND)
    assert told(5, 0, "none") == CameraClock()
    clocks.keep(set())
    assert told(6, 7) == CameraClock(source="rtcp", offset_us=7)
