"""The contestants of the recorder's benchmark, each a set of processes that records the same addresses."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import psycopg
from psycopg import sql

from saksi.catalogue.database import Database, migrate
from saksi.catalogue.installation import identity
from saksi.embedded.supervise import Endpoints
from saksi.objects.store import ObjectStore
from saksi.secrets import Vault, generate_key

_UPLOADER = Path(__file__).with_name("_uploader.py")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where all of them run: servers, a disk, and the length of a chunk."""

    servers: Endpoints
    folder: Path
    chunk_seconds: int


def ffmpeg(ground: Ground, urls: Sequence[str]) -> contextlib.AbstractContextManager[list[int]]:
    """One `ffmpeg -c copy -f segment` a camera: no hash, no upload, no catalogue."""
    return _peers(ground, urls, upload=False)


def ffmpeg_with_upload(ground: Ground, urls: Sequence[str]) -> contextlib.AbstractContextManager[list[int]]:
    """The same, with `sha256sum` and an upload of every finished segment by one process."""
    return _peers(ground, urls, upload=True)


@contextlib.contextmanager
def _peers(ground: Ground, urls: Sequence[str], *, upload: bool) -> Iterator[list[int]]:
    folder = ground.folder / uuid.uuid4().hex
    folder.mkdir()
    running = [_uploader(ground.servers, folder)] if upload else []
    try:
        for number, url in enumerate(urls):
            running.append(_ffmpeg(folder / f"cam{number}", url, ground.chunk_seconds))
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait(20)


def _uploader(servers: Endpoints, folder: Path) -> subprocess.Popen[bytes]:
    bucket = f"peer-{uuid.uuid4().hex[:8]}"
    store = ObjectStore(servers.s3_url, servers.s3_access_key, servers.s3_secret_key, bucket)
    store.ensure_bucket(str(uuid.uuid4()))
    store.close()
    keys = {
        "S3_URL": servers.s3_url, "S3_ACCESS": servers.s3_access_key, "S3_SECRET": servers.s3_secret_key
    }  # fmt: skip
    command = [sys.executable, str(_UPLOADER), str(folder), bucket]
    return subprocess.Popen(command, env={**os.environ, **keys})


def _ffmpeg(folder: Path, url: str, seconds: int) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-nostdin",
        "-rtsp_transport",
        "tcp",
        "-i",
        url,
    ]
    command += ["-c", "copy", "-an", "-f", "segment", "-segment_time", str(seconds), "-reset_timestamps", "1"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([*command, str(folder / "%05d.mp4")], stdout=log, stderr=log)


@dataclass
class Saksi:
    """One `saksi recorder` with a catalogue and a bucket of its own; `upload` false: its store does not answer."""

    ground: Ground
    upload: bool = True

    def __post_init__(self) -> None:
        servers = self.ground.servers
        name = f"bench_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(servers.database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        self.url = f"{servers.database_url.rpartition('/')[0]}/{name}"
        migrate(self.url)
        self.database = Database(self.url, application="bench")
        self.folder = self.ground.folder / name
        self.folder.mkdir()
        self.bucket = name.replace("_", "-")
        self.key = generate_key()
        self.log = self.folder / "recorder.log"
        with self.database.transaction() as connection:
            installation = str(identity(connection))
        store = ObjectStore(servers.s3_url, servers.s3_access_key, servers.s3_secret_key, self.bucket)
        store.ensure_bucket(installation)
        store.close()

    @contextlib.contextmanager
    def recording(self, urls: Sequence[str]) -> Iterator[list[int]]:
        """Records these addresses."""
        self._add(urls)
        servers = self.ground.servers
        environment = {
            "SAKSI_DATABASE_URL": self.url,
            "SAKSI_S3_URL": servers.s3_url if self.upload else "http://127.0.0.1:9",
            "SAKSI_S3_ACCESS_KEY": servers.s3_access_key,
            "SAKSI_S3_SECRET_KEY": servers.s3_secret_key,
            "SAKSI_BUCKET": self.bucket,
            "SAKSI_SECRET_KEY": self.key,
            "SAKSI_KEYS": str(self.folder / "keys"),
            "SAKSI_SPOOL": str(self.folder / "spool"),
            "SAKSI_CHUNK_SECONDS": str(self.ground.chunk_seconds),
            "SAKSI_RECORDER_CAPACITY": str(len(urls)),
            "SAKSI_SPOOL_RESERVE_BYTES": "0",
            "SAKSI_CAMERA_NETWORKS": "loopback",
        }
        command = [sys.executable, "-m", "cli", "recorder", "--name", "bench"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
        try:
            yield [process.pid]
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)

    def found(self) -> dict[str, int]:
        """What the catalogue says of the recording: frames, lost, chunks stored and waiting, cameras not recorded."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "select coalesce(sum(frames), 0)::bigint as frames, coalesce(sum(lost), 0)::bigint as lost,"
                " count(*) as chunks, (select count(*) from chunk_pending) as waiting,"
                " (select count(*) from run) as runs,"
                " (select count(*) from outage where reason <> 'recorder_down') as outages from chunk"
            ).fetchone()
        assert row is not None
        return dict(row)

    def recording_now(self) -> int:
        """Cameras of which the recorder says that they are being recorded."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "select count(*) as n from camera_status where state = 'recording'"
            ).fetchone()
        assert row is not None
        return int(row["n"])

    def close(self) -> None:
        """Lets go of the database."""
        self.database.close()

    def _add(self, urls: Sequence[str]) -> None:
        vault = Vault(self.key)
        with self.database.transaction() as connection:
            connection.execute(
                "insert into agency (code, name, category) values ('bench', 'Bench', 'transport')"
            )
            for number, url in enumerate(urls):
                connection.execute(
                    "insert into camera (code, name, agency_id, source_sealed, source_masked)"
                    " values (%s, %s, (select agency_id from agency where code = 'bench'), %s, 'masked')",
                    (f"cam{number}", f"Camera {number}", vault.seal(url)),
                )
