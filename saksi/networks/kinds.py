"""What kind of place an address is (RFC 6890 and its registries), whichever way it is wrapped.

Some addresses carry another one inside: what is connected to is that one, so it is what counts.
"""

from __future__ import annotations

import ipaddress
from typing import Literal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Kind = Literal[
    "private",
    "public",
    "shared",
    "loopback",
    "link_local",
    "multicast",
    "unspecified",
    "reserved",
    "metadata",
]
NEVER: frozenset[Kind] = frozenset(("link_local", "multicast", "unspecified", "reserved", "metadata"))
"""Kinds that no list and no setting opens: no camera is there, and what is there answers to whoever asks."""

_SHARED = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598, behind a provider's NAT
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_BLOCKED_4 = tuple(map(ipaddress.ip_network, ("240.0.0.0/4", "192.0.0.0/24")))
# Site-local (RFC 3879), IPv4-compatible (RFC 4291 2.5.5.1), local NAT64 (RFC 8215): which host that is nobody can say.
_BLOCKED_6 = tuple(map(ipaddress.ip_network, ("fec0::/10", "::/96", "64:ff9b:1::/48")))
# Where machines in clouds are told their secrets: AWS and most others are link-local; these are not.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"))
)


def kind_of(address: Address) -> Kind:
    """The kind of the address that a connection to `address` reaches."""
    address = bare(address)
    if address in _METADATA:
        return "metadata"
    if address.is_unspecified or (address.version == 4 and int(address) >> 24 == 0):
        return "unspecified"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link_local"
    if address.is_multicast:
        return "multicast"
    if any(address in network for network in (_BLOCKED_4 if address.version == 4 else _BLOCKED_6)):
        return "reserved"
    if isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo):
        return "reserved"  # a tunnel to an address that is not looked at here
    if address in _SHARED:
        return "shared"
    return "public" if address.is_global else "private"


def bare(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped or NAT64 one; any other address itself, without its zone."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return ipaddress.IPv6Address(int(address))
