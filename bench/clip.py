"""Cost of cutting a clip from 4 Mbps chunks on local disk, against FFmpeg's concat demuxer.

Both read the same chunk files and write the same footage to one MP4. Ours is what the server does for
`clip.mp4` apart from HTTP and the object store: reads each sample index, plans, copies through user space.
A few minutes stay in the page cache; with more, the disk's write-back falls on either side by chance.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np

from bench import Result
from saksi.fmp4.index import FragmentSpan
from saksi.fmp4.samples import FragmentSamples, read_sample_index
from saksi.fmp4.splice import SpliceChunk, plan, ranges
from saksi.fmp4.timing import ticks
from saksi.fmp4.tracks import VideoTrack, nal_type
from saksi.fmp4.writer import (
    FragmentFacts,
    Sample,
    TrackFragment,
    fragment,
    init_segment,
    sample_index,
    self_description,
)

GOAL = 0.25  # ours / peer
FRAMES, FRAME_TICKS, GOP_US = 50, 3600, 2_000_000
START_US = 1_763_903_400_000_000
BLOCK = 1 << 20


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--chunks", type=int, default=4, help="minutes of footage, 36 MB each")
    options.add_argument("--runs", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-clip-") as folder:
        measure(Path(folder), chosen.chunks, max(chosen.runs, 3)).show(as_json=chosen.json)


def measure(folder: Path, chunks: int, runs: int) -> Result:
    """Runs both sides `runs` times in turn; the ratio is of CPU seconds per gigabyte delivered."""
    files = make_chunks(folder, chunks)
    listing = folder / "list.txt"
    listing.write_text("".join(f"file '{path}'\n" for path, _, _ in files))
    cut(files, folder / "ours.mp4")
    ours, peers = [], []
    for _ in range(runs):
        ours.append(_cost(resource.RUSAGE_SELF, folder / "ours.mp4", lambda out: cut(files, out)))
        peers.append(_cost(resource.RUSAGE_CHILDREN, folder / "peer.mp4", lambda out: concat(listing, out)))
    return Result(
        name="clip",
        peer="ffmpeg -f concat -c copy",
        goal=GOAL,
        runs=[round(mine / theirs, 4) for mine, theirs in zip(ours, peers, strict=True)],
        details={
            "ours_cpu_s_per_gb": round(statistics.median(ours), 3),
            "peer_cpu_s_per_gb": round(statistics.median(peers), 3),
            "gigabytes": round(sum(path.stat().st_size for path, _, _ in files) / 1e9, 3),
            "minutes": chunks,
            "peer_version": imageio_ffmpeg.get_ffmpeg_version(),
        },
    )


def cut(files: Sequence[tuple[Path, bytes, FragmentSpan]], out: Path) -> None:
    """Our side. Of each file only the init segment and the end of the last fragment are known beforehand."""
    chunks = []
    for path, init, last in files:
        with path.open("rb") as stream:
            stream.seek(last.end)
            index = stream.read()
        size = last.end + len(index)
        chunks.append(
            SpliceChunk(key=str(path), size=size, run="bench", init=init, fragments=read_sample_index(index))
        )
    clip = plan(chunks, START_US, START_US + len(files) * 60_000_000)
    with out.open("wb", buffering=0) as target:
        for part in ranges(clip, 0, clip.length - 1):
            if isinstance(part, bytes):
                target.write(part)
                continue
            with open(part.key, "rb", buffering=0) as source:
                source.seek(part.offset)
                left = part.length
                while left and (block := source.read(min(left, BLOCK))):
                    target.write(block)
                    left -= len(block)


def concat(listing: Path, out: Path) -> None:
    """The peer's side."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    command = [
        ffmpeg,
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-f",
        "concat",
        "-safe",
        "0",
        "-i",
        str(listing),
        "-c",
        "copy",
    ]
    subprocess.run([*command, str(out)], check=True, capture_output=True, timeout=600)


def make_chunks(folder: Path, count: int) -> list[tuple[Path, bytes, FragmentSpan]]:
    """Writes minutes of 1080p25 at 4 Mbps, one GOP repeated: (path, init, last fragment) of each."""
    track, frames = _gop()
    rows = [Sample(len(data), FRAME_TICKS, 0, number == 0) for number, data in enumerate(frames)]
    init = init_segment(track, None)
    files = []
    for minute in range(count):
        start_us = START_US + minute * 60_000_000
        path = folder / f"{minute:04d}.mp4"
        with path.open("wb") as stream:
            stream.write(
                init + self_description(camera="bench", run="bench", seq=minute + 1, start_us=start_us)
            )
            samples: list[FragmentSamples] = []
            for number in range(60_000_000 // GOP_US):
                at_us = start_us + number * GOP_US
                made = fragment(
                    number + 1,
                    TrackFragment.of(ticks(at_us, 90_000), rows, frames),
                    None,
                    facts=FragmentFacts(start_us=at_us, duration_us=GOP_US),
                )
                offset = stream.tell()
                samples.append(made.samples.at(offset))
                stream.write(made.data)
            stream.write(sample_index(samples))
            files.append((path, init, made.span(offset)))
    return files


def _gop() -> tuple[VideoTrack, list[bytes]]:
    """Two seconds of noisy 1080p25 H.264 at a constant 4 Mbps."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 1920, 1080, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.bit_rate = 4_000_000
    rate = "nal-hrd=cbr:vbv-maxrate=4000:vbv-bufsize=4000"
    encoder.options = {"preset": "ultrafast", "x264-params": f"keyint={FRAMES}:scenecut=0:bframes=0:{rate}"}
    noise = np.random.default_rng(1).integers(96, 160, (1080 * 3 // 2, 1920), np.uint8)
    packets = []
    for number in range(FRAMES):
        picture = av.VideoFrame.from_ndarray(np.roll(noise, 8 * number, axis=1), "yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, 25)
        packets += encoder.encode(picture)
    packets += encoder.encode(None)
    split = [bytes(packet).replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:] for packet in packets]
    sets = tuple(dict.fromkeys(nal for nals in split for nal in nals if nal_type("h264", nal) in (7, 8)))
    return VideoTrack("h264", sets), [
        b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals) for nals in split
    ]


def _cost(who: int, out: Path, work: Callable[[Path], None]) -> float:
    """CPU seconds (user and system) per gigabyte that `work` wrote to `out`."""
    os.sync()  # or writing earlier files back would be charged to whoever comes next
    before = resource.getrusage(who)
    work(out)
    after = resource.getrusage(who)
    size = os.path.getsize(out)
    out.unlink()
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / (size / 1e9)


if __name__ == "__main__":
    main()
