"""The whole check holds the store to the rows that name its objects: missing, other, foreign; and no false alarm."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator

import pytest

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints
from saksi.ledger.check import Report
from saksi.ledger.check.objects import ObjectCheck
from saksi.objects.store import ObjectStore
from saksi.scrub.listing import Named, beside, by_camera
from tests.integration.ledger import installed
from tests.integration.ledger.installed import Installed

NAME = "objectscheck"


@pytest.fixture(scope="module")
def whole(
    database_server: Endpoints, migrated_template: str, store_server: Endpoints
) -> Iterator[tuple[Installed, Database]]:
    """A small installation, and its database."""
    with installed.standing(NAME, (database_server, store_server), migrated_template) as both:
        yield both


def _codes(report: Report) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in report.findings]


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest())


def test_what_is_whole_has_no_findings_and_every_object_is_looked_at(
    whole: tuple[Installed, Database],
) -> None:
    one, database = whole
    told: list[tuple[str, int, int]] = []
    report = one.check(database, deep=True, progress=lambda *what: told.append(what))
    assert _codes(report) == []
    expected = {
        "chunks stored": 12, "chunks pending": 1, "chunks dropped": 1, "chunks read": 12, "seals purged": 1,
        "seals purged in part": 1, "chunks told as dropped": 1, "packages": 1,
        "derivatives": 1, "seal lines": 4,
    }  # fmt: skip
    assert expected.items() <= report.counts.items()
    assert told[-1][0] == "bytes"
    assert told[-1][1] == 12_000


CHANGES: dict[str, tuple[Callable[[bytes], bytes | None], str, bool]] = {
    "taken away": (lambda _: None, "object_missing", False),
    "cut short": (lambda body: body[:-1], "object_size", False),
    "made longer": (lambda body: body + b"x", "object_size", False),
    "other bytes": (lambda body: body[:9] + bytes([body[9] ^ 1]) + body[10:], "object_differs", True),
}
PLACES = ("chunks/cam/", "chunks/pasar/", "exports/", "derivatives/", "entries/cam/")


@pytest.mark.parametrize("prefix", PLACES)
@pytest.mark.parametrize("change", CHANGES)
def test_an_object_that_is_not_as_its_row_says_is_named(
    whole: tuple[Installed, Database], change: str, prefix: str
) -> None:
    one, database = whole
    made, code, deep = CHANGES[change]
    if prefix.startswith("entries/") and code == "object_size":
        code, deep = "object_differs", True  # no row says how long they are
    key, _ = next(one.store.list(prefix))
    kept = one.store.get(key)
    changed = made(kept)
    one.store.delete([key])
    if changed is not None:
        _put(one.store, key, changed)
    try:
        assert deep is False or _codes(one.check(database)) == [], "its size is right: only reading tells"
        ((found, where),) = _codes(one.check(database, deep=deep))
    finally:
        _put(one.store, key, kept)
    assert (found, where.partition(" ")[0]) == (code, key)


def test_a_finding_tells_the_span_and_the_hold_and_case_that_it_touches(
    whole: tuple[Installed, Database],
) -> None:
    one, database = whole
    with database.transaction() as connection:
        row = connection.execute(
            "select run::text from run join camera using (camera_id) where code = 'cam' and epoch = 1"
        ).fetchone()
    assert row is not None
    key = keys.chunk_key("cam", row["run"], 1)
    kept = one.store.get(key)
    one.store.delete([key])
    try:
        ((_, where),) = _codes(one.check(database))
    finally:
        _put(one.store, key, kept)
    start, end = (clock.format_us(one.began_us + n * 60_000_000) for n in (0, 1))
    assert where == f"{key} ({start}/{end}; hold 1 LP/B/123/XI/2026/SPKT)"


def test_a_chunk_that_no_row_names_is_foreign_only_after_a_while(whole: tuple[Installed, Database]) -> None:
    one, database = whole
    run = next(one.store.list("chunks/cam/"))[0].split("/")[2]
    strays = [
        keys.chunk_key("cam", run, 999),
        keys.chunk_key("cam", str(uuid.uuid4()), 1),
        keys.chunk_key("asing", str(uuid.uuid4()), 1),
    ]
    strange = [f"chunks/cam/{run}/00000001.mp4.bak", "chunks/notes.txt"]
    for key in (*strays, *strange):
        _put(one.store, key, b"x")
    try:
        assert {where for _, where in _codes(one.check(database))} == set(strange)
        report = Report()
        ObjectCheck(report=report, database=database, store=one.store, awaited_us=-1_000_000).chunks()
        assert set(_codes(report)) == {("object_foreign", key) for key in (*strays, *strange)}
    finally:
        one.store.delete([*strays, *strange])


class Moving(ObjectStore):
    """A store in which something happens before the listing is over."""

    act: Callable[[], None]

    def list(self, prefix: str) -> Iterator[tuple[str, int]]:
        """As it stood before."""
        listed = list(super().list(prefix))
        if prefix == keys.CHUNKS:
            self.act()
        yield from listed


def test_what_comes_and_goes_meanwhile_is_no_false_alarm(
    whole: tuple[Installed, Database], store_server: Endpoints
) -> None:
    one, database = whole
    moving = Moving(store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, NAME)
    key, _ = next(one.store.list("chunks/pasar/"))
    kept = one.store.get(key)
    stray = keys.chunk_key("cam", str(uuid.uuid4()), 1)
    one.store.delete([key])
    _put(one.store, stray, b"x")

    def act() -> None:
        _put(one.store, key, kept)  # it was on its way when the listing passed it
        one.store.delete([stray])  # and this one was taken by a purge

    moving.act = act
    report = Report()
    ObjectCheck(report=report, database=database, store=moving, awaited_us=-1_000_000, deep=True).chunks()
    moving.close()
    assert _codes(report) == []


def test_both_streams_are_told_in_one_pass() -> None:
    named = [Named(key=key, size=1) for key in "abdf"]
    listed = [(key, 1) for key in "bcdeg"]
    told = [(row and row.key, found and found[0]) for row, found in beside(named, listed)]
    expected = [("a", None), ("b", "b"), (None, "c"), ("d", "d"), (None, "e"), ("f", None), (None, "g")]
    assert told == expected


def test_a_listing_is_cut_where_the_camera_changes_whatever_the_order_of_cameras() -> None:
    for order in (("a-b", "a"), ("a", "a-b")):
        listed = [(f"chunks/{camera}/{n}", 1) for camera in order for n in range(2)]
        told = {camera: [key for key, _ in part] for camera, part in by_camera(listed, "chunks/", "abc")}
        assert told == {
            "a": ["chunks/a/0", "chunks/a/1"], "a-b": ["chunks/a-b/0", "chunks/a-b/1"], "b": [], "c": [],
        }  # fmt: skip
