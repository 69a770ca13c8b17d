"""What the settings of log-ins through a provider say, and what is taken as a page to come back to."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from saksi import clock
from saksi.errors import BadInput, NotSignedIn
from saksi.identity import groups
from saksi.identity.flow import Pending, RelyingParty, checked_return, complaints
from saksi.identity.provider import safe
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings

WHOLE = {
    "oidc_issuer": "https://masuk.example/realms/kota",
    "oidc_client_id": "saksi",
    "oidc_callback": "https://arsip.example/api/v1/session/oidc/callback",
}


def test_groups_may_look_like_names_in_a_directory() -> None:
    table = groups.parse(
        "CN=reskrim,OU=kota=investigator; /dishub = agency_operator:dishub, terminal;auditors=auditor;"
    )
    assert [(one.group, one.role, one.agencies) for one in table] == [
        ("CN=reskrim,OU=kota", "investigator", None),
        ("/dishub", "agency_operator", ("dishub", "terminal")),
        ("auditors", "auditor", None),
    ]
    found = groups.standing(table, ["others", "auditors", "/dishub"])
    assert found is not None
    assert found.role == "agency_operator", "the first entry counts, not the first group"
    assert groups.standing(table, "auditors") == table[2]
    for nobody in (None, [], ["dishub"], {"auditors": True}, 1):
        assert groups.standing(table, nobody) is None


@pytest.mark.parametrize(
    "text", ["reskrim", "=admin", "reskrim=detective", "mall=agency_operator", "x=admin;y"]
)
def test_a_mapping_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Settings(oidc_roles=text)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"oidc_client_id": None}, "SAKSI_OIDC_CLIENT_ID"),
        ({"oidc_callback": None}, "SAKSI_OIDC_CALLBACK"),
        ({"oidc_issuer": None}, "SAKSI_OIDC_ISSUER"),
        ({"oidc_issuer": "http://masuk.example/realms/kota"}, "SAKSI_OIDC_ISSUER"),
        ({"oidc_issuer": "https://ani:pw@masuk.example"}, "SAKSI_OIDC_ISSUER"),
        ({"oidc_callback": "arsip.example"}, "SAKSI_OIDC_CALLBACK"),
        ({"oidc_create": True}, "SAKSI_OIDC_CREATE"),
    ],
)
def test_settings_that_are_half_given_name_what_is_missing(changed: dict[str, Any], field: str) -> None:
    (wrong,) = complaints(Settings(**{**WHOLE, **changed}))
    assert wrong.field == field
    assert all(wrong.explain("id"))
    with pytest.raises(BadInput):
        RelyingParty.from_settings(Settings(**{**WHOLE, **changed}))


def test_nothing_set_is_nothing_to_complain_of() -> None:
    assert complaints(Settings()) == []
    assert RelyingParty.from_settings(Settings()) is None
    assert RelyingParty.from_settings(Settings(oidc_issuer="", oidc_client_secret=SecretStr(""))) is None
    assert complaints(Settings(**WHOLE)) == []


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://masuk.example", True),
        ("http://127.0.0.1:8081/realms/kota", True),
        ("http://[::1]/", True),
        ("http://localhost:9000", True),
        ("http://10.0.0.1/", False),
        ("http://localhost.evil.example/", False),
        ("ftp://masuk.example", False),
        ("https:///x", False),
        ("https://masuk.example:x/", False),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(url: str, right: bool) -> None:
    assert safe(url) is right


@pytest.mark.parametrize("back", [None, "", "/", "/?camera=gate&at=1#x", "/agency", "/?q=%2F%2Fevil"])
def test_a_page_of_ours_is_come_back_to(back: str | None) -> None:
    assert checked_return(back) == (back or "/")


@pytest.mark.parametrize(
    "back",
    [
        "//evil",
        "/\\evil",
        "/x\\evil",
        "https://evil",
        "evil",
        "/\nevil",
        "/ evil",
        "/api/v1/me",
        "/" + "x" * 600,
    ],
)
def test_anything_else_is_not(back: str) -> None:
    with pytest.raises(BadInput):
        checked_return(back)


def test_a_log_in_under_way_is_of_one_browser_and_of_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault(generate_key())
    begun = Pending(state="state", nonce="n", verifier="v", back="/", began_us=clock.now_us())
    sealed = begun.seal(vault)
    assert Pending.of(sealed, vault, "state") == begun
    for wrong, state in (
        (sealed, "another"),
        (sealed, ""),
        (sealed, "é"),
        ("", "state"),
        (sealed[:-4], "state"),
        (vault.seal("rtsp://camera"), "state"),
        (vault.seal('{"state": "state", "nonce": "n"}'), "state"),
        (Vault(generate_key()).seal("x"), "state"),
    ):
        with pytest.raises(NotSignedIn):
            Pending.of(wrong, vault, state)
    later_us = clock.now_us() + 601_000_000
    monkeypatch.setattr(clock, "now_us", lambda: later_us)
    with pytest.raises(NotSignedIn):
        Pending.of(sealed, vault, "state")
