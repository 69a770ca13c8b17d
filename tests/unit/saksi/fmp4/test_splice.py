"""Clips: the right frames, every byte of them, at the right time, whatever lies in the way."""

from __future__ import annotations

import io
import subprocess
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed, child, iterate
from saksi.fmp4.splice import CannotSplice, NoFootage, plan, ranges
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.media import at, cut

STREAMS = [
    ("h264", 0, None),
    ("h264", 2, "aac"),
    ("h265", 0, "pcmu"),
    ("h265", 2, None),
    ("h264", 0, "pcma"),
]
_CODECS = {"aac": "aac", "pcmu": "pcm_mulaw", "pcma": "pcm_alaw"}
CUTS = [(0, 100), (10, 60), (1, 2), (49, 51), (50, 75), (26, 27), (33, 88), (99, 100)]


def _two_chunks(codec: str = "h264", b_frames: int = 0, sound: str | None = None) -> list[media.Chunk]:
    video, audio = media.video(codec, b_frames=b_frames), media.sound(sound) if sound else None
    return [media.chunk(video, audio, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
@pytest.mark.parametrize(("first", "last"), CUTS)
def test_exactly_the_frames_that_begin_in_the_window_are_shown_at_their_time(
    codec: str, b_frames: int, sound: str | None, first: int, last: int
) -> None:
    clip, data = cut(_two_chunks(codec, b_frames, sound), at(first), at(last))
    found = media.shown(data)
    assert [number for number, _ in found] == list(range(first, last))
    assert [round(seconds * 1000) for _, seconds in found] == [40 * n for n in range(last - first)]
    assert clip.frames == last - first
    assert abs(clip.start_us - at(first)) <= 6
    assert abs(clip.end_us - at(last)) <= 6
    assert clip.gaps == []
    assert clip.length == len(data)


def test_instants_between_frames_select_the_frames_that_begin_after_them() -> None:
    clip, data = cut(_two_chunks(), at(10.5), at(20.5))
    assert media.numbers(data) == list(range(11, 21))
    assert abs(clip.start_us - at(11)) <= 6
    assert abs(clip.end_us - at(20.5)) <= 6


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
def test_every_frame_of_the_clip_is_the_cameras_own_bytes(
    codec: str, b_frames: int, sound: str | None
) -> None:
    chunks = _two_chunks(codec, b_frames, sound)
    _, data = cut(chunks, at(0), at(100))
    assert media.packets(data) == [frame.data for part in chunks for frame in part.frames]
    if sound:
        # FFmpeg joins or splits G.711 packets as it likes; the bytes are what counts.
        assert b"".join(media.packets(data, "audio")) == b"".join(media.sound(sound).frames)


def test_the_clip_is_one_plain_mp4_that_a_strict_reader_takes_without_a_word(tmp_path: Path) -> None:
    _, data = cut(_two_chunks("h264", 2, "aac"), at(7), at(93))
    assert [item.kind for item in iterate(data)] == [b"ftyp", b"moov", b"mdat"]
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_movie_says_when_it_was_recorded() -> None:
    _, data = cut(_two_chunks(), at(30), at(60))
    with av.open(io.BytesIO(data)) as container:
        assert container.metadata["creation_time"].startswith("2025-11-23T13:10:01")
        assert abs(container.duration - 1_200_000) <= 20


@pytest.mark.parametrize("b_frames", [0, 2])
def test_the_clip_can_be_sought(b_frames: int) -> None:
    _, data = cut(_two_chunks("h264", b_frames), at(10), at(95))
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        container.seek(int(Fraction(2) / stream.time_base), stream=stream)
        frame = next(frame for frame in container.decode(video=0) if frame.time >= 2)
        assert media.number_of(frame.to_ndarray(format="rgb24")) == 60


@pytest.mark.parametrize(("first", "last"), [(0, 100), (10, 60), (49, 51), (33, 88)])
def test_sound_is_cut_to_the_sample_with_the_picture(first: int, last: int) -> None:
    whole = _samples(media.chunk(media.video(), media.sound("pcmu")).data)
    _, data = cut(_two_chunks("h264", 0, "pcmu"), at(first), at(last))
    found = _samples(data)
    assert abs(len(found) - (last - first) * 320) <= 2
    reference = whole[first * 320 : first * 320 + len(found)]
    near = [np.array_equal(found[2:-2], np.roll(reference, step)[2:-2]) for step in (-1, 0, 1)]
    assert any(near)


def test_sound_that_sets_in_late_is_not_moved_to_the_beginning() -> None:
    video, audio = media.video(), media.sound("pcmu")
    chunks = [media.chunk(video, None, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]
    _, data = cut(chunks, at(10), at(90))
    with av.open(io.BytesIO(data)) as container:
        first = next(container.decode(audio=0))
    assert abs(first.time - 40 * 0.04) < 0.021


def test_aac_begins_with_a_frame_that_is_not_heard_so_that_the_first_heard_is_whole() -> None:
    audio = media.sound("aac")
    _, data = cut(_two_chunks("h264", 0, "aac"), at(33), at(60))
    first = audio.frames.index(media.packets(data, "audio")[0])
    start = (33 * media.FRAME_US) * audio.track.rate / 1e6
    assert start - 3 * audio.span < first * audio.span <= start - audio.span


@pytest.mark.parametrize("gop", [10, 25])
def test_sound_is_left_out_on_request_and_does_not_travel_hidden(gop: int) -> None:
    audio = media.sound("pcmu")
    chunk = media.chunk(media.video(gop=gop), audio)
    clip, data = cut([chunk], at(0), at(100), sound=False)
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    assert media.numbers(data) == list(range(100))
    assert not any(frame in data for frame in audio.frames[10:190])
    assert clip.frames == 100


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("sound", [None, "aac", "pcma"])
def test_a_gap_keeps_its_length(b_frames: int, sound: str | None) -> None:
    video, audio = media.video(b_frames=b_frames), media.sound(sound) if sound else None
    away = 3_000_000
    chunks = [
        media.chunk(video, audio, last=50, seq=1),
        media.chunk(video, audio, first=50, seq=2, start_us=media.START_US + away),
    ]
    clip, data = cut(chunks, at(30), at(80) + away)
    found = media.shown(data)
    assert [number for number, _ in found] == list(range(30, 80))
    times = [round(seconds * 1000) for _, seconds in found]
    assert times == [40 * n for n in range(20)] + [3000 + 40 * n for n in range(20, 50)]
    assert [(round((a - at(50)) / 1000), round((b - at(50)) / 1000)) for a, b in clip.gaps] == [(0, 3000)]
    if sound:
        heard = _heard(data)
        assert abs(max(heard) - 4.98) < 0.06
        assert max(loud for time, loud in heard.items() if 0.87 < time < 3.73) < 0.001
        assert min(loud for time, loud in heard.items() if time < 0.75 or 3.85 < time < 4.9) > 0.1


@pytest.mark.parametrize("sound", ["aac", "pcmu"])
def test_players_that_do_not_look_at_the_times_of_sound_frames_hear_a_gap_as_long_as_it_was(
    sound: str,
) -> None:
    video, audio = media.video(), media.sound(sound)
    parts = [
        media.chunk(video, audio, first=25 * n, last=25 * n + 25, seq=n, start_us=at(0) + n * 1_234_567)
        for n in range(4)
    ]
    _, data = cut(parts, at(0), at(100) + 4_000_000)
    with av.open(io.BytesIO(data)) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / audio.track.rate
    assert abs(heard - 4 - 3 * 1.234567) < 0.05
    packets = media.packets(data, "audio")
    if sound == "aac":
        assert [packet for packet in packets if packet in audio.frames] == audio.frames


def test_holes_of_a_few_frames_are_no_gaps() -> None:
    chunks = [
        media.chunk(media.video(), last=50, seq=1),
        media.chunk(media.video(), first=50, seq=2, start_us=at(3)),
    ]
    clip, data = cut(chunks, at(0), at(103))
    assert clip.gaps == []
    assert round(media.shown(data)[50][1] * 1000) == 53 * 40


def test_a_window_that_begins_in_a_gap_begins_with_the_first_frame_after_it() -> None:
    chunks = _two_chunks()
    chunks[1] = media.chunk(media.video(), first=50, seq=2, start_us=media.START_US + 5_000_000)
    clip, data = cut(chunks, at(60), at(100) + 5_000_000)
    assert media.numbers(data) == list(range(50, 100))
    assert abs(clip.start_us - at(50) - 5_000_000) <= 6
    assert clip.gaps == []


def test_a_fragment_cut_inside_a_gop_still_finds_its_keyframe() -> None:
    chunk = media.chunk(media.video(gop=100), longest=30)
    assert [span.sync for span in media.scanned(chunk.data).spans] == [True, False, False, False]
    clip, data = cut([chunk], at(70), at(80))
    assert media.numbers(data) == list(range(70, 80))
    assert clip.frames == 10


def test_of_two_runs_that_overlap_the_first_goes_on_until_it_ends() -> None:
    first = media.chunk(media.video(), last=75, seq=1, key="a")
    second = media.chunk(media.video(), first=25, seq=1, key="b")
    clip, data = cut([first, second], at(0), at(100), runs=["one", "two"])
    assert media.numbers(data) == list(range(100))
    assert {piece.key for piece in clip.pieces} == {"a", "b"}
    assert sum(piece.length for piece in clip.pieces if piece.key == "b") < len(second.data) / 2


def test_the_second_run_comes_in_at_its_first_keyframe_after_the_end_of_the_first() -> None:
    first = media.chunk(media.video(), last=60, seq=1, key="a")
    second = media.chunk(media.video(), first=50, seq=1, key="b")
    clip, data = cut([first, second], at(0), at(100), runs=["one", "two"])
    assert media.numbers(data) == [*range(60), *range(75, 100)]
    assert round(media.shown(data)[60][1] * 1000) == 75 * 40
    assert [(round((b - a) / 1000)) for a, b in clip.gaps] == [600]


def test_a_run_that_comes_back_does_not_interrupt_the_one_in_play() -> None:
    early = media.chunk(media.video(), last=25, seq=1, key="a1")
    other = media.chunk(media.video(), first=25, seq=1, key="b")
    late = media.chunk(media.video(), first=50, last=75, seq=2, key="a2")
    clip, data = cut([early, other, late], at(0), at(100), runs=["one", "two", "one"])
    assert media.numbers(data) == list(range(100))
    assert {piece.key for piece in clip.pieces} == {"a1", "b"}


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_parameter_sets_may_change_on_the_way(codec: str) -> None:
    small, large = media.video(codec, frames=50), media.video(codec, frames=50, size=(320, 192))
    chunks = [media.chunk(small, seq=1), media.chunk(large, seq=2, start_us=at(50))]
    _, data = cut(chunks, at(40), at(60))
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(video=0))
    assert [(frame.width, frame.height) for frame in frames] == [(160, 96)] * 10 + [(320, 192)] * 10
    moov = list(iterate(data))[1]
    boxes = child(data, child(data, child(data, moov, b"trak"), b"mdia"), b"minf")
    stsd = child(data, child(data, boxes, b"stbl"), b"stsd")
    assert len(list(iterate(data, stsd.body + 8, stsd.end))) == 2


def test_a_change_of_codec_names_the_instant() -> None:
    chunks = [
        media.chunk(media.video("h264", frames=50), seq=1),
        media.chunk(media.video("h265", frames=50), seq=2, start_us=at(50)),
    ]
    with pytest.raises(CannotSplice) as caught:
        cut(chunks, at(0), at(100))
    assert caught.value.reason == "video"
    assert abs(caught.value.at_us - at(50)) <= 6
    assert (caught.value.before, caught.value.after) == ("avc1", "hvc1")
    assert cut(chunks, at(0), at(50))[0].frames == 50
    assert cut(chunks, at(50), at(100))[0].frames == 50


def test_pictures_that_lead_the_first_keyframe_of_another_codec_are_not_entered_from_the_one_before() -> None:
    """An open GOP at the beginning of a file: nothing before it can be decoded, least of all with the other codec."""
    open_gop = media.video("h265", frames=50)
    times = [2, 0, 1, *range(3, 50)]
    frames = [replace(one, pts=media.FRAME * n) for one, n in zip(open_gop.frames, times, strict=True)]
    chunks = [
        media.chunk(media.video("h264", frames=50), seq=1),
        media.chunk(replace(open_gop, frames=frames), seq=2, start_us=at(50)),
    ]
    with pytest.raises(CannotSplice) as caught:
        cut(chunks, at(0), at(100), runs=["one", "two"])
    assert cut(chunks, at(0), caught.value.at_us, runs=["one", "two"])[0].frames == 50
    assert cut(chunks, caught.value.at_us, at(100), runs=["one", "two"])[0].frames == 48


@pytest.mark.parametrize(("before", "after"), [("aac", "pcmu"), ("pcmu", "aac"), ("pcma", "pcmu")])
@pytest.mark.parametrize("sound_us", [-37_000, 0, 11_000])
def test_a_change_of_sound_names_the_instant_at_which_each_side_is_a_clip(
    before: str, after: str, sound_us: int
) -> None:
    """Sound begins and ends where its own frames do, which is not where the pictures of a file or a run do."""
    video = media.video()
    chunks = [
        media.chunk(video, media.sound(before), last=50, seq=1, sound_us=sound_us),
        media.chunk(video, media.sound(after), first=50, seq=2, sound_us=sound_us),
    ]
    with pytest.raises(CannotSplice) as caught:
        cut(chunks, at(0), at(100))
    assert caught.value.reason == "audio"
    assert abs(caught.value.at_us - at(50)) <= 6
    for span, kind in (((at(0), caught.value.at_us), before), ((caught.value.at_us, at(100)), after)):
        clip, data = cut(chunks, *span)
        assert clip.frames == 50
        with av.open(io.BytesIO(data)) as container:
            assert container.streams.audio[0].codec_context.name == _CODECS[kind]
            assert sum(packet.duration or 0 for packet in container.demux(audio=0)) > 0
    assert cut(chunks, at(0), at(100), sound=False)[0].frames == 100


@pytest.mark.parametrize(("first", "last"), [(100, 200), (-50, 0), (10.2, 10.8)])
def test_a_window_without_a_frame_has_no_footage(first: float, last: float) -> None:
    with pytest.raises(NoFootage):
        cut(_two_chunks(), at(first), at(last))
    with pytest.raises(NoFootage):
        plan([], at(0), at(1))


def test_a_chunk_whose_tables_point_beyond_its_end_is_refused() -> None:
    part = _two_chunks()[0].splice()
    with pytest.raises(Malformed):
        plan([replace(part, size=part.size // 2)], at(0), at(50))


def test_a_chunk_is_fetched_in_one_piece() -> None:
    clip, _ = cut(_two_chunks("h264", 0, "aac"), at(0), at(100))
    assert len(clip.pieces) == 2


def test_the_tag_names_the_bytes() -> None:
    chunks = _two_chunks()
    assert cut(chunks, at(3), at(60))[0] == cut(chunks, at(3), at(60))[0]
    assert cut(chunks, at(3), at(60))[0].etag != cut(chunks, at(4), at(60))[0].etag


@given(st.data())
@settings(max_examples=200)
def test_any_range_is_the_same_bytes_as_in_the_whole(data: st.DataObject) -> None:
    chunks = _two_chunks("h264", 2, "aac")
    clip, whole = cut(chunks, at(13), at(77))
    first = data.draw(st.integers(0, clip.length - 1))
    last = data.draw(st.integers(first, clip.length - 1))
    assert media.fetched(chunks, ranges(clip, first, last)) == whole[first : last + 1]


def test_a_range_outside_the_clip_is_refused() -> None:
    clip, _ = cut(_two_chunks(), at(0), at(10))
    for first, last in ((-1, 5), (5, 4), (0, clip.length)):
        with pytest.raises(ValueError, match="not within"):
            list(ranges(clip, first, last))


@given(st.integers(0, 99), st.integers(1, 100), st.sampled_from([0, 2]))
@settings(max_examples=40)
def test_any_window_shows_its_frames(first: int, count: int, b_frames: int) -> None:
    last = min(first + count, 100)
    _, data = cut(_two_chunks("h264", b_frames), at(first), at(last))
    assert media.numbers(data) == list(range(first, last))


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_init_segment_is_refused_and_never_crashes(data: st.DataObject) -> None:
    part = media.chunk(media.video(), media.sound("aac")).splice()
    init = bytearray(part.init)
    for _ in range(data.draw(st.integers(1, 5))):
        init[data.draw(st.integers(0, len(init) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed, NoFootage):
        plan([replace(part, init=bytes(init))], at(0), at(50))


def _samples(data: bytes) -> np.ndarray:
    """The sound of a file as a player hears it."""
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def _heard(data: bytes) -> dict[float, float]:
    """Loudness (root mean square, 0 to 1) of each decoded sound frame by its time."""
    found = {}
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(audio=0):
            wave = frame.to_ndarray()[0].astype(float)
            full = 1.0 if frame.format.name.startswith("flt") else 32768.0
            found[frame.time] = float(np.sqrt(np.mean((wave / full) ** 2)))
    return found
