"""The authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9700): there and back.

What has to be remembered meanwhile (state, nonce, verifier, where to return) goes into a cookie of ten minutes, sealed
by the installation's key: it binds the answer to the browser that asked, any process of the API can open it, and
strangers who begin log-ins fill no table. docs/decisions/0020 says more.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client

from saksi import clock
from saksi.errors import BadInput, IntegrityError, NotSignedIn, SaksiError
from saksi.identity.id_token import believed
from saksi.identity.provider import Metadata, Provider, safe
from saksi.identity.wire import Strange, Wire
from saksi.secrets import Vault
from saksi.settings import Settings

PENDING_S = 600
_FOR = "saksi oidc"  # what else the key seals must not pass for this
_MOST_RETURN = 500
# A path of ours: no host (//…, /\…), nothing that a browser would drop (tabs, line ends), not the API itself.
_RETURN = re.compile(r"/(?![/\\])(?!api/)[^\\\x00-\x20\x7f]*")
_ERROR = re.compile(r"[a-z_]{1,60}")
_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A log-in that was begun."""

    state: str
    nonce: str
    verifier: str
    back: str
    began_us: int

    def seal(self, vault: Vault) -> str:
        """As the browser keeps it."""
        return vault.seal(json.dumps({"for": _FOR, **asdict(self)}))

    @classmethod
    def of(cls, sealed: str, vault: Vault, state: str) -> Pending:
        """The log-in that `state` belongs to. Raises NotSignedIn when this browser began no such one lately."""
        try:
            said = json.loads(vault.open(sealed))
            if not isinstance(said, dict) or said.pop("for", None) != _FOR:
                raise ValueError("sealed for something else")
            found = cls(**said)
        except (IntegrityError, ValueError, TypeError) as error:
            raise NotSignedIn("oidc_state") from error
        age_us = clock.now_us() - found.began_us
        if not hmac.compare_digest(found.state.encode(), state.encode(errors="replace")) or not (
            -1_000_000 <= age_us <= PENDING_S * 1_000_000
        ):
            raise NotSignedIn("oidc_state")
        return found


def checked_return(given: str | None) -> str:
    """The page to come back to. Raises BadInput for what is no path of this archive's own pages."""
    back = given or "/"
    if len(back) > _MOST_RETURN or _RETURN.fullmatch(back) is None:
        raise BadInput("oidc_return", field="return")
    return back


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """This archive as the provider knows it."""

    provider: Provider
    wire: Wire
    client_id: str
    client_secret: str | None
    callback: str
    scope: str

    @classmethod
    def from_settings(cls, settings: Settings) -> RelyingParty | None:
        """None where no issuer is set. Raises BadInput for settings that are half given or unusable."""
        for problem in complaints(settings):
            raise problem
        if not settings.oidc_issuer:
            return None
        wire = Wire()
        secret = settings.oidc_client_secret
        return cls(
            provider=Provider(settings.oidc_issuer, wire),
            wire=wire,
            client_id=settings.oidc_client_id or "",
            client_secret=secret.get_secret_value() if secret else None,
            callback=settings.oidc_callback or "",
            scope=settings.oidc_scope,
        )

    def begin(self, back: str) -> tuple[str, Pending]:
        """The provider's address to go to, and what to remember. Raises Unavailable and Strange."""
        metadata = self.provider.metadata()
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            back=back,
            began_us=clock.now_us(),
        )
        address, _ = self._client(metadata).create_authorization_url(
            metadata.authorization_endpoint,
            state=pending.state,
            nonce=pending.nonce,
            code_verifier=pending.verifier,
        )
        return str(address), pending

    def end(self, pending: Pending, answer: Mapping[str, str]) -> dict[str, Any]:
        """The claims of who came back with this answer. Raises NotSignedIn, Unavailable and Strange."""
        metadata = self.provider.metadata()
        told = answer.get("iss")
        if (metadata.answers_issuer or told is not None) and told != metadata.issuer:  # RFC 9207 section 2.4
            raise NotSignedIn("oidc_issuer")
        if "error" in answer:
            raise NotSignedIn("oidc_declined", error=_named(answer["error"]))
        if not answer.get("code"):
            raise NotSignedIn("oidc_declined", error="no code")
        tokens = self._exchange(metadata, pending, answer["code"])
        token, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(token, str):
            raise NotSignedIn("oidc_claims", what="id_token")
        return believed(
            token,
            self.provider,
            client_id=self.client_id,
            nonce=pending.nonce,
            access_token=access if isinstance(access, str) else None,
            began_us=pending.began_us,
        )

    def _exchange(self, metadata: Metadata, pending: Pending, code: str) -> dict[str, Any]:
        client = self._client(metadata)
        try:
            return dict(
                client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=self.callback,
                    code_verifier=pending.verifier,
                )
            )
        except SaksiError:
            raise
        except AuthlibBaseError as error:
            raise NotSignedIn("oidc_code", error=_named(error.error)) from error
        except (ValueError, TypeError) as error:
            raise Strange("oidc_strange", what="token_endpoint") from error

    def _client(self, metadata: Metadata) -> OAuth2Client:
        methods = [one for one in _AUTH_METHODS if one in metadata.auth_methods]
        if self.client_secret is not None and not methods:
            raise Strange("oidc_strange", what="token_endpoint_auth_methods_supported")
        client = OAuth2Client(
            self.wire,
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method=methods[0] if self.client_secret is not None else "none",
            scope=self.scope,
            redirect_uri=self.callback,
            code_challenge_method="S256",
        )
        client.register_client_auth_method(("client_secret_basic", _basic))
        return client


def _basic(
    client: Any, method: str, url: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """HTTP Basic with both parts form-encoded (RFC 6749 section 2.3.1), which Authlib's own leaves out."""
    # %20 and not + for a space: who decodes forms and who decodes addresses both read it.
    both = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    told = base64.b64encode(both.encode()).decode()
    return url, {**headers, "Authorization": f"Basic {told}"}, body


def complaints(settings: Settings) -> list[BadInput]:
    """What is missing or unusable in the settings, where any of them is given."""
    given = {
        "SAKSI_OIDC_ISSUER": settings.oidc_issuer,
        "SAKSI_OIDC_CLIENT_ID": settings.oidc_client_id,
        "SAKSI_OIDC_CALLBACK": settings.oidc_callback,
    }
    extra = (
        settings.oidc_client_secret, settings.oidc_person_claim, settings.oidc_roles, settings.oidc_create
    )  # fmt: skip
    if not any((*given.values(), *extra)):
        return []
    found = [
        BadInput("oidc_setting", field=name, why="not set") for name, value in given.items() if not value
    ]
    for name in ("SAKSI_OIDC_ISSUER", "SAKSI_OIDC_CALLBACK"):
        value = given[name]
        if value and (not safe(value) or "#" in value or "?" in value):
            found.append(BadInput("oidc_setting", field=name, why="https://… (http only on this machine)"))
    if settings.oidc_create and not (settings.oidc_roles and settings.oidc_person_claim):
        found.append(
            BadInput(
                "oidc_setting",
                field="SAKSI_OIDC_CREATE",
                why="SAKSI_OIDC_ROLES, SAKSI_OIDC_PERSON_CLAIM",
            )
        )
    return found


def _named(error: object) -> str:
    """An error code of the standards; whatever else stands there may be anybody's words."""
    return error if isinstance(error, str) and _ERROR.fullmatch(error) else "?"
