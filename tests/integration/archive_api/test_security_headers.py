"""Every answer carries the headers that keep a browser from doing anything with it that we do not do."""

from __future__ import annotations

import httpx

from tests.integration.archive_api.conftest import Desk, served, settings_of

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def kinds(desk: Desk, url: str) -> list[httpx.Response]:
    """An answer of every kind: pages, files, JSON, text, refusals of all who refuse, and what broke inside."""
    get, token = httpx.get, {"Authorization": desk.client.headers["authorization"]}
    answers = [
        get(f"{url}/", timeout=30),
        get(f"{url}/favicon.svg", timeout=30),
        get(f"{url}/assets/nothing.js", timeout=30),
        get(f"{url}/openapi.json", timeout=30),
        get(f"{url}/metrics", timeout=30),
        get(f"{url}/health/ready", timeout=30),
        get(f"{url}/nothing", timeout=30),
        get(f"{url}/api/v1/me", timeout=30),
        get(f"{url}/api/v1/me", headers=token, timeout=30),
        get(f"{url}/api/v1/cameras?limit=x", headers=token, timeout=30),
        get(f"{url}/api/v1/retention/achieved?format=csv", headers=token, timeout=30),
        get(f"{url}/api/v1/media/x.mp4?expires=1&signature=x", timeout=30),
        get(f"{url}/d/{'x' * 43}", timeout=30),
        get(f"{url}/d/{'x' * 43}?lang=xx", timeout=30),
        httpx.put(f"{url}/api/v1/cameras", headers=token, timeout=30),
        httpx.post(f"{url}/api/v1/session", content=b" " * (2 << 20), timeout=30),
        httpx.post(f"{url}/api/v1/session", json={"name": "admin", "password": "wrong"}, timeout=30),
        httpx.head(f"{url}/", timeout=30),
    ]
    with desk.archive.database.transaction() as connection:
        connection.execute("alter table camera add constraint elsewhere check (name <> 'N') not valid")
    camera = {"name": "N", "agency": "dishub", "source": "rtsp://127.0.0.1/x", "lat": 0, "lon": 0}
    broken = httpx.post(f"{url}/api/v1/cameras", json=camera, headers=token, timeout=30)
    assert broken.status_code == 500
    return [*answers, broken]


def test_no_answer_of_any_kind_lets_a_browser_run_frame_or_leak_it(desk: Desk) -> None:
    for answer in kinds(desk, desk.url):
        where = f"{answer.request.method} {answer.request.url} {answer.status_code}"
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, where
        policy = answer.headers["content-security-policy"]
        for directive in (
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "form-action 'self'",
        ):
            assert directive in policy, where
        assert policy.startswith(("default-src 'self'", "default-src 'none'")), where
        for loose in ("unsafe-inline", "unsafe-eval'", "data:", "http:", "https:", "*"):
            assert loose not in policy.replace("'wasm-unsafe-eval'", "").replace("http://127.0.0.1:", ""), (
                where
            )
        assert "camera=()" in answer.headers["permissions-policy"], where
        leaks = (
            "same-origin" if "/d/" in str(answer.request.url) and answer.status_code == 404 else "no-referrer"
        )
        assert answer.headers["referrer-policy"] == leaks, where
        assert "server" not in answer.headers or "uvicorn" in answer.headers["server"]
        kept = answer.headers["cache-control"]
        page = answer.request.url.path in ("/", "/favicon.svg")
        assert kept == ("no-cache" if page and answer.status_code == 200 else "no-store"), where
        assert "strict-transport-security" not in answer.headers, "a browser must not take it over plain http"


def test_only_over_https_is_a_browser_told_to_stay_there(desk: Desk) -> None:
    behind = settings_of(desk.archive, trusted_proxies="127.0.0.0/8")
    with served(behind) as url:
        for answer in (
            httpx.get(f"{url}/", headers={"X-Forwarded-Proto": "https"}, timeout=30),
            httpx.get(f"{url}/nothing", headers={"X-Forwarded-Proto": "https"}, timeout=30),
        ):
            assert answer.headers["strict-transport-security"] == f"max-age={180 * 86400}"
        assert "strict-transport-security" not in httpx.get(f"{url}/", timeout=30).headers
    never = settings_of(desk.archive, trusted_proxies="127.0.0.0/8", hsts_days=0)
    with served(never) as url:
        answer = httpx.get(f"{url}/", headers={"X-Forwarded-Proto": "https"}, timeout=30)
        assert "strict-transport-security" not in answer.headers


def test_over_https_cookies_have_names_that_no_other_host_can_set(desk: Desk) -> None:
    body = {"name": "admin", "password": "long enough"}
    with served(settings_of(desk.archive, trusted_proxies="127.0.0.0/8")) as url:
        https = {"X-Forwarded-Proto": "https"}
        answer = httpx.post(f"{url}/api/v1/session", json=body, headers=https, timeout=30)
        cookies = answer.headers.get_list("set-cookie")
        assert [one.partition("=")[0] for one in cookies] == ["__Host-saksi_session", "__Host-saksi_device"]
        for one in cookies:
            told = one.lower()
            assert "httponly" in told
            assert "secure" in told
            assert "samesite=strict" in told
            assert "path=/" in told
            assert "domain" not in told
        token = answer.json()["token"]
        for name, status in (("__Host-saksi_session", 200), ("saksi_session", 401)):
            sent = {"Cookie": f"{name}={token}", **https}
            assert httpx.get(f"{url}/api/v1/me", headers=sent, timeout=30).status_code == status, name
        gone = httpx.delete(
            f"{url}/api/v1/session",
            headers={"Cookie": f"__Host-saksi_session={token}", "Sec-Fetch-Site": "same-origin", **https},
            timeout=30,
        )
        assert gone.status_code == 204
        assert gone.headers["set-cookie"].startswith('__Host-saksi_session="";')
        assert "Secure" in gone.headers["set-cookie"]
