""" "Punya kita?": what the archive knows of a file from its hashes, of whole, changed, re-packed and purged footage."""

from __future__ import annotations

import contextlib
import hashlib
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
import pytest

from saksi import clock
from saksi.catalogue import authors, cameras, footage, people, seals
from saksi.export.whose import examine, whose
from saksi.fmp4.boxes import box
from saksi.fmp4.clip_claim import ClipClaim
from saksi.fmp4.index import Description
from tests.evidence import purging
from tests.fixtures.commands import How, as_process, in_process
from tests.integration.archive_api.conftest import SECOND, Recorded, settings_of, signed_in

ME = {"X-Purpose": "penyidikan"}


def asked(client: httpx.Client, data: bytes) -> dict[str, Any]:
    """What the archive answers of a file, of which it gets only what its holder computes."""
    brought = examine(io.BytesIO(data))
    body: dict[str, Any] = {"size": brought.size, "sha256": brought.sha256, "nal_sha256": brought.nal_sha256}
    if isinstance(brought.claim, Description):
        says = brought.claim
        body["claim"] = {"camera": says.camera, "run": says.run, "seq": says.seq, "start": says.start_us}
    elif isinstance(brought.claim, ClipClaim):
        body["clip"] = {
            "camera": brought.claim.camera,
            "from": brought.claim.from_us,
            "to": brought.claim.to_us,
        }
    answer = client.post("/whose", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def recorded_by_us(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What the archive recorded; other tests' packages, which hold the same chunks, are left aside."""
    return [one for one in answer["known"] if one["kind"] != "master"]


def short(answer: dict[str, Any]) -> tuple[str, list[tuple[str, ...]]]:
    """The answer, and of each known thing how and what."""
    known = recorded_by_us(answer)
    return answer["claim"], [(one["by"], one["kind"], one["camera"], one["state"]) for one in known]


def repacked(data: bytes, folder: Path) -> bytes:
    """The same frames in other boxes, as FFmpeg writes them; not the sound, which may be of a kind that it refuses."""
    (folder / "in.mp4").write_bytes(data)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", folder / "in.mp4"]
    subprocess.run([*command, "-map", "0:v", "-c", "copy", folder / "out.mp4"], check=True)
    return (folder / "out.mp4").read_bytes()


def chunk_of(client: httpx.Client, recorded: Recorded, camera: str) -> tuple[dict[str, Any], bytes]:
    """A middle chunk and its bytes."""
    listed = client.get(f"/cameras/{camera}/segments", params=recorded.window).json()["items"]
    return listed[1], httpx.get(listed[1]["url"], timeout=20).content


def clip_of(client: httpx.Client, recorded: Recorded, camera: str) -> bytes:
    """A clip that begins and ends inside a GOP."""
    span = recorded.from_us + 1_300_000, recorded.to_us - 700_000
    window = dict(zip(("from", "to"), map(clock.format_us, span), strict=True))
    return client.get(f"/cameras/{camera}/clip.mp4", params=window).content


def flipped(data: bytes) -> bytes:
    """One bit of the last picture's bytes changed."""
    at = data.rindex(b"mdat") + 400
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_chunk_is_known_by_its_bytes_with_camera_and_time(recorded: Recorded, client: httpx.Client) -> None:
    segment, data = chunk_of(client, recorded, "corner")
    answer = asked(client, data)
    assert short(answer) == ("holds", [("bytes", "chunk", "corner", "stored")])
    (known,) = recorded_by_us(answer)
    assert (known["name"], known["start"], known["end"]) == (
        "Kamera corner",
        segment["start"],
        segment["end"],
    )


def test_a_changed_chunk_says_it_is_ours_and_is_not(recorded: Recorded, client: httpx.Client) -> None:
    assert short(asked(client, flipped(chunk_of(client, recorded, "corner")[1]))) == ("differs", [])


def test_a_chunk_in_other_boxes_is_known_by_its_frames(recorded: Recorded, client: httpx.Client) -> None:
    data = chunk_of(client, recorded, "shop")[1] + box(b"free", b"as copied by some recorder")
    assert short(asked(client, data)) == ("holds", [("frames", "chunk", "shop", "stored")])


@pytest.mark.parametrize("camera", ["corner", "shop", "bridge"])
def test_a_clip_is_known_by_its_bytes_and_re_packed_by_its_frames(
    recorded: Recorded, client: httpx.Client, tmp_path: Path, camera: str
) -> None:
    data = clip_of(client, recorded, camera)
    answer = asked(client, data)
    assert short(answer) == ("holds", [("bytes", "clip", camera, "stored")])
    start_us = clock.parse_rfc3339(answer["known"][0]["start"], "start")
    assert 0 <= start_us - (recorded.from_us + 1_300_000) < 50_000
    other = repacked(data, tmp_path)
    assert other != data
    assert short(asked(client, other)) == ("holds", [("frames", "clip", camera, "stored")])


def test_a_changed_clip_says_it_is_ours_and_is_not(recorded: Recorded, client: httpx.Client) -> None:
    data = clip_of(client, recorded, "corner")
    assert short(asked(client, flipped(data))) == ("differs", [])
    # The frames of one camera under the name of another.
    assert short(asked(client, data.replace(b'"corner"', b'"bridge"'))) == ("differs", [])


def test_what_no_camera_of_ours_recorded_is_not_ours(
    recorded: Recorded, client: httpx.Client, simcam_clips: Path
) -> None:
    foreign = next(simcam_clips.rglob("*.mp4")).read_bytes()
    assert short(asked(client, foreign)) == ("none", [])
    assert short(asked(client, b"no video at all")) == ("none", [])
    clip = clip_of(client, recorded, "corner")
    assert short(asked(client, clip.replace(b'"corner"', b'"gudang"'))) == ("unknown", [])
    brought = examine(io.BytesIO(clip))
    for span in ((0, 1), (recorded.to_us, recorded.from_us), (2**52, 2**53 - 1), (SECOND, 2**50)):
        body = {"size": 1, "sha256": brought.sha256, "nal_sha256": brought.nal_sha256}
        body["clip"] = {"camera": "corner", "from": span[0], "to": span[1]}
        assert client.post("/whose", json=body).json() == {"claim": "unknown", "known": []}


def test_more_footage_than_can_be_read_at_once_is_not_read(recorded: Recorded, client: httpx.Client) -> None:
    archive, data = recorded.archive, clip_of(client, recorded, "corner")
    brought = examine(io.BytesIO(data))
    assert isinstance(brought.claim, ClipClaim)
    with archive.database.transaction() as connection:
        camera = cameras.find(connection, "corner").camera_id
        chunks = footage.all_segments(connection, camera, brought.claim.from_us, brought.claim.to_us)
    size = sum(one.entry.size for one in chunks)
    assert whose(archive.database, archive.store, brought, most_bytes=size).claim == "holds"
    assert whose(archive.database, archive.store, brought, most_bytes=size - 1).claim == "large"


@contextlib.contextmanager
def put_in_place(recorded: Recorded, key: str, data: bytes) -> Iterator[None]:
    """An object of the store replaced for a while."""
    store = recorded.archive.store
    good = store.get(key)
    store.put(key, data, sha256=hashlib.sha256(data).digest())
    try:
        yield
    finally:
        store.put(key, good, sha256=hashlib.sha256(good).digest())


def test_an_object_that_was_tampered_with_vouches_for_nothing_and_accuses_nobody(
    recorded: Recorded, client: httpx.Client
) -> None:
    segment, chunk = chunk_of(client, recorded, "corner")
    clip, bad = clip_of(client, recorded, "corner"), flipped(chunk)
    (key,) = [one for one, _ in recorded.archive.store.list("chunks/corner/") if one in segment["url"]]
    with put_in_place(recorded, key, bad):
        bad_clip = clip_of(client, recorded, "corner")
        assert bad_clip != clip
        for data in (bad, bad + box(b"free", b"in other boxes"), bad_clip, clip):
            assert short(asked(client, data)) == ("damaged", [])
        # What was recorded is under the seal, whatever became of the object.
        assert asked(client, chunk)["claim"] == "holds"
    assert asked(client, clip)["claim"] == "holds"
    assert asked(client, bad_clip)["claim"] == "differs"


def test_other_agencies_cameras_are_not_known(recorded: Recorded, client: httpx.Client) -> None:
    with recorded.archive.database.transaction() as connection:
        people.add_person(
            connection, name="mall-asks", password="long enough", role="agency_operator", agencies=["mall"]
        )
        token = people.add_token(connection, name="mall-asks", label="")
    with signed_in(recorded.url, token) as mall:
        for camera, claim in (("corner", "unknown"), ("shop", "holds")):
            for data in (chunk_of(client, recorded, camera)[1], clip_of(client, recorded, camera)):
                answer = asked(mall, data)
                assert (answer["claim"], bool(answer["known"])) == (claim, claim == "holds")


def test_the_command_says_the_same_in_words(recorded: Recorded, client: httpx.Client, tmp_path: Path) -> None:
    def said(data: bytes, how: How = in_process) -> tuple[int, str]:
        (tmp_path / "file.mp4").write_bytes(data)
        environment = {**recorded.archive.environment("cli"), "SAKSI_LANG": "en"}
        done = how("whose", str(tmp_path / "file.mp4"), settings=environment)
        return done.returncode, done.stdout

    data = clip_of(client, recorded, "corner")
    status, words = said(data, as_process)
    assert (status, words[:8], "same bytes" in words) == (0, "corner  ", True)
    status, words = said(flipped(data))
    assert (status, "It says it is a clip of corner, " in words) == (1, True)
    key = [one for one, _ in recorded.archive.store.list("chunks/corner/")][1]
    with put_in_place(recorded, key, flipped(recorded.archive.store.get(key))):
        status, words = said(data)
    assert (status, "what the store has of that is damaged" in words) == (1, True)


def test_asking_is_audited_with_what_was_answered(recorded: Recorded, client: httpx.Client) -> None:
    data = clip_of(client, recorded, "corner")
    asked(client, data)
    (row,) = recorded.archive.execute(
        "select person, object, result from audit where action = 'whose' order by audit_id desc limit 1"
    )
    assert row["person"] == "admin"
    assert row["object"]["sha256"] == examine(io.BytesIO(data)).sha256
    assert (row["object"]["says"], row["object"]["claim"]) == ("corner", "holds")
    assert row["object"]["cameras"] == ["corner"]


def test_an_auditor_may_not_ask(recorded: Recorded) -> None:
    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name="whose-auditor", password="long enough", role="auditor")
        token = people.add_token(connection, name="whose-auditor", label="")
    with signed_in(recorded.url, token) as auditor:
        body = {"size": 0, "sha256": "0" * 64}
        assert auditor.post("/whose", json=body).status_code == 403


@pytest.fixture
def purged(recorded: Recorded, client: httpx.Client) -> Iterator[tuple[dict[str, Any], bytes]]:
    """A sealed chunk that a purge took: its row is gone, the seal's lines are in the store."""
    archive = recorded.archive
    segment, data = chunk_of(client, recorded, "bridge")
    with archive.database.transaction() as connection:
        camera = cameras.find(connection, "bridge").camera_id
        office = authors.office(connection, settings_of(archive).keys_folder)
    seals.request_seals(archive.database, office, [(camera, recorded.from_us, recorded.to_us)], wait_s=0)
    seals.write_owed(archive.database, archive.store)
    start_us = clock.parse_rfc3339(segment["start"], "start")
    signer = office.signer
    with purging.taken_for_a_while(archive.database, signer, "bridge", start_us, start_us + 1) as taken:
        assert len(taken) == 1
        yield segment, data


def test_purged_footage_is_still_known_and_a_clip_of_it_can_no_longer_be_compared(
    recorded: Recorded, client: httpx.Client, purged: tuple[dict[str, Any], bytes]
) -> None:
    segment, data = purged
    answer = asked(client, data)
    assert short(answer) == ("holds", [("bytes", "chunk", "bridge", "purged")])
    (known,) = recorded_by_us(answer)
    assert (known["start"], known["end"]) == (segment["start"], segment["end"])
    assert known["purge"] > 0
    assert short(asked(client, flipped(data))) == ("differs", [])
    # Another clip than that of before: what is left of its span goes on without the purged chunk.
    span = clock.parse_rfc3339(segment["start"], "start") - SECOND, clock.parse_rfc3339(segment["end"], "end")
    claim = ClipClaim(camera="bridge", from_us=span[0], to_us=span[1])
    body = {"size": 1, "sha256": "0" * 64, "nal_sha256": "1" * 64}
    body["clip"] = {"camera": claim.camera, "from": claim.from_us, "to": claim.to_us}
    assert client.post("/whose", json=body).json() == {"claim": "gone", "known": []}
