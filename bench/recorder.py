"""What recording costs: one recorder against one ffmpeg process a camera, on the same streams in the same run.

Ours with all that it does: RTSP and RTP, fragments forced to the disk, SHA-256, chain, catalogue, upload; and the same
with a store that does not answer. Peers: `ffmpeg -c copy -f segment` a camera, without hash and upload, and the
same with `sha256sum` and upload of every segment. `ratio` is our processor seconds over those of the first peer, the
median of the runs, at the largest number of cameras asked for. The servers' own cost is told apart.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import Result
from bench._memory import fill_cache
from bench._processes import cpu_s, memory_mb, tree
from bench._recorders import Ground, Saksi, ffmpeg, ffmpeg_with_upload
from bench._streams import cameras, clips
from saksi.embedded.supervise import EmbeddedServers

GOAL = 0.35
Start = Callable[[Sequence[str]], contextlib.AbstractContextManager[list[int]]]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Processor seconds for a minute of one camera, and memory of one camera."""

    cpu_s: float
    memory_mb: float


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--cameras", type=int, nargs="+", default=[30], help="how many, one after the other")
    options.add_argument("--mbps", type=float, default=4)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument(
        "--in-step", action="store_true", help="all cameras begin their groups in one instant"
    )
    options.add_argument("--chunk-seconds", type=int, default=60)
    options.add_argument("--warm", type=float, default=40, help="seconds before each measurement")
    options.add_argument("--window", type=float, default=60, help="seconds of each measurement")
    options.add_argument(
        "--full-cache",
        action="store_true",
        help="fill the page cache before each measurement, see bench/_memory.py",
    )
    options.add_argument("--only", nargs="+", choices=sorted(_CONTESTANTS), default=list(_CONTESTANTS))
    options.add_argument("--folder", type=Path, help="disk to measure on; unset: the system's temporary one")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-recorder-", dir=chosen.folder) as name:
        folder = Path(name)
        folder.chmod(0o711)
        paths = clips(folder, chosen.mbps, in_step=chosen.in_step)
        servers = EmbeddedServers(folder / "servers", broker=False)
        ground = Ground(servers=servers.start(), folder=folder, chunk_seconds=chosen.chunk_seconds)
        try:
            measure(ground, paths, chosen).show(as_json=chosen.json)
        finally:
            servers.stop()


def measure(ground: Ground, paths: Sequence[Path], chosen: argparse.Namespace) -> Result:
    """Every contestant in turn, run by run, for each number of cameras."""
    details: dict[str, object] = {
        "mbps": chosen.mbps, "chunk_seconds": chosen.chunk_seconds, "in_step": chosen.in_step,
        "full_cache": chosen.full_cache,
    }  # fmt: skip
    ratios: list[float] = []
    for count in chosen.cameras:
        costs: dict[str, list[Cost]] = {name: [] for name in chosen.only}
        for run in range(chosen.runs):
            with cameras(paths, count, ground.folder / "simcam.log") as urls:
                for name in chosen.only if run % 2 == 0 else reversed(chosen.only):
                    if chosen.full_cache:
                        fill_cache(ground.folder)
                    costs[name].append(_CONTESTANTS[name](ground, urls, chosen, details))
                    cost = costs[name][-1]
                    told = f"{cost.cpu_s:.3f} CPU-s a camera-minute, {cost.memory_mb:.1f} MB a camera"
                    print(f"{count} cameras, run {run + 1}, {name}: {told}", file=sys.stderr, flush=True)
        for name, found in costs.items():
            details[f"{count}_{name}_cpu_s"] = [round(one.cpu_s, 4) for one in found]
            details[f"{count}_{name}_mb"] = [round(one.memory_mb, 2) for one in found]
        ratios = _ratios(costs, "saksi", "ffmpeg")
        for ours, peer in (("saksi", "ffmpeg"), ("saksi_no_upload", "ffmpeg"), ("saksi", "ffmpeg_upload")):
            if ours in costs and peer in costs:
                details[f"{count}_{ours}_over_{peer}"] = round(
                    statistics.median(_ratios(costs, ours, peer)), 4
                )
    return Result(
        name="recorder",
        peer="one ffmpeg -c copy a camera, without hash and upload",
        goal=GOAL,
        runs=[round(one, 4) for one in ratios] or [float("nan")],
        details=details,
    )


def _ratios(costs: dict[str, list[Cost]], ours: str, peer: str) -> list[float]:
    if ours not in costs or peer not in costs:
        return []
    return [a.cpu_s / b.cpu_s for a, b in zip(costs[ours], costs[peer], strict=True)]


def _observed(pids: list[int], count: int, chosen: argparse.Namespace) -> Cost:
    """The cost over one window."""
    before, began = cpu_s(pids), time.perf_counter()
    time.sleep(chosen.window)
    spent, passed = cpu_s(pids) - before, time.perf_counter() - began
    return Cost(cpu_s=spent / passed * 60 / count, memory_mb=memory_mb(pids) / count)


def _ours(
    ground: Ground,
    urls: Sequence[str],
    chosen: argparse.Namespace,
    details: dict[str, object],
    *,
    upload: bool,
) -> Cost:
    saksi = Saksi(ground, upload=upload)
    try:
        with saksi.recording(urls) as pids:
            _until(lambda: saksi.recording_now() == len(urls), 60, f"all cameras recorded, see {saksi.log}")
            time.sleep(chosen.warm)
            with _servers_cost(ground, len(urls), details, upload=upload):
                cost = _observed(pids, len(urls), chosen)
        found = saksi.found()
    finally:
        saksi.close()
    name = f"{len(urls)}_{'saksi' if upload else 'saksi_no_upload'}_found"
    details[name] = found
    if found["lost"] or found["runs"] != len(urls) or found["outages"]:
        print(f"not every frame was recorded: {found}, see {saksi.log.read_text()[-2000:]}", file=sys.stderr)
    return cost


@contextlib.contextmanager
def _servers_cost(ground: Ground, count: int, details: dict[str, object], *, upload: bool) -> Iterator[None]:
    """What the database and the store spend meanwhile."""
    pids = [int(path.read_text().split()[0]) for path in (ground.folder / "servers").rglob("postmaster.pid")]
    began, before = time.perf_counter(), {pid: cpu_s(tree(pid)) for pid in pids}
    yield
    minutes = (time.perf_counter() - began) / 60
    spent = sum(cpu_s(tree(pid)) - before[pid] for pid in pids)
    name = "saksi" if upload else "saksi_no_upload"
    details[f"{count}_{name}_postgres_cpu_s"] = round(spent / minutes / count, 4)


def _theirs(start: Start, urls: Sequence[str], chosen: argparse.Namespace) -> Cost:
    with start(urls) as pids:
        time.sleep(chosen.warm)
        return _observed(pids, len(urls), chosen)


def _until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > until:
            raise RuntimeError(f"not within {seconds:g} s: {what}")
        time.sleep(0.5)


_CONTESTANTS: dict[str, Callable[[Ground, Sequence[str], argparse.Namespace, dict[str, object]], Cost]] = {
    "saksi": lambda ground, urls, chosen, details: _ours(ground, urls, chosen, details, upload=True),
    "saksi_no_upload": lambda ground, urls, chosen, details: _ours(
        ground, urls, chosen, details, upload=False
    ),
    "ffmpeg": lambda ground, urls, chosen, _: _theirs(lambda some: ffmpeg(ground, some), urls, chosen),
    "ffmpeg_upload": lambda ground, urls, chosen, _: _theirs(
        lambda some: ffmpeg_with_upload(ground, some), urls, chosen
    ),
}


if __name__ == "__main__":
    main()
