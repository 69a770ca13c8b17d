"""What thinning saves: bytes of chunks of keyframes against the originals, on the clips that the demo's cameras play.

They are H.264 and H.265 from real encoders; with `--clips FOLDER` it is recordings of one's own, MP4 with one video
track.
Each clip becomes a chunk as a recorder makes it, without sound. The peer is what is stored today: the whole chunk.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import av

from bench import Result
from saksi.fmp4.samples import FragmentSamples, sample_index
from saksi.fmp4.thin import MODES, Origin, Thinned, choose, thin
from saksi.fmp4.timing import decode_order, microseconds, ticks
from saksi.fmp4.tracks import VideoCodec, VideoTrack, nal_type
from saksi.fmp4.writer import (
    FragmentFacts,
    Sample,
    TrackFragment,
    fragment,
    init_segment,
    self_description,
)
from saksi.retention.thin_chunk import gather
from simcam import library, orders

GOAL = 0.5  # thinned / original, of all clips together
_START_US = 1_763_903_400_000_000
_RATE = 90_000
_SETS = {"h264": (7, 8), "h265": (32, 33, 34)}


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--clips", type=Path, help="folder of recordings to measure instead of the demo's")
    chosen = options.parse_args()
    measure(_clips(chosen.clips)).show(as_json=chosen.json)


def measure(clips: Sequence[Path]) -> Result:
    """The ratio is of the mode `keyframes`; both modes and every clip stand in the details."""
    details: dict[str, object] = {}
    whole, kept, seconds = 0, dict.fromkeys(MODES, 0), 0.0
    for path in clips:
        data, origin, fragments = _chunk(path)
        whole += len(data)
        for mode in MODES:
            begun = time.process_time()
            made = _thin(data, origin, fragments, mode)
            seconds += time.process_time() - begun
            kept[mode] += len(made.data)
            frames = sum(len(one.video.sizes) for one in fragments)
            details[f"{path.stem} {mode}"] = (
                f"{len(data)} -> {len(made.data)} bytes, {len(data) / len(made.data):.2f} times smaller,"
                f" {made.frames} of {frames} frames"
            )
    for mode in MODES:
        details[f"all {mode}"] = f"{whole} -> {kept[mode]} bytes, {whole / kept[mode]:.2f} times smaller"
    details["cpu_s_per_gb"] = round(seconds / (whole * len(MODES) / 1e9), 2)
    runs = [round(kept["keyframes"] / whole, 4)]
    return Result(name="thinning", peer="the whole chunk", goal=GOAL, runs=runs, details=details)


def _clips(folder: Path | None) -> list[Path]:
    if folder is not None:
        return sorted(folder.glob("*.mp4"))
    library.draw(orders.missing(len(orders.KINDS)))
    size = {"width": orders.WIDTH, "height": orders.HEIGHT, "kbps": orders.KBPS}
    wanted = orders.orders(orders.default_cache(), cameras=len(orders.KINDS), **size)
    return [order.path for order in wanted]


def _chunk(path: Path) -> tuple[bytes, Origin, list[FragmentSamples]]:
    """A recording as one chunk, a fragment for each keyframe and what follows it."""
    track, frames = _read(path)
    groups: list[list[tuple[int, bytes, bool]]] = []
    for frame in frames:
        if frame[2] or not groups:
            groups.append([])
        groups[-1].append(frame)
    init = init_segment(track, None)
    pieces = [init, self_description(camera="bench", run="bench", seq=1, start_us=_START_US)]
    tables, delay = [], 0
    begin, offset, end_us = ticks(_START_US, _RATE), sum(map(len, pieces)), 0
    for number, group in enumerate(groups, 1):
        decode, offsets = decode_order([time for time, _, _ in group])
        later = (
            groups[number][0][0] if number < len(groups) else 2 * decode[-1] - decode[max(len(decode) - 2, 0)]
        )
        spans = [b - a for a, b in zip(decode, [*decode[1:], later], strict=True)]
        start_us, span_us = microseconds(begin + decode[0], _RATE), microseconds(sum(spans), _RATE)
        rows = [
            Sample(len(data), span, late, key)
            for (_, data, key), span, late in zip(group, spans, offsets, strict=True)
        ]
        made = fragment(
            number,
            TrackFragment.of(begin + decode[0], rows, [data for _, data, _ in group], delay),
            None,
            facts=FragmentFacts(start_us=start_us, duration_us=span_us),
        )
        delay, end_us = made.delay, start_us + span_us
        tables.append(made.samples.at(offset))
        pieces.append(made.data)
        offset += len(made.data)
    origin = Origin(
        camera="bench", run="bench", seq=1, start_us=_START_US, end_us=end_us, sha256="", init=init
    )  # fmt: skip
    return b"".join([*pieces, sample_index(tables)]), origin, tables


def _read(path: Path) -> tuple[VideoTrack, list[tuple[int, bytes, bool]]]:
    """Parameter sets; of each frame in decode order its time in ticks from 0, its bytes, whether it is a keyframe."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec: VideoCodec = "h264" if stream.codec_context.name == "h264" else "h265"
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [
            (round((packet.pts or 0) * packet.time_base * _RATE), bytes(packet), packet.is_keyframe)
            for packet in packets
        ]
        names = {"h264": "h264_mp4toannexb", "h265": "hevc_mp4toannexb"}
        plain = av.BitStreamFilterContext(names[codec], in_stream=stream)
        first = b"".join(bytes(one) for one in plain.filter(packets[0]))
    units = [unit for unit in first.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    sets = tuple(dict.fromkeys(unit for unit in units if nal_type(codec, unit) in _SETS[codec]))
    least = min(time for time, _, _ in frames)
    return VideoTrack(codec, sets), [(time - least, data, key) for time, data, key in frames]


def _thin(data: bytes, origin: Origin, fragments: Sequence[FragmentSamples], mode: str) -> Thinned:
    kept = choose(fragments, _RATE, mode)
    _, samples = gather([data], kept)
    return thin(origin, kept, samples, mode)


if __name__ == "__main__":
    main()
