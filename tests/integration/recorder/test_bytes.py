"""Not a bit of what a camera sends is changed: NAL units and sound against what libav hands over beside us."""

from __future__ import annotations

import io
import threading

import av
import pytest

from recorder import nal
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, audio_of, settle


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


@pytest.mark.parametrize("number", [1, 2, 3, 6])
def test_units_are_byte_for_byte_what_the_camera_sent(
    archive: Archive, start_simcam: SimcamStart, number: int
) -> None:
    simcam = start_simcam()
    archive.add_camera("gate", simcam.url(number))
    witness = Witness(simcam.url(number))
    settle(1)
    running = archive.start(chunk_seconds=3)
    settle(9)
    running.stop()
    settle(1)
    witness.stop()
    pictures: list[list[bytes]] = []
    sound: list[bytes] = []
    for chunk in archive.chunks("gate"):
        data = archive.footage("gate", chunk)
        with av.open(io.BytesIO(data)) as container:
            for packet in container.demux(container.streams.video[0]):
                if packet.size:
                    pictures.append(nal.split_lengths(bytes(packet)))
        sound += audio_of(data)
    assert len(pictures) > 120
    assert contained([b"".join(p) for p in pictures], [b"".join(p) for p in witness.pictures])
    sent = {b"".join(units): units for units in witness.pictures}
    assert all(sent[b"".join(units)] == units for units in pictures), "units were joined or split"
    if number in (2, 3):
        assert len(sound) > 100
        assert contained(sound, witness.sound)
    else:
        assert sound == []
