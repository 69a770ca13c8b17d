"""Answers about people, their sessions and what they did."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from archive_api.answers.base import CaseRef, Instant, Told


class SignedIn(TypedDict):
    """A session that begins; the token is in this answer and in the cookie alone."""

    token: str
    expires: Instant
    name: str
    role: str
    must_change: bool
    must_enrol: bool
    recovery_left: int | None


class Me(TypedDict):
    """Who asks."""

    name: str
    role: str
    unit: str
    rank: str
    service_number: str
    permissions: list[str]
    all_agencies: bool
    agencies: list[str] | None
    areas: list[str] | None
    purpose: str
    pending: Literal["password_must_change", "second_factor_missing"] | None
    provider: bool
    zone: str


class Session(TypedDict):
    """A console session or a token."""

    id: int
    kind: Literal["session", "token"]
    label: str | None
    scopes: list[str] | None
    purpose: str | None
    address: str | None
    user_agent: str | None
    created: Instant
    seen: Instant
    expires: Instant
    this: bool


class Token(TypedDict):
    """A new token; it is in this answer alone."""

    token: str
    label: str
    days: int
    scopes: list[str] | None


class SecondFactor(TypedDict):
    """Whether one is in force."""

    enrolled: bool
    since: Instant | None
    recovery_left: int
    needed: bool


class NewSecondFactor(TypedDict):
    """A secret for an authenticator; it is in this answer alone."""

    secret: str
    address: str
    picture: str


class RecoveryCodes(TypedDict):
    """Ten codes; they are in this answer alone."""

    recovery_codes: list[str]


class WentWrong(TypedDict):
    """Why the last log-in through the provider did not succeed."""

    code: str
    detail: str
    remedy: str


class Ways(TypedDict):
    """How one can log in."""

    password: bool
    oidc: bool
    problem: WentWrong | None


class Identity(TypedDict):
    """Whom the provider of OpenID Connect knows somebody as."""

    issuer: str
    subject: str | None
    expected: str | None


class User(TypedDict):
    """A person."""

    name: str
    role: str
    unit: str
    rank: str
    service_number: str
    agencies: list[str] | None
    areas: list[str] | None
    disabled: bool
    must_change: bool
    second_factor: bool
    identity: Identity | None
    created: Instant
    seen: Instant | None


class NewUser(User):
    """A person, with a generated password in this answer alone."""

    password: str | None


class NewPassword(TypedDict):
    """A generated password; it is in this answer alone."""

    name: str
    password: str


AuditRow = TypedDict(
    "AuditRow",
    {
        "id": int,
        "at": Instant,
        "person": str | None,
        "role": str | None,
        "address": str,
        "action": str,
        "object": Told,
        "purpose": str | None,
        "result": Literal["ok", "denied", "failed"],
        "cameras": list[str],
        "case": str | None,
        "from": Instant | None,
        "to": Instant | None,
        "text": str,
    },
)
ViewerRow = TypedDict(
    "ViewerRow",
    {
        "person": str,
        "role": str,
        "case": str | None,
        "times": int,
        "first": Instant,
        "last": Instant,
        "from": Instant | None,
        "to": Instant | None,
        "actions": list[str],
        "purpose": str | None,
        "address": str | None,
    },
)
Grant = TypedDict(
    "Grant",
    {
        "id": int,
        "case": CaseRef,
        "person": str,
        "cameras": list[str],
        "from": Instant,
        "to": Instant,
        "reason": str,
        "given": Instant,
        "given_by": str,
        "expires": Instant,
        "ended": Instant | None,
        "ended_by": str | None,
        "in_force": bool,
    },
)
