"""The embedded servers of `saksi up`: which are wanted, how our processes reach them, and again when one dies."""

from __future__ import annotations

from collections.abc import Callable

from cli.children import Patience
from cli.language import language, say
from saksi import clock
from saksi.embedded.supervise import EmbeddedServers, Endpoints
from saksi.errors import SaksiError
from saksi.settings import Settings


class Servers:
    """Those servers of one data folder that settings do not point elsewhere."""

    def __init__(self, settings: Settings, report: Callable[[str], None]) -> None:
        self._settings = settings
        self._report = report
        self._embedded = EmbeddedServers(
            settings.data,
            database=settings.database_url is None,
            broker=settings.broker_url is None,
            store=settings.s3_url is None,
            report=report,
            language=language(),
        )
        self._known = Endpoints()
        self._since_us: dict[str, int] = {}
        self._waiting: dict[str, Patience] = {}
        self._down: set[str] = set()

    def start(self) -> dict[str, str]:
        """Starts them, waits until they are ready, and answers the settings by which processes reach them."""
        self._known = self._embedded.start()
        now_us = clock.monotonic_us()
        self._since_us = dict.fromkeys(self._embedded.alive(), now_us)
        return self._as_settings()

    def tend(self) -> dict[str, str] | None:
        """Starts again what died; answers the settings anew when an address changed with it.

        Does not wait for a server: the processes that need it ask again until it answers.
        """
        for name, alive in self._embedded.alive().items():
            if alive:
                self._down.discard(name)
            else:
                self._tend_dead(name)
        found = self._embedded.endpoints()
        if found == self._known:
            return None
        self._known = found
        return self._as_settings()

    @property
    def api_database_url(self) -> str:
        """What the API connects by: a role that owns nothing; '' where the database is elsewhere."""
        return self._known.api_database_url

    def stop(self) -> None:
        """Stops all."""
        self._embedded.stop()

    def _tend_dead(self, name: str) -> None:
        patience = self._waiting.setdefault(name, Patience())
        if name not in self._down:
            self._down.add(name)
            pause_s = patience.died(clock.monotonic_us() - self._since_us[name])
            log = self._settings.data / "log" / f"{name}.log"
            self._report(
                say(
                    f"{name} ended; again in {pause_s} s. Log: {log}",
                    f"{name} berakhir; dimulai lagi dalam {pause_s} detik. Log: {log}",
                )
            )
        elif patience.over:
            self._down.discard(name)
            self._since_us[name] = clock.monotonic_us()
            try:
                self._embedded.launch_again(name)
            except (SaksiError, OSError) as error:
                self._report(str(error))

    def _as_settings(self) -> dict[str, str]:
        settings, found = self._settings, self._known
        told = {}
        if settings.database_url is None:
            told["SAKSI_DATABASE_URL"] = found.database_url
        if settings.broker_url is None:
            told["SAKSI_BROKER_URL"] = found.broker_url
        if settings.s3_url is None:
            told |= {
                "SAKSI_S3_URL": found.s3_url,
                "SAKSI_S3_ACCESS_KEY": found.s3_access_key,
                "SAKSI_S3_SECRET_KEY": found.s3_secret_key,
            }
        return told
