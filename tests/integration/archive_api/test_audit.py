"""What is looked at and what is changed leaves a row, in every case and with nothing half done."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.archive_api.conftest import Desk, Recorded


def test_every_part_of_a_clip_that_leaves_is_written_down(recorded: Recorded, client: httpx.Client) -> None:
    before = recorded.archive.execute("select coalesce(max(audit_id), 0) as last from audit")[0]["last"]
    url, asked = "/cameras/corner/clip.mp4", {"params": recorded.window}
    assert client.head(url, **asked).status_code == 200
    size = len(client.get(url, **asked).content)
    assert client.get(url, **asked, headers={"Range": "bytes=1-"}).status_code == 206
    assert client.get(url, **asked, headers={"Range": "bytes=100-199"}).status_code == 206
    assert client.get(url, **asked, headers={"Range": f"bytes={size}-"}).status_code == 416
    rows = recorded.archive.execute(
        f"select object from audit where audit_id > {before} and action = 'clip' order by audit_id"
    )
    parts = [(row["object"]["first"], row["object"]["last"]) for row in rows]
    assert parts == [(0, size - 1), (1, size - 1), (100, 199)]
    assert {row["object"]["camera"] for row in rows} == {"corner"}


_GATE = {"name": "Gate", "agency": "dishub", "source": "rtsp://127.0.0.1/x", "lat": -1.2, "lon": 116.8}
_RING = [[116.8, -1.3], [116.9, -1.3], [116.9, -1.2], [116.8, -1.3]]


@pytest.mark.parametrize(
    ("path", "body", "table"),
    [
        ("/cameras", _GATE, "camera"),
        ("/agencies", {"name": "Mal", "category": "mall"}, "agency"),
        ("/sites", {"name": "Kantor", "agency": "dishub"}, "site"),
        ("/areas", {"name": "Pusat", "geometry": {"type": "Polygon", "coordinates": [_RING]}}, "area"),
    ],
)
def test_what_cannot_be_written_down_is_not_added(desk: Desk, path: str, body: dict, table: str) -> None:
    count = f"select count(*) as n from {table}"
    before = desk.archive.execute(count)
    _break_the_audit(desk)
    assert desk.client.post(path, json=body).status_code >= 500
    assert desk.archive.execute(count) == before


def test_what_cannot_be_written_down_is_not_changed(desk: Desk) -> None:
    assert desk.client.post("/cameras", json=_GATE).status_code == 201
    stands = "select c.*, p.lat, p.lon, p.valid_from from camera c join camera_place p using (camera_id)"
    before = desk.archive.execute(stands)
    _break_the_audit(desk)
    change = {"name": "Other", "lat": -1.3, "source": "rtsp://127.0.0.1/y", "enabled": False}
    assert desk.client.patch("/cameras/gate", json=change).status_code >= 500
    assert desk.archive.execute(stands) == before


def _break_the_audit(desk: Desk) -> None:
    desk.archive.execute(
        "create function no_audit() returns trigger language plpgsql as $$ begin raise 'no'; end $$;"
        " create trigger no_audit before insert on audit for each row execute function no_audit()"
    )
