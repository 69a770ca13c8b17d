"""Figures of incidents beside the cameras, held against plain Python over a city made at random."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from saksi import clock
from tests.integration.archive_api.conftest import SECOND, Desk

HOUR = 3600 * SECOND
BEGIN_US = clock.parse_rfc3339("2026-01-01T00:00:00Z", "from")
END_US = clock.parse_rfc3339("2026-02-01T00:00:00Z", "to")
WINDOW = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
NORTH = [[116.80, -1.255], [116.90, -1.255], [116.90, -1.20], [116.80, -1.20], [116.80, -1.255]]
FOR_EVER_US = clock.parse_rfc3339("2090-01-01T00:00:00Z", "to")
Place = tuple[int, int, int, float, float]  # camera, from, to, lat, lon
Stretch = tuple[int, int, int]  # camera, from, to


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An incident as it was put in."""

    incident: int
    at_us: int
    lat: float
    lon: float
    accuracy_m: float


@dataclass(frozen=True, kw_only=True)
class City:
    """Cameras that stand, move, stop and go on, and what happened around them."""

    desk: Desk
    places: list[Place]
    stretches: list[Stretch]
    happened: list[Happened]

    def recorded(self, one: Happened, radius_m: float) -> bool:
        """Whether a camera that stood near then has footage of it."""
        near = {
            camera
            for camera, since, until, lat, lon in self.places
            if since <= one.at_us < until and metres(lat, lon, one.lat, one.lon) <= radius_m
        }
        return any(camera in near and start <= one.at_us < end for camera, start, end in self.stretches)


def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Distance by the spherical law of cosines, another formula than the catalogue's."""
    p, q = math.radians(lat), math.radians(to_lat)
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(math.radians(to_lon - lon))
    return 6_371_008.8 * math.acos(min(1.0, cosine))


@pytest.fixture
def city(desk: Desk) -> City:
    """Thirty cameras in three streets, a seventh of which move; stretches overlap where two runs held a camera."""
    dice = random.Random(11)
    desk.archive.execute(
        "insert into camera (code, name, agency_id, source_sealed, source_masked)"
        " select 'c' || n, 'Kamera', agency_id, 'x', 'x' from agency, generate_series(1, 30) n"
        " where agency.code = 'dishub'"
    )
    ids = [
        row["camera_id"] for row in desk.archive.execute("select camera_id from camera order by camera_id")
    ]
    runs = {camera: [_run(desk, camera, n) for n in range(2)] for camera in ids}
    places: list[Place] = []
    stretches: list[Stretch] = []
    for number, camera in enumerate(ids):
        moved_us = dice.randrange(BEGIN_US, END_US) if number % 7 == 0 else FOR_EVER_US
        places.append((camera, BEGIN_US - HOUR, moved_us, *_somewhere(dice)))
        if moved_us < FOR_EVER_US:
            places.append((camera, moved_us, FOR_EVER_US, *_somewhere(dice)))
        for run in runs[camera]:
            at_us = BEGIN_US + dice.randrange(48) * HOUR
            while at_us < END_US:
                end_us = at_us + dice.randrange(1, 60 if run == runs[camera][0] else 20) * HOUR
                stretches.append((camera, at_us, end_us))
                desk.archive.execute(
                    "insert into coverage_run (camera_id, start_at, end_at, run_no) values (%s, %s, %s, %s)",
                    camera, clock.from_us(at_us), clock.from_us(end_us), run,
                )  # fmt: skip
                at_us = end_us + dice.randrange(1, 200) * HOUR
    for camera, since, until, lat, lon in places:
        desk.archive.execute(
            "insert into camera_place (camera_id, valid_from, valid_to, lat, lon) values (%s, %s, %s, %s, %s)",
            camera, clock.from_us(since), clock.from_us(until), lat, lon,
        )  # fmt: skip
    happened = [
        Happened(
            incident=n + 1,
            at_us=dice.randrange(BEGIN_US, END_US),
            lat=(at := _somewhere(dice))[0],
            lon=at[1],
            accuracy_m=dice.choice([10.0, 50.0, 500.0]),
        )
        for n in range(300)
    ]
    for one in happened:
        desk.archive.execute(
            "insert into incident (incident_id, version, kind, from_at, to_at, lat, lon, accuracy_m,"
            " entered_by, entered_at)"
            " select %s, 1, 'begal', %s, %s, %s, %s, %s, person_id, now() from person where name = 'admin'",
            one.incident, at := clock.from_us(one.at_us), at, one.lat, one.lon, one.accuracy_m,
        )  # fmt: skip
    body = {"id": "north", "name": "Utara", "geometry": {"type": "Polygon", "coordinates": [NORTH]}}
    assert desk.client.post("/areas", json=body).status_code == 201
    return City(desk=desk, places=places, stretches=stretches, happened=happened)


def _somewhere(dice: random.Random) -> tuple[float, float]:
    return -1.25 - dice.randrange(3) / 100 - dice.random() / 2000, 116.85 + dice.random() / 100


def _run(desk: Desk, camera: int, number: int) -> int:
    zeros = b"\0" * 32
    (row,) = desk.archive.execute(
        "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end)"
        " values (gen_random_uuid(), %s, %s, 'r', 'start', %s, '2026-01-01', %s, %s, '2026-01-01') returning run_no",
        camera, number, zeros, zeros, zeros,
    )  # fmt: skip
    run: int = row["run_no"]
    return run


def got(city: City, path: str, **params: object) -> dict[str, Any]:
    answer = city.desk.client.get(f"/incidents/{path}", params={**WINDOW, **params})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_figures_are_what_plain_python_counts(city: City) -> None:
    """Blind spots, hours, cells and points of one city: to make it takes longer than all of them."""
    for radius_m in (60.0, 150.0, 400.0):
        judged = [one for one in city.happened if one.accuracy_m <= radius_m]
        blind = {one.incident for one in judged if not city.recorded(one, radius_m)}
        found = got(city, "blind-spots", radius_m=radius_m, limit=500)
        assert {item["incident"] for item in found["items"]} == blind
        assert (found["blind"], found["place_vague"]) == (len(blind), 300 - len(judged))
        assert 0 < len(blind) < len(judged)
    _nearest_and_why(city)
    _by_hour(city)
    _cells(city)
    _points(city)


def _nearest_and_why(city: City) -> None:
    by_id = {one.incident: one for one in city.happened}
    codes = {
        row["camera_id"]: row["code"]
        for row in city.desk.archive.execute("select camera_id, code from camera")
    }
    found = got(city, "blind-spots", radius_m=100, limit=500)["items"]
    for item in found:
        one = by_id[item["incident"]]
        away = {
            codes[camera]: metres(lat, lon, one.lat, one.lon)
            for camera, since, until, lat, lon in city.places
            if since <= one.at_us < until
        }
        assert item["nearest"]["distance_m"] == pytest.approx(min(away.values()), abs=0.2)
        near = sum(distance <= 100 for distance in away.values())
        assert item["cameras"] == near
        assert item["why"] == ("not_recording" if near else "none_near")
    layer = got(city, "blind-spots", radius_m=100, limit=500, format="geojson")
    assert [one["properties"]["incident"] for one in layer["features"]] == [
        item["incident"] for item in found
    ]
    first = got(city, "blind-spots", radius_m=100, limit=20)
    second = got(city, "blind-spots", radius_m=100, limit=20, cursor=first["next"])
    assert first["items"] + second["items"] == found[:40]
    known = next(item for item in found if item["why"] == "not_recording")
    at = clock.from_us(by_id[known["incident"]].at_us)
    city.desk.archive.execute(
        "insert into outage (camera_id, start_at, reason, recorder)"
        " select camera_id, %s, 'auth_failed', 'r' from camera where code = %s",
        at, known["nearest"]["camera"],
    )  # fmt: skip
    told = got(city, "blind-spots", radius_m=100, limit=500)["items"]
    assert next(item for item in told if item["incident"] == known["incident"])["why"] == "auth_failed"


def _by_hour(city: City) -> None:
    def local(one: Happened) -> int:
        return (clock.from_us(one.at_us).hour + 8) % 24

    north = [one for one in city.happened if one.lat > -1.255]
    areas = {one["area"]: one for one in got(city, "hours", radius_m=100)["items"]}
    assert {area: one["incidents"] for area, one in areas.items()} == {
        "north": len(north),
        None: 300 - len(north),
    }
    counted = Counter(local(one) for one in north)
    seen = Counter(local(one) for one in north if one.accuracy_m <= 100 and city.recorded(one, 100))
    assert {row["hour"]: row["incidents"] for row in areas["north"]["hours"]} == counted
    assert {row["hour"]: row["recorded"] for row in areas["north"]["hours"] if row["recorded"]} == seen
    (only,) = got(city, "hours", radius_m=100, area="north")["items"]
    assert [row["incidents"] for row in only["hours"]] == [
        row["incidents"] for row in areas["north"]["hours"]
    ]
    weekly = got(city, "hours", by="weekday_hour", bbox="-2,116,-1,117")["items"][0]["hours"]
    assert sum(row["incidents"] for row in weekly) == 300
    assert {row["weekday"] for row in weekly} == set(range(1, 8))


def _cells(city: City) -> None:
    found = got(city, "hotspots", cell_m=200, limit=500)
    exact = [one for one in city.happened if one.accuracy_m <= 100]
    assert sum(item["incidents"] for item in found["items"]) == len(exact) == 300 - found["place_vague"]
    for item in found["items"]:
        south, west, north, east = item["bbox"]
        held = [one for one in exact if south <= one.lat < north and west <= one.lon < east]
        assert abs(len(held) - item["incidents"]) <= 1, (
            "an incident on the very edge, whose degrees are rounded"
        )
        assert metres(south, west, north, west) == pytest.approx(200, rel=1e-3)
        assert metres(south, west, south, east) == pytest.approx(200, rel=1e-3)
        assert item["per_month"]["low"] < item["per_month"]["rate"] < item["per_month"]["high"]
    layer = got(city, "hotspots", cell_m=200, limit=500, format="geojson")
    assert [one["properties"] for one in layer["features"]] == found["items"]


def _points(city: City) -> None:
    found = got(city, "patrols", hours="20-04", n=8, radius_m=150)
    shift = {20, 21, 22, 23, 0, 1, 2, 3}
    inside = [
        one
        for one in city.happened
        if one.accuracy_m <= 150 and (clock.from_us(one.at_us).hour + 8) % 24 in shift
    ]
    assert (found["considered"], found["hours"]) == (len(inside), [20, 21, 22, 23, 0, 1, 2, 3])
    left = inside
    for item in found["items"]:
        held = [one for one in left if metres(item["lat"], item["lon"], one.lat, one.lon) <= 150]
        assert abs(len(held) - item["incidents"]) <= 1, "one on the very edge, of a plane and of a sphere"
        left = [one for one in left if one not in held]
    counts = [item["incidents"] for item in found["items"]]
    assert counts == sorted(counts, reverse=True)
    assert found["covered"] == sum(counts)
    fullest = got(city, "patrols", n=1)
    sums = [
        sum(one["incidents"] for one in fullest["by_hour"] if (one["hour"] - start) % 24 < 4)
        for start in range(24)
    ]
    assert sums[fullest["hours"][0]] == max(sums)
    refused = city.desk.client.get("/incidents/patrols", params={**WINDOW, "hours": "night"})
    assert (refused.status_code, refused.json()["code"]) == (422, "shift_malformed")


def test_what_is_too_little_says_so_and_a_limited_person_hears_of_their_cameras_only(desk: Desk) -> None:
    body = {
        "id": "c",
        "name": "C",
        "agency": "dishub",
        "source": "rtsp://127.0.0.1/x",
        "lat": -1.25,
        "lon": 116.85,
    }
    assert desk.client.post("/cameras", json=body).status_code == 201
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    happened = {"kind": "begal", "at": "2026-01-05T20:00:00Z", "lat": -1.25, "lon": 116.85, "accuracy_m": 20}
    assert desk.client.post("/incidents", json=happened).status_code == 201
    span = {**happened, "at": "2026-01-05T20:00:00Z", "to": "2026-01-06T04:00:00Z"}
    assert desk.client.post("/incidents", json=span).status_code == 201
    with (
        desk.signed_in("ani", "investigator", agencies=["mall"]) as ani,
        desk.signed_in("pat", "auditor") as auditor,
    ):
        for client, nearest in ((desk.client, "c"), (ani, None), (auditor, "c")):
            answer = client.get("/incidents/blind-spots", params=WINDOW).json()
            assert answer["all_cameras"] is (client is not ani)
            assert answer["enough"] is False
            cameras = [item["nearest"] and item["nearest"]["camera"] for item in answer["items"]]
            assert cameras == [nearest, nearest]
    hours = desk.client.get("/incidents/hours", params=WINDOW).json()["items"]
    assert [(one["incidents"], one["time_vague"], len(one["hours"]), one["enough"]) for one in hours] == [
        (2, 1, 1, False)
    ]
    now_us = clock.now_us()
    lately = {
        "from": clock.format_us(now_us - 2 * 86_400_000_000),
        "to": clock.format_us(now_us + 90 * 86_400_000_000),
    }
    for path in ("hours", "hotspots", "patrols"):
        told = desk.client.get(f"/incidents/{path}", params=lately).json()
        assert told["days"] == 2, "days to come have no incidents yet, and no part in a rate"
    ahead = {"from": lately["to"], "to": clock.format_us(now_us + 91 * 86_400_000_000)}
    assert desk.client.get("/incidents/hotspots", params=ahead).json()["code"] == "incident_future"
    empty = {"from": "2025-01-01T00:00:00Z", "to": "2025-02-01T00:00:00Z"}
    for path in ("hours", "hotspots", "blind-spots", "patrols"):
        answer = desk.client.get(f"/incidents/{path}", params=empty)
        assert (answer.status_code, answer.json()["items"]) == (200, []), answer.text
