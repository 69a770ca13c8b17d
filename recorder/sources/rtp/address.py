"""A camera's address taken apart: where to connect, what to ask for, and who asks.

The password never goes into the request line, which cameras log and redirects would carry elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

PORTS = {"rtsp": 554, "rtsps": 322}


class BadAddress(ValueError):
    """An address that leads nowhere; the text says why without repeating it."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """`url` is the request URL, without credentials. `secure`: inside TLS."""

    host: str
    port: int
    secure: bool
    url: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, text: str) -> Address:
        """Takes an rtsp:// or rtsps:// address apart. Raises BadAddress."""
        try:
            split = urlsplit(text)
            host, port = split.hostname or "", split.port
        except ValueError as error:
            raise BadAddress("its address cannot be understood") from error
        scheme = split.scheme.lower()
        if scheme not in PORTS:
            raise BadAddress("its address must begin with rtsp:// or rtsps://")
        if not host or any(letter <= " " for letter in text):
            raise BadAddress("its address names no host" if not host else "its address has a space in it")
        bare = split.netloc.rpartition("@")[2]
        return cls(
            host=host,
            port=port or PORTS[scheme],
            secure=scheme == "rtsps",
            url=urlunsplit((scheme, bare, split.path or "/", split.query, "")),
            user=unquote(split.username or ""),
            password=unquote(split.password or ""),
        )

    @property
    def full(self) -> str:
        """With the credentials."""
        if not self.user:
            return self.url
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        return self.url.replace("://", f"://{login}@", 1)

    def moved(self, location: str) -> Address:
        """Where a redirect leads (RFC 2326 section 11.3). Raises BadAddress.

        The password goes with us only to the same host: whoever can answer for a camera could otherwise collect it.
        """
        try:
            there = Address.of(urljoin(self.url, location))
        except ValueError as error:
            raise BadAddress(str(error) if isinstance(error, BadAddress) else "leads nowhere") from error
        if self.secure and not there.secure:
            raise BadAddress("it redirects from TLS to a connection that anybody can read")
        if there.host != self.host or there.user:
            return there
        return Address(
            host=there.host,
            port=there.port,
            secure=there.secure,
            url=there.url,
            user=self.user,
            password=self.password,
        )


def control_url(base: str, control: str) -> str:
    """The URL of a media from its a=control line and the base of its description (RFC 2326 section C.1.1).

    Cameras append rather than resolve: a base with a query keeps it, and the control stands behind it.
    """
    if control in ("", "*"):
        return base
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    return f"{base.removesuffix('/')}/{control.removeprefix('/')}"
