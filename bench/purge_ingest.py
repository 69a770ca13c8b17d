"""What a purge costs the footage that comes in meanwhile: p99 latency of a PUT beside a bulk erasure, and without one.

A steady ingest (so many objects a second, each taken up at its own time whether or not the ones before are done) into
the embedded store; in every second window `saksi.objects.erase.erase` deletes objects as a purge does, a batch at a
time at a set pace. `ratio` is p99 with over p99 without, of neighbouring windows, median of the runs.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import Result
from saksi.embedded.supervise import EmbeddedServers
from saksi.objects.erase import erase
from saksi.objects.store import ObjectStore
from saksi.settings import Settings

GOAL = 1.5


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--puts", type=float, default=10, help="objects stored a second")
    options.add_argument("--put-bytes", type=int, default=1_000_000)
    options.add_argument("--window", type=float, default=20, help="seconds of each measurement")
    options.add_argument(
        "--pace",
        type=float,
        default=Settings.model_fields["purge_objects_per_second"].default,
        help="objects erased a second; 0: without a pause",
    )
    options.add_argument("--batch", type=int, default=500, help="objects of one call")
    options.add_argument("--erase-bytes", type=int, default=100_000, help="size of those erased")
    options.add_argument("--most", type=int, default=12_000, help="objects erased in a window at most")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument(
        "--lock", action="store_true", help="a bucket with object lock, and so with versions"
    )
    options.add_argument("--folder", type=Path, help="disk to measure on; unset: the system's temporary one")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-purge-", dir=chosen.folder) as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder) / "servers", database=False, broker=False)
        found = servers.start()
        try:
            store = ObjectStore(found.s3_url, found.s3_access_key, found.s3_secret_key, "bench")
            store.object_lock = chosen.lock
            store.ensure_bucket(str(uuid.uuid4()))
            measure(store, chosen).show(as_json=chosen.json)
        finally:
            servers.stop()


def measure(store: ObjectStore, chosen: argparse.Namespace) -> Result:
    """Windows without and with an erasure in turn, the order changing each run."""
    ingest(store, chosen, seconds=3)  # connections, volumes
    quiet: list[list[float]] = []
    busy: list[list[float]] = []
    erased, spent = 0, 0.0
    for run in range(chosen.runs):
        wanted = int(min(chosen.most, chosen.pace * chosen.window * 1.1 or chosen.most))
        keys = fill(store, run, wanted, chosen.erase_bytes)
        for with_erasure in (False, True) if run % 2 == 0 else (True, False):
            if not with_erasure:
                quiet.append(ingest(store, chosen, seconds=chosen.window))
                continue
            stop = threading.Event()
            with ThreadPoolExecutor(1) as beside:
                purge = beside.submit(erase_paced, store, keys, chosen, stop)
                busy.append(ingest(store, chosen, seconds=chosen.window))
                stop.set()
                n, seconds = purge.result()
                erased, spent = erased + n, spent + seconds
        print(f"run {run + 1}: {p99(quiet[-1]):.1f} ms without, {p99(busy[-1]):.1f} ms with", file=sys.stderr)
    alone, beside_ms = [p99(one) for one in quiet], [p99(one) for one in busy]
    return Result(
        name="purge_ingest",
        peer="p99 of a PUT without a purge",
        goal=GOAL,
        runs=[round(b / a, 3) for a, b in zip(alone, beside_ms, strict=True)],
        details={
            "p99_ms_without": [round(one, 1) for one in alone],
            "p99_ms_with": [round(one, 1) for one in beside_ms],
            "median_ms_without": round(statistics.median([ms for one in quiet for ms in one]), 1),
            "median_ms_with": round(statistics.median([ms for one in busy for ms in one]), 1),
            "object_lock": chosen.lock,
            "puts_a_second": chosen.puts,
            "put_bytes": chosen.put_bytes,
            "batch": chosen.batch,
            "pace_asked": chosen.pace,
            "erased": erased,
            "erased_a_second": round(erased / spent, 1) if spent else 0,
        },
    )


def ingest(store: ObjectStore, chosen: argparse.Namespace, *, seconds: float) -> list[float]:
    """Milliseconds of each PUT, from the instant it was due: one that had to wait for others is as slow as it was."""
    data = bytes(chosen.put_bytes)
    digest = hashlib.sha256(data).digest()
    began = time.perf_counter()

    def put(number: int) -> float:
        due = began + number / chosen.puts
        time.sleep(max(0.0, due - time.perf_counter()))
        store.put(f"in/{uuid.uuid4()}", data, sha256=digest)
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(put, range(int(seconds * chosen.puts))))


def erase_paced(
    store: ObjectStore, keys: Sequence[str], chosen: argparse.Namespace, stop: threading.Event
) -> tuple[int, float]:
    """Erases batch by batch at the pace, until told to stop; how many, and in what time."""
    began, done = time.perf_counter(), 0
    for batch in batches(keys, chosen.batch):
        if stop.is_set():
            break
        erase(store, batch, a_second=chosen.pace)
        done += len(batch)
    return done, time.perf_counter() - began


def fill(store: ObjectStore, run: int, n: int, size: int) -> list[str]:
    """Objects to be erased."""
    keys = [f"chunks/camera/{run}/{number:08d}.mp4" for number in range(n)]
    data = bytes(size)
    digest = hashlib.sha256(data).digest()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store.put(key, data, sha256=digest), keys))
    return keys


def batches(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The keys in order, so many at a time."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def p99(milliseconds: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(milliseconds, n=100)[98]


if __name__ == "__main__":
    main()
