"""A demo city that others may reach: its media come through the API, and pages by any name of the machine play."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from saksi import clock
from saksi.embedded.running import running_endpoints
from saksi.objects.store import ObjectStore
from tests.acceptance.city import City, cameras, coverage_end, packet_digests

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(servers_folder: Path, simcam_clips: Path) -> Iterator[City]:
    """Listening at every address of this machine."""
    running = City(
        servers_folder / "elsewhere", SAKSI_SIMCAM_CACHE=str(simcam_clips), SAKSI_CHUNK_SECONDS="5",
        SAKSI_HOST="0.0.0.0",
    )  # fmt: skip
    try:
        running.wait_until_ready(80)
        yield running
    finally:
        running.stop()


def test_media_come_from_where_the_page_comes_from(city: City) -> None:
    assert any("Media go through the API" in line for line in city.lines)
    with city.client() as here:
        port = urlsplit(str(here.base_url)).port
        origin = f"http://127.0.0.2:{port}"  # another address than the store listens at
        with httpx.Client(base_url=f"{origin}/api/v1", headers=here.headers, timeout=30) as client:
            camera = cameras(client)[0]
            since = clock.format_us(clock.now_us() - 60_000_000)
            deadline = time.monotonic() + 60
            while (until := coverage_end(client, camera, since, clock.format_us(clock.now_us()))) is None:
                assert time.monotonic() < deadline, "no footage"
                time.sleep(0.5)
            window = {"from": since, "to": until}
            ticket = client.post(f"/cameras/{camera}/ticket", params=window).json()["url"]
            playlist = client.get(ticket).text
            parts = [line for line in playlist.splitlines() if line and not line.startswith("#")]
            assert parts
            for part in parts:
                address = urljoin(ticket, part)
                assert address.startswith(f"{origin}/api/v1/tickets/"), part
                answer = httpx.get(address, headers={"Range": "bytes=4-7"}, timeout=30, follow_redirects=True)
                assert answer.url.path.startswith("/api/v1/media/")
                assert (answer.status_code, answer.content) == (206, b"ftyp")
            assert len(packet_digests(ticket)) > 25
            assert "127.0.0.1" not in client.get("/").headers.get("content-security-policy", "")
            camera = {"id": "own", "name": "x", "agency": "polresta", "lat": -1.2, "lon": 116.8}
            own = {**camera, "source": f"rtsp://127.0.0.1:{urlsplit(origin).port}/x"}
            refused = client.post("/cameras", json=own)
            assert (refused.status_code, refused.json()["code"]) == (422, "camera_address_refused")


def test_pages_by_either_name_of_the_machine_may_read_the_store(city: City) -> None:
    with city.client() as client:
        port = urlsplit(str(client.base_url)).port
    found = running_endpoints(city.data)
    store = ObjectStore(found.s3_url, found.s3_access_key, found.s3_secret_key, "saksi")
    store.put("note", b"footage", sha256=hashlib.sha256(b"footage").digest())
    address = store.presign("note", seconds=60)
    store.close()
    for name, allowed in (("127.0.0.1", True), ("localhost", True), ("elsewhere.example", False)):
        origin = f"http://{name}:{port}"
        answer = httpx.get(address, headers={"Origin": origin, "Range": "bytes=0-3"}, timeout=30)
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed, name
