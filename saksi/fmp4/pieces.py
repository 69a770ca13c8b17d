"""The media of a clip: byte ranges of chunks and made silence, and where each part's samples come to lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.selection import Part
from saksi.fmp4.silence import SILENCE

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `[offset, offset + length)` of the chunk object `key`."""

    key: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Silence:
    """`length` bytes of `frame` repeated, from `offset` of that endless row."""

    frame: bytes = field(repr=False)
    offset: int
    length: int

    def blocks(self) -> Iterator[bytes]:
        """The bytes, a megabyte at a time."""
        for begin in range(self.offset, self.offset + self.length, _BLOCK):
            end = min(begin + _BLOCK, self.offset + self.length)
            skip = begin % len(self.frame)
            row = self.frame * ((skip + end - begin) // len(self.frame) + 1)
            yield row[skip : skip + end - begin]


@dataclass(frozen=True, slots=True)
class Source:
    """A chunk object by key and size."""

    key: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Media:
    """What follows a clip's header; `video` and `audio` are the places of each part's first byte in it."""

    pieces: list[Piece | Silence]
    video: list[int]
    audio: list[int]

    @property
    def length(self) -> int:
        """Bytes in all."""
        return sum(piece.length for piece in self.pieces)


def arrange(
    sources: Sequence[Source], video: Sequence[Part], audio: Sequence[Part], silence: bytes, filler: int
) -> Media:
    """Orders the parts as the picture goes from chunk to chunk, and as they lie in each; ranges of a chunk at most
    `filler` bytes apart become one.

    Where another run takes over it may be in the middle of a chunk that began earlier, so chunks are not simply in
    order. Silence follows the sound before it. Raises Malformed when a part lies beyond its chunk.
    """
    media = Media(pieces=[], video=[0] * len(video), audio=[0] * len(audio))
    passed = 0  # bytes of all pieces but the last
    for _, _, part, places, number in sorted(_placed(video, audio, media), key=lambda item: item[:2]):
        last = media.pieces[-1] if media.pieces else None
        piece = _piece(sources, part, silence)
        joined = _joined(last, piece, filler)
        if joined is None:
            passed += last.length if last else 0
            media.pieces.append(piece)
            places[number] = passed
        else:
            media.pieces[-1] = joined
            places[number] = passed + piece.offset - joined.offset
    return media


def _placed(
    video: Sequence[Part], audio: Sequence[Part], media: Media
) -> Iterator[tuple[int, int, Part, list[int], int]]:
    """(turn, offset, part, places to note it in, its number there) of every part."""
    turns = _turns(video)
    turn, offset = -1, 0
    for number, part in enumerate(audio):
        if part.chunk != SILENCE:
            offset = part.samples.data_offset
            turn = max(turn, _turn_of(turns, part.chunk, offset, turn))
        yield turn, offset, part, media.audio, number
    for shown, (first, last, _, _) in enumerate(turns):
        for number in range(first, last):
            yield 2 * shown, video[number].samples.data_offset, video[number], media.video, number


def _turns(video: Sequence[Part]) -> list[tuple[int, int, int, int]]:
    """Stretches of parts of one chunk: (first part, one past the last, chunk, offset of the first)."""
    found: list[tuple[int, int, int, int]] = []
    for number, part in enumerate(video):
        if found and found[-1][2] == part.chunk:
            found[-1] = (found[-1][0], number + 1, *found[-1][2:])
        else:
            found.append((number, number + 1, part.chunk, part.samples.data_offset))
    return found


def _turn_of(turns: Sequence[tuple[int, int, int, int]], chunk: int, offset: int, before: int) -> int:
    """The turn, an even number, beside whose pictures a piece of sound lies; of a chunk that shows none, an odd one."""
    mine = [turn for turn, (_, _, number, _) in enumerate(turns) if number == chunk]
    if not mine:
        return before | 1
    reached = [turn for turn in mine if turns[turn][3] <= offset]
    return 2 * (reached[-1] if reached else mine[0])


def _piece(sources: Sequence[Source], part: Part, silence: bytes) -> Piece | Silence:
    offset, length = part.samples.data_offset, part.samples.length
    if part.chunk == SILENCE:
        return Silence(silence, 0, length)
    source = sources[part.chunk]
    if offset < 0 or offset + length > source.size:
        raise Malformed(f"{source.key}: samples beyond its {source.size} bytes")
    return Piece(source.key, offset, length)


def _joined(last: Piece | Silence | None, piece: Piece | Silence, filler: int) -> Piece | None:
    """One range over both, when they are close enough behind one another in the same chunk."""
    if not isinstance(last, Piece) or not isinstance(piece, Piece) or last.key != piece.key:
        return None
    if not 0 <= piece.offset - (last.offset + last.length) <= filler:
        return None
    return Piece(last.key, last.offset, piece.offset + piece.length - last.offset)
