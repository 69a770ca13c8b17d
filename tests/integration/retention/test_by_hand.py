"""Deletions by hand: two officers, a notice, a grace in which it is taken back, and holds that win all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import chunks, custody, holding
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody_words import sentence
from saksi.catalogue.database import query
from saksi.catalogue.holds import HoldSpan
from saksi.catalogue.people import Person
from saksi.custody.entries import Entry
from saksi.errors import BadInput, Conflict, NotFound, SaksiError
from saksi.filing import purge as filed
from saksi.filing.desk import Office
from saksi.ledger import sequencer
from saksi.ledger.check import purges
from saksi.ledger.check.findings import Report
from saksi.retention import by_hand, certificate, purge
from saksi.retention.runs import PurgeRun
from tests.integration.catalogue.chains import Chain, add_camera
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.ledger.shaky import recording_key
from tests.integration.retention import real
from tests.integration.retention.archive import DAY, HOUR, SECOND, Archive, hour_start, keep_days

MINUTES = 60 * SECOND
ASKED = {"reason": "permintaan subjek data", "basis": "UU 27/2022 Pasal 8"}


class Case:
    """Footage of a camera six days ago (of one that keeps 30, at least 7), and officers who delete it."""

    def __init__(self, archive: Archive) -> None:
        keep_days(archive.database, 30, minimum=1)
        self.archive = archive
        self.start = hour_start(6)
        archive.record("a", self.start, 12)  # two hours of ten minutes each
        self.desk = Desk.of(archive.database)
        self.settings = archive.desk().settings

    def ask(self, person: Person | None = None, **changed: Any) -> PurgeRun:
        given = {
            "codes": ["a"],
            "from_us": self.start,
            "to_us": self.start + 2 * HOUR,
            "clock_checked": "a test",
        }
        who = person or self.desk.budi
        with self.archive.database.transaction() as connection:
            run, self.preview = by_hand.ask(
                connection, OFFICE, self.settings, who, self.desk.who(who), **{**given, **ASKED, **changed}
            )
        return run

    def approve(self, run: PurgeRun, person: Person | None = None) -> PurgeRun:
        who = person or self.desk.citra
        with self.archive.database.transaction() as connection:
            return by_hand.approve(connection, OFFICE, self.settings, who, self.desk.who(who), run.purge_id)

    def undo(self, run: PurgeRun, person: Person | None = None, reason: str = "salah kamera") -> PurgeRun:
        who = person or self.desk.citra
        with self.archive.database.transaction() as connection:
            return by_hand.undo(connection, OFFICE, who, self.desk.who(who), run.purge_id, reason=reason)

    def hold(self, start: int, end: int, camera: str = "a") -> Any:
        span = HoldSpan(
            camera_id=self.archive.ids[camera],
            camera=camera,
            from_us=self.start + start,
            to_us=self.start + end,
        )
        with self.archive.database.transaction() as connection:
            return self.desk.hold(connection, span)

    def carry_out(self, run: PurgeRun) -> PurgeRun:
        """As if the grace had passed."""
        self.archive.all_of(
            "update purge_run set noticed_at = now() - interval '3 days', due_at = now()"
            " where purge_id = %s returning 1",
            run.purge_id,
        )
        done = purge.run_next(self.archive.desk(), purge_id=run.purge_id)
        assert done is not None
        assert done.last_error == ""
        return done

    def told(self) -> list[dict[str, Any]]:
        """Bodies of the chain of purges."""
        rows = self.archive.all_of("select bytes from ledger_entry where chain = 'purge' order by seq")
        return [json.loads(row["bytes"])["body"] for row in rows]


@pytest.fixture
def case(archive: Archive) -> Case:
    return Case(archive)


def refusal(error: type[SaksiError], code: str, call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(error) as refused:
        call(*args, **more)
    assert refused.value.code == code
    for language in ("id", "en"):
        assert all(refused.value.explain(language))
    return refused.value.explain("en")[0]


def with_exhibit(case: Case) -> CaseFile:
    """A case with an exhibit of the first ten minutes, whose hold was released since."""
    desk = case.desk
    with case.archive.database.transaction() as connection:
        file = desk.open_case(connection)
        row = connection.execute("select camera_id from camera where code = 'a'").fetchone()
        assert row is not None
        from saksi.catalogue import cameras, exhibits, holds

        made = exhibits.add(
            connection, OFFICE, file, desk.ani, desk.who(desk.ani), found=[cameras.find(connection, "a")],
            from_us=case.start, to_us=case.start + 10 * MINUTES, note="",
        )  # fmt: skip
        hold = holds.get(connection, made.hold_id)
    for person in (desk.budi, desk.citra):
        with case.archive.database.transaction() as connection:
            holding.release(connection, OFFICE, hold, person, desk.who(person), reason="inkrah", case=file)
    return file


def test_two_officers_delete_what_was_asked_for_and_nothing_else(case: Case) -> None:
    file = with_exhibit(case)
    run = case.ask(from_us=case.start + 10 * MINUTES, to_us=case.start + 80 * MINUTES + 1)
    (found,) = case.preview.cameras
    assert (found.hours, found.chunks, found.bytes, found.held_chunks, found.young_hours) == (
        2,
        7,
        7000,
        0,
        0,
    )
    assert (found.oldest_us, found.newest_us) == (case.start + 10 * MINUTES, case.start + 80 * MINUTES)
    assert case.told() == [], "nothing is announced before a second officer approves"
    assert purge.run_next(case.archive.desk(), purge_id=run.purge_id) is None
    refusal(Conflict, "deletion_second", case.approve, run, case.desk.budi)

    before_us = clock.now_us()
    approved = case.approve(run)
    assert approved.due_us - before_us >= 72 * HOUR
    (notice,) = case.told()
    assert (notice["event"], notice["kind"], notice["due"], notice["basis"]) == (
        "notice", "manual", approved.due_us, ASKED["basis"],
    )  # fmt: skip
    assert notice["expected"] == {"cameras": 1, "hours": 2, "chunks": 7, "bytes": 7000, "held_hours": 0}
    assert ASKED["reason"] not in json.dumps(case.told())
    refusal(Conflict, "deletion_approved", case.approve, run)
    assert purge.run_next(case.archive.desk(), purge_id=run.purge_id) is None, "the grace has not passed"
    assert len(case.archive.rows("a")) == 12

    done = case.carry_out(run)
    assert done.state == "done"
    assert [seq for _, seq in case.archive.rows("a")] == [1, 9, 10, 11, 12]
    assert [key[-6:-4] for key in case.archive.objects("chunks/")] == ["01", "09", "10", "11", "12"]
    assert done.certificate is not None
    said = certificate.read(done.certificate)
    assert said["by_hand"] == {
        "cameras": ["a"], "from": case.start + 10 * MINUTES, "to": case.start + 80 * MINUTES + 1,
        "basis": ASKED["basis"], "order": "", "young_hours": 0,
    }  # fmt: skip
    assert (said["asked_by"], said["approved_by"]) == ("Budi Wijaya", "Citra Wijaya")
    assert [(one["policy"], one["chunks"]) for one in said["by_policy"]] == [(0, 7)]
    assert "is done, gone so far: 2 camera-hours (7000 bytes)." in refusal(
        Conflict, "deletion_begun", case.undo, run
    )
    with case.archive.database.transaction() as connection:  # the exhibit lies before the span
        assert not [one for one in custody.events(connection, file) if one.event.startswith("purge.")]


def test_it_is_in_the_custody_of_the_case_whose_exhibit_it_touches(case: Case) -> None:
    file = with_exhibit(case)
    taken_back = case.undo(case.approve(case.ask()))
    done = case.carry_out(case.approve(case.ask()))
    with case.archive.database.transaction() as connection:
        events = [one for one in custody.events(connection, file) if one.event.startswith("purge.")]
        assert custody.check(connection, file) == []
    assert [(one.event, one.body["result"]) for one in events] == [
        ("purge.preview", "asked"),
        ("purge.approve", "ok"),
        ("purge.undo", "ok"),
        ("purge.preview", "asked"),
        ("purge.approve", "ok"),
        ("purge.execute", "ok"),
    ]
    assert [one.body["what"]["purge"] for one in events] == [taken_back.purge_id] * 3 + [done.purge_id] * 3
    assert json.loads(events[-1].entry)["refs"] == [done.done_leaf.hex() if done.done_leaf else ""]
    told = sentence(events[-1].body, "en", "WIB")
    assert told.startswith("the Saksi system carried out the deletion by hand of a ")
    assert told.endswith(
        f", of exhibit 1 (purge {done.purge_id}), 1 camera-hours, approved by Budi Wijaya, Citra Wijaya;"
        f" reason: {ASKED['reason']}"
    )
    assert "membatalkan penghapusan manual a " in sentence(events[2].body, "id", "WIB")


def test_taking_it_back_keeps_everything_and_the_log_says_so(case: Case) -> None:
    run = case.approve(case.ask())
    assert "needs a reason" in refusal(BadInput, "deletion_undo_reason", case.undo, run, case.desk.budi, " ")
    back = case.undo(run, case.desk.budi)
    assert back.state == "cancelled"
    assert back.result["cancelled"]["by"] == "Budi Wijaya"
    entries = case.archive.all_of("select bytes, leaf from ledger_entry where chain = 'purge' order by seq")
    last = json.loads(entries[-1]["bytes"])
    assert (last["body"]["event"], last["body"]["purge"]) == ("cancelled", run.purge_id)
    assert "salah kamera" not in str(last)  # no leaf says what a person wrote; it is bound to it
    assert last["refs"] == [bytes(entries[0]["leaf"]).hex()]
    refusal(Conflict, "deletion_cancelled", case.undo, run)
    refusal(Conflict, "deletion_cancelled", case.approve, run)
    assert len(case.archive.rows("a")) == 12
    with case.archive.database.transaction() as connection:
        assert connection.execute(query("rows.purges_odd")).fetchall() == []
        report = Report()
        for entry in entries:
            purges.hold_entry(report, connection, Entry.parse(bytes(entry["bytes"])), "entry")
        assert report.findings == []
        connection.execute(
            """update purge_run set result = jsonb_set(result, '{cancelled,reason}', '"lain"')"""
        )
        purges.hold_entry(report, connection, Entry.parse(bytes(entries[-1]["bytes"])), "entry")
        assert [one.found for one in report.findings] == ["another name or reason"]
        report.findings.clear()
        connection.execute("update purge_run set result = '{}'")
        assert len(connection.execute(query("rows.purges_odd")).fetchall()) == 1
        purges.hold_entry(report, connection, Entry.parse(bytes(entries[-1]["bytes"])), "entry")
        assert {one.code for one in report.findings} == {"purge_row"}
        connection.rollback()
    case.archive.all_of(
        "update purge_run set due_at = noticed_at where purge_id = %s returning 1", run.purge_id
    )
    assert purge.run_next(case.archive.desk(), purge_id=run.purge_id) is None
    assert len(case.archive.rows("a")) == 12
    # What nobody approved is withdrawn without a word in the log: it was never announced.
    assert case.undo(case.ask()).state == "cancelled"
    assert len(case.told()) == 2
    assert case.archive.all_of(query("rows.purges_odd")) == []


def test_a_hold_placed_in_the_grace_wins(case: Case) -> None:
    run = case.approve(case.ask())
    case.hold(15 * MINUTES, 25 * MINUTES)
    done = case.carry_out(run)
    assert [seq for _, seq in case.archive.rows("a")] == [2, 3]
    assert (done.state, done.result["chunks"]) == ("done", 10)


def test_what_is_held_is_named_and_refused_when_it_is_all(case: Case) -> None:
    hold = case.hold(15 * MINUTES, 61 * MINUTES)
    case.ask()
    (found,) = case.preview.cameras
    assert (found.hours, found.chunks, found.held_hours, found.held_chunks) == (2, 6, 2, 6)
    assert case.preview.holds == (hold.hold_id,)
    within = {"from_us": case.start + 20 * MINUTES, "to_us": case.start + 50 * MINUTES}
    assert f"hold {hold.hold_id}" in refusal(Conflict, "deletion_held", case.ask, **within)
    whole = case.hold(-HOUR, 3 * HOUR)
    assert f"hold {hold.hold_id}, {whole.hold_id}" in refusal(Conflict, "deletion_held", case.ask)


def test_nothing_is_asked_for_of_what_is_not_sealed(case: Case) -> None:
    """A run of which the second hour is under no seal, beside a held first one."""
    late = case.start + DAY
    case.archive.record("a", late, 6)
    with case.archive.database.transaction() as connection:
        chain = Chain("a", late + 2 * HOUR)
        made = [chain.chunk(late + 2 * HOUR + i * 10 * MINUTES, 10 * MINUTES) for i in range(3)]
        chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, made) == ["appended"] * 3
    span = {"from_us": late + 2 * HOUR, "to_us": late + 3 * HOUR}
    told = refusal(Conflict, "deletion_never_sealed", case.ask, **span)
    assert told.endswith(f"should have been by {clock.format_us(late + 4 * HOUR)}.")
    case.ask(from_us=late, to_us=late + 3 * HOUR)
    assert case.preview.unsealed == ("a",)
    hold = case.hold(DAY, DAY + HOUR)
    assert "; held as evidence: 1 camera-hour." in refusal(
        Conflict, "deletion_never_sealed", case.ask, from_us=late, to_us=late + 3 * HOUR
    )
    whole = case.hold(DAY + 2 * HOUR, DAY + 3 * HOUR)
    told = refusal(Conflict, "deletion_held", case.ask, from_us=late, to_us=late + 3 * HOUR)
    assert f"hold {hold.hold_id}, {whole.hold_id}" in told

    fresh = clock.now_us() - 20 * MINUTES
    with case.archive.database.transaction() as connection:
        chain = Chain("a", fresh)
        made = [chain.chunk(fresh, 10 * MINUTES)]
        chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, made) == ["appended"]
    told = refusal(Conflict, "deletion_unsealed", case.ask, from_us=fresh, to_us=fresh + 10 * MINUTES)
    assert told.endswith("is not sealed yet."), told


def test_below_the_legal_minimum_it_needs_an_order_and_is_marked(case: Case) -> None:
    # When it is due, after three days of grace, the second hour is still too young by half an hour.
    half_past_us = case.start + HOUR + HOUR // 2
    keep_days(case.archive.database, 30, minimum=(clock.now_us() + 3 * DAY - half_past_us) / DAY)
    assert "1 camera-hour," in refusal(BadInput, "deletion_order", case.ask)
    keep_days(case.archive.database, 30, minimum=14)
    assert "2 camera-hours" in refusal(BadInput, "deletion_order", case.ask)
    run = case.approve(case.ask(order="Penetapan PN Balikpapan 44/Pdt.P/2026"))
    assert case.told()[-1]["young_hours"] == 2
    done = case.carry_out(run)
    assert done.certificate is not None
    marked = certificate.read(done.certificate)["by_hand"]
    assert (marked["order"], marked["young_hours"]) == ("Penetapan PN Balikpapan 44/Pdt.P/2026", 2)


def test_what_thinning_left_is_asked_for_and_goes_too(case: Case) -> None:
    archive, begin = case.archive, hour_start(9)
    real.record(archive, "b", begin, 2)
    real.thin_after(archive, 8, by=real.officers(archive))
    real.derive(archive)
    real.purge_thinned(archive)
    placed = HoldSpan(
        camera_id=archive.ids["b"], camera="b", from_us=begin + 5 * SECOND, to_us=begin + 6 * SECOND
    )
    with archive.database.transaction() as connection:
        case.desk.hold(connection, placed)
    assert len(archive.objects("thinned/")) == 2
    span = {"codes": ["b"], "from_us": begin, "to_us": begin + HOUR}
    refusal(Conflict, "deletion_held", case.ask, **span | {"from_us": begin + 4 * SECOND})
    run = case.ask(**span)
    (there,) = case.preview.cameras
    assert (there.chunks, there.thinned_chunks, case.preview.held) == (0, 1, True)
    assert there.thinned_bytes > 0
    assert run.expected["agencies"][0]["thinned_chunks"] == 1
    done = case.carry_out(case.approve(run))
    assert len(archive.objects("thinned/")) == 1
    assert done.certificate is not None
    assert certificate.read(done.certificate)["thinned"]["chunks"] == 1
    sequencer.checkpoint_now(archive.database, archive.store, recording_key())
    with archive.database.transaction() as connection:
        paper = filed.paper(Office(connection=connection, settings=case.settings), done)
    assert paper.thinned is not None
    assert (paper.thinned.chunks, paper.objects, paper.confirmed_absent) == (1, 1, 1)
    refusal(Conflict, "deletion_nothing", case.ask, **span | {"to_us": begin + 4 * SECOND})


def test_what_cannot_be_asked_for_changes_nothing(case: Case) -> None:
    with case.archive.database.transaction() as connection:
        add_camera(connection, "b")
        row = connection.execute("select agency_id from camera where code = 'a'").fetchone()
        assert row is not None
    limited = Person(**{**case.desk.budi.__dict__, "agency_ids": [row["agency_id"]]})
    refusal(NotFound, "camera_unknown", case.ask, limited, codes=["a", "b"])
    refusal(NotFound, "camera_unknown", case.ask, codes=["a", "no-such"])
    refusal(BadInput, "span_empty", case.ask, to_us=case.start)
    refusal(BadInput, "deletion_future", case.ask, to_us=clock.now_us() + HOUR)
    refusal(BadInput, "span_long", case.ask, from_us=case.start - 400 * DAY)
    refusal(BadInput, "deletion_cameras", case.ask, codes=[])
    refusal(BadInput, "name_unusable", case.ask, reason=" ")
    refusal(BadInput, "name_unusable", case.ask, basis="")
    refusal(Conflict, "deletion_nothing", case.ask, codes=["b"])
    refusal(Conflict, "clock_ahead", case.ask, clock_checked="")
    assert case.archive.all_of("select * from purge_run") == []
    run = case.ask(codes=["a"])
    outside = Person(**{**case.desk.citra.__dict__, "agency_ids": [0]})
    refusal(NotFound, "deletion_unknown", case.approve, run, outside)
    refusal(NotFound, "deletion_unknown", case.undo, run, outside)
