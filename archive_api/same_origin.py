"""Whether a change that the console's cookie asks for comes from the console's own pages, and not from another site's.

The browser says so: Sec-Fetch-Site (Fetch Metadata), else Origin, held against the Host asked. That is OWASP's
advice for applications that need no older browser (Cross-Site Request Forgery Prevention, Fetch Metadata and Verifying
Origin); no token has to be carried, and the cookie is SameSite=Strict besides. A bearer token no browser sends by
itself, so what carries one needs no proof.

Logging in rests on no cookie, but gives one: a page elsewhere could log a visitor in to an account of its own, and
read afterwards what the visitor did (login CSRF). So who sends proof of coming from elsewhere is refused there too;
programs, which send neither header, are not.
"""

from __future__ import annotations

from fastapi import Request

from saksi.messages import register

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

register(
    "origin_foreign",
    en=(
        "Another site, or nobody known, asked for this change with your session.",
        "Use the console, or send the token as Authorization: Bearer. Behind a proxy, pass Host on as it was.",
    ),
    id_=(
        "Situs lain, atau asal yang tidak dikenal, meminta perubahan ini dengan sesi Anda.",
        "Gunakan konsol, atau kirim token sebagai Authorization: Bearer. Di belakang proxy, teruskan Host apa adanya.",
    ),
)


def proven(request: Request) -> bool:
    """Whether a request that rests on a cookie is safe, or comes from this very origin."""
    if request.method in _SAFE:
        return True
    return bool(_same(request))


def foreign(request: Request) -> bool:
    """Whether a browser says that another site's page sent this."""
    return _same(request) is False


def _same(request: Request) -> bool | None:
    """Whether it comes from this origin, by the browser; None where none says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    if "origin" not in request.headers:
        return None
    # The scheme is not compared: behind a proxy that ends TLS it is not known here.
    _, mark, host = request.headers.get("origin", "").partition("://")
    return bool(mark and host) and host.lower() == request.headers.get("host", "").lower()
