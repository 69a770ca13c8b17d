"""The second factor over the API: set up, asked for, held to its limits, lost and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pyotp
import pytest

from saksi import clock
from saksi.catalogue import people
from tests.integration.archive_api.conftest import Desk, served, settings_of, signed_in

RIGHT = "kuda-lumping-biru"


def log_in(url: str, name: str, code: str | None = None, **more: Any) -> httpx.Response:
    body = {"name": name, "password": more.pop("password", RIGHT)} | ({} if code is None else {"code": code})
    return httpx.post(f"{url}/api/v1/session", json=body, timeout=60, **more)


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def session(url: str, answer: httpx.Response) -> httpx.Client:
    assert answer.status_code == 201, answer.text
    return signed_in(url, answer.json()["token"])


def shown(secret: str, ahead: int = 0) -> str:
    """What an authenticator shows, `ahead` half minutes from now."""
    return pyotp.TOTP(secret).generate_otp(clock.now_us() // 30_000_000 + ahead)


@pytest.fixture
def ani(desk: Desk) -> Iterator[httpx.Client]:
    """Ani's session, begun with her password."""
    with desk.archive.database.transaction() as connection:
        people.add_person(connection, name="ani", password=RIGHT, role="investigator")
    with session(desk.url, log_in(desk.url, "ani")) as client:
        yield client


def enrol(client: httpx.Client, code: str = "") -> tuple[str, list[str]]:
    """Sets a second factor up; answers its secret and recovery codes."""
    asked = client.post("/me/second-factor", json={"present": RIGHT, "code": code})
    assert asked.status_code == 201, asked.text
    secret = asked.json()["secret"]
    # The step before: the tests log in with the present one, and no code is taken twice.
    made = client.post("/me/second-factor/confirm", json={"code": shown(secret, -1)})
    assert made.status_code == 200, made.text
    return secret, made.json()["recovery_codes"]


def at_rest(desk: Desk) -> str:
    return str(desk.archive.execute("select * from second_factor")) + str(
        desk.archive.execute("select * from recovery_code")
    )


def test_a_log_in_takes_two_steps_and_no_code_twice(desk: Desk, ani: httpx.Client) -> None:
    with session(desk.url, log_in(desk.url, "ani")) as elsewhere:
        secret, recovery = enrol(ani)
        assert elsewhere.get("/me").status_code == 401, "what began without it has ended"
    assert ani.get("/me").status_code == 200
    assert ani.get("/me/second-factor").json()["recovery_left"] == 10
    assert secret not in at_rest(desk)
    assert said(log_in(desk.url, "ani")) == (401, "second_factor_required")
    assert said(log_in(desk.url, "ani", password="not-this-one")) == (401, "login_failed")
    assert said(log_in(desk.url, "ani", shown(secret, -1))) == (401, "second_factor_wrong"), (
        "the code of setting up"
    )
    code = shown(secret)
    done = log_in(desk.url, "ani", f"{code[:3]} {code[3:]}")
    assert (done.status_code, done.json()["recovery_left"], done.json()["must_enrol"]) == (201, 10, False)
    assert said(log_in(desk.url, "ani", code)) == (401, "second_factor_wrong")
    assert said(log_in(desk.url, "ani", shown(secret, 3))) == (401, "second_factor_wrong")
    assert log_in(desk.url, "ani", shown(secret, 1)).status_code == 201, "a telephone half a minute ahead"
    spoken = recovery[0].upper().replace("-", " ")
    assert log_in(desk.url, "ani", spoken).json()["recovery_left"] == 9
    assert said(log_in(desk.url, "ani", recovery[0])) == (401, "second_factor_wrong")
    told = desk.archive.execute(
        "select object, result from audit where action = 'log in' and person = 'ani' order by 1"
    )
    kinds = {(row["object"].get("second_factor"), row["result"]) for row in told}
    assert kinds == {
        (None, "ok"),
        (None, "failed"),
        ("asked", "failed"),
        ("wrong", "failed"),
        ("code", "ok"),
        ("recovery", "ok"),
    }
    everything = str(desk.archive.execute("select action, object from audit"))
    assert code not in everything
    assert recovery[0] not in everything


def test_codes_are_guessed_no_faster_than_their_limit_whatever_the_address(
    desk: Desk, ani: httpx.Client
) -> None:
    """Who knows the password and has many addresses is held by the account's own count; the owner's device is not."""
    secret, _ = enrol(ani)
    first = log_in(desk.url, "ani", shown(secret))
    device = {"saksi_device": first.cookies["saksi_device"]}
    answers = []
    for _ in range(30):
        # As from another address each time.
        desk.archive.execute("delete from log_in_counter where not starts_with(key, 'code:')")
        answers.append(log_in(desk.url, "ani", "000000"))
    assert {said(one) for one in answers} == {(401, "second_factor_wrong")}
    rows = desk.archive.execute(
        "select object from audit where object->>'second_factor' in ('wrong', 'held back')"
    )
    assert 10 <= sum(row["object"]["second_factor"] == "wrong" for row in rows) <= 15
    desk.archive.execute(
        "update log_in_counter set locked_until = now() + interval '1 hour' where starts_with(key, 'code:')"
    )
    assert said(log_in(desk.url, "ani", shown(secret, 1))) == (401, "second_factor_wrong")
    assert log_in(desk.url, "ani", shown(secret, 1), cookies=device).status_code == 201


def test_setting_up_asks_for_the_password_and_changing_for_the_code_too(
    desk: Desk, ani: httpx.Client
) -> None:
    asked = "/me/second-factor"
    assert said(ani.post(asked, json={"present": "not-this-one"})) == (403, "password_wrong")
    assert said(ani.post(f"{asked}/confirm", json={"code": "123456"})) == (409, "second_factor_not_asked")
    assert said(ani.post(f"{asked}/remove", json={"present": RIGHT})) == (409, "second_factor_none")
    assert said(ani.post(f"{asked}/recovery-codes", json={"present": RIGHT})) == (409, "second_factor_none")
    given = ani.post(asked, json={"present": RIGHT}).json()
    assert given["address"].startswith("otpauth://totp/")
    assert given["picture"].startswith("<svg")
    assert said(ani.post(f"{asked}/confirm", json={"code": shown(given["secret"], 5)})) == (
        403,
        "second_factor_wrong",
    )
    assert log_in(desk.url, "ani").status_code == 201, "nothing is in force before its first code"
    secret, before = enrol(ani)
    assert said(ani.post(asked, json={"present": RIGHT})) == (403, "second_factor_wrong")
    fresh = ani.post(f"{asked}/recovery-codes", json={"present": RIGHT, "code": shown(secret)}).json()[
        "recovery_codes"
    ]
    assert len(set(fresh) | set(before)) == 20
    assert said(log_in(desk.url, "ani", before[1])) == (401, "second_factor_wrong")
    newer, codes = enrol(ani, fresh[0])
    assert said(log_in(desk.url, "ani", shown(secret, 1))) == (401, "second_factor_wrong"), (
        "the old telephone"
    )
    assert log_in(desk.url, "ani", shown(newer)).status_code == 201
    assert ani.post(f"{asked}/remove", json={"present": RIGHT, "code": codes[0]}).status_code == 204
    assert log_in(desk.url, "ani").status_code == 201
    with desk.archive.database.transaction() as connection:
        token = people.add_token(connection, name="ani", label="program")
    with signed_in(desk.url, token) as program:
        assert said(program.post(asked, json={"present": RIGHT})) == (409, "token_makes_none")


def test_one_that_is_lost_is_taken_away_by_an_administrator(desk: Desk, ani: httpx.Client) -> None:
    assert said(desk.client.delete("/users/ani/second-factor")) == (404, "second_factor_none")
    enrol(ani)
    assert desk.client.get("/users/ani").json()["second_factor"] is True
    with desk.signed_in("tamu", "investigator") as other:
        assert said(other.delete("/users/ani/second-factor")) == (403, "not_allowed")
    assert desk.client.delete("/users/ani/second-factor").status_code == 204
    assert ani.get("/me").status_code == 401
    assert log_in(desk.url, "ani").status_code == 201
    (row,) = desk.archive.execute("select person, object from audit where action = 'reset second factor'")
    assert (row["person"], row["object"]["name"]) == ("admin", "ani")


def test_a_role_that_needs_one_does_nothing_without(desk: Desk, ani: httpx.Client) -> None:
    settings = settings_of(desk.archive).model_copy(update={"second_factor": "investigator,admin"})
    with served(settings) as url, signed_in(url, ani.headers["authorization"].split()[1]) as here:
        assert said(here.get("/cameras")) == (403, "second_factor_missing")
        assert here.get("/me").json()["pending"] == "second_factor_missing"
        assert said(here.post("/me/tokens", json={"label": "around it"})) == (403, "second_factor_missing")
        assert log_in(url, "ani").json()["must_enrol"] is True
        secret, codes = enrol(here)
        assert here.get("/cameras").status_code == 200
        assert said(here.post("/me/second-factor/remove", json={"present": RIGHT, "code": codes[0]})) == (
            409,
            "second_factor_needed",
        )
        with session(url, log_in(url, "ani", shown(secret))) as again:
            assert again.get("/me").json()["pending"] is None
            assert again.post("/me/tokens", json={"label": "now"}).status_code == 201
