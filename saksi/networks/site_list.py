"""What a site's cameras may be reached at: networks, names of hosts, ports. As people write it, checked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from saksi.errors import BadInput
from saksi.messages import register
from saksi.networks.kinds import NEVER, Address, Network, kind_of

MOST = 64
_Entry = TypeVar("_Entry", str, int)
# A suffix begins with a dot: .cctv.example is every name below it.
_NAME = re.compile(r"\.?(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*")

register(
    "network_malformed",
    en=("{field} holds {given}, which is no network.", "Write networks as 10.4.0.0/16 or fd12::/48."),
    id_=(
        "{field} memuat {given}, yang bukan jaringan.",
        "Tulis jaringan seperti 10.4.0.0/16 atau fd12::/48.",
    ),
)
register(
    "network_forbidden",
    en=(
        "{field} holds {given}, where no camera may be.",
        "Leave out link-local, multicast and reserved addresses.",
    ),
    id_=(
        "{field} memuat {given}, tempat yang tidak boleh ada kamera.",
        "Hilangkan alamat link-local, multicast dan yang dicadangkan.",
    ),
)
register(
    "host_name_malformed",
    en=(
        "{field} holds {given}, which is no name of a host.",
        "Write names as cam1.bank.example, or .bank.example for all below it; addresses go into networks.",
    ),
    id_=(
        "{field} memuat {given}, yang bukan nama host.",
        "Tulis nama seperti cam1.bank.example, atau .bank.example untuk semua di bawahnya; alamat ditulis di networks.",
    ),
)
register(
    "port_impossible",
    en=("{field} holds {given}, which is no port.", "Give ports from 1 to 65535."),
    id_=("{field} memuat {given}, yang bukan port.", "Beri port dari 1 sampai 65535."),
)
register(
    "list_too_long",
    en=("{field} has {count} entries.", "Give at most {most}; one network stands for all addresses in it."),
    id_=(
        "{field} berisi {count} entri.",
        "Beri paling banyak {most}; satu jaringan mewakili semua alamatnya.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class SiteList:
    """Networks and names of hosts; neither: whatever the installation allows. No ports: all of them.

    A name opens what it resolves to, but never what no camera may be at.
    """

    networks: tuple[Network, ...] = ()
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it says nothing of addresses."""
        return not self.networks and not self.hosts

    def names(self, host: str) -> bool:
        """Whether `host` is one of its names or below one of its suffixes."""
        return any(host == name or (name[0] == "." and host.endswith(name)) for name in self.hosts)

    def holds(self, address: Address) -> bool:
        """Whether `address` is in one of its networks."""
        return any(address in network for network in self.networks)


ANYWHERE = SiteList()


def site_list(networks: Iterable[str], hosts: Iterable[str], ports: Iterable[int]) -> SiteList:
    """The list that people wrote, each entry once and in order. Raises BadInput naming the entry that is none."""
    names = [_name(one) for one in _few(hosts, "hosts")]
    numbers = [_port(one) for one in _few(ports, "ports")]
    found = [_network(one) for one in _few(networks, "networks")]
    return SiteList(
        networks=tuple(sorted(set(found), key=lambda one: (one.version, one))),
        hosts=tuple(sorted(set(names))),
        ports=tuple(sorted(set(numbers))),
    )


def plain_name(host: str) -> str:
    """A name as it is compared: lower case, in ASCII, without the dot at its end."""
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return ""
    return host.lower().removesuffix(".")


def _few(given: Iterable[_Entry], field: str) -> Sequence[_Entry]:
    listed = list(given)
    if len(listed) > MOST:
        raise BadInput("list_too_long", field=field, count=len(listed), most=MOST)
    return listed


def _network(given: str) -> Network:
    try:
        network = ipaddress.ip_network(given.strip(), strict=False)
    except ValueError as error:
        raise BadInput("network_malformed", field="networks", given=given[:60]) from error
    for one in (network.network_address, network.broadcast_address):
        if kind_of(one) in NEVER and network.prefixlen > 0:
            raise BadInput("network_forbidden", field="networks", given=str(network))
    return network


def _name(given: str) -> str:
    name = plain_name(given.strip())
    if len(name) > 253 or _NAME.fullmatch(name) is None or name.rpartition(".")[2].isdigit():
        raise BadInput("host_name_malformed", field="hosts", given=ascii(given)[1:-1][:60])
    return name


def _port(given: int) -> int:
    if not 0 < given < 65_536:
        raise BadInput("port_impossible", field="ports", given=given)
    return given
