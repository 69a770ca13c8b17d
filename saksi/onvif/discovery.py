"""Devices that answer a probe on the local network (WS-Discovery 1.1, ONVIF Core specification section 7).

Anything on a network can answer anything: what is no answer to our own probe is left out, one that sends us to another
machine than the one that spoke is told as such, and so many are heard and no more.
"""

from __future__ import annotations

import contextlib
import re
import socket
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from saksi import clock
from saksi.errors import BadInput
from saksi.messages import register
from saksi.onvif.soap import device_of
from saksi.onvif.xml import NotXml, every, parsed, shown, text

GROUP, PORT = "239.255.255.250", 3702
DEVICE_PATH = "/onvif/device_service"  # where every device has its service: Core specification section 5.1.1
_MOST_DEVICES = 4096
_MOST_DATAGRAM = 65_535
_AGAIN_US = 500_000  # a datagram may be lost
_SCOPE = "onvif://www.onvif.org/"
# Some devices know themselves by the one type, some by the other.
_TYPES = (
    ("NetworkVideoTransmitter", "http://www.onvif.org/ver10/network/wsdl"),
    ("Device", "http://www.onvif.org/ver10/device/wsdl"),
)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250})(:[0-9]{1,5})?")

register(
    "host_malformed",
    en=("{given} is no host.", "Give the address or name of a device, such as 10.1.2.3 or 10.1.2.3:8080."),
    id_=("{given} bukan host.", "Beri alamat atau nama perangkat, mis. 10.1.2.3 atau 10.1.2.3:8080."),
)

_PROBE = (
    '<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:t="{namespace}">'
    "<e:Header><w:MessageID>{message}</w:MessageID>"
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>'
    '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>'
    "<e:Body><d:Probe><d:Types>t:{type}</d:Types></d:Probe></e:Body></e:Envelope>"
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A device that answered. `url` is its device service, '' when it named none on the machine that spoke."""

    address: str
    url: str
    name: str = ""
    model: str = ""
    location: str = ""


def named(host: str) -> Found:
    """The device at HOST or HOST:PORT, which need not be on a network that a probe reaches.

    Raises BadInput when it is neither.
    """
    if _HOST.fullmatch(host) is None:
        raise BadInput("host_malformed", field="host", given=shown(host)[:60])
    name, colon, port = host.partition(":")
    with contextlib.suppress(OSError):  # a name that nobody knows is told when it is asked
        name = socket.gethostbyname(name)
    return Found(address=name, url=f"http://{name}{colon}{port}{DEVICE_PATH}")


def probe(*, seconds: float, interface: str | None = None, port: int | None = None) -> list[Found]:
    """Devices that answer within `seconds`, by address. `interface` is our own address on the network to ask.

    Raises OSError when there is no such network.
    """
    messages = {f"urn:uuid:{uuid.uuid4()}": kind for kind in _TYPES}
    found: dict[str, Found] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        if interface is not None:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        asking.bind((interface or "", 0))
        begun_us = clock.monotonic_us()
        until_us, again_us = begun_us + round(seconds * 1e6), begun_us
        while (now_us := clock.monotonic_us()) < until_us and len(found) < _MOST_DEVICES:
            if now_us >= again_us:
                again_us = now_us + _AGAIN_US if again_us == begun_us else until_us
                for message, (type_, namespace) in messages.items():
                    content = _PROBE.format(message=message, type=type_, namespace=namespace)
                    asking.sendto(content.encode(), (GROUP, port or PORT))
            asking.settimeout(max(0.01, (min(again_us, until_us) - clock.monotonic_us()) / 1e6))
            try:
                data, (address, _) = asking.recvfrom(_MOST_DATAGRAM)
            except TimeoutError:
                continue
            answer = _answer(data, address, messages.keys())
            if answer is not None and not (address in found and found[address].url):
                found[address] = answer
    return sorted(found.values(), key=lambda one: socket.inet_aton(one.address))


def _answer(data: bytes, address: str, messages: Collection[str]) -> Found | None:
    try:
        envelope = parsed(data)
    except NotXml:
        return None
    if text(envelope, "Header/RelatesTo") not in messages:
        return None
    matches = every(envelope, "Body/ProbeMatches/ProbeMatch")
    if not matches:
        return None
    scopes = text_of_scopes(matches[0].findtext("{*}Scopes") or "")
    addresses = (matches[0].findtext("{*}XAddrs") or "").split()
    return Found(
        address=address,
        url=next((url for url in addresses if is_at(url, address)), ""),
        name=scopes.get("name", ""),
        model=scopes.get("hardware", ""),
        location=scopes.get("location", ""),
    )


def is_at(url: str, address: str) -> bool:
    """Whether a device's `url` is on the machine `address`, and not somewhere else."""
    return device_of(url).partition(":")[0] == address and urlsplit(url).scheme in ("http", "https")


def text_of_scopes(scopes: str) -> dict[str, str]:
    """What a device's scopes say of it: name, hardware, location."""
    told: dict[str, str] = {}
    for scope in scopes.split()[:64]:
        if scope.startswith(_SCOPE):
            kind, _, value = scope[len(_SCOPE) :].partition("/")
            told.setdefault(kind, shown(unquote(value)))
    return told
