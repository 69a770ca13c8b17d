"""Logging in through a provider of OpenID Connect, and every answer of one that lets nobody in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from saksi.catalogue import people
from saksi.identity import provider as kept
from tests.fixtures.fix_oidc import SECRET, Provider
from tests.integration.archive_api.conftest import Desk, served, settings_of, signed_in
from tests.integration.recorder.archive import Archive

CALLBACK = "http://127.0.0.1:9/api/v1/session/oidc/callback"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "id"}


@dataclass(kw_only=True)
class Browser:
    """Goes where it is sent, as far as the archive's own port is not the one that the provider knows."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    open: ClassVar[list[httpx.Client]] = []

    def __post_init__(self) -> None:
        self.open.append(self.client)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(f"{self.url}/api/v1{path}", **more)

    def to_provider(self, back: str = "/") -> str:
        """Begins; answers the provider's address."""
        answer = self.get("/session/oidc", params={"return": back})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def from_provider(self, address: str) -> dict[str, str]:
        """Logs in there; answers what it sends back."""
        answer = self.client.get(address)
        assert answer.status_code == 302, answer.text
        back = answer.headers["location"]
        assert back.startswith(CALLBACK)
        return {name: one for name, (one,) in parse_qs(urlsplit(back).query).items()}

    def log_in(self, back: str = "/", **headers: str) -> httpx.Response:
        """All the way."""
        return self.come_back(self.from_provider(self.to_provider(back)), **headers)

    def come_back(self, said: dict[str, str], **headers: str) -> httpx.Response:
        return self.get("/session/oidc/callback", params=said, headers=headers)


@pytest.fixture(autouse=True)
def closed_browsers() -> Iterator[None]:
    """Every browser of a test is closed after it."""
    yield
    while Browser.open:
        Browser.open.pop().close()


@pytest.fixture
def house(archive: Archive, provider: Provider) -> Iterator[Callable[..., Desk]]:
    """Makes an archive that logs in at the provider, with settings of the test; an administrator has a password."""
    stack: list[Any] = []
    with archive.database.transaction() as connection:
        people.add_person(connection, name="admin", password="long enough", role="admin")
        people.add_person(connection, name="ani", password="long enough", role="investigator")
        token = people.add_token(connection, name="admin", label="tests")

    def make(**more: object) -> Desk:
        given = provider.settings(CALLBACK, **more)
        running = served(settings_of(archive, trusted_proxies="127.0.0.0/8", **given))
        stack.append(running)
        url = running.__enter__()
        client = signed_in(url, token)
        stack.append(client)
        return Desk(archive=archive, url=url, client=client)

    yield make
    for one in reversed(stack):
        one.__exit__(None, None, None)


def linked(desk: Desk, **to: str) -> Browser:
    answer = desk.client.put("/users/ani/identity", json=to or {"subject": "subject-of-ani"})
    assert answer.status_code == 200, answer.text
    return Browser(url=desk.url)


def log_ins(desk: Desk) -> list[dict[str, Any]]:
    return desk.archive.execute(
        "select person, result, object, address from audit where action = 'log in' order by audit_id"
    )


def test_the_whole_way_to_a_session_like_any_other(house: Callable[..., Desk], provider: Provider) -> None:
    desk = house()
    browser = linked(desk)
    answer = browser.log_in(back="/?camera=gate&at=1#here")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?camera=gate&at=1#here")
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("saksi_session="))
    assert "HttpOnly" in session
    assert "samesite=strict" in session.lower()
    me = browser.get("/me").json()
    assert (me["name"], me["role"], me["pending"], me["provider"]) == ("ani", "investigator", None, True)
    (one,) = browser.get("/me/sessions").json()["items"]
    assert (one["kind"], one["this"]) == ("session", True)
    (row,) = log_ins(desk)
    assert (row["person"], row["result"], row["object"]) == ("ani", "ok", {"by": "openid connect"})
    ended = browser.client.delete(f"{desk.url}/api/v1/session", headers={"Origin": desk.url})
    assert ended.status_code == 204
    assert browser.get("/me").status_code == 401
    # Nothing is asked anew: the document and the keys are kept.
    assert browser.log_in().status_code == 303
    assert provider.asked[".well-known/openid-configuration"] == provider.asked["jwks"] == 1


def test_what_is_sent_to_the_provider_and_kept_by_the_browser(
    house: Callable[..., Desk], provider: Provider
) -> None:
    browser = Browser(url=house().url)
    first, second = (parse_qs(urlsplit(browser.to_provider()).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [CALLBACK]
    assert set(first["scope"][0].split()) == {"openid", "profile", "email"}
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43
        assert first[name] != second[name]
    cookie = browser.get("/session/oidc").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/api/v1/session/oidc" in cookie
    assert first["nonce"][0] not in cookie
    through = browser.get("/session/oidc", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert through.startswith("__Secure-saksi_oidc=")
    assert "; secure" in through.lower()


def test_a_session_that_was_there_before_is_not_the_one_that_is_made(house: Callable[..., Desk]) -> None:
    desk = house()
    browser = linked(desk)
    browser.client.cookies.set("saksi_session", "of an attacker", domain="127.0.0.1", path="/")
    answer = browser.log_in()
    made = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("saksi_session="))
    assert "attacker" not in made
    assert desk.archive.execute("select count(*) as n from session where kind = 'session'") == [{"n": 1}]


def test_nobody_is_sent_elsewhere_afterwards(house: Callable[..., Desk]) -> None:
    browser = Browser(url=house().url)
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/api/v1/me",
    ):
        answer = browser.get("/session/oidc", params={"return": back})
        assert (answer.status_code, answer.json()["code"]) == (422, "oidc_return"), back


def _claims(**changed: Any) -> Callable[[Provider], None]:
    def spoil(provider: Provider) -> None:
        provider.signs = lambda claims, header: provider.sign({**claims, **changed})

    return spoil


def _without(name: str) -> Callable[[Provider], None]:
    def spoil(provider: Provider) -> None:
        provider.signs = lambda claims, header: provider.sign({k: v for k, v in claims.items() if k != name})

    return spoil


def _key(key: Any, **header: str) -> Callable[[Provider], None]:
    def spoil(provider: Provider) -> None:
        provider.signs = lambda claims, _: provider.sign(claims, key=key(provider), **header)

    return spoil


def _for_any(provider: Provider) -> RSAKey:
    """The right key, without the algorithm that it is meant for."""
    key = provider.key.as_dict(private=True)
    return RSAKey.import_key({name: value for name, value in key.items() if name != "alg"})


def _part(what: bytes) -> str:
    return base64.urlsafe_b64encode(what).rstrip(b"=").decode()


def _written(alg: str, seal: Callable[[Provider, bytes], bytes]) -> Callable[[Provider], None]:
    """By hand: the library's own signer would refuse."""

    def spoil(provider: Provider) -> None:
        def signs(claims: dict[str, Any], header: dict[str, Any]) -> str:
            text = (
                f"{_part(json.dumps({**header, 'alg': alg}).encode())}.{_part(json.dumps(claims).encode())}"
            )
            return f"{text}.{_part(seal(provider, text.encode()))}"

        provider.signs = signs

    return spoil


def _shared(provider: Provider, text: bytes) -> bytes:
    """The classic: the public key's own text as the secret of HS256."""
    return hmac.digest(provider.key.as_pem(private=False), text, "sha256")


WRONG: dict[str, tuple[Callable[[Provider], None], str]] = {
    "nonce": (_claims(nonce="of another log-in"), "oidc_nonce"),
    "no nonce": (_without("nonce"), "oidc_nonce"),
    "expired": (_claims(exp=int(time.time()) - 3600), "oidc_expired"),
    "of yesterday": (_claims(iat=int(time.time()) - 86_400), "oidc_expired"),
    "of tomorrow": (_claims(iat=int(time.time()) + 86_400), "oidc_expired"),
    "audience": (_claims(aud=["another program"]), "oidc_audience"),
    "audiences without azp": (_claims(aud=["saksi", "another program"]), "oidc_audience"),
    "authorised party": (_claims(azp="another program"), "oidc_audience"),
    "issuer": (_claims(iss="https://evil.example"), "oidc_issuer"),
    "signature": (_key(lambda provider: RSAKey.generate_key(2048)), "oidc_signature"),
    "unknown key": (_key(lambda provider: provider.key, kid="made up"), "oidc_signature"),
    "alg none": (_written("none", lambda provider, text: b""), "oidc_algorithm"),
    "alg HS256": (_written("HS256", _shared), "oidc_algorithm"),
    "client secret": (
        _written("HS256", lambda provider, text: hmac.digest(SECRET.encode(), text, "sha256")),
        "oidc_algorithm",
    ),
    "alg not offered": (_key(_for_any, alg="RS512"), "oidc_algorithm"),
    "access token": (_claims(at_hash="of another"), "oidc_claims"),
    "no subject": (_without("sub"), "oidc_claims"),
    "no JWT": (lambda provider: setattr(provider, "signs", lambda claims, header: "a.b"), "oidc_claims"),
}


def test_every_wrong_token_is_refused_in_words_of_its_own(
    house: Callable[..., Desk], provider: Provider
) -> None:
    desk = house()
    browser = linked(desk)
    for spoil, code in WRONG.values():
        desk.archive.execute("delete from log_in_counter")
        provider.signs = None
        spoil(provider)
        answer = browser.log_in()
        assert (answer.status_code, answer.json()["code"]) == (401, code), answer.text
        assert "saksi_session" not in browser.client.cookies
    said = [row["object"]["why"] for row in log_ins(desk)]
    assert said == [code for _, code in WRONG.values()]
    assert {row["result"] for row in log_ins(desk)} == {"failed"}
    # Key ids that nobody has do not become requests: the keys are not a minute old.
    assert provider.asked["jwks"] == 1
    provider.signs = None
    assert browser.log_in().status_code == 303


def test_keys_that_the_provider_changed_are_asked_for(
    house: Callable[..., Desk], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = linked(house())
    assert browser.log_in().status_code == 303
    provider.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    monkeypatch.setattr(kept, "AGAIN_US", 0)
    assert browser.log_in().status_code == 303
    assert provider.asked["jwks"] == 2


def test_an_answer_that_belongs_to_no_log_in_of_this_browser(
    house: Callable[..., Desk], provider: Provider
) -> None:
    desk = house()
    browser, other = linked(desk), Browser(url=desk.url)
    said = browser.from_provider(browser.to_provider())
    for wrong in ({**said, "state": "made up"}, {name: one for name, one in said.items() if name != "state"}):
        answer = browser.come_back(wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "oidc_state")
        browser.from_provider(browser.to_provider())
    other.to_provider()
    assert other.come_back(said).json()["code"] == "oidc_state", "begun in another browser"
    assert Browser(url=desk.url).come_back(said).json()["code"] == "oidc_state", "begun in none"
    twice = browser.client.get(f"{desk.url}/api/v1/session/oidc/callback?state=a&state=b&code=c")
    assert twice.json()["code"] == "oidc_state"
    assert provider.asked["token"] == 0, "no code was shown to the provider"


def test_a_code_works_once_and_for_its_own_log_in(house: Callable[..., Desk], provider: Provider) -> None:
    browser = linked(house())
    said = browser.from_provider(browser.to_provider())
    cookies = dict(browser.client.cookies)
    assert browser.come_back(said).status_code == 303
    browser.client.cookies.set(
        "saksi_oidc", cookies["saksi_oidc"], domain="127.0.0.1", path="/api/v1/session/oidc"
    )
    answer = browser.come_back(said)
    assert (answer.status_code, answer.json()["code"]) == (401, "oidc_code")
    assert "invalid_grant" in answer.json()["detail"]
    # A code that somebody else's log-in earned does not fit this one's verifier (PKCE).
    stolen = browser.from_provider(Browser(url=browser.url).to_provider())
    mine = browser.from_provider(browser.to_provider())
    assert browser.come_back({**mine, "code": stolen["code"]}).json()["code"] == "oidc_code"


def test_an_answer_of_another_provider_is_refused(house: Callable[..., Desk]) -> None:
    browser = linked(house())
    for iss in ("https://evil.example", None):
        said = browser.from_provider(browser.to_provider())
        wrong = {**said, "iss": iss} if iss else {name: one for name, one in said.items() if name != "iss"}
        assert browser.come_back(wrong).json()["code"] == "oidc_issuer"


def test_a_provider_that_declines_fails_or_is_away(house: Callable[..., Desk], provider: Provider) -> None:
    desk = house()
    browser = linked(desk)
    provider.error = True
    said = browser.from_provider(browser.to_provider())
    answer = browser.come_back({**said, "error_description": "<script>"})
    assert (answer.status_code, answer.json()["code"]) == (401, "oidc_declined")
    assert "access_denied" in answer.json()["detail"]
    assert "script" not in answer.text
    provider.error = False
    said = browser.from_provider(browser.to_provider())
    provider.hangs_s = 7
    began = time.monotonic()
    answer = browser.come_back(said)
    assert (answer.status_code, answer.json()["code"]) == (503, "oidc_unreachable")
    assert time.monotonic() - began < 7
    provider.hangs_s = 0
    provider.client.secret = "another since"
    said = browser.from_provider(browser.to_provider())
    assert browser.come_back(said).json()["code"] == "oidc_code"


@pytest.mark.parametrize(
    ("says", "code", "status"),
    [
        ({"issuer": "https://evil.example"}, "oidc_issuer", 502),
        ({"token_endpoint": "http://192.0.2.1/token"}, "oidc_strange", 502),
        ({"jwks_uri": None}, "oidc_strange", 502),
    ],
)
def test_a_provider_that_says_strange_things_of_itself(
    house: Callable[..., Desk], provider: Provider, says: dict[str, Any], code: str, status: int
) -> None:
    provider.says = says
    browser = Browser(url=house().url)
    answer = browser.get("/session/oidc")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert browser.get("/session/oidc").status_code == status
    assert provider.asked[".well-known/openid-configuration"] == 1, "asked again at once"


def test_who_is_not_known_or_not_let_in(house: Callable[..., Desk], provider: Provider) -> None:
    desk = house(person_claim="email")
    browser = Browser(url=desk.url)
    answer = browser.log_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "oidc_person_unknown")
    assert log_ins(desk)[-1]["object"]["subject"] == "subject-of-ani"
    linked(desk, expected="ani@kota.example")
    for told in (
        {"email": "ani@kota.example"},
        {"email": "ani@kota.example", "email_verified": False},
        {"email": "ani@kota.example", "email_verified": "true"},
        {"email": "other@kota.example", "email_verified": True},
    ):
        provider.told = told
        assert browser.log_in().json()["code"] == "oidc_person_unknown", told
    provider.told = {"email": "ani@kota.example", "email_verified": True}
    assert browser.log_in().status_code == 303
    # From now on by the subject alone: the address may be somebody else's one day.
    (one,) = desk.client.get("/users", params={"q": "ani"}).json()["items"]
    assert one["identity"] == {"issuer": provider.issuer, "subject": "subject-of-ani", "expected": None}
    provider.subject = "whoever has the address now"
    assert browser.log_in().json()["code"] == "oidc_person_unknown"
    provider.subject, provider.told = "subject-of-ani", {}
    assert browser.log_in().status_code == 303
    assert desk.client.patch("/users/ani", json={"disabled": True}).status_code == 200
    assert browser.get("/me").status_code == 401
    assert browser.log_in().json()["code"] == "oidc_person_disabled"
    assert log_ins(desk)[-1]["person"] == "ani"


def test_groups_give_roles_and_add_people_where_that_is_set(
    house: Callable[..., Desk], provider: Provider
) -> None:
    roles = "CN=reskrim,OU=kota=investigator; /dishub=agency_operator:dishub; admins=admin"
    desk = house(person_claim="preferred_username", roles=roles, create=True)
    browser = Browser(url=desk.url)
    provider.told = {"preferred_username": "sari", "groups": ["others"]}
    assert browser.log_in().json()["code"] == "oidc_no_role"
    provider.told = {"preferred_username": "ani", "groups": ["admins"]}
    assert browser.log_in().json()["code"] == "oidc_name_taken", (
        "an account with a password is not taken over"
    )
    provider.told = {"preferred_username": "sari", "groups": ["others", "CN=reskrim,OU=kota"]}
    assert browser.log_in().status_code == 303
    assert browser.get("/me").json()["role"] == "investigator"
    provider.told = {"preferred_username": "renamed", "groups": ["/dishub"]}
    assert browser.log_in().status_code == 303
    me = browser.get("/me").json()
    assert (me["name"], me["role"], me["agencies"]) == ("sari", "agency_operator", ["dishub"])
    rows = desk.archive.execute(
        "select action, person, object from audit where action in ('add person', 'change person') order by audit_id"
    )
    assert [(row["action"], row["person"], row["object"]["group"]) for row in rows] == [
        ("add person", "sari", "CN=reskrim,OU=kota"),
        ("change person", "sari", "/dishub"),
    ]


def test_a_person_of_the_provider_has_no_password_here(house: Callable[..., Desk]) -> None:
    desk = house()
    browser = linked(desk)
    assert browser.log_in().status_code == 303
    guess = {"name": "ani", "password": "long enough"}
    refused = httpx.post(f"{desk.url}/api/v1/session", json=guess, timeout=30)
    assert refused.json()["code"] == "login_failed"
    change = {"present": "long enough", "password": "kuda-lumping-biru"}
    answer = browser.client.post(f"{desk.url}/api/v1/me/password", json=change, headers={"Origin": desk.url})
    assert (answer.status_code, answer.json()["code"]) == (409, "oidc_password")
    assert desk.client.post("/users/ani/password").json()["code"] == "oidc_password"
    assert desk.client.put("/users/ani/identity", json={}).json()["code"] == "identity_one"
    assert (
        desk.client.put("/users/ani/identity", json={"expected": "x"}).json()["code"]
        == "identity_claim_unset"
    )
    taken = desk.client.put("/users/admin/identity", json={"subject": "subject-of-ani"})
    assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")
    again = desk.client.delete("/users/ani/identity").json()
    assert browser.get("/me").status_code == 401
    assert browser.log_in().json()["code"] == "oidc_person_unknown"
    login = httpx.post(
        f"{desk.url}/api/v1/session", json={"name": "ani", "password": again["password"]}, timeout=30
    )
    assert (login.status_code, login.json()["must_change"]) == (201, True)
    assert desk.client.delete("/users/ani/identity").json()["code"] == "identity_none"


def test_a_browser_is_told_in_the_console_and_once(house: Callable[..., Desk], provider: Provider) -> None:
    browser = Browser(url=house().url)
    answer = browser.log_in(back="/?camera=gate", **BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?camera=gate")
    told = browser.get("/session/ways", headers=BROWSER).json()
    assert told["oidc"] is True
    assert told["problem"]["code"] == "oidc_person_unknown"
    assert told["problem"]["detail"] == "Penyedia mengenal Anda, arsip ini belum."
    assert browser.get("/session/ways").json()["problem"] is None
    forged = httpx.get(f"{browser.url}/api/v1/session/ways", cookies={"saksi_oidc_said": "x"}, timeout=30)
    assert forged.json()["problem"] is None


def test_failures_from_one_address_are_counted(house: Callable[..., Desk], provider: Provider) -> None:
    desk = house()
    browser = linked(desk)
    provider.subject = "nobody of ours"
    codes = [browser.log_in().json()["code"] for _ in range(22)]
    assert codes == ["oidc_person_unknown"] * 20 + ["oidc_held_back"] * 2
    provider.subject = "subject-of-ani"
    desk.archive.execute("update log_in_counter set locked_until = now()")
    assert browser.log_in().status_code == 303


def test_without_a_provider_there_is_nothing_to_log_in_through(desk: Desk) -> None:
    browser = Browser(url=desk.url)
    assert browser.get("/session/ways").json() == {"password": True, "oidc": False, "problem": None}
    for path in ("/session/oidc", "/session/oidc/callback"):
        assert (browser.get(path).status_code, browser.get(path).json()["code"]) == (404, "oidc_off")
    assert desk.client.put("/users/admin/identity", json={"subject": "x"}).json()["code"] == "oidc_off"
