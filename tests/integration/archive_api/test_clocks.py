"""What is known of time: of chunks and instants, and of the clock of a camera."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from saksi import clock
from saksi.catalogue import chunks, status
from saksi.catalogue.status import CameraClock, CameraStatus
from saksi.custody.chain import ClockEvidence
from saksi.doctor.fleet import check_fleet
from tests.integration.archive_api.conftest import Desk, Recorded, settings_of
from tests.integration.catalogue.chains import Chain

SECOND = 1_000_000
HELD = ClockEvidence(
    source="ntp", offset_us=12, error_us=15_000, camera_source="rtcp", camera_offset_us=-252_000_000,
    residual_us=0,
)  # fmt: skip


def test_chunks_and_instants_say_how_their_time_is_known(desk: Desk) -> None:
    desk.archive.add_camera("cam", "rtsp://192.0.2.1/none")
    begun_us = clock.now_us() // SECOND * SECOND - 600 * SECOND
    chain = Chain("cam", begun_us)
    loose = replace(HELD, source="free", error_us=-1, camera_source="none", camera_offset_us=0)
    with desk.archive.database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        told = [chain.chunk(begun_us + 10 * n * SECOND, clock=one) for n, one in enumerate((HELD, loose))]
        chunks.announce(connection, told)
    at = clock.format_us(begun_us + 3_120_000)
    one = desk.client.get("/cameras/cam/time", params={"at": at}, headers={"Accept-Language": "id"}).json()
    assert one.pop("text").endswith("WITA ± 15 ms; jam kamera sendiri tertinggal 4 menit 12 detik (RTCP)")
    assert one == {
        "camera": "cam", "run": chain.opening.run, "seq": 1, "recorded": at, "recorded_us": begun_us + 3_120_000,
        "synchronised": True, "error_us": 15_000, "camera_clock": "rtcp", "camera_offset_us": -252_000_000,
        "camera_error_us": None,
    }  # fmt: skip
    window = {"from": clock.format_us(begun_us), "to": clock.format_us(begun_us + 20 * SECOND)}
    first, second = [
        item["time"] for item in desk.client.get("/cameras/cam/segments", params=window).json()["items"]
    ]
    assert first["text"].endswith("the camera's own clock was 4 min 12 s behind (RTCP)")
    assert "NOT SYNCHRONISED" in second["text"]
    assert (second["synchronised"], second["error_us"], second["camera_offset_us"]) == (False, None, None)
    nothing = desk.client.get("/cameras/cam/time", params={"at": clock.format_us(begun_us + 60 * SECOND)})
    told = nothing.json()
    assert (nothing.status_code, told["code"], told["field"]) == (404, "no_footage", "at")
    assert told["remedy"].startswith("There is none after it; the nearest before ends 20")
    with desk.signed_in("auditor", "auditor") as other:
        assert other.get("/cameras/cam/time", params={"at": at}).status_code == 403


def test_a_cameras_clock_is_told_with_its_drift_and_its_jump(desk: Desk) -> None:
    desk.archive.add_camera("cam", "rtsp://192.0.2.1/none")
    begun_us = clock.now_us() // SECOND * SECOND - 7200 * SECOND
    chain = Chain("cam", begun_us)
    with desk.archive.database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        for minute in range(0, 120, 2):
            offset_us = -252_000_000 + minute * 60 * 100 + (3600 * SECOND if minute >= 80 else 0)
            told = replace(HELD, camera_offset_us=offset_us)
            announced = chain.chunk(begun_us + minute * 60 * SECOND, clock=told)
            assert chunks.announce(connection, [announced]) == ["appended"]
    found = desk.client.get("/cameras/cam/health").json()["clock"]
    text = found.pop("text")
    assert found.pop("drift_ppm") == pytest.approx(100, abs=1)
    assert 0 < found.pop("drift_error_ppm") < 1
    assert found == {
        "source": "rtcp", "since": clock.format_us(begun_us), "until": clock.format_us(begun_us + 7080 * SECOND),
        "points": 60, "points_left_out": 0, "recorder_synchronised": True,
        "offset_us": 3348_000_000 + 116 * 60 * 100, "drift_s_a_day": 8.64,
        "steps": [
            {"at": clock.format_us(begun_us + 4800 * SECOND), "by_us": 3600 * SECOND + 12_000, "kind": "hours"}
        ],
    }  # fmt: skip
    assert "the camera's own clock was 55 min 49 s ahead (RTCP)." in text[0]
    assert text[1].startswith("It gains 8.6 s a day (100 ± 0.")
    assert "forward by 1 h: whole hours" in text[2]
    spoken = desk.client.get("/cameras/cam/health", headers={"Accept-Language": "id"}).json()["clock"]["text"]
    assert "mendahului 55 menit 49 detik" in spoken[0]


def test_clocks_that_are_off_or_jumped_are_counted_and_named(desk: Desk) -> None:
    told = {
        "well": CameraClock(source="rtcp", offset_us=-40_000),
        "slow": CameraClock(source="rtcp", offset_us=-252_000_000),
        "jumpy": CameraClock(source="rtcp", step_us=3600 * SECOND, step_at_us=clock.now_us() - SECOND),
        "silent": CameraClock(),
    }
    for code in told:
        desk.archive.add_camera(code, "rtsp://192.0.2.1/none")
    known = {
        row["code"]: row["camera_id"] for row in desk.archive.execute("select code, camera_id from camera")
    }

    def report(clocks: dict[str, CameraClock]) -> None:
        with desk.archive.database.transaction() as connection:
            states = [
                CameraStatus(
                    camera_id=known[code], state="recording", reason="", detail="", since_us=clock.now_us(),
                    codec="h264", width=1, height=1, fps=25.0, mbps=1.0, last_frame_us=None, clock=one,
                )
                for code, one in clocks.items()
            ]  # fmt: skip
            status.report(connection, "r1", states)

    report(told)
    report({**told, "jumpy": CameraClock(source="rtcp")})  # by another recorder, which saw no jump
    assert desk.client.get("/fleet").json()["camera_clocks"] == {"off": 1, "stepped": 1}
    found = {
        one.code: (one.values["count"].text("en"), one.values["names"])
        for one in check_fleet(settings_of(desk.archive), desk.archive.database)
        if "camera_clocks" in one.code
    }
    assert found == {
        "doctor_camera_clocks_off": ("1 camera", "slow (-252 s)"),
        "doctor_camera_clocks_stepped": ("1 camera", "jumpy (+3600 s)"),
    }
    metrics = httpx.get(f"{desk.url}/metrics", timeout=30).text
    assert 'saksi_fleet_camera_clocks{state="off"} 1.0' in metrics


def test_a_recorder_tells_what_its_cameras_clocks_show(recorded: Recorded) -> None:
    rows = recorded.archive.execute("select camera_clock, camera_offset_us, clock_step_at from camera_status")
    assert {(row["camera_clock"], row["clock_step_at"]) for row in rows} == {("rtcp", None)}
    assert all(abs(row["camera_offset_us"]) < SECOND for row in rows)
