"""HEAD, Allow, ranges and conditions as RFC 9110 has them."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.archive_api.conftest import Desk, Recorded, served, settings_of, signed_in


@pytest.mark.parametrize("path", ["/", "/api/v1/cameras", "/api/v1/me", "/openapi.json", "/health/live"])
def test_head_is_get_without_the_body(desk: Desk, path: str) -> None:
    whole = desk.client.get(desk.url + path)
    head = desk.client.head(desk.url + path)
    assert (head.status_code, head.content) == (200, b"")
    ours = ("content-type", "content-length", "content-encoding", "cache-control")
    assert [head.headers.get(name) for name in ours] == [whole.headers.get(name) for name in ours]


def test_head_of_what_is_played_shows_nothing_and_is_not_written_down(
    recorded: Recorded, client: httpx.Client
) -> None:
    count = "select count(*) as n from audit"
    before = recorded.archive.execute(count)
    for path in ("index.m3u8", "clip.mp4", "segments"):
        head = client.head(f"/cameras/corner/{path}", params=recorded.window)
        assert (head.status_code, head.content) == (200, b""), path
    assert recorded.archive.execute(count) == before
    early = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:00:01Z"}
    assert client.head("/cameras/corner/index.m3u8", params=early).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/v1/cameras", "GET, HEAD, POST"),
        ("DELETE", "/api/v1/cameras/corner", "GET, HEAD, PATCH"),
        ("HEAD", "/api/v1/session", "DELETE, POST"),
        ("OPTIONS", "/health/live", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/assets/x.js", "GET, HEAD"),
        ("PUT", "/openapi.json", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_possible_names_those_that_are(
    desk: Desk, method: str, path: str, allow: str
) -> None:
    answer = httpx.request(method, desk.url + path, timeout=30)
    assert (answer.status_code, answer.headers.get("allow")) == (405, allow)


def test_ranges_count_for_get_and_in_bytes_only(recorded: Recorded, client: httpx.Client) -> None:
    with (
        served(settings_of(recorded.archive, media_proxy=True)) as url,
        signed_in(url, recorded.token) as other,
    ):
        listed = other.get("/cameras/corner/segments", params=recorded.window).json()["items"]
        for address, params in ((url + listed[0]["url"], {}), ("/cameras/corner/clip.mp4", recorded.window)):
            asked = {"params": params or None}
            size = len(other.get(address, **asked).content)
            part = other.get(address, **asked, headers={"Range": "bytes=0-9"})
            assert (part.status_code, len(part.content)) == (206, 10)
            unknown = other.get(address, **asked, headers={"Range": "items=0-1"})
            assert (unknown.status_code, len(unknown.content)) == (200, size)
            for odd in ("bytes=0-9", f"bytes={size}-"):
                head = other.head(address, **asked, headers={"Range": odd})
                assert (head.status_code, head.headers["content-length"]) == (200, str(size))


def test_a_clip_that_is_there_already_is_not_sent_again(recorded: Recorded, client: httpx.Client) -> None:
    url, asked = "/cameras/corner/clip.mp4", {"params": recorded.window}
    tag = client.head(url, **asked).headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = client.get(url, **asked, headers={"If-None-Match": given, "Range": "bytes=5-"})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(url, **asked, headers={"If-None-Match": '"other"'}).status_code == 200
