"""Cost of verifying a package, against `sha256sum` over the same file.

Ours reads the archive, compares every SHA-256 and CRC-32, walks every frame of originals and playable copy and hashes
their NAL units a second time, and reaches all eight verdicts. Both read the same file from the page cache.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import Result
from bench.clip import FRAMES, GOP_US, START_US, make_chunks
from saksi.custody.package import Package, Payload, write
from saksi.custody.signing import Signer
from saksi.custody.verifier.main import verify_package
from saksi.fmp4.samples import read_sample_index
from saksi.fmp4.splice import Piece, SpliceChunk, plan, ranges

GOAL = 1.25  # ours / peer: 0.8 of its speed
BLOCK = 1 << 20


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument(
        "--chunks", type=int, default=12, help="minutes of footage, 30 MB each, and a copy of them"
    )
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-verify-") as folder:
        measure(Path(folder), chosen.chunks, max(chosen.runs, 3)).show(as_json=chosen.json)


def measure(folder: Path, chunks: int, runs: int) -> Result:
    """Both sides in turn; the ratio is of CPU seconds, user and system."""
    path = make_package(folder, chunks)
    size = path.stat().st_size
    states: list[str] = []

    def ours() -> None:
        report = verify_package(str(path), None)
        states[:] = [verdict.state for verdict in report.verdicts]
        assert report[1].state == report[6].state == "holds", report.told()

    def peer() -> None:
        subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL, timeout=600)

    ours()
    mine, theirs, walls = [], [], []
    for _ in range(runs):
        began = time.monotonic()
        mine.append(_cost(resource.RUSAGE_SELF, ours))
        middle = time.monotonic()
        theirs.append(_cost(resource.RUSAGE_CHILDREN, peer))
        walls.append((middle - began) / (time.monotonic() - middle))
    version = subprocess.run(["sha256sum", "--version"], capture_output=True, text=True, timeout=60).stdout
    return Result(
        name="verify",
        peer="sha256sum of the same file",
        goal=GOAL,
        runs=[round(one / other, 4) for one, other in zip(mine, theirs, strict=True)],
        details={
            "ours_cpu_s_per_gb": round(statistics.median(mine) / (size / 1e9), 3),
            "peer_cpu_s_per_gb": round(statistics.median(theirs) / (size / 1e9), 3),
            "wall_ratio": round(statistics.median(walls), 3),
            "gigabytes": round(size / 1e9, 3),
            "hashlib_s_per_gb": round(_hashlib(path) / (size / 1e9), 3),
            "verdicts": states,
            "peer_version": version.split("\n")[0],
        },
    )


def make_package(folder: Path, minutes: int) -> Path:
    """A package of that many originals and one playable file; its log is missing, which costs nothing to find."""
    files = make_chunks(folder, minutes)
    payload, records, splices = [], [], []
    for number, (path, init, last) in enumerate(files, 1):
        data = path.read_bytes()
        name = f"data/original/cam/{number:08d}.mp4"
        payload.append(_payload(name, [data], _reader(path)))
        record = {"path": name, "class": "master", "camera": "cam", "run": "bench", "seq": number}
        records.append({**record, "size": len(data), "sha256": payload[-1].sha256})
        samples = read_sample_index(data[last.end :])
        splices.append(SpliceChunk(key=str(path), size=len(data), run="bench", init=init, fragments=samples))
    clip = plan(splices, START_US, START_US + minutes * 60_000_000)
    playable = folder / "playable.mp4"
    with playable.open("wb") as out:
        for part in ranges(clip, 0, clip.length - 1):
            out.write(
                Path(part.key).read_bytes()[part.offset :][: part.length] if isinstance(part, Piece) else part
            )
    name = "data/playable/1-cam.mp4"
    payload.append(_payload(name, _reader(playable)(), _reader(playable)))
    frames = 60_000_000 // GOP_US * FRAMES
    pieces = [{"run": "bench", "seq": n, "first": 0, "last": frames - 1} for n in range(1, minutes + 1)]
    nal, nals = _nal_digest(files)
    court = {"path": name, "class": "court", "exhibit": "1", "camera": "cam", "nal_sha256": nal, "nals": nals}
    sizes = {"size": payload[-1].size, "sha256": payload[-1].sha256}
    records.append({**court, "pieces": pieces, **sizes})
    predicate: dict[str, Any] = {
        "package": "BB-bench",
        "case": "bench",
        "export": "bench",
        "made_at": START_US,
        "request": {},
        "checkpoint": {"origin": "bench", "size": 0, "root": ""},
        "exhibits": [],
        "cameras": [],
        "files": records,
    }
    empty = ("entries", "signatures", "chunks", "leaves", "pulses", "custody")
    meta = {f"meta/{one}.jsonl": b"" for one in empty} | {"meta/keys.json": b'{"keys":[]}'}
    note = b"bench\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 bench AAAAAAAAAAA=\n"
    meta |= {"meta/checkpoint": note, "meta/policy.txt": b"quorum none\n"}
    package = Package(
        name="BB-bench",
        made_on=f"{datetime.fromtimestamp(START_US / 1e6, UTC):%Y-%m-%d}",
        organization="bench",
        first={},
        payload=payload,
        finish=lambda _passed: (meta, predicate),
    )
    target = folder / "BB-bench.zip"
    with target.open("wb") as out:
        for piece in write(package, Signer.from_seed(bytes(32))):
            out.write(piece)
    return target


def _payload(path: str, pieces: Any, read: Callable[[], Iterator[bytes]]) -> Payload:
    digest, crc32, size = hashlib.sha256(), 0, 0
    for piece in pieces:
        digest.update(piece)
        crc32, size = zlib.crc32(piece, crc32), size + len(piece)
    return Payload(path=path, size=size, sha256=digest.hexdigest(), crc32=crc32, read=read)


def _reader(path: Path) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block

    return read


def _nal_digest(files: Any) -> tuple[str, int]:
    """Of all video samples of the chunks, by their own sample indexes."""
    digest, count = hashlib.sha256(), 0
    for path, _, last in files:
        data = path.read_bytes()
        for fragment in read_sample_index(data[last.end :]):
            start, length = fragment.video.data_offset, fragment.video.length
            digest.update(data[start : start + length])
            at = start
            while at < start + length:
                at += 4 + int.from_bytes(data[at : at + 4], "big")
                count += 1
    return digest.hexdigest(), count


def _hashlib(path: Path) -> float:
    """Seconds of Python's own SHA-256 over the file: how fast this machine could hash it once."""
    began = time.process_time()
    with path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")
    return time.process_time() - began


def _cost(who: int, work: Callable[[], None]) -> float:
    os.sync()
    before = resource.getrusage(who)
    work()
    after = resource.getrusage(who)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
