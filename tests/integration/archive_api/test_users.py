"""People are managed by administrators, each within their own limits; sessions and tokens can be seen and ended."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.commands import in_process
from tests.integration.archive_api.conftest import Desk, signed_in

RIGHT = "kuda-lumping-biru"


def code(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code") if answer.content else None


def logged_in(desk: Desk, name: str, password: str) -> httpx.Client:
    answer = httpx.post(f"{desk.url}/api/v1/session", json={"name": name, "password": password}, timeout=60)
    assert answer.status_code == 201, answer.text
    return signed_in(desk.url, answer.json()["token"])


def test_a_new_person_changes_the_password_before_anything_else(desk: Desk) -> None:
    body = {"name": "budi", "role": "investigator", "unit": "Satreskrim", "rank": "AIPDA"}
    made = desk.client.post("/users", json=body)
    assert made.status_code == 201, made.text
    password = made.json()["password"]
    with logged_in(desk, "budi", password) as budi:
        assert code(budi.get("/cameras")) == (403, "password_must_change")
        assert budi.get("/me").json()["name"] == "budi"
        asked = {"present": password, "password": RIGHT}
        assert code(budi.post("/me/password", json={**asked, "present": "wrong-one-here"})) == (
            403,
            "password_wrong",
        )
        assert code(budi.post("/me/password", json={**asked, "password": "budi budi"})) == (
            422,
            "password_short",
        )
        with logged_in(desk, "budi", password) as other:
            assert budi.post("/me/password", json=asked).status_code == 204
            assert budi.get("/cameras").status_code == 200
            assert other.get("/me").status_code == 401, "their other sessions end"
    assert password not in str(desk.archive.execute("select object from audit"))


def test_changing_a_person_logs_them_out_and_the_last_administrator_stays(desk: Desk) -> None:
    with desk.signed_in("ani", "investigator") as ani:
        assert desk.client.patch("/users/ani", json={"unit": "Polsek Utara"}).json()["unit"] == "Polsek Utara"
        assert ani.get("/me").json()["unit"] == "Polsek Utara"
        changed = desk.client.patch("/users/ani", json={"role": "auditor"})
        assert (changed.status_code, changed.json()["role"]) == (200, "auditor")
        assert ani.get("/me").status_code == 401
    assert code(desk.client.patch("/users/ani", json={"role": "king"})) == (422, "role_unknown")
    assert code(desk.client.patch("/users/ani", json={"role": "agency_operator"})) == (422, "account_agency")
    for change in ({"disabled": True}, {"role": "auditor"}, {"agencies": ["dishub"]}):
        assert code(desk.client.patch("/users/admin", json=change)) == (409, "account_last")
    with desk.signed_in("second", "admin") as second:
        assert second.patch("/users/admin", json={"disabled": True}).status_code == 200
        assert desk.client.get("/me").status_code == 401
        assert code(second.patch("/users/second", json={"disabled": True})) == (409, "account_last")
        assert second.patch("/users/admin", json={"disabled": False}).status_code == 200


def test_an_administrator_of_one_agency_manages_its_people_alone(desk: Desk) -> None:
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    with desk.signed_in("mall-admin", "admin", agencies=["mall"]) as limited:
        new = {"name": "op", "role": "agency_operator", "agencies": ["mall"]}
        assert limited.post("/users", json=new).status_code == 201
        for beyond in ({"agencies": None}, {"agencies": ["mall", "dishub"]}, {"areas": []}):
            body = {**new, "name": "x", "role": "investigator", **beyond}
            assert limited.post("/users", json=body).status_code in (403, 422), beyond
        assert [one["name"] for one in limited.get("/users").json()["items"]] == ["mall-admin", "op"]
        for path in ("/users/admin", "/users/admin/sessions", "/users/nobody"):
            assert code(limited.get(path)) == (404, "account_unknown"), path
        for path in ("/users/admin/password", "/users/admin/unlock"):
            assert code(limited.post(path)) == (404, "account_unknown"), path
        assert code(limited.patch("/users/op", json={"agencies": None, "role": "admin"})) == (
            403,
            "account_beyond",
        )
        assert limited.post("/users/op/password").json()["password"]


def test_tokens_do_what_they_are_for_and_make_no_others(desk: Desk) -> None:
    password = desk.client.post("/users/admin/password").json()["password"]
    with logged_in(desk, "admin", password) as admin:
        assert admin.post("/me/password", json={"present": password, "password": RIGHT}).status_code == 204
        made = admin.post("/me/tokens", json={"label": "peta", "days": 30, "scopes": ["camera.read"]})
        assert made.status_code == 201, made.text
        assert code(admin.post("/me/tokens", json={"label": "x", "scopes": ["all"]})) == (422, "token_scope")
        with signed_in(desk.url, made.json()["token"]) as token:
            assert token.get("/cameras").status_code == 200
            assert token.get("/me").json()["permissions"] == ["camera.read", "self"]
            assert code(token.get("/users")) == (403, "token_may_not")
        listed = admin.get("/me/sessions").json()["items"]
        assert sorted((one["kind"], one["label"], one["this"]) for one in listed) == [
            ("session", None, True), ("token", "peta", False),
        ]  # fmt: skip
        (peta,) = [one for one in listed if one["kind"] == "token"]
        assert peta["scopes"] == ["camera.read"]
        assert admin.delete(f"/me/sessions/{peta['id']}").status_code == 204
        assert code(admin.delete(f"/me/sessions/{peta['id']}")) == (404, "session_unknown")
        with signed_in(desk.url, made.json()["token"]) as token:
            assert token.get("/cameras").status_code == 401
        whole = admin.post("/me/tokens", json={"label": "all"}).json()["token"]
        with signed_in(desk.url, whole) as token:
            assert code(token.post("/me/tokens", json={"label": "more"})) == (409, "token_makes_none")


def test_a_session_that_nobody_uses_ends(desk: Desk) -> None:
    password = desk.client.post("/users", json={"name": "ani", "role": "auditor"}).json()["password"]
    with logged_in(desk, "ani", password) as ani:
        desk.archive.execute("update session set seen_at = now() - interval '59 min' where kind = 'session'")
        assert ani.get("/me").status_code == 200, "and is used again"
        desk.archive.execute(
            "update session set seen_at = seen_at - interval '61 min' where kind = 'session'"
        )
        assert ani.get("/me").status_code == 401


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_command_line_manages_people_too(desk: Desk, lang: str) -> None:
    settings = {**desk.archive.environment("users"), "SAKSI_LANG": lang}

    def saksi(*words: str, typed: str = "", status: int = 0) -> str:
        done = in_process(*words, settings=settings, typed=typed)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if status == 0 else done.stderr

    saksi("user", "add", "rudi", "--role", "records_officer", "--password-stdin", typed=f"{RIGHT}\n")
    saksi("user", "change", "rudi", "--unit", "Tahti", "--agency", "dishub")
    assert "rudi\t" in saksi("user", "list")
    assert "dishub" in saksi("user", "list")
    saksi("user", "change", "rudi", "--unlimited")
    with logged_in(desk, "rudi", RIGHT) as rudi:
        assert rudi.get("/me").json()["all_agencies"] is True
        saksi("user", "disable", "rudi")
        assert rudi.get("/me").status_code == 401
    saksi("user", "enable", "rudi")
    new = saksi("user", "reset-password", "rudi").strip()
    logged_in(desk, "rudi", new).close()
    saksi("user", "unlock", "rudi")
    token = saksi(
        "token", "create", "--user", "rudi", "--days", "3", "--scope", "camera.read", "--label", "x"
    ).strip()
    listed = saksi("token", "list", "--user", "rudi")
    (number,) = [line.split("\t")[0] for line in listed.splitlines() if "camera.read" in line]
    saksi("token", "revoke", number, "--user", "rudi")
    with signed_in(desk.url, token) as client:
        assert client.get("/me").status_code == 401
    saksi("user", "disable", "admin", status=1)
    actions = {row["action"] for row in desk.archive.execute("select action from audit where person = ''")}
    assert actions >= {
        "add person",
        "change person",
        "reset password",
        "unlock person",
        "add token",
        "end session",
    }
