"""A small installation that is whole: two cameras, their footage in a real store, a log with a witness, a case.

Everything was written by the archive's own code; the footage means nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import random
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import (
    chunks,
    derivatives,
    drops,
    exports,
    holding,
    keys,
    ledger,
    pulses,
    runs,
    seal_lines,
    seals,
)
from saksi.catalogue.authors import Author, of_recorder
from saksi.catalogue.chunks import Announcement
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.ledger_tree import Kept, LogKey
from saksi.catalogue.pulses import Reading, Standing
from saksi.custody import notes
from saksi.custody.canonical import canonical, tip
from saksi.custody.chain import RunClosing
from saksi.custody.notes import COSIGNATURE, Note, VerifierKey
from saksi.custody.policy import Policy, Witness
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import check, cosigning, sequencer
from saksi.ledger.check import Report
from saksi.objects.store import ObjectStore
from tests.evidence import purging
from tests.fixtures.fix_database import copy_template, drop, named
from tests.fixtures.fix_store import store_on
from tests.integration.catalogue.chains import SECOND, Chain, add_camera
from tests.integration.catalogue.desks import Desk
from tests.integration.ledger import thinned
from tests.integration.ledger.shaky import add, recording_key

OFFICE, RECORDER, OLD, WITNESS = (Signer.from_seed(bytes([n]) * 32) for n in (7, 8, 5, 6))
WITNESS_KEY = VerifierKey(name="kejari.example/w1", kind=COSIGNATURE, public=WITNESS.public)
POLICY = Policy(witnesses=(Witness(name="kejari", key=WITNESS_KEY),), quorum="kejari")
HOUR, MINUTE = 3600 * SECOND, 60 * SECOND
AUTHOR: Author = of_recorder("r1", RECORDER)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A catalogue and a bucket. `began_us` is when its footage begins."""

    url: str
    store: ObjectStore
    log: LogKey
    began_us: int

    def check(self, database: Database, *, deep: bool = False, **more: Any) -> Report:
        """The whole check."""
        known = {"origin": self.log.origin, "policy": POLICY, "report": Report()}
        return check.check(database, self.store, deep=deep, **{**known, **more})


class Footage:
    """A run whose chunks are objects of the store."""

    def __init__(self, database: Database, store: ObjectStore, chain: Chain) -> None:
        self.chain = chain
        self._database, self._store = database, store
        self._random = random.Random(chain.opening.camera + str(chain.opening.epoch))
        with database.transaction() as connection:
            self.run_no = chunks.open_run(connection, chain.opening)
            runs.opened(connection, AUTHOR, chain.opening)

    def chunk(self, start_us: int) -> Announcement:
        """One minute, announced."""
        body = self.body(self.chain.seq + 1)
        made = dataclasses.replace(self.chain.chunk(start_us, MINUTE, body), crc32=zlib.crc32(body))
        with self._database.transaction() as connection:
            assert chunks.announce(connection, [made]) == ["appended"]
        return made

    def body(self, seq: int) -> bytes:
        """The bytes of a chunk, as large as its chain says."""
        return random.Random(f"{self.chain.opening.run} {seq}").randbytes(1000)

    def send(self, made: Announcement) -> None:
        """Into the store, and confirmed."""
        entry = made.entry
        key = keys.chunk_key(entry.camera, entry.run, entry.seq)
        self._store.put(key, self.body(entry.seq), sha256=bytes.fromhex(entry.sha256))
        with self._database.transaction() as connection:
            chunks.stored(connection, [(entry.run, entry.seq)])

    def record(self, start_us: int, count: int) -> None:
        """So many minutes, stored."""
        for n in range(count):
            self.send(self.chunk(start_us + n * MINUTE))

    def close(self, at_us: int) -> None:
        """Ends the run."""
        opening = self.chain.opening
        closing = RunClosing(
            camera=opening.camera, run=opening.run, last_seq=self.chain.seq, reason="moved", at_us=at_us
        )
        self.chain.tip = tip(self.chain.tip, closing.leaf())
        with self._database.transaction() as connection:
            chunks.close_run(connection, closing, self.chain.tip)
            runs.closed(connection, AUTHOR, closing, self.chain.tip)

    def seal(self) -> None:
        """Every hour that is over."""
        with self._database.transaction() as connection:
            seals.seal_run(connection, AUTHOR, self.run_no, clock.now())


@contextlib.contextmanager
def standing(
    name: str,
    servers: tuple[Endpoints, Endpoints],
    template: str,
    *,
    filling: int = 20,
    thinning: bool = False,
) -> Iterator[tuple[Installed, Database]]:
    """One that was built on the servers of catalogue and store under this name, with its database."""
    database_server, store_server = servers
    copy_template(database_server.database_url, template, name)
    url = named(database_server.database_url, name)
    store = store_on(store_server, name)
    store.ensure_bucket(str(uuid.uuid4()))
    database = Database(url, application="tests", max_size=3)
    yield build(database, url, store, filling=filling, thinning=thinning), database
    database.close()
    drop(database_server.database_url, name)
    store.delete([key for key, _ in store.list("")])
    store.close()


def build(
    database: Database, url: str, store: ObjectStore, *, filling: int = 20, thinning: bool = False
) -> Installed:
    """Fills both, with so many entries that say nothing; with `thinning` what thinning and scrub leave, too.

    One camera has two runs (the first is closed), the other one with chunks pending and dropped; both were purged of
    some footage.
    """
    log = recording_key()
    began = (clock.now_us() - 5 * HOUR) // HOUR * HOUR
    desk = Desk.of(database)
    desk = dataclasses.replace(desk, from_us=began)
    with database.transaction() as connection:
        add_camera(connection, "pasar")
        connection.execute(
            "insert into camera_place (camera_id, valid_from, lat, lon, heading_deg)"
            " select camera_id, '-infinity', -1.26, 116.83, 90 from camera where code = 'cam'"
        )
        ledger.enrol(connection, RECORDER, role="recorder", name="r1")
        ledger.enrol(connection, OLD, role="recorder", name="r0")
    first = Footage(database, store, Chain("cam", began))
    first.record(began, 4)
    other = Footage(database, store, Chain("pasar", began))
    other.record(began + 30 * MINUTE, 3)
    add(database, OFFICE, filling)
    _witnessed(database, store, log)
    pulse(database, began + 40 * MINUTE, [first, other])
    first.record(began + HOUR, 3)
    first.seal()
    first.close(began + HOUR + 10 * MINUTE)
    second = Footage(database, store, after(first, began + 2 * HOUR))
    second.record(began + 2 * HOUR, 3)
    second.seal()
    _tail(second, other, began)
    with database.transaction() as connection:
        ledger.revoke(connection, OFFICE, OLD.key_id, "diganti")
    seal_lines.write_owed(database, store)
    if thinning:
        thinned.thin(database, store, OFFICE, desk, began + HOUR, began + 2 * HOUR)
    _purged(database, store, began, kind="thinned" if thinning else "policy")
    if thinning:
        thinned.end(database, store, OFFICE, desk, began + HOUR + MINUTE)
        thinned.find(database, OFFICE, desk)
    pulse(database, began + 3 * HOUR + 15 * MINUTE, [second, other], closed=[first])
    _witnessed(database, store, log)
    _case(database, store, desk)
    sequencer.checkpoint_now(database, store, log)
    add(database, OFFICE, 3)
    return Installed(url=url, store=store, log=log, began_us=began)


def after(footage: Footage, at_us: int) -> Chain:
    """The run that follows one of the same camera."""
    before = footage.chain
    chain = Chain(before.opening.camera, at_us, epoch=before.opening.epoch + 1)
    chain.opening = dataclasses.replace(chain.opening, parent=before.tip.hex())
    chain.tip = chain.opening.tip()
    return chain


def pulse(database: Database, at_us: int, live: Sequence[Footage], closed: Sequence[Footage] = ()) -> None:
    """Where these runs stand, as their recorder knew at that time."""
    with database.transaction() as connection:
        standings = [
            Standing(
                camera=one.chain.opening.camera, run=one.chain.opening.run, seq=one.chain.seq, tip=one.chain.tip,
                open=one in live,
            )
            for one in (*live, *closed)
        ]  # fmt: skip
        pulses.write(connection, AUTHOR, "r1", standings, dataclasses.replace(Reading.now(), wall_us=at_us))


def _tail(second: Footage, other: Footage, began: int) -> None:
    """What no seal covers yet; of the other camera one that was dropped, and one on its way."""
    now = began + 3 * HOUR + 10 * MINUTE
    second.record(now - 5 * MINUTE, 3)
    other.seal()
    gone = other.chunk(now - 8 * MINUTE)
    with other._database.transaction() as connection:
        drops.tell(connection, AUTHOR, gone.entry.run, [gone.entry.seq])
    other.record(now - 6 * MINUTE, 1)
    other.chunk(now - 5 * MINUTE)


def _purged(database: Database, store: ObjectStore, began: int, *, kind: str) -> None:
    """Of one camera an hour is gone, of the other one two chunks of three."""
    with database.transaction() as connection:
        purge_id = purging.start_run(connection, OFFICE, kind=kind)
        for camera, from_us, to_us in (
            ("cam", began + HOUR, began + 2 * HOUR),
            ("pasar", began + 31 * MINUTE, began + 33 * MINUTE),
        ):
            taken = purging.take(connection, purge_id, camera, from_us, to_us)
            store.delete([keys.chunk_key(camera, run, seq) for run, seq in taken])
    purging.finish(database, OFFICE, purge_id)


def _witnessed(database: Database, store: ObjectStore, log: LogKey) -> Kept:
    kept = sequencer.checkpoint_now(database, store, log)
    line = notes.cosign(Note.parse(kept.note).text, WITNESS_KEY.name, WITNESS, clock.now_us() // SECOND)
    with database.transaction() as connection:
        assert cosigning.take(connection, line.text().encode(), POLICY)
    return kept


def _case(database: Database, store: ObjectStore, desk: Desk) -> None:
    with database.transaction() as connection:
        case = desk.open_case(connection)
        exhibit = desk.exhibit(connection, case, 0, 10 * MINUTE)
        held = desk.hold(connection, desk.span(HOUR, 2 * HOUR))
        held = holding.release(
            connection, OFFICE, held, desk.budi, desk.who(desk.budi), reason="selesai", case=None
        )
        holding.release(connection, OFFICE, held, desk.citra, desk.who(desk.citra), case=None)
        exports.ask(
            connection, case_id=case.case_id, stem="BB", exhibits=[exhibit.number], person="Ani Wijaya",
            recipient="Kejari", reason="penuntutan",
        )  # fmt: skip
        derivatives.ask(
            connection, case, exhibit=exhibit.number, camera_id=desk.camera_id, from_us=desk.from_us,
            to_us=desk.from_us + MINUTE, parameters={"boxes": []}, reason="wajah anak", who=desk.who(desk.ani),
        )  # fmt: skip
        _made(connection, store)


def _made(connection: Connection, store: ObjectStore) -> None:
    """What the workers would have made."""
    export, copy = exports.claim(connection, claim_s=60), derivatives.claim(connection, claim_s=60)
    assert export is not None
    assert copy is not None
    for key, body in ((export.key, b"package" * 99), (copy.key, b"copy" * 99)):
        store.put(key, body, sha256=hashlib.sha256(body).digest())
    package, other = hashlib.sha256(b"package" * 99).digest(), b"copy" * 99
    assert exports.seal(connection, export, size=693, sha256=package, files=[])
    assert derivatives.ready(
        connection, copy, size=len(other), sha256=hashlib.sha256(other).digest(), crc32=zlib.crc32(other),
        statement=canonical({"of": "copy"}),
    )  # fmt: skip
