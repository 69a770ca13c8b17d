"""A sink that keeps what the segmenter gives, to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from saksi.custody.chain import ClockEvidence
from saksi.fmp4.tracks import AudioTrack, VideoTrack
from saksi.fmp4.writer import FragmentBytes
from tests.unit.recorder.stream import number_of


@dataclass
class Chunk:
    """One chunk as the segmenter made it."""

    video: VideoTrack
    audio: AudioTrack | None
    start_us: int
    pieces: list[FragmentBytes] = field(default_factory=list)
    ended: str = ""
    clock: ClockEvidence | None = None
    lost: int = 0

    @property
    def end_us(self) -> int:
        """One past the last fragment."""
        facts = self.pieces[-1].facts
        return facts.start_us + facts.duration_us

    def samples(self) -> list[bytes]:
        """Every picture, in the order in which it lies in the file."""
        found = []
        for piece in self.pieces:
            place = piece.samples.video.data_offset
            for size in piece.samples.video.sizes:
                found.append(piece.data[place : place + size])
                place += size
        return found

    def numbers(self) -> list[int]:
        """The numbers of the pictures."""
        return [number_of(sample) for sample in self.samples()]

    def sound(self) -> bytes:
        """All sound."""
        found = b""
        for piece in self.pieces:
            if piece.samples.audio:
                place = piece.samples.audio.data_offset
                found += piece.data[place : place + piece.samples.audio.length]
        return found


class Memory:
    """The sink."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def begin(self, *, video: VideoTrack, audio: AudioTrack | None, start_us: int) -> None:
        """Starts a chunk."""
        assert not self.chunks or self.chunks[-1].ended, "the chunk before was not sealed"
        self.chunks.append(Chunk(video, audio, start_us))

    def append(self, piece: FragmentBytes) -> None:
        """Keeps a fragment."""
        self.chunks[-1].pieces.append(piece)

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int) -> None:
        """Ends the chunk."""
        chunk = self.chunks[-1]
        chunk.ended, chunk.clock, chunk.lost = ended, clock_evidence, lost

    def numbers(self) -> list[int]:
        """The numbers of all pictures."""
        return [number for chunk in self.chunks for number in chunk.numbers()]

    def spans(self) -> list[tuple[int, int]]:
        """Start and end of every fragment."""
        facts = [piece.facts for chunk in self.chunks for piece in chunk.pieces]
        return [(fact.start_us, fact.start_us + fact.duration_us) for fact in facts]
