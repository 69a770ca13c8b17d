"""The security headers of every answer: what a browser may do with it, and with nothing else.

They are OWASP's (HTTP Security Response Headers Cheat Sheet). Ours and no library's, because libraries hand out just
such constants, while the policy here names the object store of the settings and leaves out what no page of ours uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from saksi.settings import Settings

_DAY_S = 86_400
# Only names that every current browser knows: Chromium complains of others on the console.
_UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


class SecurityHeaders:
    """What goes onto an answer that says nothing else itself."""

    def __init__(self, settings: Settings) -> None:
        self._plain = {
            "Content-Security-Policy": _policy(settings),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        strict = {}
        if settings.hsts_days:
            strict["Strict-Transport-Security"] = f"max-age={settings.hsts_days * _DAY_S}"
        self._encrypted = {**self._plain, **strict}

    def over(self, scheme: str) -> Mapping[str, str]:
        """Those of an answer that goes out over `scheme`: only https may say that it is to be https from now on."""
        return self._encrypted if scheme == "https" else self._plain


def _policy(settings: Settings) -> str:
    """A page may reach its own origin and the object store, nothing else; scripts and styles come as files."""
    parts = urlsplit(settings.s3_public_url or settings.s3_url or "")
    store = f" {parts.scheme}://{parts.netloc}" if parts.netloc and not settings.media_proxy else ""
    return (
        # Hashing as a stream needs WebAssembly, which no browser does itself; it comes from this origin too.
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'{store}; "
        # The player's picture and stills of other cameras are blobs that the page itself made.
        f"media-src 'self' blob:{store}; img-src 'self' blob:{store}; "
        "style-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    )
