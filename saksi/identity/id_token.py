"""What the provider says of a person: the ID token, believed after every check of OpenID Connect Core 1.0, 3.1.3.7."""

from __future__ import annotations

from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingAlgorithmError,
    UnsupportedAlgorithmError,
)
from joserfc.jws import JWSRegistry

from saksi import clock
from saksi.errors import NotSignedIn
from saksi.identity.provider import Provider

LEEWAY_S = 60  # between their clock and ours
_CODES = {"iss": "oidc_issuer", "aud": "oidc_audience", "azp": "oidc_audience", "nonce": "oidc_nonce"}
_TIMES = frozenset({"exp", "nbf", "iat"})
_MOST_SUBJECT = 255  # Core 1.0 section 2


class _Registry(JWSRegistry):
    max_header_length = 8192  # some send their whole certificate chain


def believed(
    token: str, provider: Provider, *, client_id: str, nonce: str, access_token: str | None, began_us: int
) -> dict[str, Any]:
    """The claims of an ID token that came for this log-in, begun at `began_us`.

    Raises NotSignedIn with the code of what is wrong, Unavailable and Strange where the keys cannot be had.
    """
    header, claims = _signed(token, provider)
    now_s = clock.now_us() // 1_000_000
    checked = CodeIDToken(
        claims,
        header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        },
        params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
    )
    try:
        checked.validate(now=now_s, leeway=LEEWAY_S)
    except ExpiredTokenError as error:
        raise NotSignedIn("oidc_expired") from error
    except ClaimError as error:
        name = str(getattr(error, "claim", ""))[:40]
        if name in _TIMES and isinstance(claims.get(name), int | float):
            raise NotSignedIn("oidc_expired") from error
        raise NotSignedIn(_CODES.get(name, "oidc_claims"), what=name) from error
    except (JoseError, TypeError, ValueError) as error:
        raise NotSignedIn("oidc_claims", what=type(error).__name__) from error
    # It comes straight from the provider, so it was made for this log-in and not for one of before.
    if claims["iat"] < began_us // 1_000_000 - LEEWAY_S:
        raise NotSignedIn("oidc_expired")
    if not 0 < len(claims["sub"]) <= _MOST_SUBJECT or not claims["sub"].isascii():
        raise NotSignedIn("oidc_claims", what="sub")
    return claims


def _signed(token: str, provider: Provider) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, signed by one of the provider's keys with an algorithm that it names and we take."""
    algorithms = list(provider.metadata().algorithms)
    if not algorithms:
        raise NotSignedIn("oidc_algorithm")
    for anew in (False, True):
        try:
            found = jwt.decode(token, provider.keys(anew=anew), registry=_registry(algorithms))
        except InvalidKeyIdError as error:
            if anew:
                raise NotSignedIn("oidc_signature") from error
            continue
        except BadSignatureError as error:
            raise NotSignedIn("oidc_signature") from error
        except (UnsupportedAlgorithmError, MissingAlgorithmError) as error:
            raise NotSignedIn("oidc_algorithm") from error
        except (JoseError, ValueError, TypeError) as error:
            raise NotSignedIn("oidc_claims", what="JWT") from error
        return dict(found.header), dict(found.claims)
    raise NotSignedIn("oidc_signature")


def _registry(algorithms: list[str]) -> JWSRegistry:
    # Header members that we do not know are to be ignored (RFC 7515 section 4), those that are `crit` are not.
    return _Registry(algorithms=algorithms, strict_check_header=False)
