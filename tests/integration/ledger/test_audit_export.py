"""The audit trail's export: what is done to one, even by whoever holds the office's key, the verifier finds and names.

SAKSI_TAMPER_AUDIT=10000 tries so many forgeries (CI has time for few), SAKSI_TAMPER_SEED=2 others.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import audit, audit_log, ledger_tree
from saksi.catalogue.audit_trail import Wanted
from saksi.catalogue.database import Database
from saksi.custody.canonical import canonical, leaf
from saksi.custody.package import Package, Payload, write
from saksi.custody.policy import Log, Policy
from saksi.custody.signing import Signer
from saksi.custody.verifier import notes
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.words import as_text
from saksi.embedded.supervise import Endpoints
from saksi.errors import BadInput, NotFound
from saksi.export import trail
from saksi.ledger import sequencer
from saksi.settings import settings
from tests.fixtures.fix_database import copy_template, drop, named
from tests.fixtures.fix_store import store_on
from tests.integration.catalogue.chains import add_camera
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.ledger.shaky import recording_key

FORGERIES = int(os.environ.get("SAKSI_TAMPER_AUDIT", "120"))
SEED = int(os.environ.get("SAKSI_TAMPER_SEED", "1"))
DAY_US = 86_400_000_000
ROWS, TABLE, STATEMENT = "data/audit.jsonl", "data/audit.csv", "meta/statement.dsse.json"
pytestmark = pytest.mark.timeout(300 + FORGERIES // 2)


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A trail of some hundred rows in the log, and exports of it by name."""

    database: Database
    policy: Policy
    folder: Path
    exports: Mapping[str, bytes]

    def export(self, *, sight: int | None = None, **wanted: Any) -> bytes:
        """Of the last day, unless `done_us` says otherwise."""
        now = clock.now_us()
        narrowed = Wanted(**{"done_us": (now - DAY_US, now), **wanted})
        asked = trail.Asked(wanted=narrowed, sight=sight, by="budi", reason="pemeriksaan tahunan")
        with self.database.transaction() as connection:
            ready = trail.ready(connection, asked, OFFICE, self.policy, settings())
        return b"".join(trail.pieces(self.database, ready, OFFICE))

    def report(self, data: bytes) -> Report:
        """What the verifier says of it, with the log's key given from outside."""
        path = self.folder / "jejak.zip"
        path.write_bytes(data)
        return verify_package(str(path), notes.parse_policy(self.policy.encode()))


def write_rows(database: Database, batches: int, each: int) -> None:
    """Batches of rows of all kinds, each sealed."""
    for batch in range(batches):
        with database.transaction() as connection:
            for number in range(each):
                audit.record(
                    connection, person=f"orang {number % 5}", role="investigator", address="10.0.0.7",
                    action=("segments", "search", "log in")[number % 3],
                    purpose=("=HYPERLINK(1)", 'baris "dua"\nlagi', "penyelidikan é")[number % 3],
                    object={"camera": ("cam", "other")[number % 2], "from": 1_796_000_000_000_000 + number,
                            "to": 1_796_000_060_000_000, "radius_m": 300.5, "nested": [None, {"a": True}]},
                    result=("ok", "denied")[batch % 2], case=("", "lp-1-2026")[number % 2],
                )  # fmt: skip
        audit_log.seal(database, OFFICE)


@pytest.fixture(scope="module")
def archive(
    database_server: Endpoints,
    migrated_template: str,
    store_server: Endpoints,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Archive]:
    copy_template(database_server.database_url, migrated_template, "audit_export")
    database = Database(named(database_server.database_url, "audit_export"), application="tests")
    store = store_on(store_server, f"audit-export-{os.getpid()}")
    store.ensure_bucket("5d2f8a3e-1111-4111-8111-000000000001")
    Desk.of(database)
    with database.transaction() as connection:
        add_camera(connection, "other")
        row = connection.execute(
            "insert into person (name, role, agency_ids, password_hash)"
            " select 'tamu', 'auditor', array[agency_id], 'x' from agency where code = 'other' returning person_id"
        ).fetchone()
        assert row is not None
    write_rows(database, 10, 30)
    log = recording_key()
    sequencer.checkpoint_now(database, store, log)
    policy = Policy(logs=(Log(key=log.verifier),))
    made = Archive(database=database, policy=policy, folder=tmp_path_factory.mktemp("exports"), exports={})
    exports = {
        "whole": made.export(),
        "filtered": made.export(person="orang 2", kind="view", result="ok"),
        "limited": made.export(sight=row["person_id"]),
    }
    yield Archive(database=database, policy=policy, folder=made.folder, exports=exports)
    database.close()
    store.delete([key for key, _ in store.list("")])
    store.close()
    drop(database_server.database_url, "audit_export")


def test_an_export_of_a_whole_span_holds_and_leaves_nothing_out(archive: Archive) -> None:
    report = archive.report(archive.exports["whole"])
    assert report.exit == 0, as_text(report.told(), "en")
    facts = report[4].facts
    assert (facts["whole"], facts["withheld"], facts["later"]) == (True, 0, 0)
    with archive.database.transaction() as connection:
        (row,) = connection.execute("select count(*) as n from audit_leaf").fetchall()
    assert facts["rows"] == row["n"] >= 300
    assert "none is left out" in as_text(report.told(), "en")
    assert "tidak ada yang terlewat" in as_text(report.told(), "id")
    with zipfile.ZipFile(io.BytesIO(archive.exports["whole"])) as opened:
        names = [name.partition("/")[2] for name in opened.namelist()]
        table = opened.read(opened.namelist()[names.index(TABLE)]).decode("utf-8-sig")
    heads, *rows = csv.reader(io.StringIO(table))
    assert heads[:2] == ["nomor · number", "waktu UTC · time UTC"]
    assert len(rows) == facts["rows"]
    assert {row[11] for row in rows} >= {"'=HYPERLINK(1)", 'baris "dua" lagi', "penyelidikan é"}
    assert rows[-1][14].startswith("orang ")


def test_a_filter_and_limited_eyes_withhold_and_count_the_rest(archive: Archive) -> None:
    for name, shown in (("filtered", {"orang 2"}), ("limited", {f"orang {n}" for n in range(5)})):
        report = archive.report(archive.exports[name])
        assert report.exit == 0, as_text(report.told(), "en")
        facts = report[4].facts
        rows = [one["row"] for one in lines_of(opened(archive.exports[name])[ROWS]) if "row" in one]
        assert {row["person"] for row in rows} == shown
        assert facts["rows"] == len(rows) > 0
        assert facts["rows"] + facts["withheld"] == archive.report(archive.exports["whole"])[4].facts["rows"]
        assert "cannot be shown from this file" in as_text(report.told(), "en")
        if name == "limited":
            assert {camera for row in rows for camera in row["cameras"]} == {"other"}
            assert "some cameras only" in as_text(report.told(), "en")
            assert b"orang 2" not in opened(archive.exports["limited"])["BACA-SAYA.txt"]


def test_a_span_is_proven_to_its_ends_or_said_to_stop_before(archive: Archive) -> None:
    with archive.database.transaction() as connection:
        (row,) = connection.execute(
            "select min(at) as first, max(at) as last from audit where person like 'orang %'"
        ).fetchall()
    first_us, last_us = clock.to_us(row["first"]), clock.to_us(row["last"])
    report = archive.report(archive.export(done_us=(first_us + 1, last_us)))
    assert report.exit == 0, as_text(report.told(), "en")
    assert report[4].facts["outside"] > 0
    assert report[4].facts["entries"] < 11
    report = archive.report(archive.export(done_us=(first_us, last_us + DAY_US)))
    assert [one["code"] for one in report[4].findings] == ["trail_open"]
    assert report.exit == 2
    with pytest.raises(NotFound) as early:
        archive.export(done_us=(last_us + DAY_US, last_us + 2 * DAY_US))
    assert early.value.code == "audit_export_early"
    for ends, code in (((last_us, last_us), "audit_export_backwards"), ((0, last_us), "audit_export_long")):
        with pytest.raises(BadInput) as refused:
            archive.export(done_us=ends)
        assert refused.value.code == code


def test_the_verifier_inside_runs_alone_and_names_a_foreign_key(archive: Archive, tmp_path: Path) -> None:
    path, policy = tmp_path / "jejak.zip", tmp_path / "policy.txt"
    path.write_bytes(archive.exports["whole"])
    policy.write_bytes(archive.policy.encode())
    with zipfile.ZipFile(path) as inside:
        inside.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    for given, status in ((policy, 0), ("ab" * 32, 1)):
        called = subprocess.run(
            [sys.executable, "-I", "-S", str(folder / "verify.py"), "--trust", str(given), "--lang", "en"],
            capture_output=True, text=True, timeout=120, cwd=folder,
        )  # fmt: skip
        assert called.returncode == status, called.stdout + called.stderr
    assert "Authentic: DOES NOT HOLD" in called.stdout


# --- forgeries: each is signed anew by the office itself, so that only rows, entries and the log can tell

Files = dict[str, bytes]
Told = dict[str, Any]


def opened(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}


def lines_of(data: bytes) -> list[Told]:
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def written(rows: list[Told]) -> bytes:
    return b"".join(canonical(one) + b"\n" for one in rows)


def stated(files: Files) -> Told:
    envelope = json.loads(files[STATEMENT])
    predicate: Told = json.loads(notes.unbase64(envelope["payload"]))["predicate"]
    return predicate


def signed_anew(files: Files, predicate: Told, signer: Signer = OFFICE) -> bytes:
    """The export with these files, whole in all that whoever holds the office's key can make anew."""
    kept = {path: data for path, data in files.items() if not path.endswith("manifest-sha256.txt")}
    data = [path for path in kept if path.startswith("data/")]
    payload = [
        Payload(path=path, size=len(kept[path]), sha256=sha256(kept[path]).hexdigest(),
                crc32=zlib.crc32(kept[path]), read=lambda path=path: [kept[path]])
        for path in data
    ]  # fmt: skip
    told = [{"path": one.path, "size": one.size, "sha256": one.sha256} for one in payload]
    meta = {path: one for path, one in kept.items() if path.startswith("meta/") and path != STATEMENT}
    package = Package(
        name=predicate["package"], made_on="2026-12-01", organization="", kind=trail.KIND,
        first={path: kept[path] for path in ("BACA-SAYA.txt", "verify.py")}, payload=payload,
        finish=lambda _: (meta, {**{k: v for k, v in predicate.items() if k != "meta"}, "files": told}),
    )  # fmt: skip
    return b"".join(write(package, signer))


class Forger:
    """Makes one forgery at a time out of a whole export."""

    def __init__(self, data: bytes, seed: int) -> None:
        self.files, self.random = opened(data), random.Random(seed)
        self.predicate = stated(self.files)
        self.rows = lines_of(self.files[ROWS])

    def any(self) -> tuple[str, bytes, set[str]]:
        """Its name, the file, and the codes of which one must be among what is found."""
        kinds: list[Callable[[list[Told], Files, Told], set[str]]] = [
            self.field, self.field_with_leaf, self.nonce, self.remove, self.remove_batch, self.add, self.swap,
            self.swap_batches, self.withhold, self.root, self.count, self.path, self.checkpoint, self.lose,
            self.table, self.counts, self.cut, self.stretch, self.key, self.chop,
        ]  # fmt: skip
        kind = self.random.choice(kinds)
        rows, told = json.loads(json.dumps([self.rows, self.predicate]))
        files = dict(self.files)
        codes = kind(rows, files, told)
        if rows != self.rows:
            files[ROWS] = written(rows)
        return kind.__name__, signed_anew(files, told), codes

    def _row(self, rows: list[Told]) -> Told:
        return self.random.choice([one for one in rows if "row" in one])

    def _entries(self, rows: list[Told]) -> list[int]:
        return [place for place, one in enumerate(rows) if "entry" in one]

    def field(self, rows: list[Told], _files: Files, _told: Told) -> set[str]:
        row = self._row(rows)["row"]
        name = self.random.choice(sorted(row))
        row[name] = row[name] + (
            1 if isinstance(row[name], int) else ["x"] if isinstance(row[name], list) else "x"
        )
        return {"trail_row"}

    def field_with_leaf(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        one = self._row(rows)
        one["row"]["person"] = "orang lain"
        one["leaf"] = leaf(bytes.fromhex(one["nonce"]) + canonical(one["row"])).hex()
        return {"trail_root"}

    def nonce(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        one = self._row(rows)
        one["nonce"] = self.random.randbytes(16).hex()
        return {"trail_row"}

    def remove(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        rows.remove(self._row(rows))
        told["rows"] -= 1
        return {"trail_count", "trail_withheld"}

    def remove_batch(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        places = [*self._entries(rows), len(rows)]
        at = self.random.randrange(len(places) - 1)
        told["rows"] -= places[at + 1] - places[at] - 1
        del rows[places[at] : places[at + 1]]
        return {"trail_gap"}

    def add(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        one = json.loads(json.dumps(self._row(rows)))
        one["row"]["id"] += 100_000
        one["leaf"] = leaf(bytes.fromhex(one["nonce"]) + canonical(one["row"])).hex()
        rows.insert(self.random.randrange(1, len(rows) + 1), one)
        told["rows"] += 1
        return {"trail_count"}

    def swap(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        a, b = self.random.sample([place for place, one in enumerate(rows) if "row" in one], 2)
        rows[a], rows[b] = rows[b], rows[a]
        return {"trail_root"}

    def swap_batches(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        places = self._entries(rows)
        a, b = self.random.sample(places, 2)
        rows[a], rows[b] = rows[b], rows[a]
        return {"trail_gap"}

    def withhold(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        one = self._row(rows)
        del one["nonce"], one["row"]
        told["rows"], told["withheld"] = told["rows"] - 1, told["withheld"] + 1
        return {"trail_withheld"}

    def root(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        a, b = self.random.sample(self._entries(rows), 2)
        rows[a]["entry"]["body"]["root"] = rows[b]["entry"]["body"]["root"]
        return {"trail_root"}

    def count(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        rows[self.random.choice(self._entries(rows))]["entry"]["body"]["n"] += 1
        return {"trail_count"}

    def path(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        name = self.random.choice([one for one in files if one.startswith("meta/proofs/")])
        lines = files[name].split(b"\n")
        hashes = [place for place in range(2, lines.index(b"")) if lines[place]]
        if hashes:
            lines[self.random.choice(hashes)] = notes.base64.b64encode(self.random.randbytes(32))
        else:
            lines[1] = b"index 9"
        files[name] = b"\n".join(lines)
        return {"proof_differs"}

    def checkpoint(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        text, _, line = files["meta/checkpoint"].decode().rpartition("\n\n")
        name, _, value = line.strip().rpartition(" ")
        signature = bytearray(notes.unbase64(value))
        signature[self.random.randrange(4, len(signature))] ^= 1
        again = f"{text}\n\n{name} {notes.base64.b64encode(bytes(signature)).decode()}\n"
        files["meta/checkpoint"] = again.encode()
        return {"checkpoint_signature"}

    def lose(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        # The policy inside proves nothing of itself: with one from outside it is not needed.
        spare = (STATEMENT, "meta/policy.txt")
        names = [one for one in files if one.startswith(("data/", "meta/")) and one not in spare]
        name = self.random.choice(sorted(names))
        del files[name]
        return {"missing", "not_read", "proof_missing", "trail_table"}

    def table(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        lines = files[TABLE].split(b"\n")
        place = self.random.randrange(1, len(lines) - 1)
        lines[place] = lines[place].replace(b'"orang ', b'"rang ') if b'"orang ' in lines[place] else b""
        files[TABLE] = b"\n".join(lines)
        return {"trail_table"}

    def counts(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        told[self.random.choice(("rows", "withheld"))] += 1
        return {"trail_counts"}

    def cut(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        """Ends one batch early, as if there were no more."""
        place = self._entries(rows)[-1]
        told["rows"] -= len(rows) - place - 1
        del rows[place:]
        told["entries"]["last"] -= 1
        return {"trail_gap"}

    def stretch(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        told["covers"]["to"] = told["asked"]["to"] = told["asked"]["to"] + DAY_US
        return {"trail_ends_early"}

    def key(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        keys = json.loads(files["meta/keys.json"])
        one = self.random.choice(keys["keys"])
        one["public"] = self.random.randbytes(32).hex()
        files["meta/keys.json"] = canonical(keys) + b"\n"
        return {"key_differs"}

    def chop(self, rows: list[Told], files: Files, told: Told) -> set[str]:
        """Begins one batch late, as if there had been none before."""
        second = self._entries(rows)[1]
        told["rows"] -= second - 1
        del rows[:second]
        told["entries"]["first"] += 1
        return {"trail_gap", "trail_starts_late"}


def test_every_forgery_is_found_and_named(archive: Archive) -> None:
    forger, complaints, kinds = Forger(archive.exports["whole"], SEED), [], Counter[str]()
    assert archive.report(signed_anew(forger.files, forger.predicate)).exit == 0
    for _ in range(FORGERIES):
        name, data, codes = forger.any()
        kinds[name] += 1
        report = archive.report(data)
        found = {one["code"] for verdict in report.verdicts for one in verdict.findings}
        if report.exit != 1 or not found & codes:
            complaints.append(f"{name}: {report.exit} {sorted(found)}, not {sorted(codes)}")
        as_text(report.told(), "id")
    print(f"{FORGERIES} forgeries: {dict(kinds)}, {len(complaints)} not found", *complaints[:20], sep="\n")
    assert complaints == []


def test_a_byte_changed_anywhere_is_found(archive: Archive) -> None:
    pick = random.Random(SEED)
    for name, data in archive.exports.items():
        for _ in range(max(FORGERIES // 12, 5)):
            changed = bytearray(data)
            changed[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
            assert archive.report(bytes(changed)).exit == 1, name


def test_rows_changed_in_the_database_are_named_in_the_export(archive: Archive) -> None:
    """The archive exports what it has; that it was changed is for the verifier to say."""
    try:
        with archive.database.transaction() as connection:
            connection.execute("alter table audit disable trigger user")
            (row,) = connection.execute(
                "update audit set person = 'bukan siapa-siapa' where audit_id ="
                " (select max(audit_id) from audit where person = 'orang 3') returning audit_id"
            ).fetchall()
        report = archive.report(archive.export())
        assert [(one["code"], one["where"]) for one in report[4].findings] == [
            ("trail_row", f"audit {row['audit_id']}")
        ]
    finally:
        with archive.database.transaction() as connection:
            connection.execute("update audit set person = 'orang 3' where person = 'bukan siapa-siapa'")
            connection.execute("alter table audit enable trigger user")
    assert archive.report(archive.export()).exit == 0


def test_a_checkpoint_of_another_log_is_named(archive: Archive) -> None:
    report = archive.report(archive.exports["whole"])
    other = recording_key("lain.example/log").verifier
    path = archive.folder / "jejak.zip"
    foreign = verify_package(str(path), notes.parse_policy(Policy(logs=(Log(key=other),)).encode()))
    assert report.exit == 0
    assert {one["code"] for verdict in foreign.verdicts for one in verdict.findings} == {
        "log_not_trusted", "checkpoint_signature",
    }  # fmt: skip
    with archive.database.transaction() as connection:
        assert ledger_tree.newest_published(connection) is not None
