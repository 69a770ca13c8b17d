"""Guessing a password is held to its limits, and who has been in before is never shut out by it."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from saksi import clock, passwords
from saksi.catalogue import attempts, people
from saksi.catalogue.database import Database
from tests.integration.archive_api.conftest import Desk

RIGHT = "kuda-lumping-biru"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that were really held against a hash."""
    seen: list[str] = []
    real, lock = passwords.matches, threading.Lock()

    def counted(hashed: str, password: str) -> bool:
        with lock:
            seen.append(password)
        return real(hashed, password)

    monkeypatch.setattr(passwords, "matches", counted)
    return seen


def log_in(desk: Desk, name: str, password: str, *, cookies: dict[str, str] | None = None) -> httpx.Response:
    return httpx.post(
        f"{desk.url}/api/v1/session", json={"name": name, "password": password}, cookies=cookies, timeout=60
    )


def test_a_thousand_guesses_are_few_looks_and_the_owner_gets_in(desk: Desk, looked_at: list[str]) -> None:
    """At once, from one address, beside the owner on the device from which they logged in before."""
    with desk.archive.database.transaction() as connection:
        people.add_person(connection, name="ani", password=RIGHT, role="investigator")
    first = log_in(desk, "ani", RIGHT)
    assert first.status_code == 201
    device = {"saksi_device": first.cookies["saksi_device"]}
    looked_at.clear()
    began_us = clock.monotonic_us()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: log_in(desk, "ani", f"guess-{number}"), range(1000)))
    guesses = len(looked_at)
    assert {one.status_code for one in answers} == {401}
    assert {one.json()["code"] for one in answers} == {"login_failed"}
    # Five freely, then one after each of the waits of 2, 4, 8, … s that fit into the time the guessing took.
    took_s = (clock.monotonic_us() - began_us) / 1e6
    assert 5 <= guesses <= 5 + 1 + math.log2(took_s / 2 + 1)
    # However slow this machine is: the wait that it is in is not over.
    desk.archive.execute(
        "update log_in_counter set locked_until = now() + interval '1 hour' where starts_with(key, 'pair:')"
    )
    assert log_in(desk, "ani", RIGHT).status_code == 401, "the address waits, with the right password too"
    assert log_in(desk, "ani", RIGHT, cookies=device).status_code == 201
    assert log_in(desk, "ani", RIGHT, cookies={"saksi_device": "made up"}).status_code == 401
    rows = desk.archive.execute("select object from audit where action = 'log in' and result = 'failed'")
    held_back = sum(bool(row["object"]) for row in rows)
    assert len(rows) - held_back == guesses, "each guess that was looked at is on record"
    # 30 a minute from one address, half a minute's share at once: the trail is not to be filled from outside.
    assert 1 <= held_back <= 15 + took_s / 2 + 2
    desk.client.post("/users/ani/unlock")
    assert log_in(desk, "ani", RIGHT).status_code == 201


def test_an_account_of_ones_own_wipes_out_no_guesses_at_others(database: Database) -> None:
    with database.transaction() as connection:
        person_id = people.add_person(connection, name="ani", password=RIGHT, role="investigator")
    tried = 0
    for number in range(60):
        with database.transaction() as connection:
            tried += attempts.begin(connection, f"orang {number}", "203.0.113.9", None) is not None
        if number % 10 == 9:
            with database.transaction() as connection:
                own = attempts.begin(connection, "ani", "203.0.113.9", None)
                if own is not None:
                    attempts.succeeded(connection, own, person_id, None)
    assert tried <= 20
    # An office whose people come in rightly is never held, two steps each.
    for number in range(120):
        with database.transaction() as connection:
            first = attempts.begin(connection, f"rekan {number}", "203.0.113.10", None)
            assert first is not None
            attempts.give_back(connection, first)
            second = attempts.begin(connection, f"rekan {number}", "203.0.113.10", None)
            assert second is not None
            attempts.passed(connection, second)


def test_another_address_gets_in_and_everywhere_at_once_is_slowed(database: Database) -> None:
    def attempt(address: str, name: str = "ani", device: str | None = None) -> attempts.Attempt | None:
        with database.transaction() as connection:
            return attempts.begin(connection, name, address, device)

    with database.transaction() as connection:
        person_id = people.add_person(connection, name="ani", password=RIGHT, role="investigator")
    assert [attempt("203.0.113.7") is not None for _ in range(7)] == [True] * 5 + [False] * 2
    elsewhere = attempt("198.51.100.9")
    assert elsewhere is not None, "another address is not held back"
    with database.transaction() as connection:
        device = attempts.succeeded(connection, elsewhere, person_id, None)
    # A botnet: each address few times; the account counts them all.
    tried = [attempt(f"192.0.2.{number}") is not None for number in range(120)]
    assert 40 <= sum(tried) <= 50
    assert attempt("192.0.2.200") is None
    assert attempt("192.0.2.200", device=device) is not None, "the known device is let through"
    with database.transaction() as connection:
        connection.execute("update log_in_counter set locked_until = now() where key like 'account:%'")
    assert attempt("192.0.2.201") is not None, "unknown devices are slowed, one every ten seconds"
    assert attempt("192.0.2.202") is None
    # Spraying: one address at many accounts.
    sprayed = [attempt("203.0.113.99", f"orang {number}") is not None for number in range(40)]
    assert sum(sprayed) == 20
    # An hour later nothing is left of it.
    with database.transaction() as connection:
        connection.execute(
            "update log_in_counter set last_at = now() - interval '61 min', locked_until = now()"
        )
    assert [attempt("203.0.113.7") is not None for _ in range(6)] == [True] * 5 + [False]
    with database.transaction() as connection:
        connection.execute("update log_in_counter set last_at = now() - interval '3 hours'")
        attempts.forget(connection)
        assert connection.execute("select 1 from log_in_counter").fetchall() == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-one", "password_short"),
        ("password123", "password_guessed"),
        ("qwertyuiop", "password_guessed"),
        ("aaaaaaaaaaaaaa", "password_guessed"),
        ("indonesia123", "password_guessed"),
        ("budi santoso", "password_guessed"),
        ("merdeka1945", "password_guessed"),
        ("budisantoso99", "password_guessed"),
        ("admin!jakarta", "password_guessed"),
    ],
)
def test_a_password_that_is_easily_guessed_is_not_taken(desk: Desk, password: str, code: str) -> None:
    body = {"name": "Budi Santoso", "role": "investigator", "password": password}
    answer = desk.client.post("/users", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "password")


def test_a_hash_of_before_is_kept_anew_at_log_in(desk: Desk) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(RIGHT)
    desk.archive.execute("update person set password_hash = %s where name = 'admin'", old)
    assert log_in(desk, "admin", RIGHT).status_code == 201
    (row,) = desk.archive.execute("select password_hash from person where name = 'admin'")
    assert row["password_hash"] != old
    assert passwords.matches(row["password_hash"], RIGHT)
