"""One question to an ONVIF device over HTTP and its answer: bounded in time and size, never elsewhere.

ONVIF Core specification section 5.9 (security) and 5.11 (SOAP 1.2); WS-Security UsernameToken Profile 1.0; RFC 7616
(HTTP Digest). A password is never sent as it is: a device that wants that gets none. Redirects are not followed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from saksi import clock
from saksi.digest import Credentials, challenges
from saksi.errors import Unavailable
from saksi.messages import Phrase, register, register_phrase
from saksi.networks.camera_networks import PORTS, AddressRefused, CameraNetworks
from saksi.onvif.xml import MOST_BYTES, NotXml, first, parsed, text

SECONDS = 5.0  # for a whole question, answered or not
_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">{head}<s:Body>{body}</s:Body></s:Envelope>'
)
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

register(
    "onvif_failed",
    en=(
        "{device} gives no ONVIF answer: {why}.",
        "Check its address, that ONVIF is switched on, and its ONVIF user.",
    ),
    id_=(
        "{device} tidak memberi jawaban ONVIF: {why}.",
        "Periksa alamatnya, apakah ONVIF aktif, dan pengguna ONVIF-nya.",
    ),
)
for _code, _en, _id in (
    ("onvif_silent", "it does not answer", "tidak menjawab"),
    (
        "onvif_login",
        "it wants a log-in, or refuses the one given",
        "meminta login, atau menolak yang diberikan",
    ),
    ("onvif_elsewhere", "it sends us to another machine", "mengarahkan ke mesin lain"),
    ("onvif_refused", "{said}", "{said}"),
    ("onvif_no_xml", "what it says cannot be read", "jawabannya tidak dapat dibaca"),
    ("onvif_fault", "it refuses: {said}", "ditolak: {said}"),
    ("onvif_status", "it answers HTTP {status}", "menjawab HTTP {status}"),
):
    register_phrase(_code, en=_en, id_=_id)


class OnvifFailed(Unavailable):
    """A device that did not answer as asked; `why` is the code of its phrase."""

    def __init__(self, device: str, why: str, **values: object) -> None:
        self.why = why
        super().__init__("onvif_failed", field="device", device=device, why=Phrase(why, values))


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who asks."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    challenges: list[str]
    body: bytes


def ask(
    url: str,
    body: str,
    *,
    login: Login | None = None,
    offset_us: int = 0,
    seconds: float = SECONDS,
    networks: CameraNetworks | None = None,
) -> Element:
    """The element in the answer's body. `offset_us` is how far the device's clock is ahead of ours.

    `networks` is where the device may be; None: wherever the installation allows. Raises OnvifFailed; nothing that a
    device does makes it last much longer than `seconds`.
    """
    networks = networks or CameraNetworks.of()
    head = "" if login is None else _token(login, clock.now_us() + offset_us)
    content = _ENVELOPE.format(head=head, body=body).encode()
    until_us = clock.monotonic_us() + round(seconds * 1e6)
    answer = _post(url, content, {}, until_us, networks)
    if answer.status == 401 and login is not None:
        credentials = Credentials(login.user, login.password)
        if credentials.take([one for one in challenges(answer.challenges) if one.algorithm]):
            answer = _post(url, content, dict(credentials.header("POST", _path(url))), until_us, networks)
    return _content(device_of(url), answer)


def device_of(url: str) -> str:
    """Host and port of a device, as people read them; '' for what is no address of one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port is None else f"{host}:{port}"


def _path(url: str) -> str:
    return urlsplit(url).path or "/"


def _content(device: str, answer: _Answer) -> Element:
    if answer.status in (401, 403):
        raise OnvifFailed(device, "onvif_login")
    if 300 <= answer.status < 400:
        raise OnvifFailed(device, "onvif_elsewhere")
    try:
        envelope = parsed(answer.body)
    except NotXml as error:
        if answer.status != 200:
            raise OnvifFailed(device, "onvif_status", status=answer.status) from error
        raise OnvifFailed(device, "onvif_no_xml") from error
    content = first(envelope, "Body/*") if envelope.tag.endswith("}Envelope") else None
    if content is None:
        raise OnvifFailed(device, "onvif_no_xml")
    if content.tag.endswith("}Fault"):
        codes = "".join(element.text or "" for element in content.iter() if element.tag.endswith("}Value"))
        if "NotAuthorized" in codes or "FailedAuthentication" in codes:
            raise OnvifFailed(device, "onvif_login")
        raise OnvifFailed(device, "onvif_fault", said=text(content, "Reason/Text") or "-")
    return content


def _post(
    url: str, content: bytes, headers: Mapping[str, str], until_us: int, networks: CameraNetworks
) -> _Answer:
    connection = _connection(url, until_us, networks)
    watch: threading.Timer | None = None
    try:
        # A device that sends a byte now and then would keep every single read within its time.
        watch = threading.Timer(_left_s(until_us), _cut, [connection.sock])
        watch.start()
        connection.request(
            "POST",
            _path(url),
            content,
            {"Content-Type": "application/soap+xml; charset=utf-8", "Connection": "close", **headers},
        )
        answer = connection.getresponse()
        return _Answer(
            status=answer.status,
            challenges=answer.headers.get_all("WWW-Authenticate") or [],
            body=answer.read(MOST_BYTES + 1),
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OnvifFailed(device_of(url), "onvif_silent") from error
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _connection(url: str, until_us: int, networks: CameraNetworks) -> http.client.HTTPConnection:
    """Connected, to an address that was judged."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise OnvifFailed(url[:60], "onvif_silent")
    port = port or PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=_left_s(until_us))
    try:
        sock = networks.connect(host, port, _left_s(until_us))
        if parts.scheme == "https":
            # Cameras sign their own certificates; no secret depends on the channel, see the module's docstring.
            context = ssl._create_unverified_context()  # noqa: S323
            sock = context.wrap_socket(sock, server_hostname=host)
    except AddressRefused as refused:
        raise OnvifFailed(device_of(url), "onvif_refused", said=refused.why) from refused
    except (OSError, ValueError) as error:
        raise OnvifFailed(device_of(url), "onvif_silent") from error
    connection.sock = sock
    return connection


def _left_s(until_us: int) -> float:
    return max(0.05, (until_us - clock.monotonic_us()) / 1e6)


def _cut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended by itself
        sock.shutdown(socket.SHUT_RDWR)


def _token(login: Login, at_us: int) -> str:
    created = clock.from_us(at_us).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = secrets.token_bytes(16)
    told = base64.b64encode(nonce).decode()
    # SHA-1 because the profile knows nothing else.
    proof = hashlib.sha1(nonce + created.encode() + login.password.encode(), usedforsecurity=False).digest()
    shown = base64.b64encode(proof).decode()
    return (
        f'<s:Header><Security s:mustUnderstand="1" xmlns="{_WSSE}wssecurity-secext-1.0.xsd"><UsernameToken>'
        f"<Username>{escape(login.user)}</Username>"
        f'<Password Type="{_WSSE}username-token-profile-1.0#PasswordDigest">{shown}</Password>'
        f'<Nonce EncodingType="{_WSSE}soap-message-security-1.0#Base64Binary">{told}</Nonce>'
        f'<Created xmlns="{_WSSE}wssecurity-utility-1.0.xsd">{created}</Created>'
        "</UsernameToken></Security></s:Header>"
    )
