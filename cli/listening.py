"""Where `saksi up` listens: whether it can, what people type to reach it, and which pages may read the store."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

from saksi.embedded.places import free_ports
from saksi.errors import BadInput, Conflict
from saksi.messages import register

register(
    "port_taken",
    en=("Port {port} is in use.", "Choose another with --port (or PORT=… for make demo)."),
    id_=("Porta {port} sedang dipakai.", "Pilih yang lain dengan --port (atau PORT=… untuk make demo)."),
)
register(
    "host_unusable",
    en=(
        "Nothing can listen at the address {host}, port {port}: {why}.",
        "Give --host (SAKSI_HOST) an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.",
    ),
    id_=(
        "Tidak dapat mendengarkan di alamat {host}, porta {port}: {why}.",
        "Beri --host (SAKSI_HOST) alamat mesin ini, mis. 127.0.0.1, atau 0.0.0.0 untuk semuanya.",
    ),
)

_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


def settled_port(host: str, port: int) -> int:
    """`port`, or a free one for 0. Raises BadInput for an address that cannot be had, Conflict for a taken port."""
    # The API binds it only seconds later: the kernel's own choice might be an outgoing connection's by then.
    port = port or free_ports(1)[0]
    try:
        for family, kind, protocol, _, address in _addresses(host, port):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # as the API's server does
                probe.bind((address[0], port, *address[2:]))
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise Conflict("port_taken", field="port", port=port) from error
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInput("host_unusable", field="host", host=host, port=port, why=why) from error
    return port


def page_url(host: str, port: int) -> str:
    """What people type; on this machine itself where it listens at every address."""
    name = _EVERYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def page_origins(host: str, port: int) -> list[str]:
    """Origins of the page: its address, and both names by which people call their own machine."""
    return sorted({page_url(name, port) for name in (host, "127.0.0.1", "localhost")})


def only_this_machine(host: str) -> bool:
    """Whether nobody else can reach what listens at `host`."""
    if host in _EVERYWHERE:
        return False
    found = [str(address[0]) for *_, address in _addresses(host, 0)]
    return all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found)


def _addresses(host: str, port: int) -> Sequence[tuple[int, int, int, str, tuple[Any, ...]]]:
    return socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
