"""What cameras send is what the archive holds: every picture once, at its time, byte for byte."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from itertools import pairwise

import av

from recorder import nal
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, audio_of, settle, wait_until

NAMES = {1: "plain", 2: "with-aac", 3: "with-g711", 6: "h265"}
WITH_SOUND = {"with-aac", "with-g711"}


class Witness:
    """A second client of the camera that keeps every packet as it comes."""

    def __init__(self, url: str) -> None:
        self.pictures: list[list[bytes]] = []
        self.sound: list[bytes] = []
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Ends it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with av.open(self._url, options={"rtsp_transport": "tcp"}, timeout=(5, 5)) as container:
            for packet in container.demux():
                if self._stop.is_set():
                    return
                if packet.size and packet.stream.type == "video":
                    self.pictures.append(nal.split(bytes(packet)))
                elif packet.size:
                    self.sound.append(bytes(packet))


def contained(part: list[bytes], whole: list[bytes]) -> bool:
    """Whether `part` stands in `whole` without anything between."""
    return any(whole[at : at + len(part)] == part for at, first in enumerate(whole) if first == part[0])


def test_every_picture_is_in_the_store_once_at_its_true_time_and_not_a_bit_is_changed(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number, name in NAMES.items():
        archive.add_camera(name, simcam.url(number))
    witnesses = {name: Witness(simcam.url(number)) for number, name in NAMES.items()}
    settle(1)
    running = archive.start()
    settle(24)
    seconds = running.stop()
    settle(1)
    for witness in witnesses.values():
        witness.stop()
    assert seconds < 5, "stopping must not take longer"
    for name, witness in witnesses.items():
        check_times(archive, name)
        check_bytes(archive, name, witness)
    archive.check_chains()
    wait_until(lambda: not archive.execute("select 1 from lease where recorder <> ''"), 1, "leases released")


def check_times(archive: Archive, name: str) -> None:
    """Every picture once, within a tenth of a second of its true time."""
    chunks = archive.chunks(name)
    assert len(chunks) >= 4
    assert not any(chunk["pending"] for chunk in chunks)
    shown = archive.pictures(name)
    assert len(shown) == sum(chunk["frames"] for chunk in chunks) > 500
    steps = {(later.frame - earlier.frame) % 1500 for earlier, later in pairwise(shown)}
    assert steps == {1}, f"{name}: a picture is missing or twice"
    errors = [picture.error_us for picture in shown]
    assert max(errors) < 100_000, name
    assert min(errors) > -20_000, name
    spans = [(c["start_at"], c["dur_us"]) for c in chunks]
    for (start, dur_us), (following, _) in pairwise(spans):
        assert following - start == timedelta(microseconds=dur_us)


def check_bytes(archive: Archive, name: str, witness: Witness) -> None:
    """NAL units and sound are what libav was handed beside us."""
    pictures: list[list[bytes]] = []
    sound: list[bytes] = []
    for chunk in archive.chunks(name):
        data = archive.footage(name, chunk)
        with av.open(io.BytesIO(data)) as container:
            for packet in container.demux(container.streams.video[0]):
                if packet.size:
                    pictures.append(nal.split_lengths(bytes(packet)))
        sound += audio_of(data)
    assert contained([b"".join(p) for p in pictures], [b"".join(p) for p in witness.pictures]), name
    sent = {b"".join(units): units for units in witness.pictures}
    assert all(sent[b"".join(units)] == units for units in pictures), "units were joined or split"
    if name in WITH_SOUND:
        assert len(sound) > 300
        assert contained(sound, witness.sound), name
    else:
        assert sound == []
