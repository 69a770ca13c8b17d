"""NAL identity: the same frames give the same digest however they are packed; any other frame another."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import av
import imageio_ffmpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed, box, full_box
from saksi.fmp4.export_file import ExportFacts, TrackSource
from saksi.fmp4.nal_identity import NalHasher, NalIdentity, nal_identity
from saksi.fmp4.splice import Stretch, plan, ranges
from saksi.fmp4.walk import open_video
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.media import Frame, Video, at, cut

STREAMS = [("h264", 0, None), ("h264", 2, "aac"), ("h265", 0, "pcmu"), ("h265", 2, None)]
EXPORT = ExportFacts(unit_name="Saksi", at_us=media.START_US, video=TrackSource(name="Simpang"))


def _chunks(codec: str = "h264", b_frames: int = 0, sound: str | None = None) -> list[media.Chunk]:
    video, audio = media.video(codec, b_frames=b_frames), media.sound(sound) if sound else None
    return [media.chunk(video, audio, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]


def _expected(frames: Sequence[Frame]) -> NalIdentity:
    """By the definition, from what the encoder gave, without any box."""
    nals = [nal for frame in frames for nal in media.split_lengths(frame.data)]
    hashed = b"".join(struct.pack(">I", len(nal)) + nal for nal in nals)
    return NalIdentity(sha256=hashlib.sha256(hashed).hexdigest(), nals=len(nals), samples=len(frames))


def _over(chunks: Sequence[media.Chunk], parts: Sequence[Stretch]) -> NalIdentity:
    hasher = NalHasher()
    for part in parts:
        hasher.add(io.BytesIO(chunks[part.chunk].data), part.first, part.last)
    return hasher.identity()


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
def test_a_chunk_has_the_identity_of_the_frames_the_camera_sent(
    codec: str, b_frames: int, sound: str | None
) -> None:
    for chunk in _chunks(codec, b_frames, sound):
        assert nal_identity(io.BytesIO(chunk.data)) == nal_identity(chunk.data) == _expected(chunk.frames)


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
@pytest.mark.parametrize(("first", "last"), [(0, 100), (10, 60), (49, 51), (33, 88), (70, 71)])
def test_a_clip_has_the_identity_of_the_parts_that_its_plan_tells(
    codec: str, b_frames: int, sound: str | None, first: int, last: int
) -> None:
    chunks = _chunks(codec, b_frames, sound)
    clip, data = cut(chunks, at(first), at(last))
    told = [frame for part in clip.parts for frame in chunks[part.chunk].frames[part.first : part.last + 1]]
    assert nal_identity(data) == _over(chunks, clip.parts) == _expected(told)
    assert [part.chunk for part in clip.parts] == sorted({part.chunk for part in clip.parts})
    export = plan([chunk.splice() for chunk in chunks], at(first), at(last), export=EXPORT)
    assert export.parts == clip.parts
    assert nal_identity(media.fetched(chunks, ranges(export, 0, export.length - 1))) == nal_identity(data)


def test_a_part_begins_at_the_keyframe_and_whole_chunks_are_one_part() -> None:
    chunks = [media.chunk(media.video(), first=25 * n, last=25 * n + 25, seq=n) for n in range(4)]
    clip, _ = cut(chunks, at(30), at(90))
    assert clip.parts == [
        Stretch(chunk=1, first=0, last=24),
        Stretch(chunk=2, first=0, last=24),
        Stretch(chunk=3, first=0, last=14),
    ]
    long = media.chunk(media.video(gop=100), longest=30)
    assert cut([long], at(70), at(80))[0].parts == [Stretch(chunk=0, first=0, last=79)]


def test_a_part_may_begin_inside_a_fragment() -> None:
    video = media.video()
    frames = [replace(frame, key=frame.key and n % 50 == 0) for n, frame in enumerate(video.frames)]
    chunk = media.chunk(Video(video.track, frames))
    # Fragments of 50 frames in which the 26th is a keyframe too.
    chunk.samples = [replace(part, video=replace(part.video, sync=(0, 25))) for part in chunk.samples]
    clip, data = cut([chunk], at(80), at(95))
    assert clip.parts == [Stretch(chunk=0, first=75, last=94)]
    assert nal_identity(data) == _over([chunk], clip.parts)


def test_parts_follow_the_runs_in_play() -> None:
    first = media.chunk(media.video(), last=60, seq=1, key="a")
    second = media.chunk(media.video(), first=50, seq=1, key="b")
    clip, data = cut([first, second], at(5), at(100), runs=["one", "two"])
    assert clip.parts == [Stretch(chunk=0, first=0, last=59), Stretch(chunk=1, first=25, last=49)]
    assert nal_identity(data) == _over([first, second], clip.parts)


def test_parameter_sets_that_change_keep_their_own_length_sizes() -> None:
    small, large = media.video(frames=50), media.video(frames=50, size=(320, 192))
    chunks = [media.chunk(small, seq=1), media.chunk(large, seq=2, start_us=at(50))]
    clip, data = cut(chunks, at(40), at(60))
    assert nal_identity(data) == _over(chunks, clip.parts)


def _changed(frames: Sequence[Frame], what: str) -> list[Frame]:
    out = list(frames)
    if what == "a byte":
        out[30] = Frame(out[30].data[:-1] + bytes((out[30].data[-1] ^ 1,)), out[30].pts, out[30].key)
    elif what == "a frame dropped":
        del out[30]
    elif what == "a frame twice":
        out.insert(30, out[30])
    elif what == "two frames exchanged":
        out[30], out[31] = (
            Frame(out[31].data, out[30].pts, out[30].key),
            Frame(out[30].data, out[31].pts, out[31].key),
        )
    elif what == "a NAL unit cut in two":
        nal = media.split_lengths(out[30].data)[0]
        halves = b"".join(struct.pack(">I", len(part)) + part for part in (nal[:9], nal[9:]))
        out[30] = Frame(halves, out[30].pts, out[30].key)
    return out


@pytest.mark.parametrize(
    "what", ["a byte", "a frame dropped", "a frame twice", "two frames exchanged", "a NAL unit cut in two"]
)
def test_a_clip_of_other_frames_has_another_identity(what: str) -> None:
    video = media.video()
    original = [media.chunk(video)]
    other = [media.chunk(Video(video.track, _changed(video.frames, what)))]
    clip, data = cut(other, at(0), at(100))
    assert nal_identity(data) != _over(original, [Stretch(chunk=0, first=0, last=99)])
    assert nal_identity(data) == _over(other, clip.parts)


def test_a_remux_keeps_the_identity_and_a_reencode_loses_it(tmp_path: Path) -> None:
    _, data = cut(_chunks("h264", 2, "aac"), at(0), at(100))
    source = tmp_path / "clip.mp4"
    source.write_bytes(data)
    copies = {
        "plain": ["-c", "copy"],
        "fast": ["-c", "copy", "-movflags", "+faststart"],
        "fragmented": ["-c", "copy", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"],
        "old fragments": ["-c", "copy", "-movflags", "+frag_keyframe"],
    }
    for name, options in {**copies, "again": ["-c:v", "libx264", "-crf", "1"]}.items():
        path = tmp_path / f"{name}.mp4"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-ignore_editlist", "1", "-i", str(source)]
        subprocess.run([*command, "-map", "0", *options, str(path)], check=True, timeout=60)
        with path.open("rb") as stream:
            assert (nal_identity(stream) == nal_identity(data)) == (name != "again"), name


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_nal_lengths_of_every_width_give_the_same_identity(codec: str, width: int) -> None:
    nals = [b"\x65\x88" + bytes([n]) * (n * 20) for n in range(1, 12)]
    samples = [nals[:3], nals[3:4], nals[4:]]
    data = _plain(codec, width, samples)
    hashed = b"".join(struct.pack(">I", len(nal)) + nal for nal in nals)
    assert nal_identity(data).sha256 == hashlib.sha256(hashed).hexdigest()
    hashed = b"".join(struct.pack(">I", len(nal)) + nal for nal in nals[3:4])
    assert nal_identity(data, 1, 1).sha256 == hashlib.sha256(hashed).hexdigest()


def _plain(
    codec: str,
    width: int,
    samples: Sequence[Sequence[bytes]],
    *,
    sizes: bytes | None = None,
    chunks: bytes | None = None,
    offsets: bytes | None = None,
    tracks: int = 1,
) -> bytes:
    """A plain MP4 by hand: 32-bit stco, one chunk a sample unless told otherwise."""
    packed = [b"".join(len(nal).to_bytes(width, "big") + nal for nal in sample) for sample in samples]
    kind, record, place = (b"avc1", b"avcC", 4) if codec == "h264" else (b"hvc1", b"hvcC", 21)
    config = bytes(place) + bytes((0xFC | width - 1,)) + bytes(2)
    entry = box(kind, bytes(78), box(record, config))
    places, position = [], 32
    for sample in packed:
        places.append(position)
        position += len(sample)
    stbl = box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        full_box(
            b"stsz", 0, 0, sizes or struct.pack(f">II{len(packed)}I", 0, len(packed), *map(len, packed))
        ),
        full_box(b"stsc", 0, 0, chunks or struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stco", 0, 0, offsets or struct.pack(f">I{len(places)}I", len(places), *places)),
    )
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), b"vide", bytes(12), b"\x00")
    tkhd = full_box(b"tkhd", 0, 3, struct.pack(">III", 0, 0, 1), bytes(68))
    trak = box(b"trak", tkhd, box(b"mdia", hdlr, box(b"minf", stbl)))
    ftyp = box(b"ftyp", b"isom", bytes(4), b"isom", b"mp41")
    return ftyp + box(b"mdat", *packed) + box(b"moov", *[trak] * tracks)


LIES = {
    "more samples than the chunks hold": {"sizes": struct.pack(">II", 1, 2**32 - 1)},
    "four thousand million samples in one chunk": {
        "sizes": struct.pack(">II", 1, 2**32 - 1),
        "chunks": struct.pack(">IIII", 1, 1, 2**32 - 1, 1),
        "offsets": struct.pack(">II", 1, 32),
    },
    "a table longer than its box": {"sizes": struct.pack(">III", 0, 2**31, 7)},
    "a thousand chunks in the same place": {
        "sizes": struct.pack(">II1000I", 0, 1000, *[44] * 1000),
        "offsets": struct.pack(">I1000I", 1000, *[32] * 1000),
    },
    "a sample beyond the file": {
        "offsets": struct.pack(">II", 1, 2**31),
        "sizes": struct.pack(">III", 0, 1, 40),
    },
    "chunks that fall": {"chunks": struct.pack(">I6I", 2, 1, 1, 1, 1, 1, 1)},
    "chunks of nothing": {"chunks": struct.pack(">IIII", 1, 1, 0, 1)},
    "an entry that is not there": {"chunks": struct.pack(">IIII", 1, 1, 1, 2)},
    "no chunk at all": {"chunks": struct.pack(">I", 0)},
    "two pictures": {"tracks": 2},
    "no picture": {"tracks": 0},
    "NAL lengths of three bytes": {"width": 3},
}


@pytest.mark.parametrize("name", LIES)
def test_lies_are_refused_with_little_work(name: str) -> None:
    arguments = {"codec": "h264", "width": 4, "samples": [[b"\x65" * 40]], **LIES[name]}
    data = _plain(**arguments)  # type: ignore[arg-type]
    stream = _Counting(data)
    with pytest.raises(Malformed):
        nal_identity(cast(BinaryIO, stream))
    assert stream.reads < 2_000


class _Counting(io.BytesIO):
    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


def test_torn_and_looping_boxes_are_refused() -> None:
    data = _chunks()[0].data
    for broken in (
        data[:-1],
        data + b"\0" * 8,
        data + struct.pack(">I4s", 0, b"mdat"),
        data[: len(data) // 2],
        b"",
    ):
        with pytest.raises(Malformed):
            nal_identity(broken)
    with pytest.raises(Malformed):
        nal_identity(data + struct.pack(">I4s", 8, b"free") * 200_000)


def test_samples_that_are_not_there_are_refused() -> None:
    data = _chunks()[0].data
    assert nal_identity(data, 49, 49).samples == 1
    for first, last in ((0, 50), (50, None), (50, 50)):
        with pytest.raises(Malformed):
            nal_identity(data, first, last)
    for first, last in ((-1, 3), (5, 4)):
        with pytest.raises(ValueError):
            nal_identity(data, first, last)


def test_a_large_file_is_hashed_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    nal = bytes(range(256)) * (48 * 2**20 // 256)
    path.write_bytes(_plain("h264", 4, [[nal], [nal, nal]]))
    tracemalloc.start()
    try:
        with path.open("rb") as stream:
            found = nal_identity(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.nals, found.samples) == (3, 2)
    assert peak < 4 * 2**20


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_files_are_refused_or_hashed_and_never_crash(data: st.DataObject) -> None:
    chunk = media.chunk(media.video(), media.sound("aac"), last=50)
    whole = data.draw(st.sampled_from([chunk.data, cut([chunk], at(3), at(40))[1]]))
    damaged = bytearray(whole)
    head = min(len(whole), 4_000)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, head - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        nal_identity(bytes(damaged))


def test_the_walk_agrees_with_an_independent_demuxer() -> None:
    for codec, b_frames, sound in STREAMS:
        _, data = cut(_chunks(codec, b_frames, sound), at(20), at(77))
        samples = [data[part.offset : part.offset + part.size] for part in open_video(data).samples()]
        with av.open(io.BytesIO(data), options={"ignore_editlist": "1"}) as container:
            assert samples == [bytes(packet) for packet in container.demux(video=0) if packet.size]
