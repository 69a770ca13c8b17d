"""Connections to cameras: a name is resolved once, each address is judged, and only those that pass are connected to.

Whoever gives a camera's address, a person, the camera itself or a name server, could otherwise make this machine, which
stands inside the network, speak to what only it reaches: a database, a cloud's metadata service, a router's page.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from saksi import clock
from saksi.errors import BadInput
from saksi.messages import Phrase, register, register_phrase
from saksi.networks.kinds import NEVER, Address, Kind, Network, bare, kind_of
from saksi.networks.own import OwnServers
from saksi.networks.site_list import ANYWHERE, SiteList, plain_name
from saksi.settings import Settings, settings

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443, "rtmp": 1935}
_MOST_ADDRESSES = 16  # of one name
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")

register(
    "camera_address_refused",
    en=(
        "{address} is no place for a camera: {why}.",
        "Correct the address, or list its network for the site (saksi site set-networks) or the installation"
        " (SAKSI_CAMERA_NETWORKS).",
    ),
    id_=(
        "{address} bukan tempat kamera: {why}.",
        "Perbaiki alamatnya, atau daftarkan jaringannya untuk lokasi (saksi site set-networks) atau instalasi"
        " (SAKSI_CAMERA_NETWORKS).",
    ),
)
for _code, _en, _id in (
    ("place_private", "private networks are not allowed here", "jaringan privat tidak diizinkan di sini"),
    ("place_public", "public addresses are not allowed here", "alamat publik tidak diizinkan di sini"),
    ("place_shared", "a provider's shared network", "jaringan bersama milik penyedia"),
    ("place_loopback", "this machine itself", "mesin ini sendiri"),
    ("place_link_local", "a link-local address", "alamat link-local"),
    ("place_multicast", "a multicast address", "alamat multicast"),
    ("place_unspecified", "no address of a machine", "bukan alamat mesin"),
    ("place_reserved", "a reserved address", "alamat yang dicadangkan"),
    ("place_metadata", "where a cloud keeps its secrets", "tempat cloud menyimpan rahasianya"),
    ("place_own", "a server of this archive", "server arsip ini"),
    ("place_unlisted", "not in the list of its site", "tidak ada dalam daftar lokasinya"),
    (
        "place_port",
        "port {port} is not in the list of its site",
        "port {port} tidak ada dalam daftar lokasinya",
    ),
    (
        "place_scheme",
        "only rtsp, rtsps, http, https and rtmp lead to cameras",
        "hanya rtsp, rtsps, http, https, rtmp",
    ),
):
    register_phrase(_code, en=_en, id_=_id)


class AddressRefused(BadInput):
    """A camera's address that is not connected to. `why` tells people the reason."""

    def __init__(self, address: str, why: Phrase, field: str = "source") -> None:
        self.address, self.why = address, why
        super().__init__("camera_address_refused", field=field, address=address, why=why)


@dataclass(frozen=True, kw_only=True)
class CameraNetworks:
    """What the installation allows, and what one site's list makes of it."""

    kinds: frozenset[str]
    networks: tuple[Network, ...]
    own: OwnServers
    listed: SiteList = ANYWHERE

    @classmethod
    def of(cls, given: Settings | None = None) -> CameraNetworks:
        """As the settings say, those of this process by default."""
        given = given or settings()
        kinds, networks = given.camera_places
        return cls(kinds=frozenset(kinds), networks=tuple(networks), own=OwnServers.of(given))

    def of_site(self, listed: SiteList) -> CameraNetworks:
        """The same for the cameras of a site with this list."""
        return replace(self, listed=listed)

    def check_given(self, url: str) -> None:
        """Raises AddressRefused for an address of which that is certain before its name is resolved."""
        scheme, host, port = _parts(url)
        if scheme not in PORTS:
            raise AddressRefused(f"{scheme}://{host}", Phrase("place_scheme"))
        self._check_port(host, port)
        if plain_name(host) in _LOCAL_NAMES or plain_name(host).endswith(".localhost"):
            host = "127.0.0.1"
        address = _literal(host)
        if address is not None:
            self._check(host, address, port)
        elif not self.listed.empty and not self.listed.networks and not self.listed.names(plain_name(host)):
            raise AddressRefused(host, Phrase("place_unlisted"))

    def addresses(self, host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
        """What may be connected to of what `host` resolves to, now.

        Raises AddressRefused when none of it may be, OSError when it resolves to nothing.
        """
        self._check_port(host, port)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:_MOST_ADDRESSES]
        except UnicodeError as error:
            raise OSError("no name of a host") from error
        refused: AddressRefused | None = None
        allowed: list[tuple[socket.AddressFamily, tuple[object, ...]]] = []
        for family, _, _, _, at in found:
            try:
                self._check(host, ipaddress.ip_address(str(at[0])), port)
            except AddressRefused as error:
                refused = error
            else:
                allowed.append((family, at))
        if not allowed:
            raise refused or OSError("the name has no address")
        return allowed

    def connect(self, host: str, port: int, timeout_s: float) -> socket.socket:
        """A TCP connection to an address that was judged: nothing is resolved a second time.

        Raises AddressRefused, OSError, TimeoutError after about `timeout_s`.
        """
        until_us = clock.monotonic_us() + round(timeout_s * 1e6)
        failed: OSError = TimeoutError("timed out")
        for family, at in self.addresses(host, port):
            left_s = (until_us - clock.monotonic_us()) / 1e6
            if left_s <= 0:
                break
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(left_s)
                sock.connect(at)
            except OSError as error:
                failed = error
                sock.close()
            else:
                sock.settimeout(timeout_s)
                return sock
        raise failed

    def pinned(self, url: str) -> str:
        """`url` with an address that may be connected to in place of its name, for a library that connects itself.

        Raises AddressRefused, OSError.
        """
        scheme, host, port = _parts(url)
        if scheme not in PORTS:
            raise AddressRefused(f"{scheme}://{host}", Phrase("place_scheme"))
        _, at = self.addresses(host, port)[0]
        parts = urlsplit(url)
        login, mark, _ = parts.netloc.rpartition("@")
        literal = f"[{at[0]}]" if ":" in str(at[0]) else str(at[0])
        return parts._replace(netloc=f"{login}{mark}{literal}:{port}").geturl()

    def _check_port(self, host: str, port: int) -> None:
        if self.listed.ports and port not in self.listed.ports:
            raise AddressRefused(_shown(host, port), Phrase("place_port", {"port": port}))

    def _check(self, host: str, given: Address, port: int) -> None:
        address, kind = bare(given), kind_of(given)
        told = f"{_shown(host, port)} ({address})" if host != str(address) else _shown(host, port)
        if kind in NEVER:
            raise AddressRefused(told, Phrase(f"place_{kind}"))
        if self.own.listen_at(address, port):
            raise AddressRefused(told, Phrase("place_own"))
        opened = kind in self.kinds or any(address in network for network in self.networks)
        if kind == "loopback" and not opened:
            raise AddressRefused(told, Phrase("place_loopback"))
        if self.listed.empty:
            if not opened:
                raise AddressRefused(told, Phrase(f"place_{kind}"))
        elif not self.listed.holds(address) and not self.listed.names(plain_name(host)):
            raise AddressRefused(told, Phrase("place_unlisted"))


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises AddressRefused for what is no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    scheme = parts.scheme.lower()
    if not host:
        raise AddressRefused("-", Phrase("place_unspecified"))
    return scheme, host, port or PORTS.get(scheme, 0)


def _literal(host: str) -> Address | None:
    """The address that `host` spells, in whatever way the resolver understands without asking anybody; else None."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return ipaddress.ip_address(str(found[0][4][0]))
    except (OSError, UnicodeError, ValueError):
        return None


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


__all__ = ["PORTS", "AddressRefused", "CameraNetworks", "Kind", "SiteList"]
