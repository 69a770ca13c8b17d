"""Database or object store gone for a while: recording goes on, and everything arrives in order after."""

from __future__ import annotations

import signal
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest

from saksi import clock
from saksi.catalogue import cameras, footage
from tests.faults.whole import check_whole
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, settle, wait_until
from tests.integration.recorder.logged import check_pulsed, check_runs, entries


@pytest.mark.slow
def test_the_database_away_costs_no_picture_and_entries_arrive_in_order_after(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    archive.add_camera("with-aac", simcam.url(2))
    proxy = Proxy.to(archive.database_url)
    running = archive.start(
        database_url=proxy.through(archive.database_url), chunk_seconds=3, pulse_seconds=1
    )
    wait_until(lambda: archive.stored("plain"), 40, "a first chunk")
    proxy.cut()
    told = len(archive.chunks("plain"))
    settle(11)  # longer than the lease
    assert len(archive.chunks("plain")) <= told + 1
    proxy.restore()
    wait_until(lambda: len(archive.stored("plain")) >= told + 4, 40, "the backlog told")
    settle(2)
    running.stop()
    for name in ("plain", "with-aac"):
        check_whole(archive, name, 12)
        assert [outage["reason"] for outage in archive.outages(name)] == ["recorder_down"]
    check_runs(archive)
    check_pulsed(archive)
    missed = [one.body["missed"] for one in entries(archive, "pulse") if "missed" in one.body]
    assert len(missed) == 1, "said once"
    assert missed[0] >= 2  # type: ignore[operator]
    proxy.close()


@pytest.mark.slow
def test_a_recorder_ends_in_order_while_the_database_holds_its_answers_back(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    proxy = Proxy.to(archive.database_url)
    recorder = archive.spawn(database_url=proxy.through(archive.database_url), chunk_seconds=60)
    spool = archive.folder / "spool-one"
    wait_until(lambda: list(spool.rglob("*.part")), 40, "a chunk is being written")
    settle(3)
    proxy.hold()
    settle(3)
    recorder.send_signal(signal.SIGTERM)
    assert recorder.wait(10) == 0
    assert not list(spool.rglob("*.part"))
    assert list(spool.rglob("*.entry"))
    assert list(spool.rglob("closed.json"))
    proxy.close()


def test_a_recorder_that_never_reached_its_database_ends_when_asked(archive: Archive) -> None:
    proxy = Proxy.to(archive.database_url)
    proxy.hold()
    recorder = archive.spawn(database_url=proxy.through(archive.database_url))
    wait_until(lambda: (archive.folder / "spool-one" / "_lock").exists(), 30, "it has its spool")
    settle(1)
    recorder.send_signal(signal.SIGTERM)
    assert recorder.wait(10) == 0
    proxy.close()


def read_only(url: str, switch: str) -> None:
    """Makes the database refuse writes, as a standby does, or take them again; the recorder's sessions end."""
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        connection.execute(f"alter database {name} set default_transaction_read_only = {switch}".encode())
        if switch == "on":
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name = 'saksi-recorder'"
            )


@pytest.mark.slow
def test_a_database_that_refuses_writes_costs_no_picture_and_nothing_is_thrown_away(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    recorder = archive.spawn(chunk_seconds=3)
    wait_until(lambda: archive.stored("plain"), 40, "a first chunk")
    read_only(archive.database_url, "on")
    told = len(archive.chunks("plain"))
    settle(6)
    assert len(archive.chunks("plain")) <= told + 1
    assert recorder.poll() is None, "the recorder goes on"
    # Nobody ends the sessions now: the recorder itself must get rid of those that go on refusing.
    read_only(archive.database_url, "off")
    wait_until(lambda: len(archive.stored("plain")) >= told + 3, 40, "the backlog told")
    recorder.send_signal(signal.SIGTERM)
    assert recorder.wait(30) == 0
    check_whole(archive, "plain", 9)
    log = (archive.folder / "one.log").read_text()
    assert "the database refuses: ReadOnlySqlTransaction: cannot execute" in log
    assert "the catalogue refuses" not in log


def test_a_recorder_started_without_servers_waits_for_them(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    database, store = Proxy.to(archive.database_url), Proxy.to(archive.endpoints.s3_url)
    database.cut()
    store.cut()
    running = archive.start(
        database_url=database.through(archive.database_url), s3_url=store.through(archive.endpoints.s3_url)
    )
    settle(3)
    assert archive.chunks("plain") == []
    database.restore()
    wait_until(lambda: archive.chunks("plain"), 40, "recording without the store")
    assert archive.stored("plain") == []
    store.restore()
    wait_until(lambda: archive.stored("plain"), 40, "shipping")
    running.stop()
    database.close()
    store.close()


def test_a_bucket_of_another_installation_stops_the_recorder_before_it_writes(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    archive.execute("update installation set id = gen_random_uuid()")
    running = archive.start()
    assert running.ended(40)
    assert "belongs to installation" in str(running.error)
    assert [key for key, _ in archive.store.list("chunks/")] == []


def test_a_full_disk_drops_the_oldest_unsent_chunk_and_tells_of_the_gap(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    away = replace(archive.endpoints, s3_url="http://127.0.0.1:9")
    running = archive.start(s3_url=away.s3_url, chunk_seconds=3, spool_reserve_bytes=1 << 60)
    wait_until(lambda: any(o["reason"] == "spool_full" for o in archive.outages("plain")), 40, "a drop told")
    chunk = archive.chunks("plain")[0]
    dropped = next(outage for outage in archive.outages("plain") if outage["reason"] == "spool_full")
    assert dropped["start_at"] == chunk["start_at"]
    assert not chunk["pending"]
    with archive.database.transaction() as connection:
        camera = cameras.find(connection, "plain")
        start_us = clock.to_us(chunk["start_at"])
        seen = footage.coverage(connection, [camera.camera_id], start_us, start_us + chunk["dur_us"])
        (found,) = footage.segments(connection, camera.camera_id, start_us, start_us + 1, limit=1)
        assert cameras.recorded_at(connection, [camera.camera_id], start_us + 1) == {}
    assert found.state == "dropped"
    assert seen[camera.camera_id].coverage == []
    assert [gap.reason for gap in seen[camera.camera_id].gaps] == ["spool_full"]
    assert seen[camera.camera_id].bytes == 0
    running.stop()
    archive.check_chains()
