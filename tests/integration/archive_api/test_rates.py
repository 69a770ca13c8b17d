"""Who asks too often is told to wait, alone, in both languages; everybody else goes on, and 50 people never notice."""

from __future__ import annotations

import httpx
import pytest

from archive_api.rates import Rates, kind_of, place
from saksi import clock
from saksi.settings import Settings
from tests.integration.archive_api.conftest import Desk, served, settings_of, signed_in


def flood(client: httpx.Client, path: str, times: int, **asked: object) -> list[httpx.Response]:
    """So many requests, as fast as they go."""
    return [client.get(path, **asked) for _ in range(times)]  # type: ignore[arg-type]


def test_a_person_who_floods_is_held_up_alone_and_told_when_to_go_on(desk: Desk) -> None:
    token = desk.client.headers["authorization"].partition(" ")[2]
    with served(settings_of(desk.archive, rate_searches=20)) as url, signed_in(url, token) as admin:
        answers = flood(admin, "/cameras", 14)
        statuses = [one.status_code for one in answers]
        assert 429 not in statuses[:10], "half a minute's share may come at once"
        assert statuses[12:] == [429, 429]
        told = answers[-1]
        assert (told.json()["code"], told.headers["content-type"]) == (
            "rate_limited",
            "application/problem+json",
        )
        assert 1 <= int(told.headers["retry-after"]) <= 3
        indonesian = admin.get("/cameras", headers={"Accept-Language": "id"})
        assert "terlalu sering" in indonesian.json()["detail"]
        assert admin.get("/me").status_code == 200, "what costs nothing is not limited"
        with desk.signed_in("looker", "investigator") as looker:
            other = {"Authorization": looker.headers["authorization"]}
            assert httpx.get(f"{url}/api/v1/cameras", headers=other, timeout=30).status_code == 200
        metrics = httpx.get(f"{url}/metrics", timeout=30).text
        assert 'saksi_api_rate_limited_total{kind="search"}' in metrics
    rows = desk.archive.execute("select action, person from audit where result = 'denied'")
    assert rows == [{"action": "GET /api/v1/cameras", "person": "admin"}], "one row tells of a burst"


def test_guessing_tokens_does_not_fill_the_audit_and_locks_out_nobody(desk: Desk) -> None:
    token = desk.client.headers["authorization"].partition(" ")[2]
    with served(settings_of(desk.archive, rate_unknown=10)) as url:
        with signed_in(url, "guessed") as guesser, signed_in(url, token) as admin:
            statuses = [one.status_code for one in flood(guesser, "/cameras", 12)]
            assert statuses == [401] * 5 + [429] * 7
            assert admin.get("/cameras").status_code == 200, "the same address, with a token that is good"
    (row,) = desk.archive.execute("select count(*) as n from audit where result = 'denied'")
    assert row["n"] == 5


def test_links_of_packages_are_not_guessed_at_speed(desk: Desk) -> None:
    with served(settings_of(desk.archive, rate_recipients=6)) as url:
        statuses = [httpx.get(f"{url}/d/{'x' * 43}", timeout=30).status_code for _ in range(5)]
    assert statuses == [404] * 3 + [429] * 2


def test_fifty_investigators_are_far_from_every_limit() -> None:
    """Each plays stills and playlists, searches and pages all the time: 3 requests a second of each kind."""
    rates = Rates.of(Settings())
    for kind in ("search", "picture"):
        for person in range(50):
            assert all(rates.wait_s(kind, str(person)) == 0 for _ in range(180))


@pytest.mark.parametrize("limit", [1, 60, 600])
def test_a_limit_holds_over_time(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0]
    monkeypatch.setattr(clock, "monotonic_us", lambda: now[0])
    rates = Rates({"search": limit})
    let_in = 0
    for _ in range(6000):  # ten minutes, ten times a second
        now[0] += 100_000
        let_in += rates.wait_s("search", "a") == 0
    assert limit * 10 <= let_in <= limit * 10 + limit // 2 + 1
    wait_s = rates.wait_s("search", "a")
    now[0] += wait_s * 1_000_000
    assert rates.wait_s("search", "a") == 0, "who waits as long as told is let in"


def test_counts_do_not_fill_the_memory() -> None:
    rates = Rates({"unknown": 300})
    for number in range(25_000):
        rates.wait_s("unknown", str(number))
    assert len(rates._free_us) <= 10_000


def test_what_a_request_counts_against() -> None:
    assert kind_of("GET", "/footage") == kind_of("GET", "/cameras/a/segments") == "search"
    assert kind_of("GET", "/cameras/a/frame.jpg") == "picture"
    assert kind_of("GET", "/cameras/a/clip.mp4") == kind_of("POST", "/cases/k-1/exports") == "work"
    assert kind_of("GET", "/exports/7/package") == "download"
    assert kind_of("GET", "/me") is None
    assert place("2001:db8:1:2:3::9") == place("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert place("203.0.113.9") == "203.0.113.9"
    assert place("") == ""
