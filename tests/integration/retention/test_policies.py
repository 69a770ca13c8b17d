"""Versions of retention policies: which are in force when, and what they mean for a camera."""

from __future__ import annotations

import hashlib
import json

import pytest

from saksi import clock
from saksi.catalogue.database import Database
from saksi.catalogue.places import CATEGORIES
from saksi.errors import NotFound
from saksi.retention import policies
from tests.integration.catalogue.chains import add_camera

DAY_US = 86_400_000_000


def test_a_new_archive_has_a_default_and_limits_of_every_class(database: Database) -> None:
    with database.transaction() as connection:
        camera_id = add_camera(connection)
        found = policies.in_force(connection, clock.now_us())
        one = policies.of_cameras(connection, clock.now_us())[camera_id]
        default, limit = policies.get(connection, one.policy_id), policies.get(connection, one.limit_id)
    told = [json.loads(line) for line in found.lines]
    assert sorted(line["subject"] for line in told) == sorted((*CATEGORIES, ""))
    assert found.count == len(CATEGORIES) + 1
    assert found.sha256 == hashlib.sha256(b"\n".join(found.lines) + b"\n").digest()
    assert (one.keep_us, one.min_us, one.max_us) == (30 * DAY_US, 7 * DAY_US, 365 * DAY_US)
    assert (default.scope, limit.scope, limit.subject) == ("default", "class", "city")
    assert default.effective_us == policies.BEGINNING_US
    assert default.proposed_by is None


def test_what_is_in_force_changes_with_a_version_and_never_for_the_past(database: Database) -> None:
    now_us = clock.now_us()
    with database.transaction() as connection:
        add_camera(connection)
        before = policies.in_force(connection, now_us)
        for state, shift_us in (("accepted", DAY_US), ("proposed", 0)):
            connection.execute(
                """insert into retention_policy
                   (scope, keep_us, basis, effective_at, state, proposed_at, decided_at, shortens)
                   values ('default', %(keep)s, 'Perwali', %(at)s, %(state)s, now(), %(decided)s, false)""",
                {
                    "keep": 40 * DAY_US,
                    "at": clock.from_us(now_us + shift_us),
                    "state": state,
                    "decided": clock.now() if state == "accepted" else None,
                },
            )
        assert policies.in_force(connection, now_us + DAY_US - 1) == before
        after = policies.in_force(connection, now_us + DAY_US)
        kept = [one.keep_us for one in policies.of_cameras(connection, now_us + DAY_US).values()]
    assert after.sha256 != before.sha256
    assert after.count == before.count
    assert b"Perwali" in b"".join(after.lines)
    assert kept == [40 * DAY_US]


def test_a_version_that_is_not_there_is_named(database: Database) -> None:
    with database.transaction() as connection, pytest.raises(NotFound, match="77777"):
        policies.get(connection, 77777)
