"""The sample index and the fragment index: small, exact, and suspicious of damage."""

from __future__ import annotations

from array import array
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.samples import FragmentSamples, TrackSamples, read_sample_index, sample_index
from saksi.fmp4.spans import FragmentSpan, pack, unpack
from tests.unit.saksi.fmp4 import media


@st.composite
def tracks(draw: st.DrawFn, *, video: bool) -> TrackSamples:
    count = draw(st.integers(0, 12))
    positions = st.lists(st.integers(0, max(count - 1, 0)), unique=True, max_size=count)
    return TrackSamples(
        base_time=draw(st.integers(0, 2**60)),
        data_offset=draw(st.integers(0, 2**60)),
        sizes=array("q", draw(st.lists(st.integers(0, 2**32 - 1), min_size=count, max_size=count))),
        durations=array("q", draw(st.lists(st.integers(0, 2**32 - 1), min_size=count, max_size=count))),
        offsets=array("q", draw(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=count, max_size=count))),
        sync=tuple(sorted(draw(positions))) if video and count else (),
    )


FRAGMENTS = st.lists(
    st.builds(FragmentSamples, video=tracks(video=True), audio=st.one_of(st.none(), tracks(video=False))),
    max_size=6,
)


@given(FRAGMENTS)
def test_the_sample_index_comes_back(fragments: list[FragmentSamples]) -> None:
    assert read_sample_index(sample_index(fragments)) == fragments


@given(st.data())
@settings(max_examples=400)
def test_a_damaged_sample_index_is_read_or_refused_but_never_crashes(data: st.DataObject) -> None:
    whole = bytearray(sample_index(media.chunk(media.video(b_frames=2), media.sound()).samples))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(24, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        for fragment in read_sample_index(bytes(whole)):
            assert fragment.video.length >= 0


@given(st.integers(0, 400))
def test_a_torn_sample_index_is_refused(length: int) -> None:
    whole = sample_index(media.chunk(media.video()).samples)
    with pytest.raises(Malformed):
        read_sample_index(whole[: min(length, len(whole) - 1)])


@pytest.mark.parametrize(
    ("codec", "b_frames", "sound"), [("h264", 0, None), ("h265", 0, "aac"), ("h264", 2, "pcmu")]
)
def test_the_sample_index_costs_at_most_four_bytes_a_frame(
    codec: str, b_frames: int, sound: str | None
) -> None:
    audio = media.sound(sound) if sound else None
    made = media.chunk(media.video(codec, b_frames=b_frames), audio)
    frames = sum(
        len(part.video.sizes) + (len(part.audio.sizes) if part.audio else 0) for part in made.samples
    )
    heads = 60 * len(made.samples)
    assert len(sample_index(made.samples)) <= 4 * frames + heads


def test_cutting_a_track_keeps_times_and_places() -> None:
    video = media.chunk(media.video(b_frames=2)).samples[1].video
    part = video.slice(3, 9)
    assert part.presentation() == video.presentation()[3:9]
    assert part.data_offset == video.data_offset + sum(video.sizes[:3])
    assert (video.slice(0, 9).sync, part.sync) == ((0,), ())


@st.composite
def spans(draw: st.DrawFn) -> FragmentSpan:
    length = draw(st.integers(0, 2**40))
    return FragmentSpan(
        offset=draw(st.integers(0, 2**40)),
        length=length,
        start_us=draw(st.integers(0, 2**52)),
        duration_us=draw(st.integers(0, 2**32)),
        keyframe_length=draw(st.integers(0, length)),
        video_length=draw(st.integers(0, length)),
        sync=draw(st.booleans()),
        frames=draw(st.integers(0, 10_000)),
    )


@given(st.lists(spans(), max_size=20), st.integers(0, 2**52))
def test_the_fragment_index_comes_back(listed: list[FragmentSpan], start_us: int) -> None:
    assert unpack(pack(listed, start_us), start_us) == listed


@given(st.lists(spans(), min_size=1, max_size=5), st.data())
def test_a_torn_fragment_index_is_refused(listed: list[FragmentSpan], data: st.DataObject) -> None:
    whole = pack(listed, 0)
    with pytest.raises(Malformed):
        unpack(whole[: data.draw(st.integers(0, len(whole) - 1))], 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_fragment_index_or_malformed(data: bytes) -> None:
    with suppress(Malformed):
        unpack(b"\x01" + data, media.START_US)


def test_a_minute_of_fragments_packs_into_half_a_kilobyte() -> None:
    listed = [
        FragmentSpan(
            offset=1200 + number * 1_000_700,
            length=1_000_700,
            start_us=media.START_US + number * 2_000_000,
            duration_us=2_000_000,
            keyframe_length=150_000 + number,
            video_length=980_000 + number,
            sync=True,
            frames=50,
        )
        for number in range(30)
    ]
    assert len(pack(listed, media.START_US)) <= 30 * 18
