"""`saksi fsck`: what disagrees between catalogue, store and spool is named, and only what it is told to is mended."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.fsck_mending import mended_keys
from cli.main import main
from recorder.spool_check import SpoolCheck
from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints
from saksi.objects.store import ObjectStore
from saksi.scrub.fsck import Fsck
from saksi.scrub.problems import Problem
from saksi.settings import settings
from tests.integration.ledger import installed
from tests.integration.scrub.test_rounds import Scrubbed
from tests.unit.recorder.test_spool import record


@pytest.fixture(scope="module")
def standing(
    database_server: Endpoints, migrated_template: str, store_server: Endpoints
) -> Iterator[Scrubbed]:
    """An installation in which all is well."""
    with installed.standing("scrubfsck", (database_server, store_server), migrated_template) as both:
        yield Scrubbed(*both)


def _problems(one: Scrubbed, *, deep: bool = False) -> list[Problem]:
    found: list[Problem] = []
    Fsck(database=one.database, store=one.store, tell=found.append, deep=deep).all()
    return found


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest())


def _flip(one: Scrubbed) -> Callable[[], None]:
    key = one.key()
    kept = one.store.get(key)
    _put(one.store, key, kept[:-1] + bytes([kept[-1] ^ 128]))
    return lambda: _put(one.store, key, kept)


def _take_away(one: Scrubbed) -> Callable[[], None]:
    key = one.key()
    kept = one.store.get(key)
    one.store.delete([key])
    return lambda: _put(one.store, key, kept)


def _stray(one: Scrubbed) -> Callable[[], None]:
    _put(one.store, "chunks/cam/notes.txt", b"x")
    return lambda: one.store.delete(["chunks/cam/notes.txt"])


def _outside(one: Scrubbed) -> Callable[[], None]:
    strange = ["titipan/dinas/x.bin", "y.bin"]
    for key in strange:
        _put(one.store, key, b"x")
    return lambda: one.store.delete(strange)


def _sql(change: str, back: str) -> Callable[[Scrubbed], Callable[[], None]]:
    def do(one: Scrubbed) -> Callable[[], None]:
        one.execute(change)
        return lambda: one.execute(back) and None

    return do


CHANGES: dict[str, tuple[Callable[[Scrubbed], Callable[[], None]], str, bool]] = {
    "a bit flipped": (_flip, "corrupt", True),
    "an object gone": (_take_away, "missing", False),
    "an object of nobody": (_stray, "foreign", False),
    "objects of another program": (_outside, "outside", False),
    "an hour told of with fewer": (
        _sql("update kept_hour set n = n + 1", "update kept_hour set n = n - 1"), "hour_rows", False,
    ),
    "an hour nobody tells of": (
        _sql(
            "create table aside as with gone as (delete from kept_hour returning *) select * from gone",
            "with back as (insert into kept_hour select * from aside returning 1) select 1",
        ),
        "hour_rows", False,
    ),
    "a chunk that waits": (
        _sql(
            "update chunk_pending set announced_at = now() - interval '25 hours'",
            "update chunk_pending set announced_at = now()",
        ),
        "pending_long", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_each_disagreement_is_named(standing: Scrubbed, change: str) -> None:
    made, kind, deep = CHANGES[change]
    back = made(standing)
    try:
        if deep:
            assert _problems(standing) == [], "only reading tells"
        found = _problems(standing, deep=deep)
    finally:
        back()
    assert {one.kind for one in found} == {kind}
    if kind in ("corrupt", "missing"):
        (one,) = found
        assert (one.where, one.camera, one.touches["holds"]) == (standing.key(), "cam", [1])
    for one in found:
        assert one.words("en") != one.words("id")
        assert one.remedy("en") != one.remedy("id")
        assert not one.words("en").startswith(("fsck_", "scrub_", "ledger_"))


@pytest.fixture
def saksi(
    standing: Scrubbed,
    store_server: Endpoints,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Callable[..., str]]:
    """Runs the command: saksi(0, "--json"), expecting that exit status; answers what it printed."""
    given = {
        "SAKSI_DATA": str(tmp_path / "data"),
        "SAKSI_DATABASE_URL": standing.one.url,
        "SAKSI_S3_URL": store_server.s3_url,
        "SAKSI_S3_ACCESS_KEY": store_server.s3_access_key,
        "SAKSI_S3_SECRET_KEY": store_server.s3_secret_key,
        "SAKSI_BUCKET": "scrubfsck",
        "LC_ALL": "C",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def run(status: int, *words: str, **changed: str) -> str:
        for name, value in changed.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        with monkeypatch.context() as patched:  # as on a terminal: nobody handles what goes to the log
            patched.setattr(logging.getLogger(), "handlers", [])
            done = main(["fsck", *words])
        told = capsys.readouterr()
        assert not re.search(r"finding \d|the finding of", told.err), "the log's words, in English"
        assert done == status, (words, told.out, told.err)
        return told.out

    yield run
    settings.cache_clear()


def test_the_command_says_all_is_well_or_what_is_not_or_that_it_cannot_tell(
    standing: Scrubbed, saksi: Callable[..., str]
) -> None:
    told = json.loads(saksi(0, "--json", "--deep"))
    assert told["findings"] == []
    stored = standing.kept + 4  # those that no seal covers yet
    assert told["bytes_read"] == stored * 1000
    assert told["scrub"]["round"]["chunks"] == standing.kept
    back = _take_away(standing)
    try:
        indonesian = saksi(1, SAKSI_LANG="id")
        done = saksi(1, "--json", "--repair", "spool", SAKSI_LANG="en")
        (number,) = standing.execute(
            "select finding_id from scrub_finding where object_key = %s and resolution is null",
            standing.key(),
        )
        shown = saksi(1, "--repair", "spool")
    finally:
        back()
    assert f"missing: {standing.key()}" in indonesian
    assert "penahanan 1" in indonesian
    assert f"{standing.key()} (finding {number['finding_id']})" in shown
    told = json.loads(done)
    assert [one["key"] for one in told["findings"]] == [standing.key()]
    assert told["left"] == 1
    assert told["repairs"] == {standing.key(): "asked"}, "no recorder is at work, so nobody is waited for"
    saksi(2, SAKSI_S3_URL="http://127.0.0.1:9")


def test_what_is_foreign_is_put_aside_only_when_told_to_and_never_lost(
    standing: Scrubbed, saksi: Callable[..., str]
) -> None:
    key = "chunks/cam/notes.txt"
    _stray(standing)
    assert f"would move {key}" in saksi(1, "--quarantine-foreign")
    assert standing.store.get(key) == b"x"
    assert f"moved to quarantine/{key}" in saksi(0, "--quarantine-foreign", "--yes")
    assert standing.store.get(f"quarantine/{key}") == b"x"
    assert _problems(standing) == []
    told = standing.execute("select kind, resolution from scrub_finding where object_key = %s", key)
    assert told == [{"kind": "foreign", "resolution": "quarantined"}]
    standing.store.delete([f"quarantine/{key}"])

    # What lies in no folder of the archive is named and never moved.
    _stray(standing)
    gone = _outside(standing)
    shown = saksi(1, "--quarantine-foreign", "--yes", SAKSI_LANG="id")
    gone()
    assert f"dipindah ke quarantine/{key}" in shown
    assert "outside: titipan/dinas/x.bin: objek di luar" in shown
    assert "quarantine/titipan" not in shown
    standing.store.delete([f"quarantine/{key}"])


def test_only_what_was_read_back_or_put_aside_counts_as_mended() -> None:
    repairs = {"a": "done", "b": "asked", "c": "sent", "d": "failed"}
    assert mended_keys({"repairs": repairs, "quarantined": ["quarantine/e"]}) == {"a", "e"}
    assert mended_keys({"would_quarantine": ["f"]}) == set()


def test_the_spool_beside_the_catalogue(database: Database, tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path / "spool", 700)
    sealed[0].media.write_bytes(b"short")
    stray = sealed[0].folder / "00000099.mp4"
    stray.write_bytes(b"x")
    found: list[Problem] = []
    check = SpoolCheck(folder=tmp_path / "spool", database=database, tell=found.append, deep=True)
    check.all()
    differs = str(sealed[0].media.relative_to(tmp_path / "spool"))
    assert [one.where for one in found if one.kind == "spool_differs"] == [differs]
    unknown = {one.where for one in found if one.kind == "spool_unknown"}
    assert unknown == {
        str(one.relative_to(tmp_path / "spool")) for one in [*(s.media for s in sealed[1:]), stray]
    }
    assert check.counts == {"spool waiting": len(sealed)}
