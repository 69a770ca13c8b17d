"""Scanning chunk files: whole ones, ones that a crash tore at any byte, and ones that are not ours."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.index import first_sample, iterate_samples, pack, read_fragment, read_sample_index, unpack
from tests.unit.saksi.fmp4 import media


@pytest.fixture(scope="module")
def made() -> media.Chunk:
    return media.chunk(media.video(b_frames=2), media.sound("aac"))


def test_a_whole_chunk_describes_itself(made: media.Chunk) -> None:
    found = media.scanned(made.data)
    assert found.init == made.init
    assert (found.description.camera, found.description.run, found.description.seq) == ("cam-1", "run", 1)
    assert found.description.start_us == made.start_us
    assert abs(found.end_us - media.at(100)) <= 1
    assert (found.frames, found.lost, len(found.spans)) == (100, 0, 4)
    assert found.valid_length == len(made.data)
    assert found.index_offset == found.spans[-1].end
    assert [part.samples for part in found.fragments] == made.samples
    assert read_sample_index(made.data[found.index_offset :]) == made.samples
    assert unpack(pack(found.spans, made.start_us), made.start_us) == found.spans


def test_a_chunk_cut_at_any_byte_yields_exactly_its_whole_fragments(made: media.Chunk) -> None:
    whole = media.scanned(made.data)
    head = whole.spans[0].offset
    borders = {0, head, *(span.end for span in whole.spans), len(made.data)}
    near = {border + step for border in borders for step in range(-140, 141)}
    for length in sorted({*near, *range(0, len(made.data), 97)} & set(range(len(made.data)))):
        torn = made.data[:length]
        if length < head:
            with pytest.raises(Malformed):
                media.scanned(torn)
            continue
        found = media.scanned(torn)
        fitting = [span for span in whole.spans if span.end <= length]
        assert found.spans == fitting, length
        assert found.valid_length == (fitting[-1].end if fitting else head)
        assert found.index_offset is None


@pytest.mark.parametrize(
    "tail", [b"\0" * 5000, b"\xff" * 300, b"\0\0\0\x08free", b"\0\0\x40\0mdat" + b"x" * 50]
)
def test_whatever_lies_behind_the_last_fragment_is_a_torn_tail(made: media.Chunk, tail: bytes) -> None:
    end = media.scanned(made.data).spans[-1].end
    found = media.scanned(made.data[:end] + tail)
    assert (found.valid_length, found.index_offset, found.frames) == (end, None, 100)


def test_an_index_of_other_fragments_is_not_taken_for_this_files(made: media.Chunk) -> None:
    spans = media.scanned(made.data).spans
    found = media.scanned(made.data[: spans[-2].end] + made.data[spans[-1].end :])
    assert (found.index_offset, found.valid_length) == (None, spans[-2].end)


@given(st.data())
@settings(max_examples=300)
def test_a_damaged_chunk_never_claims_more_than_there_is(made: media.Chunk, data: st.DataObject) -> None:
    damaged = bytearray(made.data)
    spans = media.scanned(made.data).spans
    heads = [place for span in spans for place in range(span.offset, span.offset + 700)]
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.one_of(st.sampled_from(heads), st.integers(0, len(damaged) - 1)))
        damaged[place % len(damaged)] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        found = media.scanned(bytes(damaged))
        assert found.valid_length <= len(damaged)
        assert all(span.end <= found.valid_length for span in found.spans)


@pytest.mark.parametrize("data", [b"", b"hello", b"\0" * 1000, b"\0\0\0\x10ftypisom\0\0\0\0"])
def test_a_file_that_is_not_a_chunk_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        media.scanned(data)


def test_a_description_that_is_not_ours_is_refused(made: media.Chunk) -> None:
    for text in (b"{}", b"[1]", b"nonsense", b'{"camera":1,"run":"r","seq":2,"start":3}'):
        place = len(made.init)
        size = (24 + len(text)).to_bytes(4, "big")
        other = made.data[:place] + size + made.data[place + 4 : place + 24] + text
        with pytest.raises(Malformed):
            media.scanned(other)


def test_frames_come_out_of_a_fragments_bytes(made: media.Chunk) -> None:
    span = media.scanned(made.data).spans[1]
    data = made.data[span.offset : span.end]
    assert list(iterate_samples(data)) == [frame.data for frame in made.frames[25:50]]
    assert first_sample(data[: span.keyframe_length]) == made.frames[25].data
    assert len(list(iterate_samples(data[: span.video_length - 1]))) == 24
    with pytest.raises(Malformed):
        first_sample(data[: span.keyframe_length - 1])
    for short in range(0, span.keyframe_length - len(made.frames[25].data), 7):
        with pytest.raises(Malformed):
            read_fragment(data[:short])
