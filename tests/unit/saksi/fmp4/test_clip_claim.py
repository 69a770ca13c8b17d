"""What a clip says of itself: it stays through other tools, leads back to the same clip, and cannot harm its reader."""

from __future__ import annotations

import io
import json
import subprocess
from contextlib import suppress
from pathlib import Path

import imageio_ffmpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.clip_claim import ClipClaim, read_claim
from saksi.fmp4.nal_identity import nal_identity
from saksi.fmp4.splice import plan, ranges
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.media import at

SAID = ClipClaim(camera="simpang-sudirman", from_us=at(10), to_us=at(60))


def _cut(first_us: int, last_us: int, *, camera: str = SAID.camera, sound: str | None = None) -> bytes:
    video, audio = media.video("h264", b_frames=2), media.sound(sound) if sound else None
    chunks = [media.chunk(video, audio, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]
    planned = plan([one.splice() for one in chunks], first_us, last_us, camera=camera)
    return media.fetched(chunks, ranges(planned, 0, planned.length - 1))


@pytest.mark.parametrize("sound", [None, "aac"])
def test_a_clip_says_what_it_shows_and_planned_again_is_the_same(sound: str | None) -> None:
    data = _cut(at(9.7), at(60.2), sound=sound)
    claim = read_claim(io.BytesIO(data))
    assert claim.camera == SAID.camera
    assert _cut(claim.from_us, claim.to_us, sound=sound) == data


def test_saying_it_changes_no_frame_and_no_player_minds() -> None:
    data, plain = _cut(at(10), at(60)), _cut(at(10), at(60), camera="")
    assert nal_identity(data) == nal_identity(plain)
    assert media.numbers(data) == media.numbers(plain)
    with pytest.raises(Malformed):
        read_claim(io.BytesIO(plain))


def test_ffmpeg_carries_it_over(tmp_path: Path) -> None:
    data = _cut(at(10), at(60))
    (tmp_path / "clip.mp4").write_bytes(data)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", tmp_path / "clip.mp4"]
    subprocess.run([*command, "-c", "copy", tmp_path / "again.mp4"], check=True)
    again = (tmp_path / "again.mp4").read_bytes()
    assert again != data
    assert read_claim(io.BytesIO(again)) == read_claim(io.BytesIO(data))
    assert nal_identity(again) == nal_identity(data)


@pytest.mark.parametrize(
    "comment",
    [
        b"",
        b"{}",
        b"[1]",
        b"3",
        b'"t"',
        b"\xff",
        b"[" * 900,
        json.dumps({"t": "saksi/clip/1", "camera": 1}).encode(),
    ],
)
def test_a_comment_that_is_not_ours_says_nothing(comment: bytes) -> None:
    data = _cut(at(10), at(60))
    start = data.index(b'{"camera"')
    length = data.index(b"}", start) + 1 - start
    with pytest.raises(Malformed):
        read_claim(io.BytesIO(data[:start] + comment[:length].ljust(length) + data[start + length :]))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_and_never_crashes(data: st.DataObject) -> None:
    whole = bytearray(_HEAD)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        read_claim(io.BytesIO(whole[: data.draw(st.integers(0, len(whole)))]))


_HEAD = _cut(at(10), at(20))[:6000]
