"""What an officer is told of a package before it is handed over: in the API, on the command line, in the report."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from saksi import clock
from saksi.catalogue import authors, cameras, people, seals
from saksi.catalogue.database import Database
from saksi.custody.policy import Log, Policy, Witness
from saksi.custody.verifier.main import read_trust, verify_package
from saksi.desk import Desk
from saksi.export.job import run_next
from saksi.ledger import identity
from saksi.ledger.sequencer import checkpoint_now
from saksi.ledger.witness import WitnessDesk
from saksi.settings import Settings
from tests.evidence import purging
from tests.fixtures.commands import as_process, in_process
from tests.integration.archive_api.conftest import Recorded, settings_of
from tests.integration.archive_api.handed import release_holds

HOUR = 3_600_000_000


@pytest.fixture
def case(recorded: Recorded, client: httpx.Client, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new case."""
    client.headers["X-Purpose"] = "penyidikan"
    number = "LP/" + re.sub(r"\W", "_", request.node.name)[-60:]
    made = client.post("/cases", json={"number": number, "title": "Pencurian"})
    assert made.status_code == 201, made.text
    yield str(made.json()["id"])
    release_holds(recorded, client, number)


@pytest.fixture
def before(recorded: Recorded) -> dict[str, str]:
    """A span in which nothing was recorded yet."""
    start_us = recorded.from_us - 2 * HOUR
    return {"from": clock.format_us(start_us), "to": clock.format_us(start_us + HOUR)}


def built(client: httpx.Client, case: str, recorded: Recorded, settings: Settings) -> dict[str, Any]:
    """A new export of the whole case, sealed, as the API tells it in Indonesian."""
    asked = client.post(f"/cases/{case}/exports", json={"recipient": "Kejaksaan", "reason": "Tahap II"})
    assert asked.status_code == 202, asked.text
    assert asked.json()["warnings"] == []
    desk = Desk(database=recorded.archive.database, store=recorded.archive.store, settings=settings)
    assert run_next(desk) is not None
    told: dict[str, Any] = client.get(
        f"/exports/{asked.json()['id']}", headers={"Accept-Language": "id"}
    ).json()
    assert told["state"] == "sealed", told
    (listed,) = client.get(f"/cases/{case}/exports", headers={"Accept-Language": "id"}).json()["items"]
    assert listed == told
    return told


def warned(export: dict[str, Any]) -> dict[str, str]:
    """Its warnings but for that of the clock, which is of the machine that the tests run on."""
    return {one["code"]: one["text"] for one in export["warnings"] if one["code"] != "clock"}


def fetched(client: httpx.Client, export: dict[str, Any], path: Path) -> str:
    """The package as a file; answers its laporan.html."""
    path.write_bytes(client.get(f"/exports/{export['id']}/package").content)
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"{export['package']}/laporan.html").decode()


def trust(database: Database, settings: Settings, path: Path) -> str:
    """The log's policy by another way than the package."""
    with database.transaction() as connection:
        path.write_bytes(identity.policy(connection, settings).encode())
    return str(path)


def test_a_package_without_any_footage_is_no_success(
    recorded: Recorded, client: httpx.Client, case: str, before: dict[str, str], tmp_path: Path
) -> None:
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner", "shop"], **before})
    assert made.status_code == 201, made.text
    (warning,) = made.json()["warnings"]
    assert warning["code"] == "no_footage"
    assert "corner, shop" in warning["text"]
    settings = settings_of(recorded.archive)
    export = built(client, case, recorded, settings)
    told = warned(export)
    assert set(told) == {"no_witness", "no_footage"}
    assert told["no_footage"].startswith("Sama sekali tidak ada rekaman 1/corner, 1/shop.")
    found, remedy = told["no_footage"].split(" Cetak ")
    words = fetched(client, export, tmp_path / "a.zip")
    assert found in words
    assert remedy not in words
    trusted = read_trust(trust(recorded.archive.database, settings, tmp_path / "policy.txt"))
    report = verify_package(str(tmp_path / "a.zip"), trusted)
    assert report.exit == 2
    assert {(one["code"], one["where"]) for one in report[6].findings} == {
        ("no_footage", "1/corner"),
        ("no_footage", "1/shop"),
    }
    assert [one.number for one in report.verdicts if one.state != "holds"] == [6]


def test_one_camera_without_footage_is_named_and_the_others_hold(
    recorded: Recorded, client: httpx.Client, case: str, before: dict[str, str], tmp_path: Path
) -> None:
    assert client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner"], **before}).status_code == 201
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["shop"], **recorded.window})
    assert made.json()["warnings"] == []
    settings = settings_of(recorded.archive)
    export = built(client, case, recorded, settings)
    assert list(warned(export)) == ["no_witness", "no_footage"]
    fetched(client, export, tmp_path / "a.zip")
    trusted = read_trust(trust(recorded.archive.database, settings, tmp_path / "policy.txt"))
    report = verify_package(str(tmp_path / "a.zip"), trusted)
    assert report.exit == 0, report.told()
    assert report[4].facts["empty"] == report[6].facts["empty"] == ["1/corner"]


@pytest.mark.parametrize("what", ["some", "all"])
def test_what_a_purge_took_is_stated_and_all_else_shown(
    recorded: Recorded, client: httpx.Client, case: str, tmp_path: Path, what: str
) -> None:
    settings, database = settings_of(recorded.archive), recorded.archive.database
    with database.transaction() as connection:
        office = authors.office(connection, settings.keys_folder)
        camera_id = cameras.find(connection, "corner").camera_id
    seals.request_seals(database, office, [(camera_id, recorded.from_us, recorded.to_us)], wait_s=0)
    seals.write_owed(database, recorded.archive.store)
    chunks = recorded.archive.stored("corner")
    until_us = recorded.to_us + HOUR if what == "all" else clock.to_us(chunks[1]["start_at"]) + 1
    from_us = recorded.from_us - HOUR
    done = what == "some"
    with purging.taken_for_a_while(database, office.signer, "corner", from_us, until_us, done=done) as taken:
        assert len(taken) == (len(chunks) if what == "all" else 2)
        made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner"], **recorded.window})
        assert [one["code"] for one in made.json()["warnings"]] == ["footage_purged"]
        export = built(client, case, recorded, settings)
    assert "dimusnahkan sesuai retensi" in warned(export)["purged"]
    words = fetched(client, export, tmp_path / "a.zip")
    assert "dimusnahkan" in words
    trusted = read_trust(trust(database, settings, tmp_path / "policy.txt"))
    report = verify_package(str(tmp_path / "a.zip"), trusted)
    assert report[4].state == ("holds" if done else "unchecked"), report.told()
    assert {one["code"] for one in report[4].findings} == (set() if done else {"purge_not_done"})
    assert [one[4] for one in report[4].facts["purges"]] == ([2] if done else [])
    assert {one[2] for one in report[4].facts["missing"]} == {"purged"}
    assert {one[4] for one in report[4].facts["gaps"]} == {"purged"}
    assert [one.number for one in report.verdicts if one.state != "holds"] == ([] if done else [4, 6])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entries = archive.read(f"{export['package']}/meta/entries.jsonl").decode()
    assert '"event":"notice"' in entries


@pytest.fixture
def away(recorded: Recorded, tmp_path: Path) -> Settings:
    """Settings whose policy asks for a witness that does not answer."""
    with recorded.archive.database.transaction() as connection:
        log = identity.log_key(connection, settings_of(recorded.archive))
    witness = WitnessDesk(tmp_path / "w", "kejari.example/away", Policy(logs=(Log(key=log.verifier),)))
    known = tmp_path / "witnesses.txt"
    told = Policy(witnesses=(Witness(name="kejari", key=witness.key),), quorum="kejari")
    known.write_bytes(told.encode())
    return settings_of(recorded.archive).model_copy(update={"ledger_witnesses": known})


def test_a_package_that_its_own_policy_refuses_says_so_on_every_way_out(
    recorded: Recorded, client: httpx.Client, case: str, away: Settings, tmp_path: Path
) -> None:
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["shop"], **recorded.window})
    assert made.status_code == 201, made.text
    export = built(client, case, recorded, away)
    ((code, text),) = warned(export).items()
    assert code == "quorum"
    assert text.startswith("0 dari 1 saksi luar")
    words_of_report = fetched(client, export, tmp_path / "a.zip")
    assert text.partition(" Mintakan")[0] in words_of_report
    assert "--wait-for-witnesses" in text
    assert "--wait-for-witnesses" not in words_of_report  # it is a paper for the court
    trusted = read_trust(trust(recorded.archive.database, away, tmp_path / "policy.txt"))
    report = verify_package(str(tmp_path / "a.zip"), trusted)
    assert [one["code"] for one in report[3].findings] == ["quorum"]
    environment = {**recorded.archive.environment("cli"), "SAKSI_LANG": "en"}
    environment["SAKSI_LEDGER_WITNESSES"] = str(away.ledger_witnesses)
    done = as_process("export", "--case", case, "--out", str(tmp_path / "b.zip"), settings=environment)
    assert done.returncode == 0, done.stderr
    assert "! 0 of the 1 outside witnesses have signed" in done.stderr
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/laporan.html"))
        words_of_report = archive.read(name).decode()
    assert "diminta lewat baris perintah / asked for on the command line" in words_of_report
    assert "pemegang berkas ini / holder of this file" in words_of_report
    assert "Isi permintaan" not in words_of_report


def test_the_command_exports_for_a_person_only_cases_that_they_see(
    recorded: Recorded, case: str, tmp_path: Path
) -> None:
    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name="no-member", password="long enough", role="investigator")
    environment = {**recorded.archive.environment("cli"), "SAKSI_LANG": "en"}
    words = ("export", "--case", case, "--out", str(tmp_path / "c.zip"), "--by", "no-member")
    done = in_process(*words, settings=environment)
    assert (done.returncode, "There is no case" in done.stderr) == (1, True), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_package_waits_for_a_witness_that_comes_with_a_stick(
    recorded: Recorded, client: httpx.Client, case: str, away: Settings, tmp_path: Path
) -> None:
    """The signature is over a checkpoint that is older than much that the log has by then."""
    database = recorded.archive.database
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["shop"], **recorded.window})
    assert made.status_code == 201, made.text
    body = {"recipient": "Kejaksaan", "reason": "Tahap II", "wait_for_witnesses": True}
    asked = client.post(f"/cases/{case}/exports", json=body).json()
    desk = Desk(database=database, store=recorded.archive.store, settings=away)

    def look() -> dict[str, Any]:
        with database.transaction() as connection:
            connection.execute("update export_job set claimed_until = '-infinity' where state = 'building'")
        assert run_next(desk) is not None
        told: dict[str, Any] = client.get(f"/exports/{asked['id']}").json()
        return told

    for _ in range(10):  # more often than failures are forgiven
        told = look()
        assert (told["state"], told["stage"], list(warned(told))) == ("building", "witnesses", ["quorum"])
    environment = recorded.archive.environment("cli")
    environment["SAKSI_LEDGER_WITNESSES"] = str(away.ledger_witnesses)

    def saksi(*words: str) -> str:
        done = in_process(*words, settings=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "request.txt").write_text(saksi("ledger", "request", "kejari"))
    signing = ("witness", "sign", str(tmp_path / "request.txt"), "--name", "kejari.example/away")
    known = trust(database, settings_of(recorded.archive), tmp_path / "log.txt")
    signed = saksi(*signing, "--trust", known, "--folder", str(tmp_path / "w"))
    (tmp_path / "signature.txt").write_text(signed)
    client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner"], **recorded.window})
    with database.transaction() as connection:
        log = identity.log_key(connection, away)
    checkpoint_now(database, recorded.archive.store, log)
    saksi("ledger", "cosign", str(tmp_path / "signature.txt"))
    told = look()
    assert (told["state"], warned(told)) == ("sealed", {}), told
    fetched(client, told, tmp_path / "a.zip")
    report = verify_package(str(tmp_path / "a.zip"), read_trust(trust(database, away, tmp_path / "p.txt")))
    assert report.exit == 0, report.told()
    assert report[3].facts["witnesses"] == ["kejari"]
