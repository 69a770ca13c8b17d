"""Starts, watches and stops the embedded servers that an installation has not pointed elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from prometheus_client import Counter

from saksi import clock
from saksi.embedded.child import Nursery, last_lines
from saksi.embedded.places import DataFolder
from saksi.embedded.postgres import Postgres
from saksi.embedded.seaweed import Seaweed
from saksi.embedded.valkey import Valkey
from saksi.errors import Unavailable
from saksi.messages import register, words

register(
    "embedded_not_started",
    en=(
        "{server} did not start ({reason}). Its log {log} ends with:\n{lines}",
        "Fix what the log names, then start again.",
    ),
    id_=(
        "{server} tidak dapat dijalankan ({reason}). Akhir log {log}:\n{lines}",
        "Perbaiki yang disebut log, lalu jalankan lagi.",
    ),
)
register(
    "embedded_ready",
    en=("{server} is ready after {seconds} s.", ""),
    id_=("{server} siap setelah {seconds} detik.", ""),
)
_RETRIES = Counter("saksi_embedded_start_retries_total", "Embedded servers started again.", ["server"])
_ATTEMPTS = 3
_POLL_S = 0.02
# PostgreSQL may have to replay its log after a power cut; the others are far quicker.
_READY_WITHIN_S = {"postgres": 120.0, "valkey": 60.0, "seaweed": 60.0}


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Addresses with credentials; empty for a server that was not asked for."""

    database_url: str = ""
    api_database_url: str = ""  # of the role that owns nothing
    broker_url: str = ""
    s3_url: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""


class _Server(Protocol):
    name: str
    log: Path

    def launch(self, *, fresh_ports: bool) -> None: ...
    def ready(self) -> bool: ...
    def alive(self) -> bool: ...
    def stop(self) -> None: ...


def _silent(line: str) -> None:
    """The default report: nowhere."""


class EmbeddedServers:
    """The servers of one data folder, which only one supervisor at a time may hold."""

    def __init__(
        self,
        data: Path,
        *,
        database: bool = True,
        broker: bool = True,
        store: bool = True,
        report: Callable[[str], None] = _silent,
        language: str = "en",
    ) -> None:
        self._path = data
        self._wanted = (database, broker, store)
        self._report = report
        self._language = language
        self._held = contextlib.ExitStack()
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None
        self._seaweed: Seaweed | None = None

    def start(self) -> Endpoints:
        """Starts those asked for at the same time, waits until each is ready; leaves those alone that run.

        So a second call brings back what died meanwhile, on the same ports where these are still free. What a
        killed supervisor left running on this data is stopped first. Raises Conflict when another supervisor
        holds the folder, Unavailable naming the log and its last lines when a server does not come up; then
        none is left running. For one that died while its neighbours are at work, see `launch_again`.
        """
        if not self._servers():
            self._make()
        try:
            with ThreadPoolExecutor(max_workers=3, thread_name_prefix="embedded-start") as pool:
                for waiting in [
                    pool.submit(self._start, server) for server in self._servers() if not server.alive()
                ]:
                    waiting.result()
        except BaseException:
            self.stop()
            raise
        return self.endpoints()

    def endpoints(self) -> Endpoints:
        """Where the servers are reached; a server brought back may have had to take other ports."""
        access, secret = self._seaweed.keys if self._seaweed else ("", "")
        return Endpoints(
            database_url=self._postgres.url if self._postgres else "",
            api_database_url=self._postgres.api_url if self._postgres else "",
            broker_url=self._valkey.url if self._valkey else "",
            s3_url=self._seaweed.url if self._seaweed else "",
            s3_access_key=access,
            s3_secret_key=secret,
        )

    def alive(self) -> dict[str, bool]:
        """Whether each server's process runs, by name: postgres, valkey, seaweed."""
        return {server.name: server.alive() for server in self._servers()}

    def launch_again(self, name: str) -> None:
        """Starts the dead server `name` and does not wait for it: who needs it asks again by himself.

        The others are left alone whatever becomes of it. Raises Unavailable where it cannot be started.
        """
        for server in self._servers():
            if server.name == name and not server.alive():
                _RETRIES.labels(name).inc()
                server.launch(fresh_ports=False)

    def stop(self) -> None:
        """Stops all at the same time, within 6 s, and lets go of the folder; a second call does nothing."""
        servers = self._servers()
        self._postgres = self._valkey = self._seaweed = None
        if servers:
            with ThreadPoolExecutor(max_workers=3, thread_name_prefix="embedded-stop") as pool:
                list(pool.map(lambda server: server.stop(), servers))
        self._held.close()

    def _make(self) -> None:
        folder = DataFolder(self._path)
        self._held.enter_context(folder.locked())
        nursery = Nursery()
        self._held.callback(nursery.close)
        database, broker, store = self._wanted
        if database:
            self._postgres = Postgres(folder, nursery, self._report, self._language)
        if broker:
            self._valkey = Valkey(folder, nursery)
        if store:
            self._seaweed = Seaweed(folder, nursery)

    def _servers(self) -> list[_Server]:
        return [server for server in (self._postgres, self._valkey, self._seaweed) if server is not None]

    def _start(self, server: _Server) -> None:
        """A server that ends at once may have lost a race for a port: other ports, a few times."""
        began_us = clock.monotonic_us()
        for attempt in range(_ATTEMPTS):
            if attempt:
                _RETRIES.labels(server.name).inc()
            server.launch(fresh_ports=attempt > 0)
            if self._await(server, began_us):
                seconds = f"{(clock.monotonic_us() - began_us) / 1e6:.1f}"
                values = {"server": server.name, "seconds": seconds}
                self._report(words("embedded_ready", self._language, values)[0].strip())
                return
        raise self._failure(server, "ended")

    def _await(self, server: _Server, began_us: int) -> bool:
        """True when ready, False when it ended; raises Unavailable when neither in time."""
        pause = Event()
        while not server.ready():
            if not server.alive():
                return False
            if clock.monotonic_us() - began_us > _READY_WITHIN_S[server.name] * 1e6:
                raise self._failure(server, "timeout")
            pause.wait(_POLL_S)
        return True

    @staticmethod
    def _failure(server: _Server, reason: str) -> Unavailable:
        return Unavailable(
            "embedded_not_started",
            server=server.name,
            reason=reason,
            log=server.log,
            lines=last_lines(server.log),
        )
