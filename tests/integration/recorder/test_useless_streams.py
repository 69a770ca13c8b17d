"""Streams that send packets and nothing to record: they fail after a while, and say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, cycle
from pathlib import Path
from typing import Any

import av
import pytest

from recorder import nal
from recorder.access_unit import AccessUnit, SourceFailed, VideoUnit
from recorder.sources.libav import LibavSource
from tests.fixtures.fix_web import Live, Web
from tests.integration.recorder.archive import settle
from tests.integration.recorder.films import FPS, Film, flv_tags, like, without_added, write

Serve = Callable[[Path | Live], Web]

_SOUND = 8
_VIDEO, _PICTURE = 9, 1


def is_picture(tag: bytes) -> bool:
    """Whether an FLV tag holds a picture; the first video tag holds the avcC."""
    return tag[0] == _VIDEO and tag[12] == _PICTURE


def damaged(tag: bytes) -> bytes:
    """A picture whose first length leads beyond its end."""
    return tag[:16] + b"\xff\xff\xff\xff" + tag[20:]


def until_it_fails(url: str, patience_s: float = 1.0, stall_s: float = 5.0) -> tuple[SourceFailed, int]:
    """Why the stream failed, and how many pictures came before."""
    source = LibavSource(stall_s=stall_s)
    source.patience_s = patience_s
    source.open(url, 5)
    count = 0
    try:
        for unit in chain.from_iterable(source):
            count += isinstance(unit, VideoUnit)
    except SourceFailed as failure:
        return failure, count
    raise AssertionError(f"it ended of itself after {count} pictures")


def bare_ts(path: Path, *, keyframes: bool) -> None:
    """An MPEG-TS file from whose pictures the parameter sets are taken, and the keyframes if asked."""
    write(path.with_suffix(".flv"), "flv", Film())
    with av.open(str(path.with_suffix(".flv"))) as given, av.open(str(path), "w", format="mpegts") as bare:
        stream: Any = bare.add_stream_from_template(given.streams.video[0])
        stream.codec_context.extradata = None
        for packet in given.demux(video=0):
            if packet.size and (keyframes or not packet.is_keyframe):
                units = without_added(nal.split_lengths(bytes(packet)), "h264")
                bare.mux(like(packet, b"".join(b"\x00\x00\x00\x01" + unit for unit in units), stream))


@pytest.mark.parametrize(
    ("keyframes", "reason", "words"),
    [(True, "unsupported_codec", "without parameter sets"), (False, "no_keyframe", "nor parameter sets")],
)
def test_parameter_sets_that_never_come_are_told(
    tmp_path: Path, serve: Serve, keyframes: bool, reason: str, words: str
) -> None:
    bare_ts(tmp_path / "bare.ts", keyframes=keyframes)
    data = (tmp_path / "bare.ts").read_bytes()

    def live() -> Iterator[bytes]:
        pieces = [data[at : at + 188 * 20] for at in range(0, len(data), 188 * 20)]
        for piece in cycle(pieces):
            settle(0.02)
            yield piece

    failure, count = until_it_fails(serve(live).url("live.ts"))
    assert (failure.reason, count) == (reason, 0)
    assert words in str(failure)


@pytest.mark.parametrize("sound", [None, "aac"])
def test_packets_that_cannot_be_cut_are_told_and_not_taken_for_a_stalled_picture(
    tmp_path: Path, serve: Serve, sound: str | None
) -> None:
    write(tmp_path / "film.flv", "flv", Film(sound=sound))
    tags = flv_tags((tmp_path / "film.flv").read_bytes())

    def live() -> Iterator[bytes]:
        for tag in tags:
            if is_picture(tag):
                settle(1 / FPS)
            yield damaged(tag) if is_picture(tag) else tag

    failure, count = until_it_fails(serve(live).url("live.flv"), stall_s=0.8)
    assert (failure.reason, count) == ("unsupported_codec", 0)
    assert "cannot be cut" in str(failure)


@pytest.mark.parametrize(("kind", "sound"), [("flv", "aac"), ("mpegts", "mp2")])
def test_a_picture_that_stops_while_sound_goes_on_is_a_stalled_camera(
    tmp_path: Path, serve: Serve, kind: str, sound: str
) -> None:
    """Whether the sound is recorded, as AAC is, or not, as MP2."""
    write(tmp_path / "film", kind, Film(count=25, size=(64, 48), sound=sound, sound_s=12))
    data = (tmp_path / "film").read_bytes()
    pieces = flv_tags(data) if kind == "flv" else [data[at : at + 376] for at in range(0, len(data), 376)]

    def live() -> Iterator[bytes]:
        for piece in pieces:
            settle(0.005)
            yield piece

    failure, count = until_it_fails(serve(live).url("live"), stall_s=0.8)
    assert failure.reason == "stalled"
    assert count >= 23  # between start codes the last two are still inside libav


def test_a_disk_that_hangs_is_no_silence_of_the_camera(tmp_path: Path, serve: Serve) -> None:
    write(tmp_path / "film.flv", "flv", Film(count=50, size=(64, 48), sound="aac", sound_s=2))

    def live() -> Iterator[bytes]:
        for tag in flv_tags((tmp_path / "film.flv").read_bytes()):
            settle(0.005)
            yield tag

    source = LibavSource(stall_s=0.5)
    source.open(serve(live).url("live"), 5)
    pictures = 0
    reason = ""
    try:
        for unit in chain.from_iterable(source):
            pictures += isinstance(unit, VideoUnit)
            if pictures == 10 and isinstance(unit, VideoUnit):
                settle(1)  # whoever writes it waits for the disk
    except SourceFailed as failure:
        reason = failure.reason
    assert (reason, pictures) == ("", 50)  # the film ended, and its server closed


def test_a_damaged_picture_is_left_out_and_counted_and_its_neighbours_and_the_sound_are_kept(
    tmp_path: Path, serve: Serve
) -> None:
    made = write(tmp_path / "film.flv", "flv", Film(sound="aac"))
    tags = flv_tags((tmp_path / "film.flv").read_bytes())
    fifth = [place for place, tag in enumerate(tags) if is_picture(tag)][4]
    tags[fifth] = damaged(tags[fifth])
    (tmp_path / "torn.flv").write_bytes(b"".join(tags))
    source = LibavSource()
    source.open(serve(tmp_path).url("torn.flv"), 5)
    units: list[AccessUnit] = list(chain.from_iterable(source))
    pictures = [unit for unit in units if isinstance(unit, VideoUnit)]
    assert [nal.split_lengths(unit.data) for unit in pictures] == made[:4] + made[5:]
    assert [unit.lost for unit in pictures] == [0, 0, 0, 0, 1] + [0] * 54
    assert len(units) - len(pictures) == sum(1 for tag in tags if tag[0] == _SOUND and tag[12] == 1)


def test_sound_that_appears_late_ends_the_connection_in_words_and_no_thread(
    tmp_path: Path, serve: Serve
) -> None:
    """FLV names G.711 sound only by sending it."""
    made = write(tmp_path / "film.flv", "flv", Film(sound="pcm_alaw"))
    failure, count = until_it_fails(serve(tmp_path).url("film.flv"))
    assert failure.reason == "unsupported_codec"
    assert "had not named" in str(failure)
    assert count == len(made)
