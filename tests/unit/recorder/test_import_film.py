"""A file's stamps as one unbroken time: uneven pictures, long pauses, recordings that were joined, files cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from recorder.access_unit import VideoUnit
from recorder.imports.film import BrokeOff, Film
from recorder.imports.survey import survey
from saksi.errors import BadInput
from tests.integration.recorder.films import Film as Made
from tests.integration.recorder.films import like, write

MS = 1000
START_US = 1_764_000_000_000_000


def taken(path: Path) -> tuple[list[int | None], int]:
    """Milliseconds from the start of each picture (None where the file broke off), and bytes passed at the end."""
    passed = [0]
    film = Film(path, survey(path), START_US, passed=lambda done: passed.append(done))
    units = [unit for unit in film if isinstance(unit, VideoUnit | BrokeOff)]
    assert passed == sorted(passed)
    return [
        None if isinstance(unit, BrokeOff) else (unit.arrival_us - START_US) // MS for unit in units
    ], passed[-1]


def with_times(given: Path, made: Path, times_ms: list[int]) -> None:
    """The same pictures at other times, in Matroska."""
    with av.open(str(given)) as source, av.open(str(made), "w", format="matroska") as target:
        video: Any = source.streams.video[0]
        stream: Any = target.add_stream_from_template(video)
        packets = [packet for packet in source.demux(video) if packet.size]
        for packet, at in zip(packets, times_ms, strict=True):
            packet.pts = packet.dts = round(at / 1000 / packet.time_base)
            target.mux(like(packet, bytes(packet), stream))


def test_uneven_pictures_keep_their_times_and_a_long_pause_breaks_off(tmp_path: Path) -> None:
    write(tmp_path / "even.mp4", "mp4", Made(count=50))
    uneven = [number * 40 + (13 if number % 3 else 0) for number in range(25)]
    times = [*uneven, *(600_000 + number * 200 for number in range(25))]
    with_times(tmp_path / "even.mp4", tmp_path / "uneven.mkv", times)
    found, passed = taken(tmp_path / "uneven.mkv")
    assert found == [*uneven, None, *times[25:]]
    assert 0 < passed < (tmp_path / "uneven.mkv").stat().st_size


def test_recordings_that_were_joined_follow_one_another(tmp_path: Path) -> None:
    """As `copy /b a.ts + b.ts` makes them: the stamps begin anew in the middle."""
    for name, count in (("a.ts", 500), ("b.ts", 50)):
        write(tmp_path / name, "mpegts", Made(count=count))
    joined = tmp_path / "joined.ts"
    joined.write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    found, _ = taken(joined)
    assert found == [*(n * 40 for n in range(500)), None, *(n * 40 for n in range(500, 550))]


def test_a_file_that_was_cut_off_gives_what_is_there_or_says_why_not(tmp_path: Path) -> None:
    write(tmp_path / "whole.ts", "mpegts", Made(count=60))
    write(tmp_path / "whole.mp4", "mp4", Made(count=60))
    for name in ("whole.ts", "whole.mp4"):
        data = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(data[: len(data) * 2 // 3])
    found, _ = taken(tmp_path / "cut-whole.ts")
    assert 35 < len(found) < 60
    with pytest.raises(BadInput, match=r"cut-whole\.mp4 is no recording"):
        survey(tmp_path / "cut-whole.mp4")  # an index at the end that never came


def test_a_file_that_is_shorter_than_it_says_is_told_and_one_that_is_whole_is_not(tmp_path: Path) -> None:
    whole = Made(
        count=100, sound="aac", sound_s=5.2, options={"bf": "2", "b-adapt": "0"}
    )  # sound goes on for longer
    for name, kind, options in (
        ("fast.mp4", "mp4", {"movflags": "+faststart"}),
        ("nvr.mkv", "matroska", {}),
        ("old.avi", "avi", {}),
        ("card.ts", "mpegts", {}),
    ):
        made = Made(count=100, sound="pcm_alaw", sound_s=4.0) if kind == "avi" else whole
        write(tmp_path / name, kind, made, **options)
        assert survey(tmp_path / name).stated_us is None, name
        data = (tmp_path / name).read_bytes()
        (tmp_path / f"half-{name}").write_bytes(data[: len(data) // 2])
        half = survey(tmp_path / f"half-{name}")
        assert 1_000_000 < half.duration_us < 3_500_000, (name, half)
        told = [one.text("en") for one in half.notes if one.code == "import.note.short"]
        if kind == "mpegts":
            assert (half.stated_us, told) == (None, [])  # it never said how long it is
            continue
        assert half.stated_us is not None
        assert 3_900_000 < half.stated_us < 5_400_000, name
        assert "of 4.0 s" in told[0] or "of 5.2 s" in told[0], told
