"""Thinning: keyframes beside originals, told in the log, and only then the originals go; holds and crashes included."""

from __future__ import annotations

import hashlib
import json

import pytest

from saksi import clock
from saksi.catalogue import holds, keys
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.errors import BadInput, Conflict, NotFound
from saksi.retention import certificate, growth, runs, schedule, thinned_log, thinning, thinning_policies
from saksi.retention.capacity import Room
from saksi.retention.forecast import Figures, forecast
from saksi.retention.purge import run_next
from saksi.retention.runs import PurgeRun
from tests.integration.catalogue.chains import OFFICE
from tests.integration.retention.archive import DAY, Archive, hour_start, keep_days
from tests.integration.retention.real import LENGTH_US, derive, officers, purge_thinned, record, thin_after


def purge_by_policy(archive: Archive) -> PurgeRun:
    with archive.database.transaction() as connection:
        number = schedule.announce_now(connection, OFFICE.signer, asked_by=None, clock_checked="uji")
    run = run_next(archive.desk(), purge_id=number)
    assert run is not None
    assert run.state == "done", run.last_error
    return run


def place_hold(archive: Archive, code: str, from_us: int, to_us: int) -> None:
    with archive.database.transaction() as connection:
        row = connection.execute(
            "insert into legal_hold (reason, reference, review_on, placed_by, placed_at)"
            " values ('uji', '', current_date + 30, (select min(person_id) from person), now()) returning hold_id"
        ).fetchone()
        assert row is not None
        holds.lock_cameras(connection, [archive.ids[code]])
        connection.execute(
            "insert into legal_hold_span (hold_id, camera_id, from_at, to_at, added_at) values (%s, %s, %s, %s, now())",
            (row["hold_id"], archive.ids[code], clock.from_us(from_us), clock.from_us(to_us)),
        )


def thinned_of(archive: Archive) -> list[tuple[int, bool]]:
    """Number of each thinned chunk and whether the log was told of it."""
    rows = archive.all_of("select seq, batch_id is not null as told from thinned_chunk order by start_at")
    return [(row["seq"], row["told"]) for row in rows]


def forecast_of(archive: Archive) -> Figures:
    """What the forecast makes of the archive, of which all that is left of thinned footage must be part."""
    with archive.database.transaction() as connection:
        found = growth.archive(connection, clock.now_us())
    (row,) = archive.all_of("select coalesce(sum(thin_size), 0)::bigint as bytes from thinned_chunk")
    assert sum(one.bytes for one in found.bins if one.thinned) == row["bytes"]
    free = Room(kind="external", capacity=10**15, used=0, free=10**15, footage=found.footage)
    return forecast(found, free, {}).total


def test_keyframes_stay_where_originals_went_and_the_log_ties_both(archive: Archive) -> None:
    keep_days(archive.database, 30)
    two = officers(archive)
    old, young = hour_start(10), hour_start(2)
    recorded = record(archive, "a", old, 3, aac=True)
    later = record(archive, "a", young, 1)[0][0].size  # is old enough in three days
    assert derive(archive).chunks == 0  # nobody asked for it
    thin_after(archive, 5, by=two)
    done = derive(archive)
    assert (done.chunks, done.read) == (3, sum(entry.size for entry, _ in recorded))
    assert 0 < done.kept < done.read / 2
    assert len(archive.objects("chunks/")) == 4  # nothing is gone yet
    assert derive(archive).chunks == 0
    ahead = forecast_of(archive)
    assert (ahead.thinned, ahead.cameras_thinned) == (done.kept, 1)
    assert ahead.thinned_share is not None
    assert ahead.thinned_share == pytest.approx(done.kept / done.read)
    goes = 1 - ahead.thinned_share  # of the originals, though their policy keeps them for weeks
    assert ahead.out_a_day * 7 == pytest.approx(goes * (done.read + later), abs=7)

    told = [
        json.loads(row["bytes"])["body"]
        for row in archive.all_of("select bytes from ledger_entry where chain = 'thinning' order by seq")
    ]
    assert [one["event"] for one in told] == ["propose", "policy", "thinned"]
    (path,) = archive.objects("thinnings/")
    lines = archive.store.get(path).splitlines()
    assert told[2]["root"] == root([leaf(line) for line in lines]).hex()
    for line, (entry, _) in zip(map(json.loads, lines), recorded, strict=True):
        assert line["original"]["sha256"] == entry.sha256
        assert line["original"]["leaf"] == entry.leaf().hex()
        data = archive.store.get(keys.thinned_key("a", entry.run, entry.seq))
        assert line["thinned"] == {
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "frames": 4,
        }

    run = purge_thinned(archive)
    assert (run.result["chunks"], run.expected["chunks"]) == (3, 3)
    ahead = forecast_of(archive)
    assert ahead.thinned == done.kept
    assert ahead.out_a_day * 7 == pytest.approx(goes * later, abs=7)
    assert len(archive.objects("chunks/")) == 1
    assert len(archive.objects("thinned/")) == 3
    assert len(archive.objects("thumbnails/")) == 4  # they are of what is still there
    assert run.certificate is not None
    assert certificate.read(run.certificate)["kind"] == "thinned"

    # At the end of the policy what was kept of it goes as well, and is told.
    keep_days(archive.database, 7)
    run = purge_by_policy(archive)
    assert run.certificate is not None
    ended = certificate.read(run.certificate)["thinned"]
    assert (ended["chunks"], ended["hours"]) == (3, 1)
    assert archive.objects("thinned/") == []
    assert thinned_of(archive) == []
    assert forecast_of(archive).thinned == 0
    assert len(archive.objects("thumbnails/")) == 1
    assert [
        row["gone"] for row in archive.all_of("select gone_at is not null as gone from thinned_tombstone")
    ] == [True]


def test_a_hold_keeps_originals_and_what_was_kept_of_others(archive: Archive) -> None:
    keep_days(archive.database, 30)
    two = officers(archive)
    old = hour_start(10)
    record(archive, "a", old, 3)
    place_hold(archive, "a", old, old + 1)  # the first, before
    thin_after(archive, 5, by=two)
    derive(archive)
    assert thinned_of(archive) == [(2, True), (3, True)]
    place_hold(archive, "a", old + LENGTH_US, old + LENGTH_US + 1)  # the second, between thinning and purge
    assert purge_thinned(archive).expected["chunks"] == 1, "what is held is not announced"
    assert [seq for _, seq in archive.rows("a")] == [1, 2]
    place_hold(
        archive, "a", old + 2 * LENGTH_US, old + 2 * LENGTH_US + 1
    )  # the third, of which keyframes are left
    keep_days(archive.database, 7)
    purge_by_policy(archive)
    assert [seq for _, seq in archive.rows("a")] == [1, 2]
    assert thinned_of(archive) == [(2, True), (3, True)]
    assert forecast_of(archive).held >= forecast_of(archive).thinned > 0
    archive.all_of("update legal_hold set released_at = now(), released_by = %s, release_asked_by = %s,"
                   " release_asked_at = now(), release_reason = 'uji' returning 1", *two)  # fmt: skip
    purge_by_policy(archive)
    assert archive.rows("a") == []
    assert thinned_of(archive) == []
    assert archive.objects("chunks/") == archive.objects("thinned/") == archive.objects("thumbnails/") == []


def test_a_hold_that_comes_while_a_chunk_is_thinned_wins(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_days(archive.database, 30)
    two = officers(archive)
    old = hour_start(10)
    record(archive, "a", old, 1)
    thin_after(archive, 5, by=two)
    digest = archive.store.digest

    def held_meanwhile(key: str, length: int | None = None) -> bytes:
        place_hold(archive, "a", old, old + 1)
        return digest(key, length)

    monkeypatch.setattr(archive.store, "digest", held_meanwhile)
    derive(archive)
    assert (thinned_of(archive), archive.objects("thinned/")) == ([], [])


class Killed(BaseException):
    """As the process ending there."""


@pytest.mark.parametrize("step", ["put", "digest", "keep", "lines"])
def test_a_crash_anywhere_leaves_nothing_behind(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    keep_days(archive.database, 30)
    two = officers(archive)
    old = hour_start(10)
    record(archive, "a", old, 2)
    thin_after(archive, 5, by=two)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "put":
            put = archive.store.put
            patch.setattr(archive.store, "put", lambda *a, **k: (put(*a, **k), die()))
        elif step == "digest":
            patch.setattr(archive.store, "digest", die)
        elif step == "keep":
            patch.setattr(thinning, "_init_id", die)
        else:
            patch.setattr(thinned_log.ledger, "append", die)
        with pytest.raises(Killed):
            derive(archive)
    # What the crash left is no chunk of anybody's: when the policy ends now, nothing of it stays.
    if step != "lines":
        assert thinned_of(archive) == []
        thin_after(archive, 5, None, by=two)
        derive(archive)
        assert archive.objects("thinned/") == []
        thin_after(archive, 5, by=two)
    derive(archive)
    assert thinned_of(archive) == [(1, True), (2, True)]
    assert len(archive.objects("thinned/")) == 2


def test_only_what_is_whole_is_thinned_and_only_what_is_kept_lets_originals_go(archive: Archive) -> None:
    keep_days(archive.database, 30)
    two = officers(archive)
    old = hour_start(10)
    recorded = record(archive, "a", old, 3)
    damaged = keys.chunk_key("a", recorded[0][0].run, 1)
    data = bytearray(recorded[0][1])
    data[-1000] ^= 1
    archive.store.put(damaged, bytes(data), sha256=hashlib.sha256(data).digest())
    thin_after(archive, 5, by=two)
    derive(archive)
    assert thinned_of(archive) == [(2, True), (3, True)]
    archive.store.delete([keys.thinned_key("a", recorded[1][0].run, 2)])
    purge_thinned(archive)
    assert [seq for _, seq in archive.rows("a")] == [1, 2]
    forecast_of(archive)
    derive(archive)  # the lost one is made again
    assert thinned_of(archive) == [(2, True), (3, True)]
    purge_thinned(archive)
    assert [seq for _, seq in archive.rows("a")] == [1]


def test_policies_have_two_officers_and_a_floor(archive: Archive) -> None:
    keep_days(archive.database, 30, minimum=7)
    first, second = officers(archive)
    archive.camera("a")
    with archive.database.transaction() as connection:
        asked = {
            "scope": "camera",
            "subject": "a",
            "mode": "keyframes",
            "basis": "uji",
            "reason": "",
            "by": first,
        }
        with pytest.raises(BadInput) as low:
            thinning_policies.propose(connection, OFFICE.signer, after_us=6 * DAY, **asked)
        assert (low.value.code, low.value.field) == ("thinning_below_minimum", "after_days")
        with pytest.raises(BadInput):
            thinning_policies.propose(connection, OFFICE.signer, after_us=None, **asked)
        with pytest.raises(NotFound):
            thinning_policies.propose(
                connection, OFFICE.signer, after_us=8 * DAY, **{**asked, "subject": "b"}
            )
        made = thinning_policies.propose(connection, OFFICE.signer, after_us=8 * DAY, **asked)
        assert thinning_policies.windows(connection, clock.now_us()) == []
        with pytest.raises(Conflict):
            thinning_policies.accept(connection, OFFICE.signer, made.thinning_id, by=first)
        thinning_policies.accept(connection, OFFICE.signer, made.thinning_id, by=second)
        with pytest.raises(Conflict):
            thinning_policies.withdraw(connection, OFFICE.signer, made.thinning_id, by=second)
    with archive.database.transaction() as connection:
        ((window, mode),) = thinning_policies.windows(connection, clock.now_us())
        assert (window.camera, mode) == ("a", "keyframes")
        # A minimum that the law raises later counts at once; a policy that ends before the age leaves nothing to thin.
    keep_days(archive.database, 30, minimum=9)
    with archive.database.transaction() as connection:
        assert thinning_policies.ages(connection, clock.now_us()) == {"a": 9 * DAY}
    keep_days(archive.database, 9, minimum=0, maximum=8)
    with archive.database.transaction() as connection:
        assert thinning_policies.windows(connection, clock.now_us()) == []
        ended = thinning_policies.propose(connection, OFFICE.signer, after_us=None, **{**asked, "mode": None})
        assert ended.state == "accepted"
    assert runs.KINDS[-1] == "thinned"
