"""Redacted copies: what is hidden is gone, the rest looks as it did, originals are untouched, the statement holds."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import numpy as np
import pytest

from saksi import clock, keys
from saksi.catalogue import cases, custody, derivatives
from saksi.custody import dsse
from saksi.custody.entries import commitment
from saksi.custody.signing import Signer
from saksi.desk import Desk
from saksi.errors import Conflict, TimedOut
from saksi.export import redact, redaction
from saksi.export.redact import Region
from tests.integration.archive_api.conftest import Recorded, settings_of
from tests.integration.archive_api.handed import Handed, handing_over
from tests.integration.recorder.archive import ROOT, wait_until

SECOND = 1_000_000
# The number that the simulated camera burns into its picture lies at the top left.
BOX = {"x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5}
Picture = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def handed(recorded: Recorded) -> Iterator[Handed]:
    with handing_over(recorded, "LP/B/903/XI/2026") as handed:
        yield handed


@pytest.fixture
def bench(recorded: Recorded) -> Desk:
    settings = settings_of(recorded.archive, data=recorded.archive.folder / "data")
    return Desk(database=recorded.archive.database, store=recorded.archive.store, settings=settings)


def asked(handed: Handed, camera: str = "corner", **changed: object) -> dict[str, Any]:
    """A redaction of six seconds, hidden in two of them."""
    start = handed.recorded.from_us
    body = {
        "camera": camera,
        "from": clock.format_us(start),
        "to": clock.format_us(start + 6 * SECOND),
        "regions": [
            {**BOX, "from": clock.format_us(start + 2 * SECOND), "to": clock.format_us(start + 4 * SECOND)}
        ],
        "reason": "wajah saksi anak",
        **changed,
    }
    answer = handed.client.post(f"/cases/{handed.case}/exhibits/1/redactions", json=body)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


def state(handed: Handed, number: int) -> dict[str, Any]:
    told: dict[str, Any] = handed.client.get(f"/cases/{handed.case}/derivatives/{number}").json()
    return told


def film(handed: Handed, number: int) -> bytes:
    answer = handed.client.get(f"/cases/{handed.case}/derivatives/{number}/file.mp4")
    assert answer.status_code == 200, answer.text
    return answer.content


def pictures(data: bytes) -> list[tuple[float, Picture]]:
    """Seconds since the first, and the grey picture."""
    with av.open(io.BytesIO(data)) as container:
        shown = [
            (float(frame.pts * frame.time_base), frame.to_ndarray(format="gray"))
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.pts >= 0
        ]
    return [(at - shown[0][0], picture) for at, picture in shown]


def original(handed: Handed, camera: str) -> bytes:
    start = handed.recorded.from_us
    window = {"from": clock.format_us(start), "to": clock.format_us(start + 6 * SECOND)}
    answer = handed.client.get(f"/cameras/{camera}/clip.mp4", params=window)
    assert answer.status_code == 200
    return answer.content


def sharpness(picture: Picture) -> float:
    """How much neighbouring pixels differ: the detail."""
    return float(np.abs(np.diff(picture.astype(float), axis=1)).mean())


@pytest.mark.parametrize(("camera", "method"), [("corner", "blur"), ("shop", "fill")])
def test_detail_is_gone_inside_and_the_rest_looks_as_it_did(
    handed: Handed, bench: Desk, camera: str, method: str
) -> None:
    chunks = handed.recorded.archive.stored(camera)
    before = [hashlib.sha256(handed.recorded.archive.footage(camera, one)).digest() for one in chunks]
    number = asked(handed, camera, method=method)["number"]
    made = redaction.run_next(bench)
    assert made is not None
    assert state(handed, number)["state"] == "ready", state(handed, number)["error"]
    assert [hashlib.sha256(handed.recorded.archive.footage(camera, one)).digest() for one in chunks] == before
    old, new = pictures(original(handed, camera)), pictures(film(handed, number))
    assert len(old) == len(new)
    assert [round(at, 2) for at, _ in old] == [round(at, 2) for at, _ in new]
    hidden = 0
    for (at, was), (_, now) in zip(old, new, strict=True):
        height, width = was.shape
        x, y, right, bottom = 0, 0, width // 2, height // 2
        rest_was, rest_now = was.copy(), now.copy()
        rest_was[: bottom + 4, : right + 4] = 0
        rest_now[: bottom + 4, : right + 4] = 0
        assert np.abs(rest_was.astype(int) - rest_now).mean() < 4, f"outside at {at}"
        box_was, box_now = was[y:bottom, x:right], now[y:bottom, x:right]
        if 2 <= at < 4:
            hidden += 1
            assert sharpness(box_now) < sharpness(box_was) / 3, f"inside at {at}"
            assert np.abs(box_was.astype(int) - box_now).mean() > 8, f"inside at {at}"
        elif at < 1.9 or at > 4.1:
            assert np.abs(box_was.astype(int) - box_now).mean() < 5, f"before or after, at {at}"
    assert hidden >= 40


def test_what_is_hidden_cannot_be_told_from_averages_alone(handed: Handed, bench: Desk) -> None:
    """A blurred rectangle holds no more than a few cells: two instants of it are nearly the same."""
    number = asked(handed)["number"]
    redaction.run_next(bench)
    shown = [picture for at, picture in pictures(film(handed, number)) if 2 <= at < 4]
    height, width = shown[0].shape
    box = shown[10][: height // 2, : width // 2].astype(float)
    spectrum = np.abs(np.fft.fft2(box - box.mean()))
    low = (
        spectrum[:8, :8].sum() + spectrum[-8:, :8].sum() + spectrum[:8, -8:].sum() + spectrum[-8:, -8:].sum()
    )
    assert low / spectrum.sum() > 0.25
    fine = spectrum[40:-40, 40:-40].sum()
    assert fine / spectrum.sum() < 0.25


def test_the_statement_is_signed_and_tells_inputs_tool_and_a_commitment(
    handed: Handed, bench: Desk, recorded: Recorded
) -> None:
    number = asked(handed, regions=[BOX, {**BOX, "x": 0.6}])["number"]
    redaction.run_next(bench)
    told = state(handed, number)
    data = film(handed, number)
    assert hashlib.sha256(data).hexdigest() == told["sha256"]
    raw = handed.client.get(f"/cases/{handed.case}/derivatives/{number}/derivation.json").content
    envelope = json.loads(raw)
    payload = base64.b64decode(envelope["payload"])
    signature = envelope["signatures"][0]
    key = keys.signer(bench.settings.keys_folder, "export")
    assert isinstance(key, Signer)
    assert signature["keyid"] == key.key_id
    assert base64.b64decode(signature["sig"]) == key.sign(dsse.pae(dsse.IN_TOTO, payload))
    statement = json.loads(payload)
    assert statement["subject"] == [{"name": told["path"], "digest": {"sha256": told["sha256"]}}]
    predicate = statement["predicate"]
    assert predicate["class"] == "processed"
    assert len(predicate["tool"]["sha256"]) == 64
    assert predicate["reason"] == "wajah saksi anak"
    start, end = recorded.from_us, recorded.from_us + 6 * SECOND
    chunks = [
        one
        for one in recorded.archive.stored("corner")
        if clock.to_us(one["start_at"]) < end and clock.to_us(one["start_at"]) + one["dur_us"] > start
    ]
    assert [one["sha256"] for one in predicate["inputs"]] == [one["sha256"].hex() for one in chunks]
    assert "width" not in payload.decode(), "where it is hidden stays confidential"
    with recorded.archive.database.transaction() as connection:
        case = cases.find(connection, handed.case, None)
        one = derivatives.find(connection, case, handed.case, number)
        assert custody.check(connection, case) == []
        carried = derivatives.derivatives_of(connection, case.case_id, [1])
        assert derivatives.derivatives_of(connection, case.case_id, [2]) == []
    assert number in [each.number for each in carried]
    assert one.statement == raw
    assert (one.size, one.crc32) == (len(data), zlib.crc32(data))
    assert predicate["parameters"]["commitment"] == commitment(one.nonce, one.parameters)
    event = [each for each in handed.events() if each["event"] == "redact"][-1]
    assert event["what"]["commitment"] == one.commitment
    assert event["what"]["statement"] == hashlib.sha256(raw).hexdigest()
    assert event["who"]["name"] == "admin"
    assert "regions" not in json.dumps(event)
    assert told["regions"][1]["x"] == 0.6, "those with access to the case are told"


def test_sound_is_dropped_unless_it_is_kept(handed: Handed, bench: Desk) -> None:
    silent = asked(handed, "shop")["number"]
    loud = asked(handed, "shop", sound="kept")["number"]
    while redaction.run_next(bench) is not None:
        pass
    for number, streams in ((silent, 0), (loud, 1)):
        with av.open(io.BytesIO(film(handed, number))) as container:
            assert len(container.streams.audio) == streams


def test_bad_requests_are_refused(handed: Handed) -> None:
    path = f"/cases/{handed.case}/exhibits/1/redactions"
    start, end = handed.recorded.from_us, handed.recorded.to_us
    good = {
        "camera": "corner",
        "from": clock.format_us(start),
        "to": clock.format_us(end),
        "regions": [BOX],
        "reason": "x",
    }
    outside = {"to": clock.format_us(end + SECOND)}
    for changed, code in (
        (outside, "redaction_span"),
        ({"camera": "bridge"}, "redaction_camera"),
        ({"regions": [{**BOX, "width": 0}]}, "redaction_region"),
        ({"regions": [{**BOX, "to": clock.format_us(start - SECOND)}]}, "redaction_region"),
    ):
        answer = handed.client.post(path, json={**good, **changed})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    for regions in ([], [{**BOX, "x": 1.5}], [{**BOX, "x": -0.1}]):
        assert handed.client.post(path, json={**good, "regions": regions}).status_code == 422
    assert handed.client.post(path.replace("/1/", "/9/"), json=good).status_code == 404


def test_a_killed_worker_leaves_no_half_copy_and_the_next_one_makes_it(
    handed: Handed, bench: Desk, recorded: Recorded
) -> None:
    number = asked(handed)["number"]
    script = (
        "import pathlib, time; from saksi.export import redact, redaction; from saksi.settings import Settings;"
        " from saksi.desk import Desk;"
        " from saksi.catalogue.database import Database; from saksi.objects.store import ObjectStore;"
        " real = redact.encode; settings = Settings();"
        " redact.encode = lambda *a, **k: (real(*a, **k), print('encoded', flush=True), time.sleep(60));"
        " redaction.run_next(Desk("
        "database=Database(settings.database_url.get_secret_value(), application='t'),"
        " store=ObjectStore.from_settings(settings), settings=settings))"
    )
    environment = {**os.environ, **recorded.archive.environment("api", data=recorded.archive.folder / "data")}
    worker = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == b"encoded"
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    worker.stdout.close()
    assert state(handed, number)["state"] == "building"
    assert handed.client.get(f"/cases/{handed.case}/derivatives/{number}/file.mp4").status_code == 409
    assert redaction.run_next(bench) is None, "the claim still stands"
    recorded.archive.execute("update case_derivative set claimed_until = now() where number = %s", number)
    assert redaction.run_next(bench) is not None
    assert state(handed, number)["state"] == "ready"
    assert len([one for one in handed.events() if one["what"].get("derivative") == number]) == 1
    assert list((bench.settings.data / "redactions").iterdir()) == []


def test_a_worker_that_is_killed_takes_its_ffmpeg_along(tmp_path: Path) -> None:
    source, target = tmp_path / "long.mp4", tmp_path / "out.mp4"
    made = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=1280x720:rate=25",
        "-t",
        "60",
        "-preset",
        "ultrafast",
        str(source),
    ]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *made], check=True, timeout=120)
    script = (
        "import pathlib, sys; from saksi.export import redact; redact.encode("
        f"pathlib.Path({str(source)!r}), pathlib.Path({str(target)!r}), size=(1280, 720), start_us=0,"
        " length_us=60_000_000, regions=[redact.Region(x=0, y=0, width=500_000, height=500_000, from_us=0,"
        " to_us=60_000_000)], method='blur', sound=False, timeout_s=100,"
        " passed=lambda share: print(share, flush=True))"
    )
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdout.readline()
    assert running(target)
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    worker.stdout.close()
    wait_until(lambda: not running(target), 5, "ffmpeg is gone")


def running(target: Path) -> bool:
    """Whether any process writes this file."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if str(target).encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                    return True
    return False


def test_a_redaction_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    source = tmp_path / "long.mp4"
    made = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=1280x720:rate=25",
        "-t",
        "60",
        "-preset",
        "ultrafast",
        str(source),
    ]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *made], check=True, timeout=120)
    region = Region(x=0, y=0, width=1_000_000, height=1_000_000, from_us=0, to_us=60_000_000)

    def encode(path: Path, timeout_s: float) -> None:
        redact.encode(
            path, tmp_path / "out.mp4", size=(1280, 720), start_us=0, length_us=60_000_000,
            regions=[region], method="blur", sound=False, timeout_s=timeout_s, passed=lambda _: None,
        )  # fmt: skip

    with pytest.raises(TimedOut):
        encode(source, 0.5)
    source.write_bytes(b"no film at all")
    with pytest.raises(Conflict):
        encode(source, 30)


def test_a_chunk_that_is_not_what_its_entry_says_is_not_redacted(handed: Handed, bench: Desk) -> None:
    chunk = handed.recorded.archive.stored("shop")[1]
    from saksi.catalogue import keys as object_keys

    key = object_keys.chunk_key("shop", chunk["run"], chunk["seq"])
    store = handed.recorded.archive.store
    good = store.get(key)
    bad = good[:-1] + bytes([good[-1] ^ 1])
    store.put(key, bad, sha256=hashlib.sha256(bad).digest())
    try:
        number = asked(handed, "shop")["number"]
        redaction.run_next(bench)
    finally:
        store.put(key, good, sha256=hashlib.sha256(good).digest())
    assert state(handed, number)["state"] == "failed"
    assert "not what its entry says" in state(handed, number)["error"]


def test_a_worker_takes_it_up_by_itself(handed: Handed, recorded: Recorded, bench: Desk) -> None:
    """The task as Celery runs it, in a process of its own, without a broker; a copy waits for footage of its span."""
    number = asked(handed)["number"]
    recorded.archive.execute(
        "insert into chunk_pending (run_no, seq, camera_id, start_at, end_at)"
        " select run_no, seq, camera_id, start_at, start_at + interval '1 minute' from chunk"
        " join camera using (camera_id) where code = 'corner' and start_at <= %s order by start_at desc limit 1",
        clock.from_us(handed.recorded.from_us),
    )
    redaction.run_next(bench)
    waiting = state(handed, number)
    assert (waiting["state"], waiting["progress"]) == ("queued", 0)
    assert "1 chunks of the span are still on the recorder one and are asked for." in waiting["error"]
    requests = handed.client.get("/footage/requests").json()["items"]
    assert [
        one["pending"]["chunks"] for one in requests if one["reason"].endswith(f"derivative {number}")
    ] == [1]
    recorded.archive.execute("delete from chunk_pending")
    recorded.archive.execute("update case_derivative set claimed_until = '-infinity' where state = 'queued'")
    environment = {
        **os.environ,
        **recorded.archive.environment("api", data=recorded.archive.folder / "data"),
        "SAKSI_BROKER_URL": "memory://",
    }
    script = "from workers.redactions import make_due; print(make_due())"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert int(ran.stdout) >= 1
    wait_until(lambda: state(handed, number)["state"] == "ready", 40, "it is ready")


def test_rectangles_are_widened_to_even_pixels_inside_the_picture() -> None:
    def pixels(x: int, y: int, width: int, height: int) -> tuple[int, int, int, int]:
        return Region(x=x, y=y, width=width, height=height, from_us=0, to_us=1).pixels(641, 361)

    assert pixels(0, 0, 1_000_000, 1_000_000) == (0, 0, 640, 360)
    assert pixels(999_999, 999_999, 1, 1) == (638, 358, 2, 2)
    x, y, width, height = pixels(333_333, 333_333, 100_000, 100_000)
    assert (x % 2, y % 2, width % 2, height % 2) == (0, 0, 0, 0)
    assert x <= 0.333333 * 641
    assert x + width >= 0.433333 * 641
    assert y + height >= 0.433333 * 361
