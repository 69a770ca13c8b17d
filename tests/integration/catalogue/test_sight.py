"""What SQL lets people see, held against the same rules in plain Python over random cities."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue import sight
from tests.integration.recorder.archive import Archive

HOUR_US = 3_600_000_000
START_US = clock.parse_rfc3339("2026-11-01T00:00:00Z", "at")
AGENCIES = ("dishub", "mall", "bank")
# Unit squares side by side: a camera at (place + 0.5, 0.5) stands in area number `place`.
PLACES = (0, 1, 2)


@dataclass(frozen=True)
class City:
    """`cameras`: agency and (from hour, place) moves; `grants`: camera, from hour, to hour, still in force."""

    cameras: list[tuple[str, list[tuple[int, int]]]]
    agencies: set[str] | None
    areas: set[int] | None
    grants: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def sees(self, camera: int, start: int, end: int) -> bool:
        agency, moves = self.cameras[camera]
        if self.agencies and agency in self.agencies:
            return True
        if any(one == camera and live and a <= start and end <= b for one, a, b, live in self.grants):
            return True
        if self.areas is None:
            return False
        return all(self.stood(moves, hour) in self.areas for hour in range(start, end))

    @staticmethod
    def stood(moves: list[tuple[int, int]], hour: int) -> int:
        return [place for since, place in moves if since <= hour][-1]


@st.composite
def cities(draw: st.DrawFn) -> City:
    cameras = []
    for _ in range(draw(st.integers(1, 3))):
        hours = sorted(draw(st.sets(st.integers(1, 9), max_size=2)))
        moves = [(0, draw(st.sampled_from(PLACES)))] + [
            (hour, draw(st.sampled_from(PLACES))) for hour in hours
        ]
        cameras.append((draw(st.sampled_from(AGENCIES)), moves))
    limited = draw(st.sampled_from(["agencies", "areas", "both"]))
    grants = []
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, 8))
        end = draw(st.integers(start + 1, 10))
        grants.append((draw(st.integers(0, len(cameras) - 1)), start, end, draw(st.booleans())))
    return City(
        cameras=cameras,
        agencies=None if limited == "areas" else draw(st.sets(st.sampled_from(AGENCIES))),
        areas=None if limited == "agencies" else draw(st.sets(st.sampled_from(PLACES))),
        grants=grants,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    city=cities(),
    spans=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 8), st.integers(1, 5)), min_size=1),
)
def test_sql_shows_what_the_rules_say(
    archive: Archive, city: City, spans: list[tuple[int, int, int]]
) -> None:
    asked = [(camera % len(city.cameras), start, min(start + length, 10)) for camera, start, length in spans]
    with archive.database.transaction() as connection:
        person, cameras = _build(connection, city)
        given_spans = [(cameras[one], _us(start), _us(end)) for one, start, end in asked]
        shown = sight.seen(connection, person, given_spans)
        assert shown == {span for span, one in zip(given_spans, asked, strict=True) if city.sees(*one)}, city
        connection.rollback()


def test_whoever_is_not_limited_is_not_asked_about(archive: Archive) -> None:
    with archive.database.transaction() as connection:
        assert sight.seen(connection, None, [(1, 0, 1)]) is None


def _us(hour: int) -> int:
    return START_US + hour * HOUR_US


def _build(connection: psycopg.Connection[dict[str, object]], city: City) -> tuple[int, list[int]]:
    def one(statement: str, *values: object) -> int:
        row = connection.execute(statement, values).fetchone()  # type: ignore[call-overload]
        assert row is not None
        return int(next(iter(row.values())))

    ids = {
        code: one(
            "insert into agency (code, name, category) values (%s, %s, 'other') on conflict (code)"
            " do update set name = excluded.name returning agency_id", code, code,
        )
        for code in AGENCIES
    }  # fmt: skip
    areas = {
        place: one(
            "insert into area (code, name, boundary, geojson) values (%s, 'x', %s::text::polygon, '{}')"
            " returning area_id",
            f"a{place}", f"(({place},0),({place + 1},0),({place + 1},1),({place},1))",
        )
        for place in PLACES
    }  # fmt: skip
    cameras = []
    for number, (agency, moves) in enumerate(city.cameras):
        camera = one(
            "insert into camera (code, name, agency_id, source_sealed, source_masked) values (%s, 'x', %s, '', '')"
            " returning camera_id", f"c{number}", ids[agency],
        )  # fmt: skip
        cameras.append(camera)
        ends = [since for since, _ in moves[1:]] + [None]
        for (since, place), end in zip(moves, ends, strict=True):
            until = "infinity" if end is None else clock.from_us(_us(end))
            connection.execute(
                "insert into camera_place (camera_id, valid_from, valid_to, lat, lon) values (%s, %s, %s, 0.5, %s)",
                (camera, clock.from_us(_us(since)), until, place + 0.5),
            )
    person = one(
        "insert into person (name, password_hash, role, agency_ids, area_ids) values ('p', '', 'investigator', %s, %s)"
        " returning person_id",
        None if city.agencies is None else [ids[code] for code in city.agencies],
        None if city.areas is None else [areas[place] for place in city.areas],
    )
    case = one(
        "insert into case_file (code, number, title, opened_by, opened_at) values ('k', 'k', 'k', %s, now())"
        " returning case_id",
        person,
    )
    for number, start, end, live in city.grants:
        grant = one(
            "insert into sight_grant (case_id, person_id, from_at, to_at, reason, given_by, given_at, expires_at)"
            " values (%s, %s, %s, %s, 'x', %s, now() - interval '2 hour', now() + %s * interval '1 hour')"
            " returning grant_id",
            case, person, clock.from_us(_us(start)), clock.from_us(_us(end)), person, 1 if live else -1,
        )  # fmt: skip
        connection.execute("insert into sight_grant_camera values (%s, %s)", (grant, cameras[number]))
    return person, cameras
