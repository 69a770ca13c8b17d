"""The life of a camera's thread, against a source that does what a broken camera would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from recorder.access_unit import AccessUnit, Reason, Source, SourceFailed
from recorder.awake import Awake
from recorder.camera import Camera
from recorder.facts import OutageOpened
from recorder.leased import Leased
from recorder.recording import Recording
from recorder.spool import Spool
from saksi import clock
from saksi.fmp4.tracks import AudioTrack
from tests.unit.recorder.stream import SOUND, START_US, video
from tests.unit.recorder.test_recording import Notes

Script = Callable[[threading.Event], Iterator[AccessUnit]]


class Scripted:
    """A source whose connection is a generator; `closed` is set when it is asked to end."""

    def __init__(self, script: Script, audio: AudioTrack | None = None) -> None:
        self.audio = audio
        self.notes: list[str] = []
        self.patience_s = 0.0
        self._script = script
        self._closed = threading.Event()

    def open(self, url: str, timeout: float) -> None:
        """Opens at once."""

    def __iter__(self) -> Iterator[Sequence[AccessUnit]]:
        """The script, with times that begin now."""
        since_us = clock.monotonic_us()
        for unit in self._script(self._closed):
            unit.monotonic_us += since_us
            unit.arrival_us = unit.monotonic_us + START_US
            yield [unit]

    def close(self) -> None:
        """Asks the script to end."""
        self._closed.set()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def make_camera(tmp_path: Path, notes: Notes) -> Iterator[Callable[..., Camera]]:
    spool = Spool(tmp_path, high_water_bytes=1 << 40, reserve_bytes=0)
    cameras: list[Camera] = []

    def make(source: Callable[[], Source]) -> Camera:
        leased = Leased(
            camera="gate-1",
            epoch=1,
            recorder="here",
            parent="0" * 64,
            chunk_seconds=10,
            fsync=False,
            since_us=START_US,
        )
        recording = Recording(leased, spool, tell=notes.tell, ship=notes.shipped.append, awake=Awake())
        camera = Camera("gate-1", "rtsp://x", source, recording=recording)
        cameras.append(camera)
        camera.start()
        return camera

    yield make
    for camera in cameras:
        camera.stop()
        camera.finish("released", 5)
    spool.release()


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    pause = threading.Event()
    until_us = clock.monotonic_us() + round(seconds * 1e6)
    while not condition():
        assert clock.monotonic_us() < until_us, "it did not happen in time"
        pause.wait(0.02)


def test_a_stream_without_keyframes_is_an_outage_and_the_next_try_waits_longer(
    make_camera: Callable[..., Camera], notes: Notes
) -> None:
    def never(closed: threading.Event) -> Iterator[AccessUnit]:
        for unit, _ in video(2000):
            unit.keyframe = False
            yield unit

    camera = make_camera(lambda: Scripted(never))
    wait_for(lambda: notes.of(OutageOpened))
    outage = notes.of(OutageOpened)[0]
    assert outage.reason == "no_keyframe"
    assert "keyframe" in outage.detail
    wait_for(lambda: "20 s" in camera.state.detail)
    assert camera.state.state == "failed"
    assert notes.shipped == []


def test_a_stream_that_fails_in_the_middle_keeps_what_came_before(
    make_camera: Callable[..., Camera], notes: Notes
) -> None:
    def broken(closed: threading.Event) -> Iterator[AccessUnit]:
        yield from (unit for unit, _ in video(50))
        raise SourceFailed("stalled", "sound or other data comes, but no picture")

    make_camera(lambda: Scripted(broken, SOUND))
    wait_for(lambda: notes.of(OutageOpened))
    assert notes.of(OutageOpened)[0].reason == "stalled"
    assert notes.numbers()[:50] == list(range(50))


@pytest.mark.parametrize(("reason", "expected"), [("no_keyframe", [10, 20, 40]), ("stalled", [10, 10, 10])])
def test_only_a_source_that_waits_for_a_keyframe_is_given_more_time_at_the_next_try(
    make_camera: Callable[..., Camera], reason: Reason, expected: list[float]
) -> None:
    given: list[float] = []

    class Patient(Scripted):
        def open(self, url: str, timeout: float) -> None:
            given.append(self.patience_s)
            raise SourceFailed(reason, "none yet")

    make_camera(lambda: Patient(lambda closed: iter(())))
    wait_for(lambda: len(given) >= 3)
    assert given[:3] == expected


def test_a_camera_that_hangs_in_a_read_is_sealed_from_outside(
    make_camera: Callable[..., Camera], notes: Notes
) -> None:
    release = threading.Event()

    def hang(closed: threading.Event) -> Iterator[AccessUnit]:
        yield from (unit for unit, _ in video(130))
        release.wait(30)

    camera = make_camera(lambda: Scripted(hang))
    wait_for(lambda: camera.recording.tally.frames == 130)
    begun_us = clock.monotonic_us()
    camera.stop()
    camera.finish("released", 0.2)
    assert clock.monotonic_us() - begun_us < 2_000_000
    assert notes.numbers() == list(range(130))
    assert camera.state.state == "stopped"
    release.set()


def test_it_tries_again_after_every_end_of_the_stream(
    make_camera: Callable[..., Camera], notes: Notes
) -> None:
    tries: list[int] = []

    def short(closed: threading.Event) -> Iterator[AccessUnit]:
        tries.append(1)
        yield from (unit for unit, _ in video(60))

    make_camera(lambda: Scripted(short))
    wait_for(lambda: len(tries) >= 3)
    assert notes.of(OutageOpened)[0].reason == "unreachable"
    assert len({sealed.entry.run for sealed in notes.shipped}) == 1


def test_a_refused_connection_says_what_to_do(make_camera: Callable[..., Camera], notes: Notes) -> None:
    class Refusing(Scripted):
        def open(self, url: str, timeout: float) -> None:
            raise SourceFailed("auth_failed", "it answers 401 Unauthorized")

    camera = make_camera(lambda: Refusing(lambda closed: iter(())))
    wait_for(lambda: notes.of(OutageOpened))
    outage = notes.of(OutageOpened)[0]
    assert outage.reason == "auth_failed"
    assert "user name or password" in outage.detail
    assert camera.state.reason == "auth_failed"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_breaks_is_seen_not_to_live(make_camera: Callable[..., Camera]) -> None:
    def broken(closed: threading.Event) -> Iterator[AccessUnit]:
        raise RuntimeError("a fault of ours")
        yield

    camera = make_camera(lambda: Scripted(broken))
    wait_for(lambda: not camera.alive)
