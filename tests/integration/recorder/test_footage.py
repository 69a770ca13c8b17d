"""What cameras send is what the archive holds: every picture once, at its time, byte for byte."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, settle, wait_until

NAMES = {1: "plain", 2: "with-aac", 3: "with-g711", 6: "h265"}


def test_every_picture_is_in_the_store_once_within_a_tenth_of_a_second_of_its_true_time(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number, name in NAMES.items():
        archive.add_camera(name, simcam.url(number))
    running = archive.start()
    settle(24)
    seconds = running.stop()
    assert seconds < 5, "stopping must not take longer"
    for name in NAMES.values():
        chunks = archive.chunks(name)
        assert len(chunks) >= 4
        assert not any(chunk["pending"] for chunk in chunks)
        shown = archive.pictures(name)
        assert len(shown) == sum(chunk["frames"] for chunk in chunks) > 500
        steps = {(later.frame - earlier.frame) % 1500 for earlier, later in pairwise(shown)}
        assert steps == {1}, f"{name}: a picture is missing or twice"
        errors = [picture.error_us for picture in shown]
        assert max(errors) < 100_000, name
        assert min(errors) > -20_000, name
        spans = [(c["start_at"], c["dur_us"]) for c in chunks]
        for (start, dur_us), (following, _) in pairwise(spans):
            assert following - start == timedelta(microseconds=dur_us)
    archive.check_chains()
    wait_until(lambda: not archive.execute("select 1 from lease where recorder <> ''"), 1, "leases released")
