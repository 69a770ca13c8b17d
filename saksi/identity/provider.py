"""The provider: what it says of itself (OpenID Connect Discovery 1.0), and the keys that it signs with.

Both are kept for an hour. A key that is not among those kept has them asked for once more, at most once a minute: a
provider changes keys, and tokens with made-up key ids must not become requests. Where it does not answer, nobody asks
again for some seconds.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from saksi import clock
from saksi.errors import SaksiError
from saksi.identity import words  # noqa: F401 - registers what goes wrong
from saksi.identity.wire import Strange, Wire

KEPT_US = 3_600_000_000
AGAIN_US = 60_000_000  # between two looks for a key that is not there
QUIET_US = 5_000_000  # after a failure
# Signatures by keys that only the provider has (RFC 7518 section 3.1); never `none`, never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_KEY_TYPES = ("RSA", "EC")
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What the provider says of itself, as far as we use it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    auth_methods: tuple[str, ...]
    answers_issuer: bool  # RFC 9207

    @classmethod
    def of(cls, said: dict[str, Any], issuer: str) -> Metadata:
        """Raises Strange for another issuer (Discovery 1.0 section 4.3) or an address that is missing or unsafe."""
        if said.get("issuer") != issuer:
            raise Strange("oidc_issuer")
        places = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        for name, place in places.items():
            if not isinstance(place, str) or not safe(place):
                raise Strange("oidc_strange", what=name)
        offered = _texts(said.get("id_token_signing_alg_values_supported")) or ("RS256",)
        return cls(
            issuer=issuer,
            algorithms=tuple(one for one in ALGORITHMS if one in offered),
            auth_methods=_texts(said.get("token_endpoint_auth_methods_supported"))
            or ("client_secret_basic",),
            answers_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            **{name: str(place) for name, place in places.items()},
        )


def safe(url: str) -> bool:
    """Whether an address is https, or http to this machine alone, without a name and password in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


class Kept:
    """Something fetched at most so often; its last failure is told again for some seconds instead of asking anew."""

    def __init__(self, fetch: Callable[[], _T]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()  # held while fetching: the others wait for the same answer
        self._value: Any = None
        self._error: SaksiError | None = None
        self._asked_us: int | None = None

    def get(self, *, younger_than_us: int = KEPT_US) -> Any:
        """The value, fetched where it is older. Raises what fetching raises."""
        with self._lock:
            age_us = None if self._asked_us is None else clock.monotonic_us() - self._asked_us
            if age_us is not None and self._error is not None and age_us < QUIET_US:
                raise self._error
            if age_us is None or self._error is not None or age_us >= younger_than_us:
                try:
                    self._value, self._error = self._fetch(), None
                except SaksiError as error:
                    self._error = error
                    raise
                finally:
                    self._asked_us = clock.monotonic_us()
            return self._value


class Provider:
    """What is known of one issuer, shared by threads."""

    def __init__(self, issuer: str, wire: Wire) -> None:
        self.issuer = issuer
        self._wire = wire
        self._metadata = Kept(self._ask)
        self._keys = Kept(self._ask_keys)

    def metadata(self) -> Metadata:
        """Raises Unavailable where it does not answer, Strange where nobody can use the answer."""
        found: Metadata = self._metadata.get()
        return found

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys it signs with; `anew`: a key was not among them. Raises as `metadata`."""
        found: KeySet = self._keys.get(younger_than_us=AGAIN_US if anew else KEPT_US)
        return found

    def _ask(self) -> Metadata:
        return Metadata.of(self._wire.get_object(get_well_known_url(self.issuer, external=True)), self.issuer)

    def _ask_keys(self) -> KeySet:
        said = self._wire.get_object(self.metadata().jwks_uri).get("keys")
        keys = []
        for one in said if isinstance(said, list) else []:
            # Others may be for encryption or of a kind that is newer than we are.
            if isinstance(one, dict) and one.get("kty") in _KEY_TYPES and one.get("use", "sig") == "sig":
                try:
                    keys.append(JWKRegistry.import_key(one))
                except (JoseError, ValueError, TypeError, KeyError):
                    continue
        if not keys:
            raise Strange("oidc_strange", what="jwks_uri")
        return KeySet(keys)
