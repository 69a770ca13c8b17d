"""The archive's own servers: database, broker, store and API, which no camera's address may name."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from saksi.networks.kinds import Address, bare
from saksi.settings import Settings

_PORTS = {"redis": 6379, "rediss": 6379, "valkey": 6379, "http": 80, "https": 443}


@dataclass(frozen=True)
class OwnServers:
    """Host and port of each, as the settings name them."""

    servers: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, settings: Settings) -> OwnServers:
        """Those that the settings name; embedded ones are on loopback, like all that is told a port only."""
        return cls(tuple(dict.fromkeys(_named(settings))))

    def listen_at(self, address: Address, port: int) -> bool:
        """Whether one of them has this address and port. A name of theirs is resolved now, as a camera's is."""
        for host in {host for host, its_port in self.servers if its_port == port}:
            with contextlib.suppress(OSError, UnicodeError, ValueError):
                for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                    theirs = bare(ipaddress.ip_address(str(found[4][0])))
                    # A server on this machine mostly listens at all of its addresses.
                    if theirs == address or (_here(theirs) and _here(address)):
                        return True
        return False


def _named(settings: Settings) -> Iterator[tuple[str, int]]:
    if settings.database_url is not None:
        with contextlib.suppress(ProgrammingError, ValueError):
            told = conninfo_to_dict(settings.database_url.get_secret_value())
            ports = str(told.get("port") or 5432).split(",")
            for number, host in enumerate(str(told.get("hostaddr") or told.get("host") or "").split(",")):
                port = int(ports[number] if number < len(ports) else ports[-1])
                yield ("127.0.0.1" if host in ("", "localhost") or host[0] in "/@" else host, port)
    broker = settings.broker_url.get_secret_value() if settings.broker_url is not None else ""
    for url in (broker, settings.s3_url or "", settings.s3_public_url or ""):
        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            if parts.hostname:
                yield parts.hostname, parts.port or _PORTS.get(parts.scheme, 80)
    yield from (("127.0.0.1", port) for port in _embedded(settings.data / "run"))
    if settings.port:
        yield ("127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host), settings.port


def _embedded(folder: Path) -> Iterator[int]:
    """Every port of the servers that `saksi up` runs, those besides the doors that clients use too."""
    for name in ("postgres", "valkey", "seaweed"):
        with contextlib.suppress(OSError, ValueError):
            told = json.loads((folder / f"{name}.json").read_text())
            yield from (port for port in told.values() if isinstance(port, int))


def _here(address: Address) -> bool:
    """Whether this machine has the address: nothing else lets itself be bound."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((str(address), 0))
        return True
    return False
