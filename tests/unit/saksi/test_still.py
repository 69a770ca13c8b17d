"""Stills: the right frame at the right time from few bytes, and plain words when there is no picture."""

from __future__ import annotations

import io
from contextlib import suppress

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.still import Undecodable, decode_keyframe, frame_at
from tests.unit.saksi.fmp4 import media

STREAMS = [("h264", 0), ("h264", 2), ("h265", 0), ("h265", 2)]


def _image(jpeg: bytes) -> np.ndarray:
    with av.open(io.BytesIO(jpeg)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def _fragments(chunk: media.Chunk, first: int, last: int) -> list[bytes]:
    spans = media.scanned(chunk.data).spans[first:last]
    return [chunk.data[span.offset : span.offset + span.video_length] for span in spans]


@pytest.mark.parametrize(("codec", "b_frames"), STREAMS)
def test_the_keyframe_of_every_fragment_is_made_from_its_prefix_alone(codec: str, b_frames: int) -> None:
    chunk = media.chunk(media.video(codec, b_frames=b_frames), media.sound("aac"))
    for number, span in enumerate(media.scanned(chunk.data).spans):
        prefix = chunk.data[span.offset : span.offset + span.keyframe_length]
        assert media.number_of(_image(decode_keyframe(chunk.init, prefix, width=160))) == 25 * number


@pytest.mark.parametrize(("codec", "b_frames"), STREAMS)
@pytest.mark.parametrize("frame", [25, 28, 29, 31, 48, 49])
def test_the_frame_shown_at_an_instant_is_found_with_its_exact_start(
    codec: str, b_frames: int, frame: int
) -> None:
    chunk = media.chunk(media.video(codec, b_frames=b_frames))
    for part in (0, 0.5, 0.99):
        still = frame_at(chunk.init, _fragments(chunk, 1, 2), media.at(frame + part), width=160)
        assert media.number_of(_image(still.jpeg)) == frame
        assert abs(still.start_us - media.at(frame)) <= 6


def test_a_long_gop_is_decoded_over_several_fragments() -> None:
    chunk = media.chunk(media.video(gop=100), longest=30)
    still = frame_at(chunk.init, _fragments(chunk, 0, 3), media.at(72), width=160)
    assert media.number_of(_image(still.jpeg)) == 72


def test_an_instant_before_the_first_frame_shows_the_first_and_one_after_the_last_the_last() -> None:
    chunk = media.chunk(media.video())
    parts = _fragments(chunk, 1, 2)
    assert abs(frame_at(chunk.init, parts, media.at(10), width=160).start_us - media.at(25)) <= 6
    assert abs(frame_at(chunk.init, parts, media.at(80), width=160).start_us - media.at(49)) <= 6


@pytest.mark.parametrize(
    ("wanted", "width", "height"), [(80, 80, 48), (161, 160, 96), (4000, 160, 96), (0, 16, 10)]
)
def test_the_picture_keeps_its_proportions_and_is_never_enlarged(
    wanted: int, width: int, height: int
) -> None:
    chunk = media.chunk(media.video())
    still = frame_at(chunk.init, _fragments(chunk, 0, 1), media.at(0), width=wanted)
    assert _image(still.jpeg).shape == (height, width, 3)
    assert (still.width, still.height) == (width, height)


def test_black_stays_black_and_white_stays_white() -> None:
    chunk = media.chunk(media.video())
    row = _image(frame_at(chunk.init, _fragments(chunk, 0, 1), media.at(21), width=160).jpeg)[36]
    assert row.min() < 40
    assert row.max() > 215


def test_a_frame_whose_bytes_are_not_there_is_not_made_up() -> None:
    chunk = media.chunk(media.video())
    span = media.scanned(chunk.data).spans[0]
    with pytest.raises(Malformed):
        decode_keyframe(
            chunk.init, chunk.data[span.offset : span.offset + span.keyframe_length - 1], width=160
        )
    with pytest.raises(Undecodable):
        frame_at(chunk.init, [], media.at(0), width=160)


def test_rubbish_where_a_frame_should_be_is_said_to_be_undecodable_in_both_languages() -> None:
    chunk = media.chunk(media.video())
    span = media.scanned(chunk.data).spans[0]
    first = len(chunk.frames[0].data)
    head = chunk.data[span.offset : span.offset + span.keyframe_length - first]
    with pytest.raises(Undecodable) as caught:
        decode_keyframe(chunk.init, head + b"\xa5" * first, width=160)
    assert "cannot be decoded" in caught.value.diagnostics("en")
    assert "tidak dapat didekode" in caught.value.diagnostics("id")


def test_a_damaged_time_that_no_packet_can_carry_is_said_to_be_damage() -> None:
    chunk = media.chunk(media.video(b_frames=2))
    part = bytearray(_fragments(chunk, 0, 1)[0])
    part[165] = 128  # the highest bit of tfdt's 64-bit time
    with pytest.raises((Malformed, Undecodable)):
        frame_at(chunk.init, [bytes(part)], media.at(10), width=64)


@given(st.data())
@settings(max_examples=60)
def test_damaged_frames_give_a_picture_or_plain_words(data: st.DataObject) -> None:
    chunk = media.chunk(media.video(b_frames=2))
    part = bytearray(_fragments(chunk, 0, 1)[0])
    for _ in range(data.draw(st.integers(1, 8))):
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed, Undecodable):
        still = frame_at(chunk.init, [bytes(part)], media.at(10), width=64)
        assert _image(still.jpeg).shape[1] == 64
