"""What players get: segments, playlists, clips and stills, each held to the recorded bytes."""

from __future__ import annotations

import hashlib
import io
import itertools
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
import httpx
import numpy as np
import pytest

from saksi import clock
from saksi.catalogue import people
from simcam import framecode
from tests.integration.archive_api.conftest import SECOND, Recorded

FRAME_US = 40_000


def packets(source: bytes | str) -> list[str]:
    """Digests of a file's video packets in order."""
    with av.open(io.BytesIO(source) if isinstance(source, bytes) else source) as container:
        demuxed = container.demux(container.streams.video[0])
        return [hashlib.sha256(bytes(packet)).hexdigest() for packet in demuxed if packet.size]


def original(client: httpx.Client, camera: str, window: dict[str, str]) -> list[str]:
    """Digests of all packets of the chunks that touch the window."""
    found: list[str] = []
    for segment in client.get(f"/cameras/{camera}/segments", params=window).json()["items"]:
        data = httpx.get(segment["url"], timeout=20).content
        assert hashlib.sha256(data).hexdigest() == segment["sha256"]
        offset, length, start_us, _, _ = segment["fragments"][0]
        assert data[offset + 4 : offset + 8] == b"prft"
        assert length > 0
        assert clock.format_us(start_us) == segment["start"]
        found += packets(data)
    return found


@pytest.mark.parametrize("camera", ["corner", "shop", "bridge"])
def test_a_clip_holds_the_recorded_packets_and_begins_and_ends_on_the_frame(
    recorded: Recorded, client: httpx.Client, camera: str
) -> None:
    from_us, to_us = recorded.from_us + 1_300_000, recorded.to_us - 700_000
    window = {"from": clock.format_us(from_us), "to": clock.format_us(to_us)}
    answer = client.get(f"/cameras/{camera}/clip.mp4", params=window)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    assert answer.headers["x-saksi-gaps"] == ""
    cut, source = packets(answer.content), original(client, camera, recorded.window)
    first = source.index(cut[0])
    assert cut == source[first : first + len(cut)]
    codes = []
    with av.open(io.BytesIO(answer.content)) as container:
        for picture in container.decode(video=0):
            assert picture.time is not None
            if picture.time >= 0:
                codes.append(framecode.read(np.asarray(picture.to_ndarray(format="gray"))))
    frames = [code.frame for code in codes if code is not None]
    assert len(frames) == len(codes)
    assert {(b - a) % 1500 for a, b in itertools.pairwise(frames)} == {1}
    shown_us = clock.parse_rfc3339(answer.headers["x-saksi-start"], "start")
    assert 0 <= shown_us - from_us < FRAME_US
    assert abs(len(frames) * FRAME_US - (to_us - from_us)) <= FRAME_US


def test_any_range_of_a_clip_is_that_part_of_the_whole(recorded: Recorded, client: httpx.Client) -> None:
    url = "/cameras/shop/clip.mp4"
    whole = client.get(url, params=recorded.window)
    tag, size = whole.headers["etag"], len(whole.content)
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, size - 1),
        ("bytes=-500", size - 500, size - 1),
        (f"bytes={size // 2}-{size // 2 + 70000}", size // 2, size // 2 + 70000),
    ):
        part = client.get(url, params=recorded.window, headers={"Range": asked, "If-Range": tag})
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.content == whole.content[first : last + 1]
    assert client.get(url, params=recorded.window, headers={"Range": f"bytes={size}-"}).status_code == 416
    for odd in (
        f"bytes=0-{'9' * 5000}",
        f"bytes={'9' * 5000}-",
        f"bytes=-{'9' * 5000}",
        "bytes=-",
        "bytes=a-b",
    ):
        assert client.get(url, params=recorded.window, headers={"Range": odd}).status_code == 416
    stale = client.get(url, params=recorded.window, headers={"Range": "bytes=0-9", "If-Range": '"x"'})
    assert stale.status_code == 200
    head = client.head(url, params=recorded.window)
    assert head.headers["content-length"] == str(size)
    assert head.content == b""


@pytest.mark.parametrize("camera", ["corner", "shop", "bridge"])
def test_ffmpeg_plays_the_whole_playlist(
    recorded: Recorded, client: httpx.Client, camera: str, tmp_path: Path
) -> None:
    answer = client.get(f"/cameras/{camera}/index.m3u8", params=recorded.window)
    assert answer.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    assert "#EXT-X-ENDLIST" in answer.text
    assert "#EXT-X-DISCONTINUITY" not in answer.text
    ticket = client.post(f"/cameras/{camera}/ticket", params=recorded.window).json()["url"]
    played = packets(ticket)
    source = original(client, camera, recorded.window)
    first = source.index(played[0])
    assert played == source[first : first + len(played)]
    assert len(played) * FRAME_US >= recorded.to_us - recorded.from_us


def test_a_ticket_cannot_be_changed(recorded: Recorded, client: httpx.Client) -> None:
    ticket = client.post("/cameras/corner/ticket", params=recorded.window).json()["url"]
    body, _, rest = ticket.rpartition("/tickets/")
    assert httpx.get(ticket, timeout=30).status_code == 200
    assert httpx.get(f"{body}/tickets/A{rest[1:]}", timeout=30).status_code == 403


def test_what_a_ticket_plays_is_bound_to_one_object_and_ends_with_its_session(
    recorded: Recorded, client: httpx.Client
) -> None:
    with recorded.archive.database.transaction() as connection:
        token = people.add_token(connection, name="admin", label="player")
    mine = {"Authorization": f"Bearer {token}"}
    asked = f"{recorded.url}/api/v1/cameras/corner/ticket"
    ticket = httpx.post(asked, params=recorded.window, headers=mine, timeout=30).json()["url"]
    listed = httpx.get(ticket, timeout=30).text
    parts = sorted({line for line in listed.splitlines() if line.startswith("http")})
    assert len(parts) >= 2
    led = httpx.get(parts[0], timeout=30)
    assert led.status_code == 307
    store = led.headers["location"]
    assert int(parse_qs(urlsplit(store).query)["X-Amz-Expires"][0]) <= 300
    assert httpx.get(store, headers={"Range": "bytes=4-7"}, timeout=30).content == b"ftyp"
    another = parts[0].partition("/media/")[0] + "/media/" + parts[1].partition("/media/")[2]
    assert httpx.get(another, timeout=30).status_code == 403, "another object"
    opening = ticket.rpartition("/")[0] + "/media/" + parts[0].partition("/media/")[2]
    assert httpx.get(opening, timeout=30).status_code == 403, "the ticket that opens is none that plays"
    (session,) = [one for one in client.get("/me/sessions").json()["items"] if one["label"] == "player"]
    recorded.archive.execute("update session set revoked_at = now() where session_id = %s", session["id"])
    for address in (parts[0], ticket):
        assert httpx.get(address, timeout=30).status_code == 403, "its session has ended"


def test_sound_that_browsers_refuse_is_left_out_unless_asked_for(
    recorded: Recorded, client: httpx.Client
) -> None:
    url = "/cameras/shop/index.m3u8"
    playable = client.get(url, params=recorded.window).text
    init = next(line for line in playable.splitlines() if line.startswith("#EXT-X-MAP"))
    head = httpx.get(init.split('"')[1], timeout=30).content
    with_sound = client.get(url, params={**recorded.window, "audio": "original"}).text
    assert b"ulaw" not in head
    assert "BYTERANGE" in next(line for line in with_sound.splitlines() if line.startswith("#EXT-X-MAP"))


@pytest.mark.parametrize("camera", ["corner", "bridge"])
def test_a_still_shows_exactly_the_frame_of_its_instant(
    recorded: Recorded, client: httpx.Client, camera: str
) -> None:
    for later_us in (100_000, 1_500_000, 3_333_333):
        at_us = recorded.from_us + later_us
        answer = client.get(
            f"/cameras/{camera}/frame.jpg", params={"at": clock.format_us(at_us), "width": 640}
        )
        assert answer.status_code == 200
        start_us = clock.parse_rfc3339(answer.headers["x-saksi-frame-start"], "start")
        assert 0 <= at_us - start_us < FRAME_US + 2000
        with av.open(io.BytesIO(answer.content)) as container:
            picture = next(container.decode(video=0))
            code = framecode.read(np.asarray(picture.to_ndarray(format="gray")))
        assert code is not None
        minute = 60 * SECOND
        assert abs((start_us - code.frame * FRAME_US + minute // 2) % minute - minute // 2) <= 100_000


def test_where_nothing_was_recorded_the_nearest_footage_is_named(
    recorded: Recorded, client: httpx.Client
) -> None:
    early = {
        "from": clock.format_us(recorded.from_us - 3600 * SECOND),
        "to": clock.format_us(recorded.from_us - 3500 * SECOND),
    }
    for path, params in (("clip.mp4", early), ("index.m3u8", early), ("frame.jpg", {"at": early["from"]})):
        answer = client.get(f"/cameras/corner/{path}", params=params)
        assert answer.status_code == 404
        assert answer.json()["code"] == "no_footage"
        assert "none before it; the nearest after begins 20" in answer.json()["remedy"]


def test_a_gap_in_a_clip_stands_still_and_is_named(recorded: Recorded, client: httpx.Client) -> None:
    window = {
        "from": clock.format_us(recorded.from_us - 10 * SECOND),
        "to": clock.format_us(recorded.from_us + 2 * SECOND),
    }
    item = client.get("/footage", params={"camera": "corner", **window}).json()["items"][0]
    assert item["gaps"][0]["reason"] == "not_recorded"
    assert item["coverage"][0]["state"] == "stored"


def test_sealing_a_camera_that_nobody_records_says_why(recorded: Recorded, client: httpx.Client) -> None:
    answer = client.post("/cameras/corner/seal", params={"timeout_s": 1})
    assert answer.status_code == 504
    assert answer.json()["code"] == "seal_timed_out"
    assert "stopped" in answer.json()["detail"] or "unknown" in answer.json()["detail"]
