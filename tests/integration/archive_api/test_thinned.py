"""Of thinned footage players get what is left, and are told so everywhere."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import av
import pytest

from saksi import clock, papers
from saksi.catalogue import cameras, keys, runs
from saksi.custody.verifier.main import read_trust, verify_package
from saksi.desk import Desk as ExportDesk
from saksi.export import left_proofs, scope, warnings
from saksi.export.job import run_next
from saksi.export.scope import Asked
from saksi.filing import absence, purge
from saksi.filing.desk import Office
from saksi.fmp4.clip_claim import read_claim
from saksi.ledger import identity, sequencer
from saksi.papers.parts import Person
from saksi.retention import runs as purges
from tests.integration.archive_api.conftest import Desk, around, settings_of
from tests.integration.catalogue.chains import RECORDER, add_camera
from tests.integration.ledger.shaky import recording_key
from tests.integration.retention import real
from tests.integration.retention.archive import SECOND, Archive, hour_start, keep_days
from tests.integration.retention.stock import add_agency


@pytest.fixture
def begin(desk: Desk, tmp_path: Path) -> int:
    """Twelve seconds of which a hold keeps the middle four whole."""
    archive = Archive(database=desk.archive.database, store=desk.archive.store, folder=tmp_path)
    keep_days(archive.database, 30)
    two = real.officers(archive)
    begin = hour_start(10)
    real.record(archive, "cam", begin, 3)
    middle = {"from": clock.format_us(begin + 5 * SECOND), "to": clock.format_us(begin + 6 * SECOND)}
    placed = desk.client.post("/holds", json={"reason": "uji", "spans": [{"camera": "cam", **middle}]})
    assert placed.status_code == 201, placed.text
    real.thin_after(archive, 5, by=two)
    assert real.derive(archive).chunks == 2
    real.purge_thinned(archive)
    return begin


def test_thinned_footage_is_shown_and_marked(desk: Desk, begin: int) -> None:
    window = {"from": clock.format_us(begin), "to": clock.format_us(begin + 12 * SECOND)}
    item = desk.client.get("/footage", params={"camera": "cam", **window}).json()["items"][0]
    told = [
        (one["state"], round((clock.parse_rfc3339(one["end"], "") - begin) / SECOND))
        for one in item["coverage"]
    ]
    assert told[0] == ("thinned", 4)
    assert told[-1] == ("thinned", 12)
    assert ("held", 6) in told
    assert item["gaps"] == []
    around = [clock.format_us(begin + at * SECOND) for at in (-20, -10, 22, 30)]
    for from_, to in (around[:2], around[2:]):
        # Neighbours are what is left, and name the purge of nothing where nothing was.
        refused = desk.client.get("/cameras/cam/index.m3u8", params={"from": from_, "to": to})
        assert refused.status_code == 404
        near = clock.format_us(begin if from_ < window["from"] else begin + 12 * SECOND)
        assert near in refused.json()["detail"] + refused.json().get("remedy", "")
    achieved = desk.client.get("/retention/achieved").json()["items"]
    (told_of,) = [one for one in achieved if one["camera"] == "cam"]
    assert (told_of["purged_early"], told_of["purged_days"]) == ([], 0)
    assert round(told_of["thinned_days"] * 86400) == 8

    items = desk.client.get("/cameras/cam/segments", params=window).json()["items"]
    assert [one["state"] for one in items] == ["thinned", "stored", "thinned"]
    first = items[0]
    assert item["bytes"] == sum(one["bytes"] for one in items)
    assert (first["thinned"]["mode"], first["frames"], first["thinned"]["original"]["frames"]) == (
        "keyframes",
        4,
        100,
    )
    assert first["bytes"] < first["thinned"]["original"]["bytes"]
    assert items[1]["thinned"] is None
    paged = desk.client.get("/cameras/cam/segments", params={**window, "limit": 2}).json()
    rest = desk.client.get(
        "/cameras/cam/segments", params={**window, "limit": 2, "cursor": paged["next"]}
    ).json()
    assert [one["seq"] for one in [*paged["items"], *rest["items"]]] == [1, 2, 3]

    playlist = desk.client.get("/cameras/cam/index.m3u8", params=window)
    assert playlist.text.count('CLASS="saksi.thinned"') == 2
    assert playlist.headers["x-saksi-thinned"].count(";mode=keyframes") == 2
    assert "/thinned/cam/" in playlist.text

    clip = desk.client.get("/cameras/cam/clip.mp4", params=window)
    assert clip.headers["x-saksi-thinned"] == playlist.headers["x-saksi-thinned"]
    assert "_thinned.mp4" in clip.headers["content-disposition"]
    assert read_claim(io.BytesIO(clip.content)).thinned
    with av.open(io.BytesIO(clip.content)) as container:
        frames = [round(float(frame.pts * frame.time_base) * 25) for frame in container.decode(video=0)]  # type: ignore[operator]
    assert frames == [0, 25, 50, 75, *range(100, 200), 200, 225, 250, 275]

    still = desk.client.get("/cameras/cam/frame.jpg", params={"at": clock.format_us(begin + 1_900_000)})
    assert (still.status_code, still.headers["x-saksi-thinned"][-14:]) == (200, "mode=keyframes")
    assert clock.parse_rfc3339(still.headers["x-saksi-frame-start"], "") == begin + SECOND
    whole = desk.client.get("/cameras/cam/clip.mp4", params={**window, "from": clock.format_us(begin + 4 * SECOND),
                                                             "to": clock.format_us(begin + 8 * SECOND)})  # fmt: skip
    assert "x-saksi-thinned" not in whole.headers
    assert "thinned" not in whole.headers["content-disposition"]
    _check_neighbours(desk, begin)


def _check_neighbours(desk: Desk, begin: int) -> None:
    """Who looks for cameras around is told of those of which keyframes are left, and not that they are purged."""
    with desk.archive.database.transaction() as connection:
        add_camera(connection, "next")
    asked = [begin + second * SECOND for second in (2, 6, 60)]
    seen = [(one["recorded"], one["thinned"], one["purged"]) for one in around(desk, "next", asked)]
    assert seen == [(True, True, False), (True, False, False), (False, False, False)]


def _check_without(archive: Any, begin: int) -> None:
    """Of what a package does not carry it says so."""
    camera_id = archive.execute("select camera_id from camera where code = 'cam'")[0]["camera_id"]
    asked = Asked(exhibit=1, camera_id=camera_id, camera="cam", from_us=begin, to_us=begin + 12 * SECOND)
    with archive.database.transaction() as connection:
        found = scope.find(connection, archive.store, asked)
    assert [one.state for one in found.inside] == ["purged", "stored", "purged"]
    assert [one.entry.seq for one in found.stored] == [2]
    (warning,) = warnings.thinned([found], {})
    assert "2 di antaranya" in warnings.text(warning, "id")
    assert "2 of them" in warnings.text(warning, "en")
    # Without its line as the log was told of it nothing that is left goes into a package.
    (name,) = [key for key, _ in archive.store.list(keys.THINNINGS)]
    lines = archive.store.get(name)
    with archive.database.transaction() as connection:
        assert len(left_proofs.find(connection, archive.store, [found])) == 2
        for other in (None, lines.replace(b"keyframes", b"one_a_second")):
            archive.store.delete([name])
            if other is not None:
                archive.store.put(name, other, sha256=hashlib.sha256(other).digest())
            assert left_proofs.find(connection, archive.store, [found]) == {}
    archive.store.put(name, lines, sha256=hashlib.sha256(lines).digest())


def test_a_package_carries_what_is_left_and_proves_it(desk: Desk, begin: int, tmp_path: Path) -> None:
    client, archive = desk.client, desk.archive
    client.headers["X-Purpose"] = "penyidikan"
    with archive.database.transaction() as connection:
        runs.log_owed(connection, RECORDER, 10)
    _check_without(archive, begin)
    case = client.post("/cases", json={"number": "LP/JARANG", "title": "Pencurian"}).json()["id"]
    window = {"from": clock.format_us(begin), "to": clock.format_us(begin + 12 * SECOND)}
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["cam"], **window})
    assert made.status_code == 201, made.text
    asked = client.post(f"/cases/{case}/exports", json={"recipient": "Kejaksaan", "reason": "Tahap II"})
    settings = settings_of(archive)
    assert run_next(ExportDesk(database=archive.database, store=archive.store, settings=settings)) is not None
    told = client.get(f"/exports/{asked.json()['id']}", headers={"Accept-Language": "id"}).json()
    warned = {one["code"]: one["text"] for one in told["warnings"]}
    assert warned["thinned_carried"].startswith(
        "Dari 2 potongan yang dimusnahkan itu, hanya bingkai kunci"
    ), warned

    path, trusted = tmp_path / "a.zip", tmp_path / "policy.txt"
    path.write_bytes(client.get(f"/exports/{told['id']}/package").content)
    with archive.database.transaction() as connection:
        trusted.write_bytes(identity.policy(connection, settings).encode())
    report = verify_package(str(path), read_trust(str(trusted)))
    states = {one.name: one.state for one in report.verdicts}
    assert states.pop("time") == "unchecked"  # of a recorder that sent no pulses
    assert set(states.values()) == {"holds"}, report.told()
    assert (report[6].facts["thinned"], report[6].facts["derivatives_linked"]) == (2, 2)
    assert [one[4:] for one in report[4].facts["purges"]] == [[2, "thinned"]]

    with zipfile.ZipFile(path) as package:
        films = [name for name in package.namelist() if name.endswith("-thinned.mp4")]
        for film in films:  # it plays: a picture at each keyframe, all of which can be decoded, and no sound
            with av.open(io.BytesIO(package.read(film))) as container:
                assert [one.type for one in container.streams] == ["video"]
                assert [frame.key_frame for frame in container.decode(video=0)] == [True] * 4
        words = package.read(f"{told['package']}/laporan.html").decode()
        readme = package.read(f"{told['package']}/BACA-SAYA.txt").decode()
    assert len(films) == 2
    assert {film.split("/")[3] for film in films} == {"thinned-1-cam"}
    assert warned["thinned_carried"] in words
    assert "data/derivative/thinned-1-cam" in words
    assert "data/derivative/thinned-" in readme


def test_what_waits_is_told_to_those_whose_it_is(desk: Desk, begin: int) -> None:
    (cam,) = desk.client.get("/retention/thinning/waiting").json()["items"]
    assert (cam["camera"], cam["mode"], cam["after_days"]) == ("cam", "keyframes", 5)
    assert [cam[name] for name in ("due", "held", "beside", "alone")] == [0, 1, 0, 2]
    with desk.archive.database.transaction() as connection:
        add_agency(connection, "mall", "mall")
    with desk.signed_in("op", "agency_operator", ["mall"]) as other:
        assert other.get("/retention/thinning/waiting").json() == {"items": [], "purge": None, "next": None}
    with desk.signed_in("tamu", "recipient") as guest:
        assert guest.get("/retention/thinning/waiting").status_code == 403
    assert desk.client.get("/retention/thinning/waiting", params={"limit": 0}).status_code == 422
    paged = desk.client.get("/retention/thinning/waiting", params={"limit": 1}).json()
    assert (
        desk.client.get("/retention/thinning/waiting", params={"cursor": paged["next"]}).json()["items"] == []
    )


def test_a_policy_takes_two_officers_and_stays_within_what_they_see(desk: Desk, tmp_path: Path) -> None:
    archive = Archive(database=desk.archive.database, store=desk.archive.store, folder=tmp_path)
    keep_days(archive.database, 30, minimum=7)
    archive.camera("theirs")
    archive.record("mine", hour_start(20), 2)
    asked = {
        "scope": "camera",
        "subject": "mine",
        "mode": "keyframes",
        "after_days": 8,
        "basis": "Perkap 1/2020",
    }
    low = desk.client.post("/retention/thinning", json={**asked, "after_days": 6.5})
    assert (low.status_code, low.json()["code"], low.json()["field"]) == (
        422,
        "thinning_below_minimum",
        "after_days",
    )
    assert desk.client.post("/retention/thinning", json={**asked, "mode": None}).status_code == 422
    assert desk.client.post("/retention/thinning", json={**asked, "basis": ""}).status_code == 422
    made = desk.client.post("/retention/thinning", json=asked).json()
    assert (made["state"], made["reaches"]) == ("proposed", {"hours": 1, "bytes": 2000})
    accept = f"/retention/thinning/{made['id']}/accept"
    assert desk.client.post(accept).json()["code"] == "thinning_same_officer"
    with desk.signed_in("luar", "records_officer", ["theirs"]) as other:
        assert other.get("/retention/thinning").json()["items"] == []
        assert other.post(accept).status_code == 404
        for subject in ({"subject": "mine"}, {"scope": "default", "subject": ""}):
            assert other.post("/retention/thinning", json={**asked, **subject}).status_code == 404
        assert other.post("/retention/thinning", json={**asked, "subject": "theirs"}).status_code == 201
    with desk.signed_in("dua", "records_officer") as second:
        assert second.post(accept).json()["state"] == "accepted"
        assert second.post(accept).status_code == 409
    ended = desk.client.post("/retention/thinning", json={**asked, "mode": None, "after_days": None}).json()
    assert (ended["state"], ended["mode"]) == ("accepted", None)
    with desk.signed_in("penyidik", "investigator") as nobody:
        assert nobody.post("/retention/thinning", json=asked).status_code == 403


def test_papers_say_by_which_policy_thinned_originals_went_and_that_keyframes_are_left(
    desk: Desk, begin: int
) -> None:
    sequencer.checkpoint_now(desk.archive.database, desk.archive.store, recording_key())
    with desk.archive.database.transaction() as connection:
        office = Office(connection=connection, settings=settings_of(desk.archive))
        missing = absence.absence(
            office, cameras.find(connection, "cam"), begin, begin + 12 * SECOND, case=None, asker=Person(name="Ani"),
            purpose="uji", language="id",
        )  # fmt: skip
        (run,) = purges.list_runs(connection, limit=5, kind="thinned")
        record = purge.paper(office, run)
    assert [one.state for one in missing.findings] == ["thinned", "present", "present", "present", "thinned"]
    first, *_, last = missing.findings
    assert first.purge_run == last.purge_run == record.run
    assert first.policy is None
    assert first.thinning
    assert [(one.name, one.basis, round(one.days)) for one in first.thinning] == [("default", "uji", 5)]
    (share,) = record.policies
    assert (share.policy, share.thinning) == (None, first.thinning)
    for paper, state in ((missing, "TERSISA BINGKAI KUNCI"), (record, "penjarangan versi 1")):
        words = repr(papers.compose(paper, "id"))
        assert state in words
        assert "TIDAK MENURUT KEBIJAKAN" not in words
