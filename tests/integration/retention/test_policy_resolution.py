"""What the database resolves for cameras, and what it calls shorter, is what a plain model of the rules says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue.database import Connection, Database
from saksi.errors import BadInput
from saksi.retention import policies, policy_preview
from saksi.retention.policy_change import Change, resolved
from tests.integration.retention.policies_desk import CAMERAS, DAY_US, Desk

NOW_US = clock.now_us()
AGENCY = {camera: agency for camera, agency, _ in CAMERAS}
SITE = {camera: site for camera, _, site in CAMERAS}
CLASS = {"dishub": "transport", "bank": "bank"}
SUBJECTS = {
    "default": [""], "agency": ["dishub", "bank"], "site": ["terminal"], "camera": [one for one, *_ in CAMERAS],
    "class": ["transport", "bank"],
}  # fmt: skip
START = {"default": (30, None, None), "class": (None, 7, 365)}


@dataclass(frozen=True)
class Version:
    """A row: days, and the day from now on which it takes effect."""

    scope: str
    subject: str
    keep: int | None
    least: int | None
    most: int | None
    day: int
    state: str = "accepted"


@st.composite
def versions(draw: st.DrawFn, state: str | None = None) -> Version:
    scope = draw(st.sampled_from(sorted(SUBJECTS)))
    least = draw(st.integers(0, 60)) if scope == "class" else None
    inherits = st.just(30) if scope == "default" else st.none()
    return Version(
        scope=scope,
        subject=draw(st.sampled_from(SUBJECTS[scope])),
        keep=None if scope == "class" else draw(st.one_of(st.integers(1, 90), inherits)),
        least=least,
        most=None if least is None else least + draw(st.integers(1, 60)),
        day=draw(st.integers(1, 6)),
        state=state or draw(st.sampled_from(["accepted", "accepted", "accepted", "proposed", "withdrawn"])),
    )  # fmt: skip


def newest(rows: list[Version], scope: str, subject: str, day: int) -> Version | None:
    """The last of those with the latest day that has come: rows stand in the order in which they were added."""
    found = [one for one in rows if (one.scope, one.subject) == (scope, subject) and one.day <= day]
    return max(enumerate(found), key=lambda pair: (pair[1].day, pair[0]))[1] if found else None


def model(rows: list[Version], camera: str, day: int) -> int:
    """Days for which a camera is kept."""
    rows = [one for one in rows if one.state == "accepted"]
    keep = START["default"][0]
    chain = (("default", ""), ("agency", AGENCY[camera]), ("site", SITE[camera]), ("camera", camera))
    for scope, subject in chain:
        found = None if subject is None else newest(rows, scope, subject, day)
        if found is not None and found.keep is not None:
            keep = found.keep
    limit = newest(rows, "class", CLASS[AGENCY[camera]], day)
    _, least, most = START["class"] if limit is None else (None, limit.least, limit.most)
    assert keep is not None
    assert least is not None
    assert most is not None
    return max(least, min(most, keep))


def insert(connection: Connection, one: Version) -> None:
    values: dict[str, Any] = {
        "scope": one.scope, "subject": one.subject, "state": one.state, "at": clock.from_us(NOW_US + one.day * DAY_US),
        "keep": None if one.keep is None else one.keep * DAY_US,
        "least": None if one.least is None else one.least * DAY_US,
        "most": None if one.most is None else one.most * DAY_US,
    }  # fmt: skip
    connection.execute(
        """insert into retention_policy (scope, agency_id, site_id, camera_id, category, keep_us, min_us, max_us, basis,
                                         effective_at, state, proposed_at, decided_at, shortens)
           values (%(scope)s, (select agency_id from agency where %(scope)s = 'agency' and code = %(subject)s),
                   (select site_id from site where %(scope)s = 'site' and code = %(subject)s),
                   (select camera_id from camera where %(scope)s = 'camera' and code = %(subject)s),
                   case when %(scope)s = 'class' then %(subject)s end, %(keep)s, %(least)s, %(most)s, 'x',
                   %(at)s, %(state)s, now(), case when %(state)s <> 'proposed' then now() end, false)""",
        values,
    )


def changed(connection: Connection, one: Version) -> Change:
    lengths = {
        name: None if days is None else days * DAY_US
        for name, days in (("keep_us", one.keep), ("min_us", one.least), ("max_us", one.most))
    }
    change = Change(
        scope=one.scope, subject=one.subject, basis="x", effective_us=NOW_US + one.day * DAY_US, **lengths
    )
    return resolved(connection, None, change)


def fits(rows: list[Version], one: Version) -> bool:
    """Whether the classes that it reaches let it."""
    reached = CLASS.values() if one.scope == "default" else [
        CLASS[AGENCY[camera]] for camera, agency, site in CAMERAS if one.subject in (camera, agency, site)
    ]  # fmt: skip
    accepted = [row for row in rows if row.state == "accepted"]
    inside = []
    for category in reached:
        limit = newest(accepted, "class", category, one.day)
        least, most = (7, 365) if limit is None else (limit.least, limit.most)
        assert least is not None
        assert most is not None
        inside.append(one.keep is None or one.scope == "class" or least <= one.keep <= most)
    return any(inside) if one.scope == "default" else all(inside)


def test_the_database_resolves_as_the_rules_say(database: Database) -> None:
    Desk.of(database)
    with database.transaction() as connection:
        known = connection.execute("select code, camera_id from camera").fetchall()
    ids = {row["code"]: row["camera_id"] for row in known}

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(versions(), max_size=14), versions(state="accepted"))
    def holds(rows: list[Version], new: Version) -> None:
        with database.transaction() as connection, connection.transaction() as moment:
            for one in rows:
                insert(connection, one)
            for day in range(7):
                found = policies.of_cameras(connection, NOW_US + day * DAY_US)
                told = {code: found[ids[code]].keep_us // DAY_US for code in ids}
                assert told == {code: model(rows, code, day) for code in ids}
            change = changed(connection, new)
            try:
                shown = policy_preview.make(connection, change).told
            except BadInput:
                assert not fits(rows, new)
            else:
                assert fits(rows, new)
                shorter = {
                    code
                    for code in ids
                    if any(
                        model([*rows, new], code, day) < model(rows, code, day) for day in range(new.day, 7)
                    )
                }
                assert {line["camera"] for line in shown["cameras"]} == shorter
                assert shown["shortens"] or not shorter
            raise psycopg.Rollback(moment)

    holds()
