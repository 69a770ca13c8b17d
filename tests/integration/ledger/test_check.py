"""The whole check on an honest installation, and on one that was changed behind its back: each change has its name."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from saksi import clock
from saksi.catalogue import chunks, ledger, ledger_tree, pulses, runs, seals
from saksi.catalogue.authors import of_recorder
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.catalogue.pulses import Reading, Standing
from saksi.custody import notes
from saksi.custody.notes import COSIGNATURE, Checkpoint, Note, VerifierKey
from saksi.custody.policy import Policy, Witness
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import check, sequencer
from saksi.ledger.check import Report
from saksi.objects.store import ObjectStore
from tests.fixtures.fix_database import copy_template, drop, named
from tests.fixtures.fix_store import store_on
from tests.integration.catalogue.chains import SECOND, Chain, add_camera
from tests.integration.ledger.shaky import add, recording_key

OFFICE, RECORDER, WITNESS = (Signer.from_seed(bytes([n]) * 32) for n in (7, 8, 6))
WITNESS_KEY = VerifierKey(name="kejari.example/w1", kind=COSIGNATURE, public=WITNESS.public)
POLICY = Policy(witnesses=(Witness(name="kejari", key=WITNESS_KEY),), quorum="kejari")
HOUR = 3600 * SECOND


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A catalogue and a bucket with an honest log."""

    url: str
    store: ObjectStore
    log: LogKey

    def check(self, database: Database | None = None) -> Report:
        """The whole check."""
        opened = database or Database(self.url, application="tests", max_size=2)
        try:
            return check.check(opened, self.store, origin=self.log.origin, policy=POLICY, report=Report())
        finally:
            if database is None:
                opened.close()


@pytest.fixture(scope="module")
def honest(
    database_server: Endpoints, migrated_template: str, store_server: Endpoints
) -> Iterator[Installation]:
    """One run with ten chunks and a seal, 700 entries, four checkpoints, a witness, a stamp, a pending entry."""
    copy_template(database_server.database_url, migrated_template, "checked")
    url = named(database_server.database_url, "checked")
    store = store_on(store_server, "checked")
    store.ensure_bucket("11111111-1111-1111-1111-111111111111")
    log = recording_key()
    database = Database(url, application="tests")
    _fill(database, store, log)
    database.close()
    yield Installation(url=url, store=store, log=log)
    drop(database_server.database_url, "checked")
    store.delete([key for key, _ in store.list("")])
    store.close()


def _fill(database: Database, store: ObjectStore, log: LogKey) -> None:
    add(database, OFFICE, 300)
    sequencer.checkpoint(database, store, log)
    began = (clock.now_us() - 3 * HOUR) // HOUR * HOUR
    chain = Chain("cam", began)
    author = of_recorder("r1", RECORDER)
    with database.transaction() as connection:
        add_camera(connection)
        ledger.enrol(connection, RECORDER, role="recorder", name="r1")
        run_no = chunks.open_run(connection, chain.opening)
        runs.opened(connection, author, chain.opening)
        chunks.announce(connection, [chain.chunk(began + n * 60 * SECOND, 60 * SECOND) for n in range(10)])
        assert seals.seal_run(connection, author, run_no, clock.now()) == 1
        opening = chain.opening
        standing = Standing(camera="cam", run=opening.run, seq=chain.seq, tip=chain.tip, open=True)
        pulses.write(connection, author, "r1", [standing], Reading.now())
    sequencer.checkpoint(database, store, log)
    add(database, OFFICE, 290)
    sequencer.checkpoint(database, store, log)
    add(database, OFFICE, 100)
    kept = sequencer.checkpoint_now(database, store, log)
    with database.transaction() as connection:
        text = Note.parse(kept.note).text
        line = notes.cosign(text, WITNESS_KEY.name, WITNESS, 1_790_000_000).text()
        connection.execute(
            "insert into ledger_cosignature values (%s, %s, %s, to_timestamp(1790000000))",
            (kept.size, WITNESS_KEY.name, line),
        )
        stamp = b"tsr " + hashlib.sha256(kept.note.encode()).digest()
        connection.execute("insert into ledger_stamp values (%s, %s, now())", (kept.size, stamp))
    add(database, OFFICE, 3)


def test_an_honest_installation_has_no_findings(honest: Installation) -> None:
    report = honest.check()
    assert report.findings == []
    assert report.counts["entries"] == 699
    assert {
        "checkpoints": 4,
        "runs": 1,
        "seals": 1,
        "pulses": 1,
        "chunks": 10,
        "cosignatures": 1,
        "stamps": 1,
    }.items() <= (report.counts.items())
    assert report.counts["objects"] == 10, (
        "three bundles, three tiles, one above, three from when they were narrower"
    )


# What somebody with the whole database can do, and where it must be found: (statements, code, part of the place).
# ruff: noqa: E501 - statements are read as one line
_CHANGES: dict[str, tuple[str, str, str]] = {
    "an entry's bytes": (
        "update ledger_entry set bytes = overlay(bytes placing '\\x20' from 40) where chain = 'uji' and seq = 17",
        "leaf_differs",
        "(uji 17)",
    ),
    "bytes and leaf": (
        "update ledger_entry set bytes = x.b, leaf = sha256('\\x00'::bytea || x.b) from (select entry_id,"
        " convert_to(replace(convert_from(bytes, 'utf8'), '\"body\":{}', '\"body\":{\"a\":1}'), 'utf8') b"
        " from ledger_entry where chain = 'uji' and seq = 17) x where x.entry_id = ledger_entry.entry_id",
        "signature_false",
        "(uji 17)",
    ),
    "a column": (
        "update ledger_entry set at = at - interval '1 hour' where chain = 'uji' and seq = 5",
        "columns_differ",
        "(uji 5)",
    ),
    "a signature": (
        "update ledger_entry set signature = sha512('x') where chain = 'uji' and seq = 600",
        "signature_false",
        "(uji 600)",
    ),
    "an entry taken out": (
        "delete from ledger_leaf where entry_id = (select entry_id from ledger_entry where chain = 'uji' and seq = 100);"
        "delete from ledger_entry where chain = 'uji' and seq = 100",
        "place_missing",
        "entry ",
    ),
    "an entry taken out and the rest moved up": (
        "delete from ledger_leaf where idx = 50; update ledger_leaf set idx = idx + 100000 where idx > 50;"
        "update ledger_leaf set idx = idx - 100001 where idx > 50;"
        "delete from ledger_entry where entry_id = 51",
        "chain_seq",
        "(uji 51)",
    ),
    "two entries swapped": (
        "update ledger_leaf set idx = 1000000 where idx = 20; update ledger_leaf set idx = 20 where idx = 21;"
        "update ledger_leaf set idx = 21 where idx = 1000000",
        "chain_seq",
        "entry 20",
    ),
    "the last entries cut off": (
        "delete from ledger_pending; delete from ledger_entry where not exists"
        " (select from ledger_leaf l where l.entry_id = ledger_entry.entry_id)",
        "chain_end",
        "uji",
    ),
    "an entry that waits for nothing": (
        "delete from ledger_pending where entry_id = (select max(entry_id) from ledger_pending)",
        "entry_unplaced",
        "(uji 693)",
    ),
    "a full tile": (
        "update ledger_tile set hashes = overlay(hashes placing '\\x00' from 99) where level = 0 and tile = 0",
        "tile_differs",
        "tile/0/000",
    ),
    "an upper tile": (
        "update ledger_tile set hashes = overlay(hashes placing '\\x00' from 9) where level = 1",
        "tile_differs",
        "tile/1/000",
    ),
    "a root": (
        "update ledger_checkpoint set root = sha256('x') where size = 302",
        "checkpoint_root",
        "checkpoint 302",
    ),
    "a checkpoint's text": (
        "update ledger_checkpoint set note = replace(note, '302', '303') where size = 302",
        "checkpoint_note",
        "checkpoint 302",
    ),
    "a checkpoint of somebody else": (
        "update ledger_checkpoint set note = regexp_replace(note, '— uji.example/log .*', '— uji.example/log AAAAAAA=' || chr(10))"
        " where size = 302",
        "checkpoint_signature",
        "checkpoint 302",
    ),
    "a checkpoint ahead": (
        "insert into ledger_checkpoint select size + 7, root, note, now() from ledger_checkpoint order by size desc limit 1",
        "checkpoint_beyond",
        "checkpoint ",
    ),
    "a cosignature": (
        "update ledger_cosignature set line = overlay(line placing 'AAAA' from 40)",
        "cosignature_false",
        "kejari.example/w1",
    ),
    "a stamp": ("update ledger_stamp set tsr = 'other'", "stamp_differs", "checkpoint "),
    "a key": (
        "update signing_key set public = sha256('x') where role = 'recorder'",
        "key_row_differs",
        "signing_key",
    ),
    "a key that the log does not know": (
        "insert into signing_key values ('0011223344556677', 'office', '', sha256('y'), now())",
        "key_row_differs",
        "0011223344556677",
    ),
    "a key ended in the table alone": (
        "insert into signing_key_end select key_id, now(), 'x' from signing_key where role = 'office'",
        "key_row_differs",
        "signing_key_end",
    ),
    "the end of a chain": ("update ledger_chain set seq = seq - 1 where chain = 'uji'", "chain_end", "uji"),
    "a run's row": ("update run set reason = 'other'", "run_row", "(recorder/r1 1)"),
    "a seal's row": ("update seal set bytes = bytes - 1", "seal_row", "(recorder/r1 2)"),
    "a seal taken out": (
        "delete from seal_owed; delete from seal_entry; delete from seal",
        "seal_row",
        "(recorder/r1 2)",
    ),
    "a run that the log does not know": (
        "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end)"
        " select gen_random_uuid(), camera_id, 9, 'r9', 'x', parent, opened_at, tip, sealed_tip, sealed_end from run;"
        "delete from run_owed",
        "run_row",
        "run ",
    ),
    "a seal that the log does not know": (
        "insert into seal select camera_id, hour, 2, run_no, 11, 20, n, bytes, frames, spans, chain_out, chain_in, root from seal;"
        "delete from seal_owed where part = 2",
        "seal_row",
        "seal ",
    ),
    "a pulse's lines": (
        "update pulse set lines = overlay(lines placing '\\x00' from 20)",
        "pulse_lines",
        "(recorder/r1 3)",
    ),
    "a pulse's lines taken out": ("delete from pulse", "pulse_row", "(recorder/r1 3)"),
    "a chunk's row": ("update chunk set frames = frames - 1 where seq = 4", "seal_root", "(recorder/r1 2)"),
    "a chunk taken out": ("delete from chunk where seq = 4", "seal_chunks", "(recorder/r1 2)"),
    "two chunks swapped": (
        "update chunk set sha256 = case seq when 4 then (select sha256 from chunk where seq = 5) else (select sha256 from chunk where seq = 4) end"
        " where seq in (4, 5)",
        "seal_chain",
        "(recorder/r1 2)",
    ),
}


class Uncommitted(Database):
    """The database as one open transaction sees it, so that a change goes away with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """The same one each time."""
        yield Snapshotless(self._connection)  # type: ignore[misc]


class Snapshotless:
    """A connection in the middle of a transaction, which cannot ask for another isolation any more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: Any, values: Any = None) -> Any:
        """As psycopg's."""
        return (
            None if statement == query("tree.one_snapshot") else self._connection.execute(statement, values)
        )


@pytest.mark.parametrize("change", _CHANGES)
def test_what_was_changed_in_the_catalogue_is_found_at_its_place(honest: Installation, change: str) -> None:
    statements, code, where = _CHANGES[change]
    with psycopg.connect(honest.url, row_factory=dict_row) as connection:
        tables = connection.execute(
            "select distinct event_object_table as name from information_schema.triggers"
        )
        for table in tables.fetchall():
            connection.execute(f"alter table {table['name']} disable trigger user")
        for statement in statements.split(";"):
            connection.execute(statement)
        report = honest.check(Uncommitted(connection))
        connection.rollback()
    found = [(one.code, one.where) for one in report.findings]
    assert any(one == code and where in place for one, place in found), found


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("tile/0/000", "store_differs"),
        ("tile/entries/001", "store_differs"),
        ("tile/1/000.p/2", "store_differs"),
        ("tile/entries/001", "store_missing"),
        ("checkpoint", "store_checkpoint"),
    ],
)
def test_what_was_changed_in_the_store_is_found_at_its_place(
    honest: Installation, key: str, code: str
) -> None:
    store, name = honest.store, ledger_key(key)
    kept = store.get(name)
    try:
        store.delete([name])
        if code == "store_differs":
            changed = kept[:50] + bytes([kept[50] ^ 1]) + kept[51:]
            store.put(name, changed, sha256=hashlib.sha256(changed).digest())
        found = [(one.code, one.where) for one in honest.check().findings]
        assert found == [(code, name)]
    finally:
        store.put(name, kept, sha256=hashlib.sha256(kept).digest())


def test_an_older_checkpoint_in_the_store_is_found(honest: Installation) -> None:
    store, name = honest.store, ledger_key("checkpoint")
    kept = store.get(name)
    text = Checkpoint(origin=honest.log.origin, size=302, root=bytes(32)).text()
    other = Note(text=text, lines=(notes.sign(text, honest.log.origin, honest.log.signer),)).whole()
    try:
        store.put(name, other.encode(), sha256=hashlib.sha256(other.encode()).digest())
        assert [one.code for one in honest.check().findings] == ["store_checkpoint"]
    finally:
        store.put(name, kept, sha256=hashlib.sha256(kept).digest())


def test_a_log_that_grows_while_it_is_checked_raises_no_alarm(
    database: Database, database_url: str, store: ObjectStore, log: LogKey
) -> None:
    add(database, OFFICE, 1020)
    sequencer.checkpoint(database, store, log)

    def grow() -> None:
        add(database, OFFICE, 300)
        sequencer.checkpoint(database, store, log)
        add(database, OFFICE, 2)

    checked = Database(database_url, application="tests", max_size=2)
    once: list[Callable[[], None]] = [grow]

    def progress(what: str, done: int, total: int) -> None:
        if once:
            once.pop()()

    with database.transaction() as connection:
        assert ledger_tree.placed(connection) == 1022
    add(database, OFFICE, 10)
    sequencer.checkpoint(database, store, log)
    report = check.check(checked, store, origin=log.origin, policy=POLICY, report=Report(), progress=progress)
    checked.close()
    assert not once, "it grew meanwhile"
    assert report.findings == []
