"""What thinning keeps is what the camera coded: the same bytes, shown for as long as nothing newer was kept."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from collections.abc import Iterator

import av
import imageio_ffmpeg
import pytest

from saksi.fmp4 import nal_identity
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.index import describe, read_fragment, read_sample_index
from saksi.fmp4.splice import SpliceChunk, plan, ranges
from saksi.fmp4.thin import Keyframe, Origin, Thinned, choose, thin
from saksi.fmp4.walk import open_video
from saksi.retention.thin_chunk import gather
from tests.unit.saksi.fmp4 import media

SECOND = 1_000_000


def origin(chunk: media.Chunk) -> Origin:
    return Origin(
        camera="cam", run="run", seq=1, start_us=chunk.start_us, end_us=media.scanned(chunk.data).end_us, sha256="00",
        init=chunk.init,
    )  # fmt: skip


def thinned(chunk: media.Chunk, mode: str) -> tuple[list[Keyframe], Thinned]:
    kept = choose(chunk.samples, 90_000, mode)
    blocks = (chunk.data[at : at + 777] for at in range(0, len(chunk.data), 777))
    digest, samples = gather(blocks, kept)
    assert digest == hashlib.sha256(chunk.data).hexdigest()
    return kept, thin(origin(chunk), kept, samples, mode)


def units(data: bytes) -> list[list[bytes]]:
    """NAL units by sample."""
    found: dict[int, list[bytes]] = {}
    for number, nal in nal_identity.nal_units(open_video(data)):
        found.setdefault(number, []).append(nal)
    return [found[number] for number in sorted(found)]


def shown(data: bytes) -> Iterator[tuple[int, int]]:
    """(wall time, number of the picture) of each decoded picture."""
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(video=0):
            assert frame.pts is not None
            yield (
                round(frame.pts * frame.time_base * SECOND),
                media.number_of(frame.to_ndarray(format="rgb24")),
            )


@pytest.mark.parametrize(("codec", "b_frames", "aac"), [("h264", 2, True), ("h265", 0, False)])
def test_keyframes_are_copied_byte_for_byte_and_last_until_the_next(
    codec: str, b_frames: int, aac: bool
) -> None:
    chunk = media.chunk(media.video(codec, 100, 25, b_frames), media.sound() if aac else None)
    kept, made = thinned(chunk, "keyframes")
    assert made.frames == len(kept) == 4
    original = units(chunk.data)
    assert units(made.data) == [original[number] for number in (0, 25, 50, 75)]
    end_us = media.scanned(chunk.data).end_us
    starts = [span.start_us for span in made.spans]
    assert all(abs(span.duration_us - SECOND) <= 1 for span in made.spans)
    assert starts[0] == chunk.start_us
    assert [span.end_us for span in made.spans] == [*starts[1:], end_us]
    assert [number for _, number in shown(made.data)] == [0, 25, 50, 75]
    assert all(abs(wall - start) < 20 for (wall, _), start in zip(shown(made.data), starts, strict=True))
    with av.open(io.BytesIO(made.data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    # Every fragment stands alone, and the index at the end says what they say.
    tables = read_sample_index(made.data[made.spans[-1].end :])
    for span, table in zip(made.spans, tables, strict=True):
        assert read_fragment(made.data[span.offset : span.end]).samples.at(span.offset) == table
    assert made.data.startswith(made.init)
    with pytest.raises(Malformed):  # it never passes for a chunk
        describe(io.BytesIO(made.data))


def test_one_a_second_is_the_first_keyframe_of_each_second() -> None:
    chunk = media.chunk(media.video("h264", 100, 5), start_us=media.START_US // SECOND * SECOND)
    assert len(choose(chunk.samples, 90_000, "keyframes")) == 20
    kept, made = thinned(chunk, "one_a_second")
    assert [span.start_us % SECOND for span in made.spans] == [0] * 4
    assert [number for _, number in shown(made.data)] == [0, 25, 50, 75]
    assert len(kept) == 4


def test_a_clip_goes_from_original_to_thinned_footage_at_the_right_wall_time() -> None:
    film = media.video("h264", 200, 25)
    first, second = media.chunk(film, last=100), media.chunk(film, first=100, seq=2, key="second")
    _, made = thinned(first, "keyframes")
    tables = tuple(read_sample_index(made.data[made.spans[-1].end :]))
    splice = SpliceChunk(key="thin", size=len(made.data), run="run", init=made.init, fragments=tables)
    clip = plan([splice, second.splice()], media.START_US, media.START_US + 8 * SECOND)
    files = {"thin": made.data, "second": second.data}
    data = b"".join(
        one if isinstance(one, bytes) else files[one.key][one.offset : one.offset + one.length]
        for one in ranges(clip, 0, clip.length - 1)
    )
    assert clip.gaps == []
    with av.open(io.BytesIO(data)) as container:
        found = [
            (round(frame.pts * frame.time_base * 25), media.number_of(frame.to_ndarray(format="rgb24")))
            for frame in container.decode(video=0)
            if frame.pts is not None
        ]
    assert found == [(number, number) for number in (0, 25, 50, 75, *range(100, 200))]


def test_ffmpeg_plays_it_without_a_word() -> None:
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    assert shutil.which(ffmpeg)
    _, made = thinned(media.chunk(media.video("h265", 100, 25)), "keyframes")
    played = subprocess.run(
        [ffmpeg, "-v", "error", "-i", "pipe:0", "-f", "null", "-"],
        input=made.data,
        capture_output=True,
        timeout=60,
    )
    assert (played.returncode, played.stderr) == (0, b"")


def test_what_cannot_be_is_refused() -> None:
    chunk = media.chunk(media.video("h264", 100, 25))
    kept = choose(chunk.samples, 90_000, "keyframes")
    with pytest.raises(ValueError, match="no mode"):
        choose(chunk.samples, 90_000, "one_a_minute")
    with pytest.raises(Malformed, match="ends before"):
        gather([chunk.data[: kept[-1].offset + 10]], kept)
    with pytest.raises(Malformed, match="follow one another"):
        thin(origin(chunk), kept[::-1], [b"x"] * 4, "keyframes")
    with pytest.raises(Malformed, match="follow one another"):
        thin(origin(chunk), [], [], "keyframes")
