"""Nobody chooses the address that limits and the audit know them by: only trusted proxies are believed."""

from __future__ import annotations

import logging
from datetime import timedelta

import httpx
import pytest

from saksi.catalogue import people
from saksi.doctor.reach import check_reach
from saksi.settings import Settings
from tests.integration.archive_api.conftest import Desk, served, settings_of


def addresses(desk: Desk) -> list[str]:
    """Where refused requests came from, by the audit."""
    rows = desk.archive.execute("select address from audit where result = 'denied' order by audit_id")
    return [row["address"] for row in rows]


def test_an_address_claimed_by_a_stranger_is_not_believed(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    claimed = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Real-IP": "198.51.100.7",
        "Forwarded": "for=198.51.100.7",
    }
    with caplog.at_level(logging.WARNING, "saksi.api"):
        for _ in range(2):
            httpx.get(f"{desk.url}/api/v1/me", headers=claimed, timeout=30)
    assert addresses(desk) == ["127.0.0.1", "127.0.0.1"]
    assert caplog.text.count("SAKSI_TRUSTED_PROXIES") == 1, "told once, with the remedy"


def test_of_a_chain_the_right_most_untrusted_address_counts(desk: Desk) -> None:
    chains = {
        "203.0.113.9": "203.0.113.9",
        "1.2.3.4, 203.0.113.9": "203.0.113.9",
        "1.2.3.4, 203.0.113.9, 10.4.0.5": "203.0.113.9",
        "2001:db8::1": "2001:db8::1",
        "10.4.0.5": "10.4.0.5",
        "<script>": "127.0.0.1",
        "a" * 5000: "127.0.0.1",
        "unknown": "127.0.0.1",
        "": "127.0.0.1",
    }
    with served(settings_of(desk.archive, trusted_proxies="127.0.0.1/32, 10.4.0.0/16")) as url:
        for chain in chains:
            httpx.get(f"{url}/api/v1/me", headers={"X-Forwarded-For": chain}, timeout=30)
    assert addresses(desk) == list(chains.values())


def test_guesses_are_counted_by_the_address_the_proxy_tells(desk: Desk) -> None:
    """With one address for all who come through the proxy one guesser would lock everybody out."""
    with served(settings_of(desk.archive, trusted_proxies="127.0.0.1/32")) as url:

        def log_in(address: str, password: str) -> int:
            body = {"name": "admin", "password": password}
            told = {"X-Forwarded-For": f"192.0.2.1, {address}"}
            return httpx.post(f"{url}/api/v1/session", json=body, headers=told, timeout=30).status_code

        assert {log_in("203.0.113.9", "wrong") for _ in range(6)} == {401}
        assert log_in("203.0.113.9", "long enough") == 401, "held back"
        assert log_in("203.0.113.10", "long enough") == 201


def test_the_doctor_says_that_people_come_from_elsewhere_and_no_proxy_is_named(desk: Desk) -> None:
    def told(**changed: object) -> list[tuple[str, str]]:
        found = check_reach(settings_of(desk.archive, **changed), desk.archive.database)
        return [(one.severity, one.code) for one in found]

    assert told() == [("ok", "doctor_reach_here")]
    with desk.archive.database.transaction() as connection:
        (row,) = connection.execute("select person_id from person where name = 'admin'").fetchall()
        for address in ("127.0.0.1", "203.0.113.10"):
            people.start_session(connection, row["person_id"], timedelta(hours=1), address=address)
    assert told() == [("warning", "doctor_reach_plain")]
    assert told(trusted_proxies="10.4.0.5/32") == [("ok", "doctor_reach_proxied")]


def test_a_proxy_that_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="proxy.example")
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="10.4.0.5/8")
