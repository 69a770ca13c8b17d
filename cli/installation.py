"""One whole Saksi on one machine: what `saksi up` prepares, starts and stops."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from cli import demo, first_run
from cli.children import Child
from cli.language import say
from cli.listening import only_this_machine, page_origins, page_url, settled_port
from cli.migration import migrate_all
from cli.servers import Servers
from saksi import clock, durable
from saksi.embedded.child import keep_small
from saksi.embedded.places import DataFolder
from saksi.embedded.running import KEY_FILE
from saksi.secrets import generate_key
from saksi.settings import Settings

_MOVE_SECONDS = 8.0  # for a process to end in order before it starts with other addresses
_LOGS_US = 60_000_000
# Whose papers the demo city's are, so that they look like those of an office; its cameras are on this machine.
_DEMO = {
    "SAKSI_CAMERA_NETWORKS": "private, public, loopback",
    "SAKSI_ORGANIZATION": "Polresta Contoh",
    "SAKSI_ORGANIZATION_UNIT": "Pusat Komando",
    "SAKSI_ORGANIZATION_PLACE": "Balikpapan",
    "SAKSI_ZONE": "WITA",
}


class Installation:
    """Embedded servers, migrations and child processes under one data folder."""

    def __init__(
        self,
        *,
        data: Path | None,
        host: str | None,
        port: int | None,
        demo: bool,
        report: Callable[[str], None],
    ) -> None:
        given = {"data": data, "host": host, "port": port}
        asked = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
        self._settings = asked.model_copy(update={"data": asked.data.absolute()})
        self._demo = demo
        self._report = report
        self._servers: Servers | None = None
        self._environment: dict[str, str] = {}
        self._children: list[Child] = []
        self._simcam_port = 0
        self._logs_due_us = 0

    @property
    def url(self) -> str:
        """Where people reach it."""
        return page_url(self._settings.host, self._settings.port)

    @property
    def logs(self) -> Path:
        """Where every process writes its log."""
        return self._settings.data / "log"

    def prepare(self, stop: Event) -> None:
        """Servers up, catalogue and bucket migrated, first administrator there."""
        DataFolder(self._settings.data)  # made, and closed to others, before anything is written into it
        port = settled_port(self._settings.host, self._settings.port)
        self._settings = self._settings.model_copy(update={"port": port})
        if self._demo:
            demo.prepare_clips(self._report, stop)
        self._start_servers()
        self._migrate()
        first_run.ensure_administrator(self._resolved(), self.url, self._report)
        if self._demo:
            self._simcam_port = demo.seed(self._resolved(), self._report)

    def start(self) -> None:
        """Every process, the cameras first so that the recorder finds them."""
        port = str(self._settings.port)
        plan = [
            ("recorder", ["recorder"]),
            ("worker", ["worker", "--queues", "celery"]),
            ("exporter", ["worker", "--queues", "exports"]),
            ("beat", ["beat"]),
            ("api", ["api", "--host", self._settings.host, "--port", port]),
        ]
        if self._demo:
            plan.insert(0, ("simcam", demo.simcam_arguments(self._simcam_port)))
        self._children = [
            Child(name, words, self._told(name), self.logs / f"{name}.log") for name, words in plan
        ]
        for child in self._children:
            child.start()
            if child.name == "simcam":
                demo.wait_for_cameras(self._simcam_port)

    def tend(self) -> None:
        """Starts again what died; a process whose servers moved is started anew with their addresses."""
        moved = self._servers.tend() if self._servers is not None else None
        if moved is not None:
            self._tell(moved)
            for child in self._children:
                child.move(self._told(child.name), _MOVE_SECONDS)
        for child in self._children:
            child.tend(self._report)
        if clock.monotonic_us() > self._logs_due_us:
            self._logs_due_us = clock.monotonic_us() + _LOGS_US
            for log in self.logs.glob("*.log"):
                with contextlib.suppress(OSError):  # a full disk must not end what tends the rest
                    keep_small(log)

    def finish(self) -> None:
        """Records the address people use, now that it answers."""
        first_run.remember_address(self._settings.data, self.url)

    def welcome(self) -> None:
        """What a newcomer should see and try."""
        first_run.welcome(self._settings.data, self._report, demo=self._demo)

    def stop(self, seconds: Mapping[str, float]) -> None:
        """Processes in order of `start` but the recorder before its cameras, then the servers."""
        order = ["recorder", "beat", "worker", "exporter", "api", "simcam"]
        for child in sorted(self._children, key=lambda one: order.index(one.name)):
            child.stop(seconds.get(child.name, 5.0))
        if self._servers is not None:
            self._servers.stop()

    def _start_servers(self) -> None:
        settings = self._settings
        self._servers = Servers(settings, self._report)
        found = self._servers.start()
        # The port is told too: no camera's address may lead to the API, whichever port it was given.
        own = {
            "SAKSI_DATA": str(settings.data),
            "SAKSI_HOST": settings.host,
            "SAKSI_PORT": str(settings.port),
        }
        self._tell({**own, "SAKSI_SECRET_KEY": self._secret_key(), **found})
        if self._demo:
            unset = _DEMO.keys() - {f"SAKSI_{name.upper()}" for name in settings.model_fields_set}
            self._tell({name: _DEMO[name] for name in unset})
        if self._store_is_out_of_reach():
            self._tell({"SAKSI_MEDIA_PROXY": "1"})
            self._report(
                say(
                    "Media go through the API: other machines reach it, but not the embedded store.",
                    "Media lewat API: mesin lain menjangkaunya, tetapi tidak menjangkau penyimpanan bawaan.",
                )
            )

    def _store_is_out_of_reach(self) -> bool:
        """Whether players may stand where the embedded store, on 127.0.0.1 only, is not; what is set wins."""
        settings = self._settings
        decided = "media_proxy" in settings.model_fields_set or settings.s3_public_url is not None
        return settings.s3_url is None and not decided and not only_this_machine(settings.host)

    def _tell(self, settings: Mapping[str, str]) -> None:
        """What our processes are told, and what our own calls of the core read."""
        self._environment.update(settings)
        os.environ.update(settings)

    def _told(self, name: str) -> dict[str, str]:
        """What one of our processes is told: the API connects as a role that cannot rewrite what is on record."""
        url = self._servers.api_database_url if name == "api" and self._servers is not None else ""
        return {**self._environment, **({"SAKSI_DATABASE_URL": url} if url else {})}

    def _resolved(self) -> Settings:
        return Settings(data=self._settings.data, host=self._settings.host, port=self._settings.port)

    def _migrate(self) -> None:
        origins = page_origins(self._settings.host, self._settings.port)
        applied = migrate_all(self._resolved(), origins=origins)
        if applied:
            self._report(
                say(
                    f"Catalogue migrated: {', '.join(applied)}",
                    f"Katalog dimutakhirkan: {', '.join(applied)}",
                )
            )

    def _secret_key(self) -> str:
        """The installation key: the operator's, else the one generated at the first start."""
        if self._settings.secret_key is not None:
            return self._settings.secret_key.get_secret_value()
        path = self._settings.data / KEY_FILE
        if not path.exists():
            durable.write(path, json.dumps({"secret_key": generate_key()}).encode(), mode=0o600)
        key: str = json.loads(path.read_text())["secret_key"]
        return key
