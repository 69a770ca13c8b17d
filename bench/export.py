"""Wall time of building an evidence package in the store, against copying the finished package and hashing it.

A real PostgreSQL and SeaweedFS; minutes of 4 Mbps footage; the export in a process of its own, as a worker runs it. The
peer reads the very same bytes from the store, writes them to another object in parts of the same size, each with the
SHA-256 that the store checks, and hashes the whole: what `cp` and `sha256sum` would do if they spoke S3. `--sparse N`
shows the memory of an N GB package instead: payload that is made as it is read, parts that go nowhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench import Result
from bench.clip import START_US, make_chunks
from bench.clip_http import fill
from saksi import clock
from saksi.catalogue import cases, exhibits, people
from saksi.catalogue.cameras import Filter
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Database
from saksi.desk import Desk
from saksi.embedded.supervise import EmbeddedServers
from saksi.export import upload
from saksi.export.request import request
from saksi.objects.multipart import Part
from saksi.objects.store import ObjectStore
from saksi.secrets import generate_key
from saksi.settings import Settings

GOAL = 1.25  # ours / peer: at least 0.8 of the throughput
_WORKER = """
import json, resource, sys, time
from saksi.catalogue.database import Database
from saksi.desk import Desk
from saksi.export.job import run_next
from saksi.objects.store import ObjectStore
from saksi.settings import Settings
settings = Settings()
desk = Desk(database=Database(settings.database_url.get_secret_value(), application="bench"),
            store=ObjectStore.from_settings(settings), settings=settings)
began = time.perf_counter()
assert run_next(desk) is not None
used = resource.getrusage(resource.RUSAGE_SELF)
cpu = used.ru_utime + used.ru_stime
# Not ru_maxrss: over fork and exec that is the parent's.
most = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": cpu, "mb": most}))
"""


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--chunks", type=int, default=20, help="minutes of footage, 36 MB each")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--sparse", type=int, metavar="GB", help="memory of a package of so many gigabytes")
    chosen = options.parse_args()
    if chosen.sparse:
        sparse(chosen.sparse)
        return
    folder = Path(tempfile.mkdtemp(prefix="saksi-bench-export-"))
    folder.chmod(0o711)
    try:
        measure(folder, chosen.chunks, chosen.runs).show(as_json=chosen.json)
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=False)


def measure(folder: Path, minutes: int, runs: int) -> Result:
    """Seconds, both sides in turn."""
    files = make_chunks(folder, minutes)
    servers = EmbeddedServers(folder / "data", broker=False, report=lambda _text: None)
    found = servers.start()
    os.environ.update(
        {
            "SAKSI_DATA": str(folder / "data"),
            "SAKSI_DATABASE_URL": found.database_url,
            "SAKSI_S3_URL": found.s3_url,
            "SAKSI_S3_ACCESS_KEY": found.s3_access_key,
            "SAKSI_S3_SECRET_KEY": found.s3_secret_key,
            "SAKSI_SECRET_KEY": generate_key(),
        }
    )
    try:
        settings = Settings()  # type: ignore[call-arg]
        fill(settings, [path for path, _, _ in files])
        assert settings.database_url is not None
        desk = Desk(
            database=Database(settings.database_url.get_secret_value(), application="bench"),
            store=ObjectStore.from_settings(settings),
            settings=settings,
        )
        ours, peers, size = [], [], 0
        for _ in range(max(runs, 1)):
            _ask(desk, minutes)
            done = subprocess.run([sys.executable, "-c", _WORKER], capture_output=True, text=True, check=True)
            ours.append(json.loads(done.stdout.splitlines()[-1]))
            key, size = max(desk.store.list("exports/"), key=lambda item: item[1])
            peers.append(_copy(desk.store, key, size))
            desk.store.delete([name for name, _ in desk.store.list("exports/")] + ["copy"])
    finally:
        servers.stop()
    seconds = [one["seconds"] for one in ours]
    return Result(
        name="export",
        peer="copy from store to store with SHA-256",
        goal=GOAL,
        runs=[a / b for a, b in zip(seconds, peers, strict=True)],
        details={
            "package_mb": round(size / 1e6),
            "ours_mb_s": [round(size / 1e6 / one) for one in seconds],
            "peer_mb_s": [round(size / 1e6 / one) for one in peers],
            "ours_cpu_s_per_gb": [round(one["cpu"] / (size / 1e9), 2) for one in ours],
            "ours_max_rss_mb": max(round(one["mb"]) for one in ours),
        },
    )


def _ask(desk: Desk, minutes: int) -> None:
    """One case with one exhibit of everything, and a package of it wanted."""
    signer = desk.signer("office")
    with desk.database.transaction() as connection:
        person = people.named(connection, "bench")
        who = Who(name="bench")
        number = f"LP/{clock.now_us()}"
        case = cases.add(connection, signer, person, who, number=number, title="bench")
        found = exhibits.resolve(connection, None, (START_US, START_US + 1), codes=["bench"], wanted=Filter())
        exhibits.add(
            connection, signer, case, person, who, found=found, from_us=START_US,
            to_us=START_US + minutes * 60_000_000, note="",
        )  # fmt: skip
        request(connection, signer, case, who=who, exhibits=None, recipient="bench", reason="bench")


def _copy(store: ObjectStore, key: str, size: int) -> float:
    """Seconds that the peer takes: the same parts, the same overlap of reading and sending."""
    began_us = clock.monotonic_us()
    target = store.begin_upload("copy", content_type="application/zip")
    part = upload.part_size(size)
    upload.send(target, {}, store.stream(key, 0, size), size=part, passed=lambda _done: None)
    return (clock.monotonic_us() - began_us) / 1e6


def sparse(gigabytes: int) -> None:
    """Prints the memory that a package of so many gigabytes takes; nothing is stored."""
    import resource

    from saksi.custody.package import Package, Payload, write
    from saksi.custody.signing import Signer

    chunk = 30_000_000
    block = bytes(1 << 20)
    sha256, crc32 = hashlib.sha256(bytes(chunk)).hexdigest(), zlib.crc32(bytes(chunk))

    def read() -> Iterator[bytes]:
        left = chunk
        while left:
            piece = block[: min(left, len(block))]
            left -= len(piece)
            yield piece

    def payload() -> Iterator[Payload]:
        for number in range(gigabytes * 1_000_000_000 // chunk):
            path = f"data/original/sparse/{number:08d}.mp4"
            yield Payload(path=path, size=chunk, sha256=sha256, crc32=crc32, read=read)

    class Nowhere:
        """A store that takes parts and keeps nothing."""

        def put(self, number: int, data: bytes) -> Part:
            return Part(number=number, etag="", size=len(data))

        def complete(self, parts: dict[int, Part]) -> None:
            print(f"{len(parts)} parts")

    package = Package(
        name="BB-sparse", made_on="2026-11-25", organization="bench", first={}, payload=payload(),
        finish=lambda passed: ({}, {"files": [{"path": one.path, "sha256": one.sha256} for one in passed]}),
    )  # fmt: skip
    stored = upload.send(
        Nowhere(),  # type: ignore[arg-type]
        {},
        write(package, Signer.from_seed(bytes(32))),
        size=upload.part_size(gigabytes * 1_000_000_000),
        passed=lambda _done: None,
    )
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{stored.size / 1e9:.1f} GB, at most {mb:.0f} MB of memory")


if __name__ == "__main__":
    main()
