"""CPU that the API process spends on `clip.mp4`, HTTP and object store included, against FFmpeg's concat demuxer.

A real PostgreSQL, SeaweedFS and API process; minutes of 4 Mbps footage in the store; a client that reads the clip and
throws it away. Only the API's own CPU counts, as the store's is the same whoever reads. The peer reads the same chunks
from local files and writes one MP4.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
import uuid
from pathlib import Path

import imageio_ffmpeg

from bench import Result
from bench.clip import START_US, _cost, concat, make_chunks
from cli.migration import migrate_all
from saksi.catalogue import cameras, chunks, people, places
from saksi.catalogue.chunks import Announcement, InitSegment
from saksi.catalogue.database import Database
from saksi.catalogue.keys import chunk_key
from saksi.custody.canonical import tip
from saksi.custody.chain import ChunkEntry, ClockEvidence, RunOpening
from saksi.embedded.supervise import EmbeddedServers
from saksi.fmp4.index import scan
from saksi.fmp4.spans import pack
from saksi.objects.store import ObjectStore
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings

GOAL = 0.5  # ours / peer
CLOCK = ClockEvidence(
    source="free", offset_us=0, error_us=-1, camera_source="none", camera_offset_us=0, residual_us=0
)


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--chunks", type=int, default=30, help="minutes of footage, 36 MB each")
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="saksi-bench-http-"))
    folder.chmod(0o711)
    try:
        measure(folder, chosen.chunks, max(chosen.runs, 3)).show(as_json=chosen.json)
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=False)


def measure(folder: Path, minutes: int, runs: int) -> Result:
    """CPU seconds per gigabyte delivered, both sides in turn."""
    files = make_chunks(folder, minutes)
    listing = folder / "list.txt"
    listing.write_text("".join(f"file '{path}'\n" for path, _, _ in files))
    servers = EmbeddedServers(folder / "data", broker=False, report=lambda _text: None)
    found = servers.start()
    settings = {
        "SAKSI_DATABASE_URL": found.database_url,
        "SAKSI_S3_URL": found.s3_url,
        "SAKSI_S3_ACCESS_KEY": found.s3_access_key,
        "SAKSI_S3_SECRET_KEY": found.s3_secret_key,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_PORT": "18933",
    }
    os.environ.update(settings)
    token = fill(Settings(), [path for path, _, _ in files])  # type: ignore[call-arg]
    api = subprocess.Popen(
        [sys.executable, "-m", "cli", "api"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(18933)
        ours, peers, size = [], [], 0
        for _ in range(runs):
            before = cpu_s(api.pid)
            size = fetch(18933, token, minutes)
            ours.append((cpu_s(api.pid) - before) / (size / 1e9))
            peers.append(_peer(folder, listing))
    finally:
        api.terminate()
        api.wait(10)
        servers.stop()
    return Result(
        name="clip_http",
        peer="ffmpeg -f concat -c copy",
        goal=GOAL,
        runs=[round(mine / theirs, 4) for mine, theirs in zip(ours, peers, strict=True)],
        details={
            "api_cpu_s_per_gb": round(statistics.median(ours), 3),
            "peer_cpu_s_per_gb": round(statistics.median(peers), 3),
            "gigabytes": round(size / 1e9, 3),
            "minutes": minutes,
            "peer_version": imageio_ffmpeg.get_ffmpeg_version(),
        },
    )


def fill(settings: Settings, files: list[Path]) -> str:
    """Puts the chunks into store and catalogue as a recorder would; answers an administrator's token."""
    migrate_all(settings, origins=[])
    assert settings.database_url is not None
    assert settings.secret_key is not None
    database = Database(settings.database_url.get_secret_value(), application="bench", max_size=1)
    store = ObjectStore.from_settings(settings)
    sealed = Vault(settings.secret_key.get_secret_value()).seal("rtsp://bench")
    opening = RunOpening(
        camera="bench", run=str(uuid.uuid4()), epoch=1, recorder="bench", reason="bench", parent="00" * 32,
        at_us=START_US,
    )  # fmt: skip
    chain = opening.tip()
    with database.transaction() as connection:
        places.add_agency(connection, code="bench", name="Bench", category="city")
        cameras.add_camera(
            connection, code="bench", name="Bench", agency="bench", source_sealed=sealed, source_masked="", lat=0, lon=0
        )  # fmt: skip
        people.add_person(connection, name="bench", password="a password", role="admin")
        token = people.add_token(connection, name="bench", label="")
        chunks.open_run(connection, opening)
        for seq, path in enumerate(files, start=1):
            entry, fragments, init = _described(path, opening.run, seq)
            store.put(chunk_key("bench", opening.run, seq), path, sha256=bytes.fromhex(entry.sha256))
            chain = tip(chain, entry.leaf())
            told = Announcement(recorder="bench", entry=entry, tip=chain, fragments=fragments, init=init)
            assert chunks.announce(connection, [told]) == ["appended"]
            chunks.stored(connection, [(opening.run, seq)])
    database.close()
    return token


def _described(path: Path, run: str, seq: int) -> tuple[ChunkEntry, bytes, InitSegment]:
    data = path.read_bytes()
    with path.open("rb") as stream:
        scanned = scan(stream)
    init = InitSegment(
        sha256=hashlib.sha256(scanned.init).hexdigest(), codec="h264", codecs="avc1.64001f", width=1920, height=1080,
        audio="none", body=scanned.init,
    )  # fmt: skip
    start_us = scanned.spans[0].start_us
    entry = ChunkEntry(
        camera="bench", run=run, seq=seq, start_us=start_us, end_us=scanned.spans[-1].end_us, frames=scanned.frames,
        size=len(data), init=init.sha256, sha256=hashlib.sha256(data).hexdigest(), clock=CLOCK, ended="boundary",
        lost=0,
    )  # fmt: skip
    return entry, pack(scanned.spans, start_us), init


def fetch(port: int, token: str, minutes: int) -> int:
    """Reads the clip of all minutes and throws it away; answers its size."""
    from saksi import clock

    window = f"from={clock.format_us(START_US)}&to={clock.format_us(START_US + minutes * 60_000_000)}"
    address = f"http://127.0.0.1:{port}/api/v1/cameras/bench/clip.mp4?{window}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    size = 0
    with urllib.request.urlopen(request, timeout=120) as answer:
        while piece := answer.read(1 << 20):
            size += len(piece)
    return size


def cpu_s(pid: int) -> float:
    """User and system CPU of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(port: int) -> None:
    """Until the API answers."""
    pause = threading.Event()
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1):
                return
        except OSError:
            pause.wait(0.2)
    raise SystemExit("the API did not start")


def _peer(folder: Path, listing: Path) -> float:
    import resource

    return _cost(resource.RUSAGE_CHILDREN, folder / "peer.mp4", lambda out: concat(listing, out))


if __name__ == "__main__":
    main()
