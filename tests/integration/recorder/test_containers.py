"""Streams that do not come over RTSP: from FLV, MP4, HLS and MPEG-TS the NAL units are kept as they were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from recorder import nal
from recorder.access_unit import VideoUnit
from recorder.awake import Awake
from recorder.leased import Leased
from recorder.recording import Recording
from recorder.sources.libav import LibavSource
from recorder.spool import Spool
from saksi import clock
from tests.fixtures.fix_web import Live, Web
from tests.integration.recorder.archive import settle
from tests.integration.recorder.films import Film, flv_tags, like, without_added, write
from tests.unit.recorder.test_recording import Notes

Serve = Callable[[Path | Live], Web]

HEVC = Film(codec="h265")
FMP4_HLS = {"hls_list_size": "0", "hls_time": "1", "hls_segment_type": "fmp4"}
STREAMS: dict[str, tuple[str, Film, dict[str, str]]] = {
    "film.flv": ("flv", Film(), {}),
    "b-frames.flv": ("flv", Film(options={"bf": "2", "b-adapt": "0"}), {}),
    "h265.flv": ("flv", HEVC, {}),
    "film.mp4": ("mp4", Film(), {"movflags": "faststart"}),
    "fragmented.mp4": ("mp4", Film(), {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "h265.mp4": ("mp4", HEVC, {"movflags": "faststart"}),
    "fragmented.m3u8": ("hls", Film(), FMP4_HLS),
    "ts.m3u8": ("hls", Film(), {"hls_list_size": "0", "hls_time": "1"}),
    "film.ts": ("mpegts", Film(), {}),
    "h265.ts": ("mpegts", HEVC, {}),
}


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Callable[[str], list[Path]]]:
    """Records an address until it ends; answers the chunks."""
    spool = Spool(tmp_path / "spool", high_water_bytes=1 << 40, reserve_bytes=0)

    def run(url: str) -> list[Path]:
        notes, source = Notes(), LibavSource()
        leased = Leased(
            camera="gate-1",
            epoch=1,
            recorder="here",
            parent="0" * 64,
            chunk_seconds=60,
            fsync=False,
            since_us=clock.now_us(),
        )
        recording = Recording(leased, spool, tell=notes.tell, ship=notes.shipped.append, awake=Awake())
        source.open(url, 5)
        recording.connected(source.audio)
        for units in source:
            recording.take(units)
        recording.finish("source_ended", "released")
        return [sealed.media for sealed in notes.shipped]

    yield run
    spool.release()


def kept(chunks: list[Path]) -> list[list[bytes]]:
    """Each picture's NAL units in the chunks, read by libav."""
    found = []
    for chunk in chunks:
        with av.open(str(chunk)) as container:
            found += [nal.split_lengths(bytes(p)) for p in container.demux(video=0) if p.size]
    return found


def shown(chunks: list[Path]) -> int:
    """How many pictures a decoder makes of the chunks."""
    count = 0
    for chunk in chunks:
        with av.open(str(chunk)) as container:
            count += sum(1 for _ in container.decode(video=0))
    return count


@pytest.mark.parametrize("name", STREAMS)
def test_every_nal_unit_is_kept_as_the_encoder_made_it(
    tmp_path: Path, serve: Serve, record: Callable[[str], list[Path]], name: str
) -> None:
    kind, film, options = STREAMS[name]
    made = write(tmp_path / name, kind, film, **options)
    chunks = record(serve(tmp_path).url(name))
    assert [without_added(units, film.codec) for units in kept(chunks)] == made
    assert len(made) == film.count == shown(chunks)


def test_lengths_of_two_bytes_are_followed(
    tmp_path: Path, serve: Serve, record: Callable[[str], list[Path]]
) -> None:
    made = write(tmp_path / "four.flv", "flv", Film())
    with av.open(str(tmp_path / "four.flv")) as four, av.open(str(tmp_path / "two.flv"), "w") as two:
        given: Any = four.streams.video[0]
        stream: Any = two.add_stream_from_template(given)
        record_bytes = bytes(given.codec_context.extradata)
        stream.codec_context.extradata = record_bytes[:4] + b"\xfd" + record_bytes[5:]
        for packet in four.demux(given):
            if packet.size:
                units = nal.split_lengths(bytes(packet))
                two.mux(like(packet, b"".join(len(u).to_bytes(2, "big") + u for u in units), stream))
    chunks = record(serve(tmp_path).url("two.flv"))
    assert kept(chunks) == made
    assert shown(chunks) == len(made)


def test_parameters_that_come_anew_beside_the_pictures_start_a_chunk(
    tmp_path: Path, serve: Serve, record: Callable[[str], list[Path]]
) -> None:
    """An encoder that is set to another size sends a new avcC, and no sets among its pictures."""
    made = write(tmp_path / "small.flv", "flv", Film())
    made += write(tmp_path / "large.flv", "flv", Film(size=(320, 240)))
    first, second = ((tmp_path / name).read_bytes() for name in ("small.flv", "large.flv"))
    (tmp_path / "both.flv").write_bytes(first + b"".join(flv_tags(second)[1:]))
    chunks = record(serve(tmp_path).url("both.flv"))
    assert kept(chunks) == made
    sizes = []
    for chunk in chunks:
        with av.open(str(chunk)) as container:
            sizes += [(f.width, f.height) for f in container.decode(video=0)]
    assert sizes == [(160, 120)] * 60 + [(320, 240)] * 60


def test_a_picture_between_lengths_arrived_when_it_came_and_not_with_the_one_before(
    tmp_path: Path, serve: Serve
) -> None:
    write(tmp_path / "film.flv", "flv", Film(count=8))
    sent_us: list[int] = []

    def live() -> Iterator[bytes]:
        for tag in flv_tags((tmp_path / "film.flv").read_bytes()):
            if tag[0] == 9 and tag[12] == 1:  # a video tag that holds a picture, not the avcC
                settle(0.2)
                sent_us.append(clock.monotonic_us())
            yield tag

    source = LibavSource()
    source.open(serve(live).url("live.flv"), 5)
    came_us = [
        unit.monotonic_us for unit in islice(chain.from_iterable(source), 8) if isinstance(unit, VideoUnit)
    ]
    assert len(came_us) == len(sent_us) == 8
    assert all(came >= sent for came, sent in zip(came_us, sent_us, strict=True))
    assert all(later > earlier for earlier, later in pairwise(came_us))
