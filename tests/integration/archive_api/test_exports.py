"""Evidence packages over the API: asked for, built by the worker's function, downloaded, checked by strangers."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import httpx
import pytest

from saksi.catalogue import people
from saksi.custody.policy import Log, Policy, Witness
from saksi.custody.verifier.main import read_trust, verify_package
from saksi.desk import Desk
from saksi.export.job import run_next
from saksi.export.whose import examine
from saksi.ledger import identity
from saksi.ledger.witness import WitnessDesk
from saksi.ledger.witness_server import WitnessServer
from saksi.objects.store import ObjectStore
from tests.evidence.apart import edited, members, mended, zipped
from tests.fixtures.commands import Done, How, as_process, in_process
from tests.integration.archive_api.conftest import Recorded, settings_of, signed_in
from tests.integration.archive_api.handed import redacted
from tests.integration.ledger.tsa import Tsa

CASE = "LP/B/7/XI/2026/SPKT"
TAMPERED = int(os.environ.get("TAMPER_REAL", "40"))  # read before the tests' own environment is cleared


@dataclass(frozen=True, kw_only=True)
class Package:
    """A downloaded package, and the log's policy got by another way."""

    path: Path
    trust: Path
    state: dict[str, Any]
    desk: Desk
    case: str


@pytest.fixture(scope="module")
def package(recorded: Recorded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    """Two exhibits of three cameras in one package."""
    folder = tmp_path_factory.mktemp("package")
    settings = settings_of(recorded.archive)
    desk = Desk(database=recorded.archive.database, store=recorded.archive.store, settings=settings)
    with httpx.Client(
        base_url=f"{recorded.url}/api/v1",
        headers={"Authorization": f"Bearer {recorded.token}", "X-Purpose": "penyidikan"},
        timeout=30,
    ) as client:
        case = client.post("/cases", json={"number": CASE, "title": "Pencurian"}).json()["id"]
        for cameras in (["corner", "bridge"], ["shop"]):
            made = client.post(f"/cases/{case}/exhibits", json={"cameras": cameras, **recorded.window})
            assert made.status_code == 201, made.text
        redacted(client, case, recorded, desk, folder)
        asked = client.post(
            f"/cases/{case}/exports", json={"recipient": "Kejaksaan Negeri", "reason": "Tahap II"}
        )
        assert asked.status_code == 202, asked.text
        export = asked.json()["id"]
        assert client.get(f"/exports/{export}/package").status_code == 409
        assert run_next(desk) is not None
        state = client.get(f"/exports/{export}").json()
        assert state["state"] == "sealed", state
        path = folder / f"{state['package']}.zip"
        path.write_bytes(client.get(f"/exports/{export}/package").content)
    trust = folder / "policy.txt"
    with desk.database.transaction() as connection:
        trust.write_bytes(identity.policy(connection, settings).encode())
    return Package(path=path, trust=trust, state=state, desk=desk, case=case)


def verified(path: Path, *arguments: str, how: How = in_process) -> tuple[int, dict[str, Any]]:
    """What `saksi verify` says."""
    done = how("verify", str(path), "--json", *arguments, settings={})
    return done.returncode, json.loads(done.stdout)


def test_a_package_holds_before_a_stranger_with_the_key(package: Package) -> None:
    status, told = verified(package.path, "--trust", str(package.trust), how=as_process)
    wrong = [(one["name"], one["findings"]) for one in told["verdicts"] if one["state"] != "holds"]
    assert (status, wrong, told["verdicts"][5]["facts"]["derivatives_linked"]) == (0, [], 1)


def test_without_the_key_only_consistency_is_shown(package: Package) -> None:
    status, told = verified(package.path)
    assert status == 2, [one["findings"] for one in told["verdicts"]]
    assert [one["name"] for one in told["verdicts"] if one["state"] != "holds"] == ["authentic"]


def test_a_flipped_byte_is_found_where_it_is(package: Package, tmp_path: Path) -> None:
    data = bytearray(package.path.read_bytes())
    with zipfile.ZipFile(package.path) as archive:
        member = next(one for one in archive.infolist() if "/data/original/" in one.filename)
    data[member.header_offset + 200 + len(member.filename)] ^= 1
    bad = tmp_path / package.path.name
    bad.write_bytes(data)
    status, told = verified(bad, "--trust", str(package.trust))
    assert status == 1
    wheres = {finding["where"] for one in told["verdicts"] for finding in one["findings"]}
    assert any(where in member.filename for where in wheres if where), wheres


def test_common_tools_open_it_and_bagit_agrees(package: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(package.path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    (bag,) = tmp_path.iterdir()
    assert bagit.Bag(str(bag)).validate()
    if unzip := shutil.which("unzip"):
        subprocess.run([unzip, "-tqq", package.path], check=True)
    if seven := shutil.which("7z") or shutil.which("7za") or shutil.which("7zz"):
        subprocess.run([seven, "t", package.path], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [sys.executable, bag / "verify.py", bag, "--trust", package.trust, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert done.returncode == 0, done.stdout


def test_it_is_what_was_told_of_it_and_a_broken_download_is_taken_up(
    package: Package, recorded: Recorded, client: httpx.Client
) -> None:
    data = package.path.read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (package.state["bytes"], package.state["sha256"])
    address = f"/exports/{package.state['id']}/package"
    rest = client.get(address, headers={"Range": "bytes=1000-"})
    assert rest.status_code == 206
    assert data[:1000] + rest.content == data
    tag = rest.headers["ETag"]
    assert client.get(address, headers={"Range": "bytes=5-", "If-Range": '"other"'}).status_code == 200
    assert client.get(address, headers={"Range": "bytes=5-", "If-Range": tag}).status_code == 206
    assert client.get(address, headers={"Range": f"bytes={len(data)}-"}).status_code == 416


def test_custody_tells_request_build_and_download(package: Package, client: httpx.Client) -> None:
    events = [one["event"] for one in client.get(f"/cases/{package.case}/custody").json()["items"]]
    for event in ("case.open", "exhibit.add", "export.request", "export.build", "export.download"):
        assert event in events, events


def test_originals_are_the_chunks_byte_for_byte(package: Package, recorded: Recorded) -> None:
    chunks = {
        hashlib.sha256(recorded.archive.store.get(key)).hexdigest()
        for key, _ in recorded.archive.store.list("chunks/")
    }
    with zipfile.ZipFile(package.path) as archive:
        originals = [name for name in archive.namelist() if "/data/original/" in name]
        assert len(originals) >= 6
        for name in originals:
            assert hashlib.sha256(archive.read(name)).hexdigest() in chunks


def test_the_report_is_a_pdf_and_the_playable_copy_decodes(package: Package) -> None:
    import av

    with zipfile.ZipFile(package.path) as archive:
        root = archive.namelist()[0].split("/")[0]
        assert archive.read(f"{root}/berita-acara.pdf").startswith(b"%PDF-")
        for name in archive.namelist():
            if "/data/playable/" in name:
                with av.open(io.BytesIO(archive.read(name))) as media:
                    assert sum(1 for _ in media.decode(video=0)) > 100


def test_what_a_package_holds_is_ours_by_frames_and_named_only_to_who_sees_the_case(
    package: Package, recorded: Recorded, client: httpx.Client
) -> None:
    with recorded.archive.database.transaction() as connection:
        people.add_person(
            connection, name="outsider", password="long enough", role="investigator", agencies=["mall"]
        )
        token = people.add_token(connection, name="outsider", label="")
    with zipfile.ZipFile(package.path) as archive, signed_in(recorded.url, token) as outsider:
        for name in (name for name in archive.namelist() if "/data/playable/" in name):
            # As after a later holder's signature: other bytes, the same frames.
            brought = examine(io.BytesIO(archive.read(name) + bytes((0, 0, 0, 8)) + b"free"))
            body = {"size": brought.size, "sha256": brought.sha256, "nal_sha256": brought.nal_sha256}
            ours = {one["package"]: one for one in client.post("/whose", json=body).json()["known"]}
            known = ours[package.path.stem]
            assert (known["by"], known["kind"]) == ("frames", "court")
            assert name.endswith(known["path"])
            told = outsider.post("/whose", json=body).json()["known"]
            assert [(one["camera"], one["package"], one["path"]) for one in told] == (
                [("shop", "", "")] if known["camera"] == "shop" else []
            )


def test_building_again_from_the_plan_gives_the_same_bytes(package: Package) -> None:
    """As after a crash between the last part and the word that it is sealed."""
    with package.desk.database.transaction() as connection:
        connection.execute("alter table export_file disable trigger export_file_never_changes")
        connection.execute("delete from export_file")
        connection.execute(
            "update export_job set state = 'building', sha256 = null, size = null, sealed_at = null,"
            " claimed_until = '-infinity' where export_id = %s",
            [package.state["id"]],
        )
    again = run_next(package.desk)
    assert again is not None
    with package.desk.database.transaction() as connection:
        row = connection.execute(
            "select sha256 from export_job where export_id = %s", [package.state["id"]]
        ).fetchone()
    assert row is not None
    assert row["sha256"].hex() == package.state["sha256"]


# Kills a worker at a call, before it or after it: "fails" and "fails but persisted".
_KILLED = """
import os, signal, sys
from saksi.export import job, upload
from saksi.objects.multipart import Upload
from saksi.catalogue import exports
from saksi.catalogue.database import Database
from saksi.objects.store import ObjectStore
from saksi.settings import Settings
places = {"plan": (job, "keep"), "begin": (exports, "remember_upload"), "part": (Upload, "put"),
          "complete": (Upload, "complete"), "seal": (exports, "seal")}
where, when, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner, name = places[where]
real, calls = getattr(owner, name), 0
def dying(*arguments, **named):
    global calls
    calls += 1
    if calls == number and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = real(*arguments, **named)
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
setattr(owner, name, dying)
upload._LEAST_PART = 5 << 20
settings = Settings()
database = Database(settings.database_url.get_secret_value(), application="killed")
job.run_next(job.Desk(database=database, store=ObjectStore.from_settings(settings), settings=settings))
"""
_KILLS = [
    *(("plan", "before", 1), ("plan", "after", 1), ("begin", "before", 1), ("begin", "after", 1)),
    *(("part", "before", 1), ("part", "after", 1)),
    *(("complete", "before", 1), ("complete", "after", 1), ("seal", "before", 1), ("seal", "after", 1)),
]


def test_a_worker_killed_anywhere_leaves_a_whole_package_or_none(
    package: Package, recorded: Recorded, client: httpx.Client
) -> None:
    """Each kill in turn on one export, and then a worker that lives: one package, told once, whole."""
    database = package.desk.database
    asked = client.post(
        f"/cases/{package.case}/exports", json={"recipient": "Pembela", "reason": "Hak terdakwa"}
    ).json()["id"]
    environment = {**os.environ, **recorded.archive.environment("killed")}
    for where, when, number in _KILLS:
        with database.transaction() as connection:
            connection.execute("update export_job set claimed_until = '-infinity' where state = 'building'")
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, where, when, str(number)],
            env=environment,
            check=False,
            timeout=60,
        )
        assert done.returncode == -signal.SIGKILL, (where, when, number)
        state = client.get(f"/exports/{asked}").json()
        assert state["state"] == "building", (where, when, number, state)
        assert client.get(f"/exports/{asked}/package").status_code == 409
    with database.transaction() as connection:
        connection.execute("update export_job set claimed_until = '-infinity' where state = 'building'")
    assert run_next(package.desk) is not None
    state = client.get(f"/exports/{asked}").json()
    data = client.get(f"/exports/{asked}/package").content
    assert (state["state"], hashlib.sha256(data).hexdigest()) == ("sealed", state["sha256"])
    built = [
        one
        for one in client.get(f"/cases/{package.case}/custody", params={"limit": 500}).json()["items"]
        if one["event"] == "export.build" and asked in json.dumps(one)
    ]
    assert len(built) == 1


@contextlib.contextmanager
def spoilt(store: ObjectStore, **how: str) -> Iterator[None]:
    """The second chunk of each of these cameras lost or damaged in the store, for a while."""
    keys = {camera: [key for key, _ in store.list(f"chunks/{camera}/")][1] for camera in how}
    good = {key: store.get(key) for key in keys.values()}
    try:
        for camera, key in keys.items():
            bad = good[key][:-1] + bytes([good[key][-1] ^ 1])
            if how[camera] == "lost":
                store.delete([key])
            else:
                store.put(key, bad, sha256=hashlib.sha256(bad).digest())
        yield
    finally:
        for key, data in good.items():
            store.put(key, data, sha256=hashlib.sha256(data).digest())


def holding(
    client: httpx.Client, package: Package, asked: str, path: Path
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Of a sealed export that holds before a stranger: its statement's predicate, verdict 4, the report's words."""
    state = client.get(f"/exports/{asked}").json()
    assert state["state"] == "sealed", state
    path.write_bytes(client.get(f"/exports/{asked}/package").content)
    status, told = verified(path, "--trust", str(package.trust))
    assert status == 0, told
    with zipfile.ZipFile(path) as archive:
        root = archive.namelist()[0].split("/")[0]
        envelope = json.loads(archive.read(f"{root}/meta/statement.dsse.json"))
        words = archive.read(f"{root}/laporan.html").decode()
    return json.loads(base64.b64decode(envelope["payload"]))["predicate"], told["verdicts"][3], words


def test_chunks_lost_or_damaged_in_the_store_are_declared_and_keep_no_package_back(
    package: Package, recorded: Recorded, client: httpx.Client, tmp_path: Path
) -> None:
    asked = client.post(f"/cases/{package.case}/exports", json={"recipient": "x", "reason": "y"}).json()["id"]
    with spoilt(recorded.archive.store, corner="lost", shop="damaged"):
        assert run_next(package.desk) is not None
    told, complete, words = holding(client, package, asked, tmp_path / "a.zip")
    codes = [one["code"] for one in client.get(f"/exports/{asked}").json()["warnings"]]
    assert codes[:3] == ["no_witness", "lost", "damaged"]
    states = {one["camera"]: [(row[1], row[2]) for row in one["missing"]] for one in told["cameras"]}
    assert states == {"corner": [(2, "lost")], "bridge": [], "shop": [(2, "damaged")]}
    causes = {one["camera"]: [gap[2] for gap in one["gaps"]] for one in told["cameras"]}
    assert causes == {"corner": ["lost"], "bridge": [], "shop": ["damaged"]}
    assert complete["facts"]["missing"] == [["1", "corner", "lost", 1], ["2", "shop", "damaged", 1]]
    assert {"hilang dari penyimpanan", "rusak di penyimpanan"} <= set(
        re.findall(r"\w+ (?:dari|di) penyimpanan", words)
    )
    built = client.get(f"/cases/{package.case}/custody", params={"limit": 500}).json()["items"][-2]
    assert "2 chunks that the store has lost or damaged" in built["text"], built


def test_a_chunk_that_changes_after_the_plan_is_declared_by_a_new_plan(
    package: Package, recorded: Recorded, client: httpx.Client, tmp_path: Path
) -> None:
    asked = client.post(f"/cases/{package.case}/exports", json={"recipient": "x", "reason": "y"}).json()["id"]
    environment = {**os.environ, **recorded.archive.environment("killed")}
    words = [sys.executable, "-c", _KILLED, "begin", "after", "1"]
    done = subprocess.run(words, env=environment, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    with package.desk.database.transaction() as connection:
        connection.execute("update export_job set claimed_until = '-infinity' where state = 'building'")
    with spoilt(recorded.archive.store, bridge="damaged", shop="lost"):
        assert run_next(package.desk) is not None
    told, _, _ = holding(client, package, asked, tmp_path / "b.zip")
    states = {one["camera"]: [(row[1], row[2]) for row in one["missing"]] for one in told["cameras"]}
    assert states == {"corner": [], "bridge": [(2, "damaged")], "shop": [(2, "lost")]}


def _mutated(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """The package with one thing changed, its manifests mended where a forger would, and where that must be found."""
    kind = chance.choice(("raw", "raw", "edit", "line", "swap", "drop"))
    if kind == "raw":
        return edited(data, chance), ""
    files, _ = members(data)
    root = next(iter(zipfile.ZipFile(io.BytesIO(data)).namelist())).split("/")[0]
    if kind == "edit":
        where = chance.choice([name for name, content in files.items() if content and "manifest" not in name])
        files[where] = edited(files[where], chance)
    elif kind == "line":
        where = (
            f"meta/{chance.choice(('chunks', 'entries', 'signatures', 'leaves', 'pulses', 'custody'))}.jsonl"
        )
        lines = files[where].splitlines(keepends=True)
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[at : at + 1] = chance.choice(([], [lines[at], lines[at]], [lines[other]]))
        files[where] = b"".join(lines)
    else:
        originals = [name for name in files if name.startswith("data/original/")]
        where, other_name = chance.sample(originals, 2)
        if kind == "swap":
            files[where], files[other_name] = files[other_name], files[where]
        else:
            del files[where]
    return zipped(root, mended(files)), where


def test_whatever_is_changed_in_a_real_package_is_found_where_it_was(
    package: Package, tmp_path: Path
) -> None:
    """TAMPER_REAL=2000 for the whole count; each is another change."""
    chance = random.Random(20261125)
    data = package.path.read_bytes()
    trusted = read_trust(str(package.trust))
    path, tried = tmp_path / package.path.name, 0
    while tried < TAMPERED:
        bad, where = _mutated(data, chance)
        if bad == data:
            continue
        tried += 1
        path.write_bytes(bad)
        report = verify_package(str(path), trusted)
        assert report.exit != 0, (tried, where)
        places = {
            finding["where"].split(":")[0] for number in range(1, 9) for finding in report[number].findings
        }
        assert where in places or not where or "zip" in places, (tried, where, places)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_a_witness_and_a_time_stamp_travel_in_the_package(
    package: Package, recorded: Recorded, client: httpx.Client, tmp_path: Path
) -> None:
    (tmp_path / "tsa").mkdir()
    tsa = Tsa(tmp_path / "tsa")
    with package.desk.database.transaction() as connection:
        log = identity.log_key(connection, package.desk.settings)
    witness = WitnessDesk(tmp_path / "w", "kejari.example/w1", Policy(logs=(Log(key=log.verifier),)))
    server = WitnessServer(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    trust = Policy(
        logs=(Log(key=log.verifier),),
        witnesses=(Witness(name="kejari", key=witness.key, url=server.url),),
        quorum="kejari",
    )
    known = tmp_path / "witnesses.txt"
    known.write_bytes(trust.encode())
    settings = package.desk.settings.model_copy(update={"ledger_witnesses": known, "ledger_tsa": tsa.url})
    export = client.post(f"/cases/{package.case}/exports", json={"recipient": "a", "reason": "b"}).json()[
        "id"
    ]
    try:
        desk = Desk(database=package.desk.database, store=package.desk.store, settings=settings)
        assert run_next(desk) is not None
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        tsa.close()
    path = tmp_path / "cosigned.zip"
    path.write_bytes(client.get(f"/exports/{export}/package").content)
    status, told = verified(path, "--trust", str(known))
    assert status == 0, told
    assert told["verdicts"][2]["facts"]["witnesses"], told["verdicts"][2]
    with zipfile.ZipFile(path) as archive:
        root = archive.namelist()[0].split("/")[0]
        stamp = archive.read(f"{root}/meta/checkpoint.tsr")
        note = archive.read(f"{root}/meta/checkpoint")
    own = b"".join(note.splitlines(keepends=True)[:5])
    assert tsa.openssl_verifies(stamp, own)


def test_the_command_line_writes_packages_whole_and_in_volumes(
    package: Package, recorded: Recorded, client: httpx.Client, tmp_path: Path
) -> None:
    """No worker runs here: the command builds the package itself after a while."""
    environment = recorded.archive.environment("cli") | {"SAKSI_LANG": "en"}

    def run(*arguments: str, how: How = in_process) -> Done:
        return how("export", "--case", CASE, *arguments, settings=environment)

    refused = run("--out", str(tmp_path / "a.zip"), "--split", "5")
    assert (refused.returncode, "1000000" in refused.stderr) == (1, True), refused.stderr
    assert run("--out", str(tmp_path / "no" / "a.zip")).returncode == 1
    split = ("--by", "admin", "--exhibit", "2", "--split", "1000000")
    done = run("--out", str(tmp_path / "a.zip"), *split, how=as_process)
    assert done.returncode == 0, done.stderr
    assert "Join the volumes" in done.stderr
    volumes = sorted(tmp_path.glob("a.zip.[0-9]*"))
    assert len(volumes) >= 2
    joined = b"".join(one.read_bytes() for one in volumes)
    assert done.stdout.split()[0] == hashlib.sha256(joined).hexdigest()
    assert {len(one.read_bytes()) for one in volumes[:-1]} == {1_000_000}
    (tmp_path / "joined.zip").write_bytes(joined)
    status, told = verified(tmp_path / "joined.zip", "--trust", str(tmp_path / "a.zip.trust.txt"))
    assert status == 0, told
    custody = client.get(f"/cases/{package.case}/custody", params={"limit": 500}).json()["items"]
    assert [one["event"] for one in custody[-3:]] == ["export.request", "export.build", "export.download"]
