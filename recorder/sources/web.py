"""What libav reads over HTTP, opened by us: each connection goes to an address that was judged, redirects too.

libav itself resolves names anew and follows whatever a server says, with the log-in. Here a redirect is one more
address to judge, and the log-in goes to no other host than the camera's own (RFC 9110 section 15.4). A playlist's
pieces come the same way.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urljoin, urlsplit

from recorder.access_unit import SourceFailed, address_refused
from recorder.sources.patience import stalled
from saksi import clock
from saksi.digest import Credentials, challenges
from saksi.networks.camera_networks import PORTS, AddressRefused, CameraNetworks

_MOST_MOVES = 5
_MOVED = (301, 302, 303, 307, 308)


class Web:
    """Opens addresses for one connection to one camera."""

    def __init__(self, url: str, networks: CameraNetworks, *, timeout_s: float, stall_s: float) -> None:
        parts = urlsplit(url)
        self._home = (parts.scheme, parts.hostname, parts.port)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._credentials = Credentials(self._user, self._password)
        self._networks = networks
        self._timeout_s = timeout_s
        self._stall_s = stall_s
        self._opened: list[Answer] = []

    def close(self) -> None:
        """Ends every connection; libav leaves some open where a stream cannot be read."""
        for answer in self._opened:
            answer.close()

    def open(self, url: str, _flags: int, options: Mapping[str, str]) -> Answer:
        """The file at `url`, or its part from `offset` to before `end_offset`. Raises SourceFailed."""
        headers = {"Accept": "*/*", "User-Agent": "saksi", "Connection": "close"}
        first, last = int(options.get("offset") or 0), int(options.get("end_offset") or 0)
        if first or last:
            headers["Range"] = f"bytes={first}-{last - 1 if last else ''}"
        until_us = clock.monotonic_us() + round(self._timeout_s * 1e6)
        for _ in range(_MOST_MOVES + 1):
            try:
                answer = self._ask(url, headers, until_us)
            except AddressRefused as refused:
                raise address_refused(refused) from refused
            except TimeoutError as error:
                raise SourceFailed("unreachable", f"no answer within {self._timeout_s:g} s") from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                words = getattr(error, "strerror", None) or type(error).__name__
                raise SourceFailed("unreachable", str(words).lower()) from error
            if answer.status in _MOVED and answer.headers.get("Location"):
                url = urljoin(url, answer.headers["Location"])
                answer.close()
                continue
            if answer.status not in (200, 206):
                answer.close()
            if answer.status in (401, 403):
                raise SourceFailed("auth_failed", f"it answers {answer.status} {answer.reason}"[:60])
            if answer.status not in (200, 206):
                raise SourceFailed("unreachable", f"it answers {answer.status}, there is no such stream")
            self._opened.append(Answer(answer, self._stall_s))
            return self._opened[-1]
        raise SourceFailed("unreachable", f"it redirects more than {_MOST_MOVES} times")

    def _ask(self, url: str, headers: Mapping[str, str], until_us: int) -> http.client.HTTPResponse:
        answer = self._get(url, headers, until_us)
        if answer.status != 401 or not self._is_home(url):
            return answer
        if not self._credentials.take(challenges(answer.headers.get_all("WWW-Authenticate") or [])):
            return answer
        answer.close()
        return self._get(url, headers, until_us)

    def _get(self, url: str, headers: Mapping[str, str], until_us: int) -> http.client.HTTPResponse:
        """The answer; its connection ends with it."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceFailed("address_refused", "it leads to what is no http:// or https:// address")
        port = parts.port or PORTS[parts.scheme]
        left_s = max(0.1, (until_us - clock.monotonic_us()) / 1e6)
        sock = self._networks.connect(parts.hostname, port, left_s)
        if parts.scheme == "https":
            # As over RTSP: cameras carry certificates that nobody signed.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(sock, server_hostname=parts.hostname)
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=left_s)
        connection.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        proof = self._credentials.header("GET", path) if self._is_home(url) else ()
        try:
            connection.request("GET", path, headers={**headers, **dict(proof)})
            sock.settimeout(max(0.1, (until_us - clock.monotonic_us()) / 1e6))
            answer = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        sock.settimeout(self._stall_s)
        sock.close()  # in truth when the answer is: it is what reads from here on
        return answer

    def _is_home(self, url: str) -> bool:
        parts = urlsplit(url)
        return self._user != "" and (parts.scheme, parts.hostname, parts.port) == self._home


class Answer:
    """A body as libav reads it: what is there by now, at most what was asked for."""

    def __init__(self, answer: http.client.HTTPResponse, stall_s: float) -> None:
        self._answer = answer
        self._stall_s = stall_s

    def read(self, most: int) -> bytes:
        """The next bytes, none at the end. Raises SourceFailed."""
        try:
            return self._answer.read1(most)
        except TimeoutError as error:
            raise stalled(self._stall_s) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            words = getattr(error, "strerror", None) or type(error).__name__
            raise SourceFailed("unreachable", f"the connection broke, {str(words).lower()}") from error

    def close(self) -> None:
        """Ends the connection."""
        self._answer.close()
