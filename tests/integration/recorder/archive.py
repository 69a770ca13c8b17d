"""A whole archive for a recorder under test: its database, bucket, cameras, and what came out of it."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np

from recorder.badge import Badge
from recorder.supervisor import Recorder
from saksi import clock
from saksi.catalogue import codes, keys
from saksi.catalogue.database import Database
from saksi.catalogue.installation import identity
from saksi.catalogue.runs import opening_of
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ChunkEntry, ClockEvidence
from saksi.embedded.supervise import Endpoints
from saksi.errors import SaksiError
from saksi.objects.store import ObjectStore
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings
from simcam import framecode

ROOT = Path(__file__).resolve().parents[3]

_RECORDER = (
    "import argparse, sys; from cli import recorder; parser = argparse.ArgumentParser();"
    " recorder.add_arguments(parser); sys.exit(recorder.run(parser.parse_args()))"
)


@dataclass(frozen=True)
class Shown:
    """A decoded picture: the wall time the archive gives it and the frame of the minute burnt into it."""

    wall_us: int
    camera: int
    frame: int

    @property
    def error_us(self) -> int:
        """Wall time given minus wall time burnt in."""
        minute = 60_000_000
        error = (self.wall_us - self.frame * 40_000) % minute
        return error - minute if error > minute // 2 else error


@dataclass
class Archive:
    """Everything around recorders. Start them as threads (`start`) or as real processes (`spawn`)."""

    database_url: str
    endpoints: Endpoints
    bucket: str
    folder: Path
    key: str = field(default_factory=generate_key)
    running: list[Running] = field(default_factory=list)
    spawned: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = Database(self.database_url, application="tests")
        self.store = ObjectStore(
            self.endpoints.s3_url, self.endpoints.s3_access_key, self.endpoints.s3_secret_key, self.bucket
        )
        with self.database.transaction() as connection:
            self.installation = str(identity(connection))
            connection.execute(
                "insert into agency (code, name, category) values ('dishub', 'Dishub', 'transport')"
            )
        self.store.ensure_bucket(self.installation)

    def close(self) -> None:
        """Stops what runs, also behind a test that failed."""
        for process in self.spawned:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait(10)
        for running in self.running:
            running.stop()
        self.store.delete([key for key, _ in self.store.list("")])
        self.database.close()
        self.store.close()

    def badge(self, name: str) -> Badge:
        """The name and enrolled key of a recorder."""
        badge = Badge(name, self.folder / "keys")
        with self.database.transaction() as connection:
            badge.enrol(connection)
        return badge

    def add_camera(self, code: str, url: str) -> None:
        """A camera to be recorded."""
        self.execute(
            "insert into camera (code, name, agency_id, source_sealed, source_masked)"
            " values (%s, %s, (select agency_id from agency), %s, 'masked')",
            code,
            code,
            Vault(self.key).seal(url),
        )

    def change_camera(self, code: str, url: str) -> None:
        """The camera has another address from now on."""
        self.execute(
            "update camera set source_sealed = %s, source_version = source_version + 1 where code = %s",
            Vault(self.key).seal(url),
            code,
        )

    def execute(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Runs a statement of a test's own; answers its rows."""
        with self.database.transaction() as connection:
            cursor = connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def environment(self, name: str, **changed: object) -> dict[str, str]:
        """The settings of one recorder as variables; `changed` by setting name."""
        settings = {
            "recorder_name": name,
            "database_url": self.database_url,
            "s3_url": self.endpoints.s3_url,
            "s3_access_key": self.endpoints.s3_access_key,
            "s3_secret_key": self.endpoints.s3_secret_key,
            "bucket": self.bucket,
            "secret_key": self.key,
            "keys": self.folder / "keys",
            "spool": self.folder / f"spool-{name}",
            "chunk_seconds": 5,
            "lease_seconds": 3.0,
            "spool_reserve_bytes": 0,
            **changed,
        }
        return {f"SAKSI_{key.upper()}": str(value) for key, value in settings.items()}

    def start(self, name: str = "one", **changed: object) -> Running:
        """A recorder in this process."""
        values = {
            key.removeprefix("SAKSI_").lower(): value
            for key, value in self.environment(name, **changed).items()
        }
        running = Running(Recorder(Settings(**values)))  # type: ignore[arg-type]
        self.running.append(running)
        return running

    def spawn(self, name: str = "one", **changed: object) -> subprocess.Popen[bytes]:
        """A recorder as the process that `saksi recorder` is."""
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-c", _RECORDER],
                cwd=ROOT,
                env={**os.environ, **self.environment(name, **changed)},
                stdout=log,
                stderr=log,
            )
        self.spawned.append(process)
        return process

    def chunks(self, camera: str) -> list[dict[str, Any]]:
        """Every chunk of a camera in the catalogue, in order of time, with its run's id and codec."""
        return self.execute(
            "select c.*, r.run::text, r.epoch, i.sha256 as init, i.audio, p.seq is not null as pending"
            " from chunk c join run r using (run_no) join init_segment i using (init_id)"
            " join camera k on k.camera_id = c.camera_id"
            " left join chunk_pending p on p.run_no = c.run_no and p.seq = c.seq"
            " where k.code = %s order by r.opened_at, c.seq",
            camera,
        )

    def stored(self, camera: str) -> list[dict[str, Any]]:
        """The chunks that the store holds."""
        return [chunk for chunk in self.chunks(camera) if not chunk["pending"]]

    def outages(self, camera: str) -> list[dict[str, Any]]:
        """The camera's outages, oldest first."""
        return self.execute(
            "select o.* from outage o join camera using (camera_id) where code = %s order by start_at", camera
        )

    def footage(self, camera: str, chunk: dict[str, Any]) -> bytes:
        """The chunk's bytes, which must be what its entry says."""
        data = self.store.get(keys.chunk_key(camera, chunk["run"], chunk["seq"]))
        assert hashlib.sha256(data).digest() == chunk["sha256"]
        assert len(data) == chunk["size"]
        return data

    def pictures(self, camera: str) -> list[Shown]:
        """Every picture in the store, decoded, in order of the chunks."""
        shown: list[Shown] = []
        for chunk in self.stored(camera):
            shown += decode(self.footage(camera, chunk))
        return shown

    def check_chains(self) -> None:
        """Recomputes every run's chain from the catalogue's columns."""
        for run in self.execute("select r.*, code as camera from run r join camera using (camera_id)"):
            rows = [chunk for chunk in self.chunks(run["camera"]) if chunk["run_no"] == run["run_no"]]
            assert [row["seq"] for row in rows] == list(range(1, run["last_seq"] + 1))
            tips = [opening_of(run).tip()]
            for row in rows:
                tips.append(chain_tip(tips[-1], entry_of(run["camera"], row).leaf()))
            assert tips[-1] == run["tip"]
            assert tips[run["sealed_seq"]] == run["sealed_tip"], "as far as camera-hours are sealed"


class Running:
    """A recorder in a thread of this process."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Asks it to end; answers the seconds that took."""
        begun_us = clock.monotonic_us()
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()
        return (clock.monotonic_us() - begun_us) / 1e6

    def ended(self, timeout_s: float) -> bool:
        """Whether it ends by itself within this time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.recorder.run(self._stop)
        except SaksiError as error:
            self.error = error


def entry_of(camera: str, row: dict[str, Any]) -> ChunkEntry:
    """The chain entry rebuilt from a chunk's columns, as anyone can."""
    start_us = clock.to_us(row["start_at"])
    return ChunkEntry(
        camera=camera,
        run=row["run"],
        seq=row["seq"],
        start_us=start_us,
        end_us=start_us + row["dur_us"],
        frames=row["frames"],
        size=row["size"],
        init=row["init"].hex(),
        sha256=row["sha256"].hex(),
        clock=ClockEvidence(
            source=codes.CLOCK[row["clock_source"]],
            offset_us=row["clock_offset_us"],
            error_us=row["clock_error_us"],
            camera_source=codes.CAMERA_CLOCK[row["camera_clock"]],
            camera_offset_us=row["camera_offset_us"],
            residual_us=row["residual_us"],
        ),
        ended=codes.ENDED[row["ended"]],
        lost=row["lost"],
    )


def decode(data: bytes) -> list[Shown]:
    """Every picture of a chunk."""
    shown = []
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "DEFAULT"
        for frame in container.decode(stream):
            picture = np.asarray(frame.to_ndarray(format="gray"))
            code = framecode.read(picture)
            assert code is not None, "a picture without a readable code"
            assert frame.pts is not None
            wall_us = round(frame.pts * frame.time_base * 1_000_000)
            shown.append(Shown(wall_us, code.camera, code.frame))
    return shown


def audio_of(data: bytes) -> list[bytes]:
    """The packets of sound of a chunk, in order."""
    with av.open(io.BytesIO(data)) as container:
        packets = (packet for packet in container.demux() if packet.stream.type == "audio")
        return [bytes(packet) for packet in packets if packet.size]


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Waits for a condition; fails naming what did not happen."""
    pause = threading.Event()
    until_us = clock.monotonic_us() + round(seconds * 1e6)
    while not condition():
        assert clock.monotonic_us() < until_us, f"not within {seconds} s: {what}"
        pause.wait(0.1)


def settle(seconds: float) -> None:
    """Lets the cameras play for a while."""
    threading.Event().wait(seconds)


def digest_name(text: str) -> str:
    """A short name that S3 takes."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest())[:10].decode().lower()
