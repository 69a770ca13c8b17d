"""A site without its line: it records within its disk, also after a power cut, and nothing is lost or doubled after."""

from __future__ import annotations

import signal
import stat
from itertools import pairwise
from typing import Any

from recorder.memory import FILE
from saksi import clock
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, settle, wait_until
from tests.integration.recorder.logged import check_runs, entries

MBIT = 8


def test_days_without_a_line_and_a_power_cut_in_them(archive: Archive, start_simcam: SimcamStart) -> None:
    simcam = start_simcam()
    archive.add_camera("plain", simcam.url(1))
    archive.execute("insert into site (code, name, agency_id) select 'pasar', 'Pasar', agency_id from agency")
    archive.execute("update camera set site_id = (select site_id from site)")
    database, store = Proxy.to(archive.database_url), Proxy.to(archive.endpoints.s3_url)
    spool = archive.folder / "spool-one"
    of_site: dict[str, Any] = {
        "database_url": database.through(archive.database_url),
        "s3_url": store.through(archive.endpoints.s3_url),
        "recorder_sites": "pasar",
        "recorder_exclusive": True,
        "uplink_mbit_s": MBIT,
        "chunk_seconds": 2,
        "spool_limit_bytes": 1 << 40,
    }
    recorder = archive.spawn(**of_site)
    wait_until(lambda: archive.stored("plain"), 40, "a first chunk")
    epoch = archive.execute("select epoch from lease")[0]["epoch"]

    database.cut()
    store.cut()
    settle(2)
    recorder.send_signal(signal.SIGKILL)
    recorder.wait(10)
    remembered = spool / FILE
    assert stat.S_IMODE(remembered.stat().st_mode) == 0o600
    assert b"rtsp" not in remembered.read_bytes()

    size = archive.stored("plain")[0]["size"]
    of_site["spool_limit_bytes"] = size + 1000
    recorder = archive.spawn(**of_site)
    wait_until(lambda: len(list(spool.rglob("*.dropped"))) >= 2, 40, "it records, and the oldest makes room")
    database.restore()
    wait_until(lambda: archive.execute("select 1 from outage where reason = 'spool_full'"), 40, "drops told")
    wait_until(lambda: archive.execute("select 1 from chunk_pending"), 10, "entries first")
    store.restore()
    wait_until(
        lambda: archive.chunks("plain")[-1]["seq"] > 6 and archive.stored("plain"), 40, "footage later"
    )
    settle(2)
    recorder.send_signal(signal.SIGTERM)
    assert recorder.wait(30) == 0

    runs = archive.execute("select * from run order by opened_at")
    assert [(run["epoch"], run["close_reason"]) for run in runs] == [
        (epoch, "recovered"),
        (epoch, "released"),
    ]
    assert runs[1]["parent"] == runs[0]["closed_tip"], "the chain goes on from what was found on the disk"
    archive.check_chains()
    check_runs(archive)
    dropped = archive.execute("select run_no, seq, start_at, end_at from chunk_dropped order by start_at")
    told = [tuple(chunk) for one in entries(archive, "dropped") for chunk in one.body["chunks"]]  # type: ignore[union-attr,attr-defined]
    assert len(told) == len(set(told)) == len(dropped) >= 2
    full = [one for one in archive.outages("plain") if one["reason"] == "spool_full"]
    assert len(full) <= 2, "one for each run, however many chunks"
    assert sum((one["end_at"] - one["start_at"]).total_seconds() for one in full) == sum(
        (one["end_at"] - one["start_at"]).total_seconds() for one in dropped
    )
    assert any(one["reason"] == "recorder_down" and one["end_at"] for one in archive.outages("plain"))
    lost = {(one["run_no"], one["seq"]) for one in dropped}
    kept = [one for one in archive.chunks("plain") if (one["run_no"], one["seq"]) not in lost]
    assert not any(one["pending"] for one in kept)
    for one in kept:
        archive.footage("plain", one)
    second = [one for one in archive.chunks("plain") if one["run_no"] == runs[1]["run_no"]]
    for before, after in pairwise(second):
        assert clock.to_us(before["start_at"]) + before["dur_us"] == clock.to_us(after["start_at"])
    database.close()
    store.close()
