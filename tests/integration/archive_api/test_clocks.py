"""What is known of time: of chunks and instants, and of the clock of a camera."""

from __future__ import annotations

from dataclasses import replace

from saksi import clock
from saksi.catalogue import chunks
from saksi.custody.chain import ClockEvidence
from tests.integration.archive_api.conftest import Desk
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
    assert (nothing.status_code, nothing.json()["code"]) == (404, "no_footage")
    with desk.signed_in("auditor", "auditor") as other:
        assert other.get("/cameras/cam/time", params={"at": at}).status_code == 403
