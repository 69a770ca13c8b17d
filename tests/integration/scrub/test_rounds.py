"""Scrub lists and reads an installation on real servers: what it finds, what it does not believe, when it stops."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from saksi import clock
from saksi.catalogue import installation, keys
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints
from saksi.errors import IntegrityError, NotFound, Unavailable
from saksi.objects.store import MARKER, ObjectStore
from saksi.scrub import findings, rounds, state
from saksi.scrub.rounds import Worked
from tests.fixtures.fix_store import store_on
from tests.integration.ledger import installed
from tests.integration.ledger.installed import HOUR, OFFICE, Installed

BY = Author(chain=findings.CHAIN, signer=OFFICE)
FAST = 1e9


class Scrubbed:
    """An installation, and a scrub of it; each test leaves it whole and read."""

    def __init__(self, one: Installed, database: Database) -> None:
        self.one, self.database, self.store = one, database, one.store
        with database.transaction() as connection:
            self.identity = str(installation.identity(connection))
        self.kept = int(self.execute("select sum(n) as n from kept_hour")[0]["n"])
        _put(self.store, MARKER, json.dumps({"installation": self.identity}).encode())

    def work(self, store: ObjectStore | None = None, *, rate: float = FAST) -> Worked | None:
        """One message."""
        return rounds.work(self.database, store or self.store, BY, installation=self.identity, rate=rate)

    def again(self) -> None:
        """Everything is due: listing, reading, looking at open findings."""
        self.execute(
            "update scrub_state set listed_at = '-infinity', list_after = null, rechecked_at = '-infinity',"
            " next_at = '-infinity', looked = 0, lost = 0, stopped_at = null"
        )
        self.execute("update kept_hour set checked_at = '-infinity', checked_seq = 0")

    def execute(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Runs a statement of a test's own; answers its rows."""
        with self.database.transaction() as connection:
            cursor = connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def told(self) -> list[tuple[str, str, str | None]]:
        """Every finding: kind, key, what became of it."""
        rows = self.execute(
            "select kind, object_key, resolution from scrub_finding where finding_id > %s order by finding_id",
            self.before,
        )
        return [tuple(row.values()) for row in rows]  # type: ignore[misc]

    def begin(self) -> None:
        """Findings of earlier tests do not count."""
        self.before = self.execute("select coalesce(max(finding_id), 0) as n from scrub_finding")[0]["n"]
        self.again()

    def key(self, camera: str = "cam", nth: int = 0) -> str:
        """The object of a sealed chunk, in order of time."""
        rows = self.execute(
            "select r.run::text, c.seq from kept_hour h join seal s using (camera_id, hour, part)"
            " join run r using (run_no)"
            " join chunk c on c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq"
            " join camera k on k.camera_id = h.camera_id where k.code = %s order by c.start_at",
            camera,
        )
        return keys.chunk_key(camera, rows[nth]["run"], rows[nth]["seq"])


@pytest.fixture(scope="module")
def standing(
    database_server: Endpoints, migrated_template: str, store_server: Endpoints
) -> Iterator[Scrubbed]:
    """Two cameras: chunks in sealed hours, of which a purge took some, and four more that no seal covers yet."""
    with installed.standing("scrubrounds", (database_server, store_server), migrated_template) as both:
        yield Scrubbed(*both)


@pytest.fixture
def scrubbed(standing: Scrubbed) -> Scrubbed:
    """The same, with everything due."""
    standing.begin()
    return standing


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest())


def test_all_sealed_footage_is_read_once_and_not_again_the_same_day(scrubbed: Scrubbed) -> None:
    done = scrubbed.work()
    assert done == Worked(listed=2, chunks=scrubbed.kept, bytes=scrubbed.kept * 1000, more=False)
    assert scrubbed.work() == Worked()
    assert scrubbed.told() == []


FLAWS: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    "taken away": ("missing", lambda _: None),
    "cut short": ("size", lambda body: body[:-1]),
    "a bit flipped": ("corrupt", lambda body: body[:9] + bytes([body[9] ^ 1]) + body[10:]),
}


@pytest.mark.parametrize("change", FLAWS)
def test_a_flaw_is_told_once_with_what_it_touches_and_ends_when_the_object_is_right_again(
    scrubbed: Scrubbed, change: str
) -> None:
    kind, made = FLAWS[change]
    key = scrubbed.key()
    kept = scrubbed.store.get(key)
    scrubbed.store.delete([key])
    changed = made(kept)
    if changed is not None:
        _put(scrubbed.store, key, changed)
    for _ in range(2):
        scrubbed.work()
        scrubbed.again()
    assert scrubbed.told() == [(kind, key, None)], "the second round tells nothing"
    (row,) = scrubbed.execute("select * from scrub_finding where finding_id > %s", scrubbed.before)
    assert row["touches"] == {
        "holds": [1], "cases": [installed_case(scrubbed)], "exhibits": [f"{installed_case(scrubbed)} 1"],
    }  # fmt: skip
    with scrubbed.database.transaction() as connection:
        (found,) = findings.open_for(
            connection, row["camera_id"], scrubbed.one.began_us, scrubbed.one.began_us + HOUR
        )
        assert (
            findings.open_for(connection, row["camera_id"], scrubbed.one.began_us + HOUR, clock.now_us())
            == []
        )
    assert (found.kind, found.request, found.accepted) == (kind, "asked", False)
    _put(scrubbed.store, key, kept)
    scrubbed.work()
    assert scrubbed.told() == [(kind, key, "returned")]
    assert [one.code for one in scrubbed.one.check(scrubbed.database, deep=True).findings] == []
    told = scrubbed.execute(
        "select kind from ledger_entry where chain = 'findings' order by seq desc limit 2"
    )
    assert [one["kind"] for one in told] == ["finding", "finding"]


def installed_case(scrubbed: Scrubbed) -> str:
    """The number of its only case."""
    return str(scrubbed.execute("select number from case_file")[0]["number"])


class Moving(ObjectStore):
    """A store in which something happens while an object is read."""

    act: Callable[[str], None]

    def stream(self, key: str, *more: Any, **rest: Any) -> Iterator[bytes]:
        """After `act`."""
        self.act(key)
        return super().stream(key, *more, **rest)


def test_what_a_purge_takes_while_it_is_read_is_no_finding(
    scrubbed: Scrubbed, store_server: Endpoints
) -> None:
    moving = Moving(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, "scrubrounds"
    )
    key = scrubbed.key("pasar", 0)
    body, seq = scrubbed.store.get(key), int(key[-12:-4])
    kept = scrubbed.execute("select * from chunk_entry where camera = 'pasar' and seq = %s", seq)[0]
    columns = "camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,"
    columns += " residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments, crc32"

    def act(read: str) -> None:
        if read == key:
            scrubbed.execute("delete from chunk where camera_id = %s and seq = %s", kept["camera_id"], seq)
            scrubbed.store.delete([key])

    moving.act = act
    scrubbed.execute("update scrub_state set listed_at = now()")
    scrubbed.work(moving)
    moving.close()
    assert scrubbed.told() == []
    names = columns.split(", ")
    scrubbed.execute(
        f"insert into chunk ({columns}) values ({', '.join(['%s'] * len(names))})",
        *(kept[name.strip()] for name in names),
    )
    _put(scrubbed.store, key, body)


def test_an_object_that_alone_cannot_be_read_is_a_finding_and_an_outage_is_none(
    scrubbed: Scrubbed, store_server: Endpoints
) -> None:
    moving = Moving(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, "scrubrounds"
    )
    key = scrubbed.key()

    def act(read: str) -> None:
        if read == key:
            raise Unavailable("store_unavailable", store="x", detail="500 InternalError")

    moving.act = act
    scrubbed.work(moving)
    assert scrubbed.told() == [("unreadable", key, None)]
    scrubbed.again()

    def silent(read: str) -> None:
        if read != MARKER or seen:
            raise Unavailable("store_unavailable", store="x", detail="connection refused")
        seen.append(read)

    seen: list[str] = []
    moving.act = silent
    scrubbed.execute("update scrub_state set rechecked_at = now(), listed_at = now()")
    with pytest.raises(Unavailable):
        scrubbed.work(moving)
    moving.close()
    scrubbed.again()
    scrubbed.work()
    assert scrubbed.told() == [("unreadable", key, "returned")]


def test_a_stop_over_what_cannot_be_read_ends_when_it_can(
    scrubbed: Scrubbed, store_server: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = Moving(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, "scrubrounds"
    )

    def act(read: str) -> None:
        if read != MARKER:
            raise Unavailable("store_unavailable", store="x", detail="500 InternalError")

    moving.act = act
    monkeypatch.setattr(state, "FEW_LOST", 0)
    assert scrubbed.work(moving) is None
    assert scrubbed.work(moving) is None, "the objects are there, and cannot be read"
    assert scrubbed.work() is None, "it is not tried again at once"
    scrubbed.execute("update scrub_state set next_at = '-infinity'")
    assert scrubbed.work() is not None
    assert scrubbed.told() == []
    moving.close()


def test_a_foreign_or_empty_bucket_is_looked_at_by_nobody(
    scrubbed: Scrubbed, store_server: Endpoints
) -> None:
    other = store_on(store_server, "scrubother")
    other.ensure_bucket("00000000-0000-0000-0000-000000000001")
    with pytest.raises(IntegrityError):
        scrubbed.work(other)
    other.delete([MARKER])
    with pytest.raises(NotFound):
        scrubbed.work(other)
    assert scrubbed.told() == []
    other.close()
    assert scrubbed.work() is not None, "the claim was let go"


def test_scrub_stops_when_much_is_missing_and_goes_on_when_it_is_back(
    scrubbed: Scrubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "FEW_LOST", 3)
    gone = {key: scrubbed.store.get(key) for key, _ in scrubbed.store.list("chunks/cam/")}
    scrubbed.store.delete(list(gone))
    assert scrubbed.work() is None
    scrubbed.again()
    scrubbed.execute("update scrub_state set listed_at = now()")
    assert scrubbed.work() is None, "reading finds it out too"
    assert len(scrubbed.told()) <= 3
    assert scrubbed.work() is None, "it looks no further"
    for key, body in gone.items():
        _put(scrubbed.store, key, body)
    scrubbed.work()
    scrubbed.execute("update scrub_state set rechecked_at = '-infinity'")
    scrubbed.work()
    assert {how for _, _, how in scrubbed.told()} <= {"returned"}


def test_a_person_says_that_so_much_is_lost_indeed(
    scrubbed: Scrubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "FEW_LOST", 1)
    gone = {key: scrubbed.store.get(key) for key, _ in scrubbed.store.list("chunks/pasar/")}
    scrubbed.store.delete(list(gone))
    assert scrubbed.work() is None
    assert scrubbed.told() == []
    with scrubbed.database.transaction() as connection:
        assert state.go_on(connection, lifted=True)
    scrubbed.work()
    assert sorted(key for kind, key, _ in scrubbed.told() if kind == "missing") == sorted(gone)
    for key, body in gone.items():
        _put(scrubbed.store, key, body)
    scrubbed.again()
    scrubbed.work()
    assert {how for _, _, how in scrubbed.told()} == {"returned"}


def test_the_rate_bounds_a_message_and_the_next_goes_on_after_the_last_chunk(scrubbed: Scrubbed) -> None:
    scrubbed.execute("update scrub_state set listed_at = now()")
    rate = 210.0  # a beat of ten seconds gives 2.1 chunks of 1,000 bytes
    done = scrubbed.work(rate=rate)
    assert done == Worked(chunks=3, bytes=3000, more=False)
    assert scrubbed.work(rate=rate) == Worked(), "what was read must last"
    at = scrubbed.execute("select checked_seq from kept_hour where checked_seq > 0")
    assert len(at) <= 1, "the hour that it stopped in, unless that was read to its end"
    scrubbed.execute("update scrub_state set next_at = '-infinity'")
    left = scrubbed.kept - 3
    assert scrubbed.work() == Worked(chunks=left, bytes=left * 1000, more=False)
    assert scrubbed.execute("select count(*) as n from kept_hour where checked_at = '-infinity'") == [
        {"n": 0}
    ]


def test_one_worker_at_a_time_and_a_dead_one_or_a_clock_set_back_holds_nobody_up(scrubbed: Scrubbed) -> None:
    claimed = state.claim(scrubbed.database)
    assert claimed is not None
    assert scrubbed.work() is None
    scrubbed.execute("update scrub_state set claimed_until = now() - interval '1 second'")
    assert scrubbed.work() is not None
    assert not state.spend(scrubbed.database, claimed, bytes_=1, chunks=1, rate=1), (
        "the lost claim changes nothing"
    )
    ahead = "now() + interval '400 days'"
    scrubbed.execute(
        f"update scrub_state set claimed_until = {ahead}, next_at = {ahead}, listed_at = {ahead}"
    )
    scrubbed.execute(f"update kept_hour set checked_at = {ahead}")
    assert scrubbed.work() == Worked(listed=2, chunks=scrubbed.kept, bytes=scrubbed.kept * 1000, more=False)


def test_what_a_purge_left_behind_is_told_and_what_it_is_taking_is_not(scrubbed: Scrubbed) -> None:
    seal = scrubbed.execute(
        "select s.*, k.code, r.run::text from seal s join camera k using (camera_id) join run r using (run_no)"
        " where k.code = 'pasar' order by hour limit 1"
    )[0]
    purge = scrubbed.execute(
        "insert into purge_run (kind, noticed_at, due_at) values ('policy', now(), now()) returning purge_id"
    )[0]["purge_id"]
    scrubbed.execute(
        "insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, claimed_at, pictures)"
        " select camera_id, hour, part, %s, run_no, int4multirange(int4range(500, 503)), spans, 2, 2, now(), '{}'"
        " from seal where camera_id = %s and hour = %s",
        purge, seal["camera_id"], seal["hour"],
    )  # fmt: skip
    key = keys.chunk_key("pasar", seal["run"], 501)
    _put(scrubbed.store, key, b"x")
    scrubbed.work()
    assert scrubbed.told() == [], "it is being erased"
    scrubbed.execute("update tombstone set gone_at = now(), pictures = null where purge_id = %s", purge)
    scrubbed.again()
    scrubbed.work()
    assert scrubbed.told() == [("leftover", key, None)]
    scrubbed.store.delete([key])
    scrubbed.again()
    scrubbed.work()
    assert scrubbed.told() == [("leftover", key, "gone")]


def test_a_finding_never_changes_but_for_its_end(scrubbed: Scrubbed) -> None:
    key = scrubbed.key()
    kept = scrubbed.store.get(key)
    scrubbed.store.delete([key])
    scrubbed.work()
    (row,) = scrubbed.execute("select * from scrub_finding where finding_id > %s", scrubbed.before)
    for change in ("update scrub_finding set kind = 'size' where finding_id = %s",
                   "delete from scrub_finding where finding_id = %s"):  # fmt: skip
        with pytest.raises(psycopg.errors.RestrictViolation):
            scrubbed.execute(change, row["finding_id"])
    person = scrubbed.execute("select person_id from person limit 1")[0]["person_id"]
    with scrubbed.database.transaction() as connection:
        findings.accept(connection, BY, row["finding_id"], person_id=person, note="disk rusak")
    scrubbed.again()
    scrubbed.work()
    assert scrubbed.told() == [("missing", key, "accepted")], "what was accepted is not told again"
    with scrubbed.database.transaction() as connection:
        (lost,) = findings.open_for(connection, row["camera_id"], scrubbed.one.began_us, clock.now_us())
    assert lost.accepted
    _put(scrubbed.store, key, kept)
    scrubbed.again()
    scrubbed.work()
    assert scrubbed.told() == [("missing", key, "returned")]
