"""The store's space as the catalogue tells it: growth, pressure, quotas, alarms and admission on a real database."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import chunks, seals
from saksi.catalogue.database import Database
from saksi.errors import BadInput, Full
from saksi.retention import admission, alarms, figures, growth, pressure, quotas, watch
from saksi.retention.capacity import Room
from saksi.retention.findings import findings
from saksi.retention.pressure import Demand
from saksi.settings import Settings
from tests.integration.catalogue.chains import RECORDER, SECOND, Chain, add_camera, enrol
from tests.integration.retention.stock import DAY_US, HOUR_BYTES, add_agency, add_hold, add_stock

NOW = clock.now_us() // 3_600_000_000 * 3_600_000_000 + 60 * SECOND
HOUR_US = 3_600_000_000


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder, s3_url="http://store:9000", **more)


def test_what_is_sealed_is_counted_by_day_and_waits_for_its_entry(database: Database) -> None:
    midnight = (NOW - 20 * DAY_US) // DAY_US * DAY_US
    with database.transaction() as connection:
        enrol(connection)
        add_camera(connection)
        chain = Chain("cam", midnight - 60 * SECOND)
        made = [chain.chunk(midnight + shift * SECOND) for shift in (-60, -50, 0, 3600)]
        run_no = chunks.open_run(connection, chain.opening)
        chunks.announce(connection, made)
        chunks.stored(connection, [(one.entry.run, one.entry.seq) for one in made])
        seals.seal_early(connection, RECORDER, run_no)
        days = connection.execute("select bytes, covered_us from recorded_day order by day").fetchall()
        assert [(row["bytes"], row["covered_us"]) for row in days] == [(2000, 20 * SECOND)] * 2
        before = growth.archive(connection, NOW)
        assert (before.footage, sum(one.waiting for one in before.bins)) == (4000, 4000)
        assert pressure.takeable(before) == 0
        connection.execute("delete from seal_owed")
        assert pressure.takeable(growth.archive(connection, NOW)) == 4000
        connection.execute(
            "insert into chunk_pending (run_no, seq, camera_id, start_at, end_at)"
            " select run_no, seq, camera_id, start_at, start_at from chunk where seq = 4"
        )
        assert pressure.takeable(growth.archive(connection, NOW)) == 3000


def test_a_plan_is_wanted_when_too_much_is_there_and_never_reaches_what_is_held(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction() as connection:
        agency_id = add_agency(connection, "dishub")
        camera_id = add_stock(connection, "gate", agency_id, days=20, now_us=NOW)
        other_id = add_stock(connection, "pier", agency_id, days=20, now_us=NOW)
        held_us = NOW - 15 * DAY_US
        add_hold(connection, camera_id, held_us, held_us + 60 * SECOND)  # touches a single hour
        found = growth.archive(connection, NOW)
        held = [one for one in found.bins if one.held]
        assert [(one.camera_id, one.held) for one in held] == [(camera_id, HOUR_BYTES)]
        everything = pressure.plan(found, [Demand(bytes=10**12, why="store")])
        assert everything.bytes == (2 * 13 * 24 - 1) * HOUR_BYTES
        assert everything.total_left.held == HOUR_BYTES
        assert everything.total_left.words("en") == [
            "1,000,000 bytes are held as evidence",
            "336,000,000 bytes are younger than the legal minimum",
        ]
        assert all(
            NOW - 7 * DAY_US - HOUR_US < cutoff <= NOW - 7 * DAY_US for cutoff in everything.cutoffs.values()
        )

        footage = found.footage
        tight = settings(tmp_path, store_capacity_bytes=footage, early_purge=True)
        made = pressure.wanted(connection, tight, NOW)
        assert made is not None
        # From 100 % to five points under the high water of 90 %, off both cameras alike.
        assert made.asked == footage - int(footage * 0.85)
        assert made.asked <= made.bytes < made.asked + 2 * HOUR_BYTES
        assert set(made.cutoffs) == {camera_id, other_id}
        assert made.cutoffs[other_id] == pytest.approx(made.cutoffs[camera_id], abs=2 * HOUR_US)
        assert pressure.wanted(connection, tight.model_copy(update={"early_purge": False}), NOW) is None
        slip = tight.model_copy(update={"store_capacity_bytes": footage - 1})
        assert pressure.wanted(connection, slip, NOW) is None  # nothing is purged for a slip in a setting
        roomy = tight.model_copy(update={"store_capacity_bytes": 2 * footage})
        assert pressure.wanted(connection, roomy, NOW) is None
        connection.execute(
            "insert into purge_run (kind, state, noticed_at, due_at) values ('pressure', 'noticed', now(), now())"
        )
        assert pressure.wanted(connection, tight, NOW) is None  # one is under way


def test_quotas_have_a_history_and_bad_ones_change_nothing(database: Database) -> None:
    with database.transaction() as connection:
        mine, other = add_agency(connection, "dishub"), add_agency(connection, "mall", "mall")
        row = connection.execute(
            "insert into person (name, password_hash, role) values ('budi', 'x', 'records_officer') returning person_id"
        ).fetchone()
        assert row is not None

        def put(**given: Any) -> quotas.Quota | None:
            values = {"agency": "dishub", "size": None, "days": None, "reason": "", "scope": None, **given}
            return quotas.put(connection, person_id=row["person_id"], **values)

        for bad, code in (
            ({"size": 0}, "quota_not_positive"), ({"size": -5}, "quota_not_positive"),
            ({"days": 0}, "quota_not_positive"), ({"days": 4000}, "quota_not_positive"),
            ({"agency": "polisi", "size": 5}, "agency_unknown"),
            ({"agency": "mall", "size": 5, "scope": [mine]}, "agency_unknown"), ({}, "quota_none"),
        ):  # fmt: skip
            with pytest.raises(BadInput) as refused:
                put(**bad)
            assert refused.value.code == code, bad
        assert quotas.history(connection, limit=10) == []
        put(size=500, reason="anggaran 2026")
        put(agency="mall", days=3)
        changed = put(size=700, days=4)
        assert changed is not None
        assert (changed.bytes, changed.days, changed.set_by) == (700, 4, "budi")
        assert [one.agency for one in quotas.in_force(connection)] == ["dishub", "mall"]
        assert [one.agency for one in quotas.in_force(connection, [other])] == ["mall"]
        assert put(agency="mall") is None
        assert [one.bytes for one in quotas.history(connection, [mine], limit=10)] == [700, 500]
        add_stock(connection, "gate", mine, days=10, now_us=NOW)
        put(size=10**12, days=4)
        assert quotas.limits(connection, growth.archive(connection, NOW)) == {mine: 4 * 24 * HOUR_BYTES}


def test_over_its_quota_only_that_agency_gives_and_both_alarms_are_on_record(
    database: Database, tmp_path: Path
) -> None:
    chosen = settings(tmp_path, early_purge=True)
    with database.transaction() as connection:
        mine, other = add_agency(connection, "dishub"), add_agency(connection, "mall", "mall")
        camera_id = add_stock(connection, "gate", mine, days=20, now_us=NOW)
        add_stock(connection, "shop", other, days=25, now_us=NOW)
        used = 20 * 24 * HOUR_BYTES
        _quota(connection, mine, used * 105 // 100)
        seen = watch.observe(connection, chosen, NOW)
        assert seen is not None
        assert [(one.kind, one.agency) for one in seen.alarms] == [("quota_near", "dishub")]
        assert pressure.wanted(connection, chosen, NOW) is None
        _quota(connection, mine, used - 30 * HOUR_BYTES)
        made = pressure.wanted(connection, chosen, NOW)
        assert made is not None
        assert (made.why, set(made.cutoffs), made.bytes) == (("dishub",), {camera_id}, 30 * HOUR_BYTES)
        watch.observe(connection, chosen, NOW + SECOND)
        standing = alarms.standing(connection)
        assert [(one.kind, one.agency) for one in standing] == [
            ("early_purge", None),
            ("quota_over", "dishub"),
        ]
        assert [one.kind for one in alarms.past(connection, limit=9)] == ["quota_near"]
        assert [one.agency for one in alarms.standing(connection, [other])] == [None]
        _quota(connection, mine, HOUR_BYTES)  # far more than may go: the minimum stays
        made = pressure.wanted(connection, chosen, NOW)
        assert made is not None
        assert (made.bytes, made.short > 0) == (13 * 24 * HOUR_BYTES, True)


def test_when_nothing_may_go_cameras_are_refused_until_there_is_room_and_nothing_is_deleted(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction() as connection:
        agency_id = add_agency(connection, "dishub")
        camera_id = add_stock(connection, "gate", agency_id, days=20, now_us=NOW)
        hold_id = add_hold(connection, camera_id, NOW - 21 * DAY_US, NOW - 8 * DAY_US)
        footage = growth.archive(connection, NOW).footage
        full = settings(tmp_path, store_capacity_bytes=footage * 105 // 100, early_purge=True)
        admission.check(connection)
        seen = watch.observe(connection, full, NOW)
        assert seen is not None
        assert {one.kind for one in seen.alarms} == {"high_water", "early_purge", "admission"}
        told = next(one.told for one in seen.alarms if one.kind == "admission")
        assert told["held"] == (12 * 24 + 1) * HOUR_BYTES  # the last hour by a minute
        assert told["advice"] == [
            {"camera": "gate", "agency": "dishub", "thin": 12 * HOUR_BYTES, "pause": 24 * HOUR_BYTES}
        ]
        with pytest.raises(Full) as refused:
            admission.check(connection)
        assert "says what each spares" in refused.value.explain("en")[1]
        figures.show(connection)
        assert figures._closed._value.get() == 1
        connection.execute("update legal_hold set release_asked_by = placed_by, release_asked_at = now(),"
                           " release_reason = 'x' where hold_id = %s", (hold_id,))  # fmt: skip
        connection.execute(
            "with p as (insert into person (name, password_hash, role) values ('second', 'x', 'admin')"
            " returning person_id)"
            " update legal_hold set released_by = person_id, released_at = now() from p where hold_id = %s",
            (hold_id,),
        )
        watch.observe(connection, full, NOW + SECOND)
        admission.check(connection)
        assert [one.kind for one in alarms.past(connection, limit=9)] == ["admission"]
        assert growth.archive(connection, NOW).footage == footage
        figures.show(connection)
        assert figures._closed._value.get() == 0


def test_a_full_store_is_told_what_helps_and_what_does_not(database: Database, tmp_path: Path) -> None:
    with database.transaction() as connection:
        agency_id = add_agency(connection, "dishub")
        camera_id = add_stock(connection, "gate", agency_id, days=20, now_us=NOW)
        footage = growth.archive(connection, NOW).footage
        off = settings(tmp_path, store_capacity_bytes=footage * 105 // 100)
        on = off.model_copy(update={"early_purge": True})

        def told(chosen: Settings, language: str = "en") -> dict[str, str]:
            found = findings(watch.look(connection, chosen, NOW), chosen)
            return {one.code: " ".join(one.explain(language)) for one in found}

        assert "with SAKSI_EARLY_PURGE=1" in told(off)["space_high_water"]
        helps = told(on)
        assert list(helps) == ["space_high_water_early", "space_early_purge"]
        assert "announced within minutes" in helps["space_early_purge"]
        watch.observe(connection, on, NOW)
        assert told(off) == helps, "the worker's setting counts, not that of who asks"
        connection.execute(
            "insert into purge_run (kind, state, noticed_at, due_at)"
            " values ('pressure', 'noticed', now(), '2099-12-01T03:00:00Z')"
        )
        assert "from 2099-12-01T" in told(on)["space_early_purge"]
        connection.execute("delete from purge_run")

        add_hold(connection, camera_id, NOW - 21 * DAY_US, NOW - 6 * DAY_US)
        for language, held in (("en", "held as evidence"), ("id", "ditahan sebagai bukti")):
            stuck = told(on, language)["space_high_water_stuck"]
            assert held in stuck
            assert "saksi hold list" in stuck
            assert "SAKSI_EARLY_PURGE" not in stuck
        seen = watch.observe(connection, on, NOW)
        assert seen is not None
        assert "admission" in {one.kind for one in seen.alarms}
        assert list(told(on)) == ["space_high_water_alone", "space_admission"]


def test_what_was_purged_within_the_hour_counts_only_where_the_disk_says_what_is_used(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction() as connection:
        enrol(connection)
        add_camera(connection)
        chain = Chain("cam", NOW - 3 * HOUR_US)
        run_no = chunks.open_run(connection, chain.opening)
        made = [chain.chunk(NOW - 2 * HOUR_US)]
        chunks.announce(connection, made)
        chunks.stored(connection, [(one.entry.run, one.entry.seq) for one in made])
        seals.seal_early(connection, RECORDER, run_no)
        connection.execute(
            """with p as (insert into purge_run (kind, state, noticed_at, due_at)
                          values ('policy', 'running', now(), now()) returning purge_id)
               insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, claimed_at,
                                      gone_at)
               select camera_id, hour, part, purge_id, run_no, '{[1,1]}', '{}', 1, 5000, %(at)s, %(at)s from seal, p""",
            {"at": clock.from_us(NOW)},
        )
        footage = growth.archive(connection, NOW).footage
        full = settings(tmp_path, store_capacity_bytes=footage, early_purge=True)
        seen = watch.observe(connection, full, NOW)
        assert seen is not None
        assert (seen.settling, seen.plan.asked > 0) == (0, True)
        assert "admission" in {one.kind for one in seen.alarms}
        disk = Room(kind="embedded", capacity=4100, used=footage + 3000, free=0, footage=footage)
        assert pressure.settling(connection, disk, NOW) == 3000
        assert pressure.settling(connection, dataclasses.replace(disk, used=footage + 8000), NOW) == 5000
        assert pressure.settling(connection, disk, NOW + 2 * HOUR_US) == 0
        waits = dataclasses.replace(
            seen, room=disk, settling=3000, plan=pressure.plan(seen.archive, []), early_purge=True
        )
        (told,) = [one for one in findings(waits, full) if one.code == "space_high_water_settling"]
        assert "3,000" in told.explain("id")[0]


def _quota(connection: Any, agency_id: int, size: int) -> None:
    connection.execute(
        """with p as (insert into person (name, password_hash, role) values ('budi', 'x', 'admin')
                      on conflict (name) do update set role = 'admin' returning person_id)
           insert into agency_quota (agency_id, bytes, set_by, set_at) select %s, %s, person_id, now() from p""",
        (agency_id, size),
    )
