"""Which pages may read a bucket's objects from a browser."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape


def configuration(origins: Sequence[str]) -> bytes:
    """The bucket's CORS rules for pages of these origins: GET and HEAD, by range."""
    allowed = "".join(f"<AllowedOrigin>{escape(origin)}</AllowedOrigin>" for origin in origins)
    exposed = "".join(
        f"<ExposeHeader>{name}</ExposeHeader>"
        for name in ("Content-Length", "Content-Range", "Accept-Ranges", "ETag")
    )
    return (
        f"<CORSConfiguration><CORSRule>{allowed}<AllowedMethod>GET</AllowedMethod>"
        f"<AllowedMethod>HEAD</AllowedMethod><AllowedHeader>*</AllowedHeader>{exposed}"
        "<MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>"
    ).encode()
