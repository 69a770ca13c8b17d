"""Whatever is done to a real installation is found at its place, and nothing is found in one that nobody touched.

SAKSI_TAMPER_MUTATIONS=2400 tries more (CI has time for few), SAKSI_TAMPER_SEED=2 others.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row

from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints
from saksi.ledger.check import Report
from saksi.objects.store import ObjectStore
from tests.integration.ledger import installed
from tests.integration.ledger.attacks import ATTACKS
from tests.integration.ledger.installed import Installed
from tests.integration.ledger.tampering import UNCOVERED, Mutation, Places, Tamperer, open_up
from tests.integration.ledger.test_check import Uncommitted

MUTATIONS = int(os.environ.get("SAKSI_TAMPER_MUTATIONS", "40"))
SEED = int(os.environ.get("SAKSI_TAMPER_SEED", "1"))
# Values that a column cannot hold, and keys that are taken: not even the owner gets those in.
REFUSED = (errors.DataError, errors.IntegrityError)
NAME = "tampered"
pytestmark = pytest.mark.timeout(300 + 2 * MUTATIONS)


@pytest.fixture(scope="module")
def whole(database_server: Endpoints, migrated_template: str, store_server: Endpoints) -> Iterator[Installed]:
    """A small installation: with the full number of mutations, one with a tile that is full."""
    filling = 250 if MUTATIONS > 500 else 20
    servers = (database_server, store_server)
    with installed.standing(NAME, servers, migrated_template, filling=filling, thinning=True) as (one, _):
        yield one


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest())


def _listed(store: ObjectStore) -> list[str]:
    """What is under a row or the tree; the marker names whose bucket it is, and is held to at every start."""
    return [
        key for key, _ in store.list("") if key.partition("/")[0] not in ("inits", "saksi-installation.json")
    ]


def _superseded(store: ObjectStore, key: str) -> bool:
    """Whether this is a partial tile of which a wider one is there: that one may go (C2SP tlog-tiles)."""
    tile, partial, width = key.partition(".p/")
    return bool(partial) and any(
        int(one.partition(".p/")[2]) > int(width) for one, _ in store.list(f"{tile}.p/")
    )


def _other(rng: random.Random, store: ObjectStore, key: str, body: bytes) -> tuple[str, bytes | None]:
    """What becomes of an object, and what is done to it."""
    place = rng.randrange(len(body))
    made = {
        "flip": lambda: body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :],
        "cut": lambda: body[:place],
        "append": lambda: body + rng.randbytes(rng.randrange(1, 99)),
        "take away": lambda: None,
        "blank": lambda: bytes(len(body)),
        "put another in place": lambda: store.get(rng.choice([one for one in _listed(store) if one != key])),
    }
    what = rng.choice(list(made))
    return what, made[what]()


def _complain(name: str, places: Places, report: Report) -> str:
    """Why a mutation passed, or was not found where it should have been; nothing when all is well."""
    told = [one.where for one in report.findings]
    if not told:
        return f"not found: {name} {places[:2]}"
    if any(place in where for place in places for where in told):
        return ""
    return f"found elsewhere: {name} at {[(one.code, one.where) for one in report.findings[:4]]}, not at {places[:6]}"


def _judge(kinds: Counter[str], complaints: list[str], wanted: int) -> None:
    print(
        f"{sum(kinds.values())} mutations of {len(kinds)} kinds, {len(complaints)} not found",
        *complaints,
        sep="\n",
    )
    assert complaints == []
    assert sum(kinds.values()) == wanted


@contextlib.contextmanager
def opened(whole: Installed) -> Iterator[Uncommitted]:
    """The catalogue in one transaction, without triggers and constraints; it goes away at the end."""
    with psycopg.connect(whole.url, row_factory=dict_row) as connection:
        open_up(connection)
        connection.execute("savepoint whole")
        database = Uncommitted(connection)
        assert whole.check(database).findings == []
        yield database
        assert whole.check(database).findings == [], "a mutation was left behind"
        connection.rollback()


@pytest.mark.parametrize(
    ("share", "make"),
    [(70, Tamperer.any), (10, lambda one: one.random.choice(ATTACKS)(one))],
    ids=["one change", "several together"],
)
def test_every_mutation_of_the_catalogue_is_found_at_its_place(
    whole: Installed, share: int, make: Callable[[Tamperer], Mutation | None]
) -> None:
    complaints: list[str] = []
    kinds: Counter[str] = Counter()
    wanted, tried = max(MUTATIONS * share // 100, len(ATTACKS)), 0
    with opened(whole) as database:
        connection = database._connection
        tamperer = Tamperer(connection, seed=SEED)
        while sum(kinds.values()) < wanted and tried < 20 * wanted:
            tried += 1
            mutation = None
            with contextlib.suppress(*REFUSED):
                mutation = make(tamperer)
            if mutation is not None:
                report = whole.check(database, deep="crc32" in mutation.name)
                told = _complain(mutation.name, mutation.places, report)
                complaints += [told] if told else []
                kinds[mutation.name] += 1
            connection.execute("rollback to savepoint whole")
    _judge(kinds, complaints, wanted)
    assert not {name.partition(" ")[2] for name in kinds if name.startswith("change")} & UNCOVERED.keys()


# What is done, the code, and where it is found.
THINNED = (
    ("update thinned_chunk set thin_sha256 = sha256(thin_sha256) where seq = 6", "thinned_row", "thinnings/cam/"),
    ("update thinned_chunk set lost = lost + 1 where seq = 6", "thinned_row", "thinnings/cam/"),
    ("update thinned_chunk set mode = 'one_a_second' where seq = 6", "thinned_row", "thinnings/cam/"),
    ("update thinned_chunk set batch_id = 99 where seq = 6", "thinned_row", "thinned_chunk cam"),
    ("update thinned_chunk set batch_id = null, run_no = -1 where seq = 6", "thinned_row", "thinned_chunk cam -1 6"),
    ("delete from thinned_chunk where seq = 6", "thinned_row", "thinnings/cam/"),
    ("delete from thinned_tombstone", "thinned_row", "thinnings/cam/"),
    ("delete from thinned_tombstone", "purge_row", "(purge "),
    ("update thinned_tombstone set spans = tstzmultirange(tstzrange(lower(spans), upper(spans) + interval '1 s'))",
     "tombstone_row", "thinnings/cam/"),
    ("update thinning_batch set root = sha256(root)", "thinned_row", "(thinning "),
    ("delete from thinning_batch", "thinned_row", "(thinning "),
    ("update thinning_policy set after_us = after_us - 1 where mode is not null", "thinning_row", "(thinning "),
    ("update thinning_policy set state = 'withdrawn' where mode is null", "thinning_row", "(thinning "),
    ("update thinning_policy set basis = 'x' where state = 'proposed'", "thinning_row", "(thinning "),
    ("update thinning_policy set proposed_at = now() where state = 'withdrawn'", "thinning_row", "(thinning "),
    ("delete from thinning_policy where state = 'proposed'", "thinning_row", "(thinning "),
    ("update thinning_policy set proposal_entry = null where state = 'proposed'", "thinning_row", "thinning_policy "),
    ("update thinning_policy set state = 'withdrawn' where state = 'proposed'", "thinning_row", "thinning_policy "),
    ("update thinning_policy set state = 'proposed', entry_id = null where state = 'withdrawn'", "thinning_row",
     "(thinning "),
    ("insert into thinning_policy (scope, mode, after_us, basis, state, proposed_by, proposed_at)"
     " values ('default', 'keyframes', 1, 'x', 'proposed', 1, now())", "thinning_row", "thinning_policy "),
    ("insert into thinning_policy (scope, mode, after_us, basis, state, proposed_by, proposed_at, decided_by,"
     " decided_at, entry_id)"
     " select 'default', 'keyframes', 1, 'x', 'accepted', 1, now(), 2, now(), min(entry_id) from ledger_entry",
     "thinning_row", "thinning_policy "),
    ("update scrub_finding set found = 'x' where resolution is null", "finding_row", "(findings "),
    ("update scrub_finding set resolution = null, resolved_at = null, resolved_entry = null, resolved_by = null",
     "finding_row", "(findings "),
    ("update scrub_finding set resolution = 'gone', resolved_at = now() where resolution is null", "finding_row",
     "scrub_finding "),
    ("update scrub_finding set touches = '{}'", "finding_row", "(findings "),
    ("delete from scrub_finding where kind = 'foreign'", "finding_row", "(findings "),
)  # fmt: skip


def test_thinned_chunks_and_findings_of_scrub_are_held_to_what_the_log_was_told(whole: Installed) -> None:
    with opened(whole) as database:
        connection = database._connection
        for change, code, place in THINNED:
            assert connection.execute(change).rowcount > 0, change  # type: ignore[call-overload]
            found = {(one.code, one.where) for one in whole.check(database).findings}
            assert any(code == one and place in where for one, where in found), (change, found)
            connection.execute("rollback to savepoint whole")


def test_every_mutation_of_the_store_is_found_at_its_place(whole: Installed) -> None:
    complaints: list[str] = []
    kinds: Counter[str] = Counter()
    wanted, rng, store = MUTATIONS * 20 // 100, random.Random(SEED), whole.store
    database = Database(whole.url, application="tests", max_size=3)
    while sum(kinds.values()) < wanted:
        key = rng.choice(_listed(store))
        body = store.get(key)
        what, other = _other(rng, store, key, body)
        if other == body or (other is None and _superseded(store, key)):
            continue
        store.delete([key])
        if other is not None:
            _put(store, key, other)
        try:
            told = _complain(f"{what} {key}", (key,), whole.check(database, deep=True))
        finally:
            _put(store, key, body)
        complaints += [told] if told else []
        kinds[f"{what} {key.partition('/')[0]}"] += 1
    assert whole.check(database, deep=True).findings == []
    database.close()
    _judge(kinds, complaints, wanted)


def test_chunks_of_two_cameras_that_changed_places_are_found(whole: Installed) -> None:
    store = whole.store
    a, b = (next(store.list(f"chunks/{camera}/"))[0] for camera in ("cam", "pasar"))
    bodies = store.get(a), store.get(b)
    database = Database(whole.url, application="tests", max_size=3)
    for key, body in ((a, bodies[1]), (b, bodies[0])):
        _put(store, key, body)
    found = {(one.code, one.where.partition(" ")[0]) for one in whole.check(database, deep=True).findings}
    for key, body in ((a, bodies[0]), (b, bodies[1])):
        _put(store, key, body)
    database.close()
    assert found == {("object_differs", a), ("object_differs", b)}
