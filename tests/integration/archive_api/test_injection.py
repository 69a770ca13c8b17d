"""Paths, names and hosts that mean more than they say: none leads out of its place, into a header or elsewhere."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive_api import permissions
from archive_api.app import create_app
from tests.integration.archive_api.conftest import Desk, settings_of

UP = "../" * 8 + "etc/passwd"
PATHS = (
    UP,
    UP.replace("/", "%2f"),
    UP.replace(".", "%2e").replace("/", "%2f"),
    UP.replace("/", "%252f"),
    UP.replace("/", "\\"),
    UP.replace("/", "%5c"),
    "....//....//etc/passwd",
    "%c0%ae%c0%ae%c0%af" * 4 + "etc/passwd",
    "%uff0e%uff0e/etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "a%00.mp4",
    "a%0d%0aSet-Cookie:%20x=1",
    "%ff%fe",
    "file:%2f%2f%2fetc%2fpasswd",
    "%7B%7B7*7%7D%7D%24%7B7*7%7D",
    "'%20or%20'1'='1",
)
HOLE = re.compile(r"\{[^}]+\}")


def ask(
    url: str, target: str, headers: dict[str, str], method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """Sends the target as it stands: a client library would tidy it up."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        line.putrequest(method, "x", skip_host="Host" in headers)
        line._buffer[0] = f"{method} {target} HTTP/1.1".encode("latin-1")  # type: ignore[attr-defined]
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        line.close()


def addresses(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every address without a body that has a part that is a name or a path, with that part open."""
    app = create_app(settings_of(desk.archive))
    app.state.context.database.close()
    for method, path, _ in permissions.routes(app):
        if method in ("GET", "DELETE") and "{" in path:
            first = HOLE.search(path)
            assert first is not None
            yield method, f"{path[: first.start()]}*{HOLE.sub('1', path[first.end() :])}"
            if ":path}" in path and len(HOLE.findall(path)) > 1:
                yield method, HOLE.sub("1", path[: path.rindex("{")]) + "*"
    yield from (("GET", address) for address in ("/assets/*", "/*", "/favicon.svg/*", "/api/v1/*"))


def test_no_path_leads_out_of_its_folder_or_breaks_a_route(desk: Desk) -> None:
    headers = {"Authorization": desk.client.headers["authorization"]}
    secret = Path("/etc/passwd").read_bytes()[:20]
    asked, broken = 0, []
    for method, address in addresses(desk):
        for path in PATHS:
            for query in ("", "?expires=9999999999&signature=x") if "/media/" in address else ("",):
                target = address.replace("*", path, 1) + query
                status, told, body = ask(desk.url, target, headers, method)
                asked += 1
                if status >= 500:
                    broken.append((target, status))
                    continue
                assert status >= 400 or told["content-type"].startswith("application/json"), (target, status)
                assert secret not in body, target
                assert "set-cookie" not in told, target
    assert broken == []
    assert asked > 900


def test_no_static_file_is_served_from_elsewhere(desk: Desk) -> None:
    for path in (
        "app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "../app.py",
        "..%5capp.py",
        "..%2f..%2fpyproject.toml",
    ):
        for address in (f"/assets/{path}", f"/assets/x/..%2f{path}", f"/{path}", f"/assets//{path}"):
            status, _, body = ask(desk.url, address, {})
            assert status in (400, 404), (address, status)
            assert b"FastAPI" not in body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80@x", "a.example, b.example", '"><script>', ""]
)
def test_a_foreign_host_redirects_nobody_and_forwarded_hosts_count_for_nothing(desk: Desk, host: str) -> None:
    token = desk.client.headers["authorization"]
    for target in ("/api/v1/cameras/", "//evil.example/", "/d", "/assets", "/d/x/", "/api/v1"):
        status, told, body = ask(desk.url, target, {"Host": host, "Authorization": token})
        assert status in (400, 404), (target, status)
        assert "location" not in told, target
        assert b"<script>" not in body
    forwarded = {"Host": "x", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    _, _, body = ask(desk.url, "/openapi.json", forwarded)
    assert b"evil" not in body


def test_what_is_typed_into_the_address_is_not_sent_back_as_a_page(desk: Desk) -> None:
    for target in ("/%3Cscript%3Ealert(1)%3C/script%3E", "/d/%3Cscript%3E", "/d/x?lang=%3Cscript%3E"):
        _, told, body = ask(desk.url, target, {"Accept": "text/html"})
        assert b"<script>" not in body or told["content-type"] == "application/problem+json", target
        assert told["x-content-type-options"] == "nosniff"


def test_a_case_with_a_name_that_is_a_header_gives_papers_all_the_same(desk: Desk) -> None:
    number = 'LP/12/2026 "é"; filename="evil.exe" 商'
    made = desk.client.post("/cases", json={"number": number, "title": "x"})
    if made.status_code == 201:  # what is taken must be told without breaking a header
        case = made.json()["id"]
        for path in (f"/cases/{case}", f"/cases/{case}/custody", f"/cases/{case}/papers"):
            assert desk.client.get(path).status_code < 500
    for broken in ("LP\r\nSet-Cookie: x=1", "LP\x00", "LP\u2028"):
        answer = desk.client.post("/cases", json={"number": broken, "title": "x"})
        assert answer.status_code < 500, broken
        assert "set-cookie" not in answer.headers
