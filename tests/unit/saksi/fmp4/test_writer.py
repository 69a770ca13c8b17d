"""Chunks as FFmpeg reads them: every frame, every byte, absolute times."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import pytest

from saksi.fmp4.boxes import Malformed, iterate
from saksi.fmp4.index import read_fragment
from saksi.fmp4.init import read_init
from saksi.fmp4.timing import ticks
from saksi.fmp4.writer import FragmentFacts, Sample, TrackFragment, fragment, init_segment, video_only
from tests.unit.saksi.fmp4 import media

STREAMS = [
    ("h264", 0, None),
    ("h264", 2, None),
    ("h265", 0, None),
    ("h265", 2, None),
    ("h264", 0, "aac"),
    ("h264", 2, "pcmu"),
    ("h265", 0, "pcma"),
]
NTP_1970 = 2_208_988_800


def _made(codec: str, b_frames: int, sound: str | None) -> media.Chunk:
    return media.chunk(media.video(codec, b_frames=b_frames), media.sound(sound) if sound else None)


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
def test_ffmpeg_finds_every_nal_unit_and_every_sound_frame_unaltered(
    codec: str, b_frames: int, sound: str | None
) -> None:
    made = _made(codec, b_frames, sound)
    assert media.packets(made.data) == [frame.data for frame in made.frames]
    if sound:
        assert b"".join(media.packets(made.data, "audio")) == b"".join(media.sound(sound).frames)


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
def test_ffmpeg_decodes_every_picture_in_order_without_a_word(
    codec: str, b_frames: int, sound: str | None, tmp_path: Path
) -> None:
    made = _made(codec, b_frames, sound)
    assert media.numbers(made.data) == list(range(100))
    path = tmp_path / "chunk.mp4"
    path.write_bytes(made.data)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("codec", "b_frames"), [("h264", 0), ("h264", 2), ("h265", 2)])
def test_frames_carry_their_wall_clock_time(codec: str, b_frames: int) -> None:
    made = _made(codec, b_frames, None)
    with av.open(io.BytesIO(made.data)) as container:
        found = [frame.pts for frame in container.decode(video=0)]
    assert found == [ticks(media.START_US, 90_000) + n * media.FRAME for n in range(100)]


def test_the_same_parameters_give_the_same_init_segment() -> None:
    track, sound = media.video().track, media.sound().track
    assert init_segment(track, sound) == init_segment(track, sound) != init_segment(track, None)


@pytest.mark.parametrize("sound", ["aac", "pcmu"])
def test_the_video_only_init_segment_plays_the_fragments_without_their_sound(sound: str) -> None:
    made = _made("h264", 0, sound)
    spans = media.scanned(made.data).spans
    init = video_only(made.init)
    picture = init + b"".join(made.data[span.offset : span.offset + span.video_length] for span in spans)
    with av.open(io.BytesIO(picture)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    assert media.numbers(picture) == list(range(100))
    assert read_init(init).audio is None
    assert video_only(init) == init


def test_the_producer_reference_time_ties_media_time_to_utc() -> None:
    made = _made("h264", 0, None)
    span = media.scanned(made.data).spans[1]
    prft = made.data[span.offset : span.offset + 32]
    assert prft[4:9] == b"prft\x01"
    seconds, part = int.from_bytes(prft[16:20], "big") - NTP_1970, int.from_bytes(prft[20:24], "big")
    assert abs(seconds * 1_000_000 + part * 1_000_000 / 2**32 - span.start_us) < 1
    assert int.from_bytes(prft[24:32], "big") == ticks(span.start_us, 90_000)


def test_the_keyframe_prefix_and_the_video_prefix_end_where_they_say() -> None:
    made = _made("h264", 0, "aac")
    for span, frame in zip(media.scanned(made.data).spans, made.frames[::25], strict=True):
        assert made.data[span.offset : span.offset + span.keyframe_length].endswith(frame.data)
        kinds = [item.kind for item in iterate(made.data, span.offset, span.offset + span.video_length)]
        assert kinds == [b"prft", b"uuid", b"moof", b"mdat"]


def test_facts_of_a_fragment_come_back() -> None:
    facts = FragmentFacts(
        start_us=media.START_US,
        duration_us=40_000,
        source_start=-7,
        source_span=3600,
        source_timescale=90_000,
        lost=3,
    )
    base = ticks(media.START_US, 90_000)
    made = fragment(1, TrackFragment.of(base, [Sample(4, 3600, 0, True)], [b"ab", b"cd"]), None, facts=facts)
    read = read_fragment(made.data, 500)
    assert read.facts == facts
    assert read.span == made.span(500)
    assert read.samples == made.samples.at(500)


def test_samples_that_do_not_add_up_to_their_data_are_refused() -> None:
    facts = FragmentFacts(start_us=0, duration_us=0)
    with pytest.raises(Malformed):
        fragment(1, TrackFragment.of(0, [Sample(5, 1)], [b"four"]), None, facts=facts)
    with pytest.raises(Malformed):
        fragment(1, TrackFragment.of(0, [], []), None, facts=facts)
    with pytest.raises(Malformed):
        fragment(1, TrackFragment.of(-1, [Sample(4, 1)], [b"four"]), None, facts=facts)


def test_every_sample_may_be_a_keyframe_and_last_differently() -> None:
    rows = [Sample(1, 100 + n, 0, n != 2) for n in range(5)]
    made = fragment(
        1, TrackFragment.of(7, rows, [b"abcde"]), None, facts=FragmentFacts(start_us=0, duration_us=0)
    )
    video = read_fragment(made.data).samples.video
    assert video.sync == (0, 1, 3, 4)
    assert video.durations.tolist() == [100, 101, 102, 103, 104]
