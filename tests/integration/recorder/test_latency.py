"""How soon footage can be found: after a boundary, and when someone asks for a seal."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import codes, pulse_requests
from saksi.catalogue.database import listen
from saksi.catalogue.pulses import seqs
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, settle, wait_until


def end_us(chunk: dict[str, Any]) -> int:
    return clock.to_us(chunk["start_at"]) + int(chunk["dur_us"])


def test_a_chunk_is_searchable_and_playable_within_two_seconds_of_its_end(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number in (1, 2, 3):
        archive.add_camera(f"cam-{number}", simcam.url(number))
    running = archive.start(chunk_seconds=3)
    seen: dict[tuple[str, int], int] = {}
    until_us = clock.monotonic_us() + 14_000_000
    while clock.monotonic_us() < until_us:
        for number in (1, 2, 3):
            for chunk in archive.stored(f"cam-{number}"):
                seen.setdefault((chunk["run"], chunk["seq"]), clock.now_us() - end_us(chunk))
        settle(0.1)
    running.stop()
    assert len(seen) >= 8
    assert max(seen.values()) < 2_000_000, sorted(seen.values())


def test_after_a_seal_everything_up_to_the_call_is_there_within_two_groups_and_a_second(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("gate", simcam.url(1))
    running = archive.start(chunk_seconds=60)
    wait_until(
        lambda: any(r["state"] == "recording" for r in archive.execute("select state from camera_status")),
        40,
        "recording",
    )
    for _ in range(3):
        settle(1.3)
        called_us = clock.now_us()
        archive.execute("notify saksi_seal, 'gate'")
        wait_until(
            lambda called_us=called_us: any(end_us(c) >= called_us for c in archive.stored("gate")),
            5.0,
            "sealed footage",
        )
        assert clock.now_us() - called_us < 5_000_000
    ended = [codes.ENDED[chunk["ended"]] for chunk in archive.chunks("gate")]
    assert ended.count("seal") == 3
    running.stop()


@pytest.mark.parametrize("chunk_seconds", [3])
def test_listeners_and_the_thumbnail_outbox_learn_of_every_stored_chunk(
    archive: Archive, start_simcam: SimcamStart, chunk_seconds: int
) -> None:
    simcam = start_simcam()
    archive.add_camera("gate", simcam.url(1))
    stop = threading.Event()
    heard: list[str] = []
    listener = threading.Thread(
        target=lambda: heard.extend(
            payload for _, payload in listen(archive.database_url, ["saksi_stored"], stop)
        )
    )
    listener.start()
    running = archive.start(chunk_seconds=chunk_seconds)
    wait_until(lambda: len(archive.stored("gate")) >= 2, 40, "two chunks stored")
    running.stop()
    stop.set()
    listener.join()
    owed = archive.execute("select count(*) as n from outbox where kind = 'thumbnail'")[0]["n"]
    assert owed == len(archive.stored("gate"))


def test_a_pulse_on_demand_names_the_last_chunks_long_before_the_minute_is_over(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    archive.add_camera("gate", start_simcam().url(1))
    running = archive.start(chunk_seconds=2, pulse_seconds=60)
    wait_until(lambda: len(archive.stored("gate")) >= 3, 40, "three chunks")
    (run,) = archive.execute("select run_no, last_seq, opened_at from run")
    wanted = {run["run_no"]: run["last_seq"]}
    since_us = clock.to_us(run["opened_at"])
    assert pulse_requests.request_pulses(archive.database, wanted, since_us)
    told = max(seqs(row["lines"]).get(run["run_no"], 0) for row in archive.execute("select lines from pulse"))
    assert told >= run["last_seq"]
    running.stop()
    beyond = {run["run_no"]: 1_000_000}
    archive.execute("update recorder set instance = ''")
    began_us = clock.monotonic_us()
    assert not pulse_requests.request_pulses(archive.database, beyond, since_us)
    assert clock.monotonic_us() - began_us < 2_000_000, "nobody waits for a recorder that is gone"
