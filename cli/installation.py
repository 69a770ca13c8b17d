"""One whole Saksi on one machine: what `saksi up` prepares, starts and stops."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from cli import demo, first_run
from cli.children import Child
from cli.language import say
from cli.migration import migrate_all
from saksi import durable
from saksi.embedded.supervise import EmbeddedServers
from saksi.errors import Conflict
from saksi.messages import register
from saksi.secrets import generate_key
from saksi.settings import Settings

register(
    "port_taken",
    en=("Port {port} is in use.", "Choose another with --port (or PORT=… for make demo)."),
    id_=("Porta {port} sedang dipakai.", "Pilih yang lain dengan --port (atau PORT=… untuk make demo)."),
)


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
        self._servers: EmbeddedServers | None = None
        self._environment: dict[str, str] = {}
        self._children: list[Child] = []
        self._simcam_port = 0

    @property
    def url(self) -> str:
        """Where people reach it."""
        host = "127.0.0.1" if self._settings.host in ("0.0.0.0", "") else self._settings.host
        return f"http://{host}:{self._settings.port}"

    @property
    def logs(self) -> Path:
        """Where every process writes its log."""
        return self._settings.data / "log"

    def prepare(self) -> None:
        """Servers up, catalogue and bucket migrated, first administrator there."""
        self._settings.data.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        self._settle_port()
        if self._demo:
            demo.prepare_clips(self._report)
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
            ("worker", ["worker"]),
            ("beat", ["beat"]),
            ("api", ["api", "--host", self._settings.host, "--port", port]),
        ]
        if self._demo:
            plan.insert(0, ("simcam", demo.simcam_arguments(self._simcam_port)))
        self._children = [
            Child(name, words, self._environment, self.logs / f"{name}.log") for name, words in plan
        ]
        for child in self._children:
            child.start()
            if child.name == "simcam":
                demo.wait_for_cameras(self._simcam_port)

    def tend(self) -> None:
        """Restarts what died."""
        for child in self._children:
            child.tend(self._report)

    def finish(self) -> None:
        """Records the address people use, now that it answers."""
        first_run.remember_address(self._settings.data, self.url)

    def welcome(self) -> None:
        """What a newcomer should see and try."""
        first_run.welcome(self._settings.data, self._report, demo=self._demo)

    def stop(self, seconds: Mapping[str, float]) -> None:
        """Processes in order of `start` but the recorder before its cameras, then the servers."""
        order = ["recorder", "beat", "worker", "api", "simcam"]
        for child in sorted(self._children, key=lambda one: order.index(one.name)):
            child.stop(seconds.get(child.name, 5.0))
        if self._servers is not None:
            self._servers.stop()

    def _settle_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._settings.host, self._settings.port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                raise Conflict("port_taken", field="port", port=self._settings.port) from error
            if self._settings.port == 0:
                self._settings = self._settings.model_copy(update={"port": probe.getsockname()[1]})

    def _start_servers(self) -> None:
        settings = self._settings
        self._servers = EmbeddedServers(
            settings.data,
            database=settings.database_url is None,
            broker=settings.broker_url is None,
            store=settings.s3_url is None,
            report=self._report,
        )
        found = self._servers.start()
        environment = {"SAKSI_DATA": str(settings.data), "SAKSI_SECRET_KEY": self._secret_key()}
        if settings.database_url is None:
            environment["SAKSI_DATABASE_URL"] = found.database_url
        if settings.broker_url is None:
            environment["SAKSI_BROKER_URL"] = found.broker_url
        if settings.s3_url is None:
            environment |= {
                "SAKSI_S3_URL": found.s3_url,
                "SAKSI_S3_ACCESS_KEY": found.s3_access_key,
                "SAKSI_S3_SECRET_KEY": found.s3_secret_key,
            }
        self._environment = environment
        os.environ.update(environment)

    def _resolved(self) -> Settings:
        return Settings(data=self._settings.data, host=self._settings.host, port=self._settings.port)

    def _migrate(self) -> None:
        applied = migrate_all(self._resolved(), origins=[self.url])
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
        path = self._settings.data / "installation-key.json"
        if not path.exists():
            durable.write(path, json.dumps({"secret_key": generate_key()}).encode(), mode=0o600)
        key: str = json.loads(path.read_text())["secret_key"]
        return key
