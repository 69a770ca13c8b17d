"""Who is asking, and may they: bearer tokens, the console's cookie, one permission a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request

from archive_api import cookies, rates, same_origin
from archive_api.context import Context, of_request
from archive_api.methods import is_head, method_of
from saksi.access import ROLES, Permission
from saksi.catalogue import audit, people
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection
from saksi.catalogue.places import code_from
from saksi.catalogue.sight import Sight
from saksi.errors import Denied, NotSignedIn, SaksiError
from saksi.messages import register

COOKIE = "saksi_session"
DEVICE = "saksi_device"  # tells a device that has logged in before; opens nothing

register(
    "not_allowed",
    en=("Your role ({role}) may not do this.", "Ask an administrator for the permission {permission}."),
    id_=("Peran Anda ({role}) tidak boleh melakukan ini.", "Minta izin {permission} kepada administrator."),
)
register(
    "token_may_not",
    en=("This token was not given the permission {permission}.", "Make one with it: POST /api/v1/me/tokens."),
    id_=("Token ini tidak diberi izin {permission}.", "Buat yang memilikinya: POST /api/v1/me/tokens."),
)
register(
    "password_must_change",
    en=("Your password was set by somebody else.", "Change it: POST /api/v1/me/password, or `saksi user`."),
    id_=("Kata sandi Anda dibuat orang lain.", "Ganti dulu: POST /api/v1/me/password."),
)
register(
    "second_factor_missing",
    en=(
        "Your role needs a second factor.",
        "Set one up: POST /api/v1/me/second-factor, then log in with it.",
    ),
    id_=(
        "Peran Anda memerlukan faktor kedua.",
        "Pasang dulu: POST /api/v1/me/second-factor, lalu masuk lagi.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is asking. `agency_ids` None: not limited; else by agencies, areas or both, for which `sight` stands."""

    person_id: int
    name: str
    role: str
    agency_ids: list[int] | None
    address: str
    purpose: str
    unit: str = ""
    rank: str = ""
    service_number: str = ""
    auth: str = ""
    session_id: int = 0
    permissions: frozenset[Permission] = frozenset()
    pending: SaksiError | None = None  # what they have to do first; until then they may do no more than that

    def may(self, permission: Permission) -> bool:
        """Whether this session or token allows it: what the role may, less what the token leaves out."""
        return permission in self.permissions

    @property
    def sight(self) -> Sight:
        """Whose limits statements about cameras and footage read; None: not limited."""
        return None if self.agency_ids is None else self.person_id

    @classmethod
    def of(
        cls, person: people.Person, *, address: str, purpose: str, pending: SaksiError | None = None
    ) -> Caller:
        """A person of ours, asking from an address for a purpose."""
        return cls(
            person_id=person.person_id,
            name=person.name,
            role=person.role,
            agency_ids=person.agency_ids,
            address=address,
            purpose=purpose,
            unit=person.unit,
            rank=person.rank,
            service_number=person.service_number,
            auth=person.auth,
            session_id=person.session_id,
            permissions=person.permissions,
            pending=pending,
        )

    def who(self) -> Who:
        """As custody tells it."""
        return Who(
            name=self.name,
            role=self.role,
            unit=self.unit,
            rank=self.rank,
            number=self.service_number,
            auth=self.auth,
            address=self.address,
        )

    def why(self) -> Why:
        """The purpose stated for this session, as custody tells it."""
        return Why(reason=self.purpose)


def require(permission: Permission) -> Callable[[Request], Caller]:
    """A dependency that lets only callers with `permission` through and answers who they are.

    Raises NotSignedIn or Denied; both are audited.
    """

    def caller(request: Request) -> Caller:
        context = of_request(request)
        token = token_of(request)
        address = request.client.host if request.client else ""
        with context.database.transaction() as connection:
            person = None if token is None else _person(connection, token, context)
            pending = None if person is None else _pending(person, context)
            refusal = _refusal(request, person, permission, pending)
            if refusal is None and person is not None:
                refusal = _too_often(request, person)
            elif person is None:
                # Guessing tokens must not fill the audit; whoever has one that is good is not held up by it.
                rates.of_request(request).spend("unknown", rates.place(address))
            if isinstance(refusal, rates.TooOften) and not rates.of_request(request).first(token or ""):
                raise refusal
            if refusal is not None or person is None:
                audit.record(
                    connection,
                    person=person.name if person else "",
                    role=person.role if person else "",
                    address=address,
                    action=f"{method_of(request)} {request.url.path}",
                    object={"permission": permission.value, **_asked(request)},
                    result="denied",
                )
            else:
                purpose = request.headers.get("x-purpose", "").strip()
                if purpose and purpose != person.purpose:
                    people.state_purpose(connection, token or "", purpose)
        if refusal is not None or person is None:
            raise refusal or NotSignedIn("not_signed_in")
        return Caller.of(person, address=address, purpose=purpose or person.purpose, pending=pending)

    caller.permission = permission  # type: ignore[attr-defined]  # read by the test that walks the routes
    return caller


def _refusal(
    request: Request, person: people.Person | None, permission: Permission, pending: SaksiError | None
) -> SaksiError | None:
    if person is None:
        return NotSignedIn("not_signed_in")
    if _bearer(request) is None and not same_origin.proven(request):
        return Denied("origin_foreign")
    if pending is not None and permission is not Permission.SELF:
        return pending
    if permission not in person.permissions:
        if permission in ROLES.get(person.role, ()):
            return Denied("token_may_not", permission=permission.value)
        return Denied("not_allowed", role=person.role, permission=permission.value)
    return None


def _too_often(request: Request, person: people.Person) -> SaksiError | None:
    kind = rates.kind_of(request.method, request.url.path.removeprefix("/api/v1"))
    try:
        if kind is not None:
            rates.of_request(request).spend(kind, str(person.person_id))
    except rates.TooOften as error:
        return error
    return None


def _asked(request: Request) -> dict[str, object]:
    """Of what cameras, case and span the request was: whoever tried to look at a camera is found by it."""
    told: dict[str, object] = {}
    for name in ("camera", "case", "from", "to", "at"):
        given = request.path_params.get(name) or request.query_params.getlist(name)
        if given:
            told[name] = given if isinstance(given, str) else [one[:200] for one in given[:100]]
    if isinstance(told.get("case"), list):
        told["case"] = request.query_params["case"][:200]
    return told


def _pending(person: people.Person, context: Context) -> SaksiError | None:
    if person.must_change:
        return Denied("password_must_change")
    if context.settings.needs_second_factor(person.role) and not person.second_factor:
        return Denied("second_factor_missing")
    return None


def _person(connection: Connection, token: str, context: Context) -> people.Person | None:
    idle = timedelta(minutes=context.settings.session_idle_minutes)
    try:
        return people.person_of_token(connection, token, idle=idle)
    except NotSignedIn:
        return None


def token_of(request: Request) -> str | None:
    """The bearer token, else the console's cookie."""
    return _bearer(request) or cookies.read(request, COOKIE)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def note(
    request: Request,
    caller: Caller,
    action: str,
    what: Mapping[str, object],
    *,
    cameras: Sequence[str] | None = None,
) -> None:
    """Adds the audit row of something looked at; an audit that cannot be written fails the request.

    None for HEAD, which shows nothing. `cameras` where `what` does not name them; the case is the one that the request
    names.
    """
    if is_head(request):
        return
    case = request.query_params.get("case") or request.headers.get("x-case") or ""
    told = {**what, "case": code_from(case)} if case and "case" not in what else what
    with of_request(request).database.transaction() as connection:
        note_change(connection, caller, action, told, cameras=cameras)


def note_change(
    connection: Connection,
    caller: Caller,
    action: str,
    what: Mapping[str, object],
    *,
    cameras: Sequence[str] | None = None,
) -> None:
    """Adds an audit row in the transaction of the change it tells of: neither is there without the other."""
    audit.record(
        connection,
        person=caller.name,
        role=caller.role,
        address=caller.address,
        action=action,
        object=what,
        purpose=caller.purpose,
        cameras=cameras,
    )
