"""The writing side of one camera: runs, outages, the host's clock, a disk that refuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from recorder.access_unit import VideoUnit
from recorder.awake import Awake
from recorder.facts import ChunkSealed, Fact, OutageClosed, OutageOpened, OutageRecorded, RunClosed, RunOpened
from recorder.leased import Leased
from recorder.recording import Recording
from recorder.sidecar import Sealed
from recorder.spool import Spool
from saksi import durable
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ClockEvidence
from saksi.fmp4.index import iterate_samples, scan
from tests.unit.recorder.stream import START_US, number_of, video

Kind = TypeVar("Kind")


class Notes:
    """What a recording told and shipped."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.shipped: list[Sealed] = []

    def tell(self, *facts: Fact) -> None:
        """Takes facts, as a catalogue that refuses none."""
        self.facts.extend(facts)
        for fact in facts:
            if isinstance(fact, ChunkSealed):
                fact.written()

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def numbers(self) -> list[int]:
        """The numbers of all pictures in the shipped chunks."""
        found = []
        for sealed in self.shipped:
            data = sealed.media.read_bytes()
            with sealed.media.open("rb") as stream:
                spans = scan(stream).spans
            for span in spans:
                found += [number_of(sample) for sample in iterate_samples(data[span.offset : span.end])]
        return found


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path, high_water_bytes=1 << 40, reserve_bytes=0)
    yield spool
    spool.release()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def recording(spool: Spool, notes: Notes) -> Recording:
    leased = Leased(
        camera="gate-1",
        epoch=4,
        recorder="here",
        parent="ab" * 32,
        chunk_seconds=10,
        fsync=False,
        since_us=START_US - 1,
    )
    return Recording(leased, spool, tell=notes.tell, ship=notes.shipped.append, awake=Awake())


def units(count: int, first: int = 0) -> list[VideoUnit]:
    return [unit for unit, _ in video(first + count)][first:]


def test_a_run_opens_with_its_first_picture_and_names_the_run_before(
    recording: Recording, notes: Notes
) -> None:
    recording.connected(None)
    assert notes.facts == []
    for unit in units(120):
        recording.take([unit])
    recording.finish("shutdown", "released")
    (opened,) = notes.of(RunOpened)
    assert (opened.opening.parent, opened.opening.epoch) == ("ab" * 32, 4)
    (closed,) = notes.of(RunClosed)
    assert closed.closed.closing.reason == "released"
    assert closed.closed.tip == chain_tip(notes.shipped[-1].tip, closed.closed.closing.leaf())
    assert notes.numbers() == list(range(120))


def test_what_is_known_of_the_cameras_clock_beside_its_stream_is_in_the_chain(
    spool: Spool, notes: Notes
) -> None:
    def complete(camera: str, told: ClockEvidence) -> ClockEvidence:
        assert (camera, told.camera_source) == ("gate-1", "none")
        return replace(told, camera_source="onvif", camera_offset_us=-252_000_000)

    leased = Leased(
        camera="gate-1", epoch=4, recorder="here", parent="ab" * 32, chunk_seconds=10, fsync=False, since_us=START_US
    )  # fmt: skip
    recording = Recording(
        leased, spool, tell=notes.tell, ship=notes.shipped.append, awake=Awake(), complete=complete
    )
    recording.connected(None)
    for unit in units(120):
        recording.take([unit])
    recording.finish("shutdown", "released")
    assert notes.shipped
    assert all(b',"onvif",-252000000,' in sealed.entry.canonical() for sealed in notes.shipped)


def test_a_reconnect_continues_the_run_and_never_overlaps_it(recording: Recording, notes: Notes) -> None:
    for first in (0, 100, 200):
        recording.connected(None)
        for unit in units(100, first):
            unit.arrival_us -= first * 3_000  # as if less time had gone by than footage came
            unit.monotonic_us -= first * 3_000
            recording.take([unit])
        recording.disconnected("source_ended")
    assert len(notes.of(RunOpened)) == 1
    assert [s.entry.seq for s in notes.shipped] == list(range(1, len(notes.shipped) + 1))
    spans = [(s.entry.start_us, s.entry.end_us) for s in notes.shipped]
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
    assert notes.numbers() == list(range(300))


@pytest.mark.parametrize("step_us", [3_600_000_000, -3_600_000_000, 150_000])
def test_a_step_of_the_hosts_clock_starts_a_new_run_and_loses_nothing(
    recording: Recording, notes: Notes, step_us: int
) -> None:
    recording.connected(None)
    for unit in units(400):
        if unit.pts >= 170 * 3600:
            unit.arrival_us += step_us
        recording.take([unit])
    recording.finish("shutdown", "released")
    first, second = notes.of(RunOpened)
    assert second.opening.reason == "clock_step"
    assert second.opening.parent == notes.of(RunClosed)[0].closed.tip.hex()
    assert notes.numbers() == list(range(400))
    assert notes.shipped[-1].entry.end_us == pytest.approx(START_US + step_us + 16_000_000, abs=5_000)
    for run in (first, second):
        spans = [(s.entry.start_us, s.entry.end_us) for s in notes.shipped if s.entry.run == run.opening.run]
        assert all(end > start for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_clock_that_is_slewed_is_no_step(recording: Recording, notes: Notes) -> None:
    recording.connected(None)
    for number, unit in enumerate(units(400)):
        unit.arrival_us += number * 20
        recording.take([unit])
    recording.finish("shutdown", "released")
    assert len(notes.of(RunOpened)) == 1


def test_an_outage_lasts_from_the_last_picture_to_the_next_and_tells_each_cause(
    recording: Recording, notes: Notes
) -> None:
    recording.connected(None)
    for unit in units(100):
        recording.take([unit])
    recording.disconnected("source_ended")
    recording.failed("unreachable", "gone")
    recording.failed("unreachable", "still gone")
    recording.failed("auth_failed", "and now this")
    recording.connected(None)
    for unit in units(100, 300):
        recording.take([unit])
    recording.finish("shutdown", "released")
    first, second = notes.of(OutageOpened)
    assert (first.reason, second.reason) == ("unreachable", "auth_failed")
    assert first.start_us == notes.shipped[0].entry.end_us
    ends = notes.of(OutageClosed)
    assert ends[0].end_us == second.start_us
    assert ends[1].end_us == notes.shipped[1].entry.start_us


def test_an_outage_before_the_first_picture_begins_with_the_lease(recording: Recording, notes: Notes) -> None:
    recording.failed("unreachable", "gone")
    assert notes.of(OutageOpened)[0].start_us == START_US - 1


def test_a_pause_inside_a_connection_is_told_as_an_outage_of_its_length(
    recording: Recording, notes: Notes
) -> None:
    recording.connected(None)
    for unit in [*units(120), *units(120, 200)]:
        recording.take([unit])
    recording.finish("shutdown", "released")
    (pause,) = notes.of(OutageRecorded)
    assert pause.end_us - pause.start_us == pytest.approx(3_200_000, abs=20_000)
    assert pause.reason == "stalled"


def test_a_disk_that_refuses_costs_the_open_fragment_and_the_run_goes_on_record(
    recording: Recording, notes: Notes
) -> None:
    recording.connected(None)
    for unit in units(130):
        recording.take([unit])
    full = os.open("/dev/full", os.O_WRONLY)
    run = recording._run
    assert run is not None
    assert run._open is not None
    os.dup2(full, run._open._handle)
    os.close(full)
    with pytest.raises(OSError, match=r"28|22"):
        recording.take(units(100, 130))
    recording.lay_aside()
    recording.connected(None)
    for unit in units(100, 250):
        recording.take([unit])
    recording.finish("shutdown", "released")
    first, second = notes.of(RunOpened)
    assert second.opening.parent == notes.of(RunClosed)[0].closed.tip.hex()
    assert first.opening.run != second.opening.run
    assert [fact.sealed for fact in notes.of(ChunkSealed)] == notes.shipped
    assert notes.numbers() == [*range(100), *range(250, 350)]


def test_a_run_that_the_disk_does_not_let_be_finished_is_finished_before_the_next(
    recording: Recording, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.connected(None)
    for unit in units(130):
        recording.take([unit])

    def full(path: Path, data: bytes, *, mode: int = 0o600) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(durable, "write", full)
        with pytest.raises(OSError, match="No space"):
            recording.take(units(400, 130))
        for again in (recording.lay_aside, lambda: recording.connected(None)):
            with pytest.raises(OSError, match="No space"):
                again()
    recording.failed("spool_full", "No space left on device")
    recording.connected(None)
    for unit in units(100, 600):
        recording.take([unit])
    recording.finish("shutdown", "released")
    first, second = notes.of(RunOpened)
    ends = [fact.closed for fact in notes.of(RunClosed)]
    assert [end.closing.run for end in ends] == [first.opening.run, second.opening.run]
    assert second.opening.parent == ends[0].tip.hex()
    (outage,) = notes.of(OutageOpened)
    (over,) = notes.of(OutageClosed)
    assert notes.shipped[0].entry.end_us == outage.start_us
    assert over.end_us == next(s.entry.start_us for s in notes.shipped if s.entry.run == second.opening.run)


def test_an_outage_ends_with_a_fragment_on_disk_not_with_the_try(recording: Recording, notes: Notes) -> None:
    recording.failed("spool_full", "full")
    recording.connected(None)
    for unit in units(40):
        recording.take([unit])
    assert notes.of(OutageClosed) == []
    for unit in units(20, 40):
        recording.take([unit])
    assert notes.of(OutageClosed)[0].end_us == START_US


def test_after_a_refusal_the_next_keyframe_begins_a_run_that_stands_on_its_own(
    recording: Recording, notes: Notes
) -> None:
    recording.connected(None)
    for unit in units(120):
        recording.take([unit])
    refused = notes.of(RunOpened)[0].opening.run
    recording.refuse(refused)
    for unit in units(400, 120):
        recording.take([unit])
    recording.refuse(refused)  # told of another chunk of the same run: nothing new
    for unit in units(100, 520):
        recording.take([unit])
    recording.finish("shutdown", "released")
    first, second = notes.of(RunOpened)
    assert (first.opening.run, second.opening.reason) == (refused, "refused")
    assert notes.of(RunClosed)[0].closed.closing.reason == "refused"
    assert notes.shipped[0].entry.ended == "refused"
    assert notes.numbers() == list(range(620))
    spans = [(s.entry.start_us, s.entry.end_us) for s in notes.shipped]
    assert all(0 <= later[0] - earlier[1] < 2_000 for earlier, later in pairwise(spans))


def test_after_the_end_nothing_more_is_written(recording: Recording, notes: Notes) -> None:
    recording.connected(None)
    for unit in units(100):
        recording.take([unit])
    recording.finish("shutdown", "lease_lost")
    shipped = len(notes.shipped)
    for unit in units(100, 100):
        recording.take([unit])
    recording.finish("shutdown", "lease_lost")
    recording.failed("unreachable", "gone")
    assert len(notes.shipped) == shipped
    assert notes.of(OutageOpened) == []
    assert len(notes.of(RunClosed)) == 1
