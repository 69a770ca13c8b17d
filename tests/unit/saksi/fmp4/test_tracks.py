"""Parameter sets: sizes and codecs strings as FFmpeg knows them; damaged sets refused, never a crash."""

from __future__ import annotations

import io
from contextlib import suppress

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.entries import decoder_configuration, video_entry
from saksi.fmp4.init import init_segment
from saksi.fmp4.tracks import AudioTrack, VideoTrack, codecs, h264_picture, h265_picture
from tests.unit.saksi.fmp4 import media

# SPS of a 1920x1080 High camera, and of a 720x576 interlaced Main one: cropping in frames and in fields.
SPS_1080 = bytes.fromhex("6764002aac2ca501e0089f97016e9b40000003004000000ca1")
CODECS = ["h264", "h265"]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("size", [(160, 96), (150, 98), (352, 288), (1920, 1080)])
def test_the_cropped_size_is_read(codec: str, size: tuple[int, int]) -> None:
    track = media.video(codec, frames=2, size=size).track
    assert (track.width, track.height) == size


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("b_frames", [0, 2])
def test_the_decoder_configuration_is_what_ffmpegs_muxer_writes(codec: str, b_frames: int) -> None:
    track = media.video(codec, b_frames=b_frames).track
    ours = decoder_configuration(video_entry(track))
    theirs = _muxed_configuration(codec, b_frames)
    if codec == "h264":
        assert ours == theirs
    else:  # FFmpeg also carries x265's SEI and says how it sliced; profile, formats and sets must agree
        assert ours[:13] == theirs[:13]
        assert ours[16:19] == theirs[16:19]
        assert all(nal in theirs for nal in track.parameter_sets)


@pytest.mark.parametrize("codec", CODECS)
def test_several_sets_of_a_kind_are_all_carried(codec: str) -> None:
    sets = media.video(codec).track.parameter_sets
    other = media.video(codec, frames=2, size=(352, 288)).track.parameter_sets
    record = decoder_configuration(video_entry(VideoTrack(codec, (*sets, *other))))
    if codec == "h264":
        assert record[5] & 31 == 2
    decoder = av.CodecContext.create("h264" if codec == "h264" else "hevc", "r")
    decoder.extradata = record
    assert all(nal in record for nal in (*sets, *other))
    pictures = [
        frame for part in media.video(codec).frames[:5] for frame in decoder.decode(av.Packet(part.data))
    ]
    pictures += decoder.decode(None)
    assert len(pictures) == 5


def test_codecs_strings_follow_rfc_6381() -> None:
    video = media.video("h264").track
    assert video.codecs == f"avc1.{video.sps[1]:02x}{video.sps[2]:02x}{video.sps[3]:02x}"
    assert codecs(video, media.sound("aac").track) == f"{video.codecs},mp4a.40.2"
    assert codecs(video, media.sound("pcma").track) == f"{video.codecs},alaw"
    assert media.video("h265").track.codecs.startswith("hvc1.1.6.L")


def test_a_real_cameras_sps_is_read() -> None:
    picture = h264_picture(SPS_1080)
    assert (picture.width, picture.height, picture.chroma) == (1920, 1080, 1)


@pytest.mark.parametrize("sets", [(), (b"",), (b"\x67",), (b"\x68\xce\x3c\x80",), (b"\x67" + b"\x00" * 40,)])
def test_sets_that_say_nothing_are_refused(sets: tuple[bytes, ...]) -> None:
    with pytest.raises(Malformed):
        VideoTrack("h264", sets)


def test_an_absurd_exp_golomb_code_is_refused() -> None:
    with pytest.raises(Malformed):
        h264_picture(b"\x67\x42\x00\x1e" + b"\x00\x00\x03" * 2000)


@given(st.sampled_from(CODECS), st.data())
@settings(max_examples=300)
def test_a_damaged_sps_is_read_or_refused_but_never_crashes(codec: str, data: st.DataObject) -> None:
    sps = bytearray(media.video(codec).track.sps)
    for _ in range(data.draw(st.integers(1, 6))):
        sps[data.draw(st.integers(1, len(sps) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(sps[: data.draw(st.integers(0, len(sps)))])
    with suppress(Malformed):
        (h264_picture if codec == "h264" else h265_picture)(damaged)
    with suppress(Malformed):
        rest = tuple(
            nal for nal in media.video(codec).track.parameter_sets if nal != media.video(codec).track.sps
        )
        track = VideoTrack(codec, (damaged, *rest))
        assert track.codecs
        assert init_segment(track, None)


def test_sound_that_cannot_be_is_refused() -> None:
    with pytest.raises(Malformed):
        AudioTrack("aac", 48_000, 2)
    with pytest.raises(Malformed):
        AudioTrack("pcmu", 0, 1)
    with pytest.raises(Malformed):
        AudioTrack("pcmu", 8000, 0)


def _muxed_configuration(codec: str, b_frames: int) -> bytes:
    """The configuration record in a file that FFmpeg's own muxer made of the same stream."""
    source = media.video(codec, b_frames=b_frames)
    raw = b"".join(b"\0\0\1" + nal for frame in source.frames for nal in media.split_lengths(frame.data))
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(raw), format="h264" if codec == "h264" else "hevc") as reader,
        av.open(out, "w", format="mp4") as writer,
    ):
        stream = writer.add_stream_from_template(reader.streams.video[0])
        for number, packet in enumerate(reader.demux(video=0)):
            if packet.size:
                packet.pts = packet.dts = number * 40_000
                packet.stream = stream
                writer.mux(packet)
    data = out.getvalue()
    place = data.index(b"avcC" if codec == "h264" else b"hvcC")
    return data[place + 4 : place - 4 + int.from_bytes(data[place - 4 : place], "big")]
