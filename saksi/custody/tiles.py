"""C2SP tlog-tiles: a tree of any size as runs of 256 hashes, their paths, and proofs computed from them.

A tile at level l holds the roots of full tiles at level l-1 (at level 0, leaf hashes). A full tile never changes; the
last one of each level is partial, and is named with its width.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from saksi.custody import merkle
from saksi.custody.canonical import node
from saksi.custody.strict import HASH, MOST_SIZE, Malformed

WIDTH = 256
_HEIGHT = 8
_LEVELS = 64
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)
MOST_ENTRY = 65_535  # bytes; the length in a bundle is a uint16

# Answers the first `width` hashes of tile (level, n), one after the other.
Read = Callable[[int, int, int], bytes]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Hashes of one tile, one after the other."""

    level: int
    n: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes."""
        return len(self.hashes) // HASH


def tile_path(level: int | None, n: int, width: int = WIDTH) -> str:
    """`tile/0/x001/067.p/8`; a level of None names an entry bundle, the full width no `.p`."""
    digits = str(n)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{'entries' if level is None else level}/{place}" + (f".p/{width}" if width != WIDTH else "")


def parse_path(path: str) -> tuple[int | None, int, int]:
    """Level (None: entries), number and width of a path. Raises Malformed for any other spelling."""
    found = _PATH.fullmatch(path) if len(path) <= 100 else None
    if found is None:
        raise Malformed("not the path of a tile")
    level = None if found[1] == "entries" else int(found[1])
    n, width = int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH)
    if (found[3] and width >= WIDTH) or (level or 0) >= _LEVELS or n > MOST_SIZE:
        raise Malformed("not the path of a tile")
    if tile_path(level, n, width) != path:
        raise Malformed("the path of a tile is not in its shortest form")
    return level, n, width


def width_in(size: int, level: int | None, n: int) -> int:
    """How wide tile `n` of a level is in a tree of `size`; 0 where there is none."""
    return max(0, min(WIDTH, (size >> _HEIGHT * (level or 0)) - n * WIDTH))


def bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length (uint16, big-endian). Raises Malformed for one too long."""
    if any(len(entry) > MOST_ENTRY for entry in entries):
        raise Malformed(f"an entry has more than {MOST_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises Malformed when it is cut, or holds none or more than 256."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Malformed("an entry bundle is cut off")
        entries.append(data[at + 2 : end])
        at = end
    if not 0 < len(entries) <= WIDTH:
        raise Malformed(f"an entry bundle holds {len(entries)} entries")
    return entries


class Tree:
    """A tree of `size` leaves that is read tile by tile; each is read once. Raises Malformed for a tile cut short."""

    def __init__(self, size: int, read: Read) -> None:
        if not 0 <= size <= MOST_SIZE:
            raise Malformed("a tree has no such size")
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """The root of the whole."""
        return self._range(0, self.size)

    def leaf(self, index: int) -> bytes:
        """The leaf hash at an index. Raises Malformed outside the tree."""
        self._inside(index, self.size - 1)
        return self._whole(0, index)

    def inclusion(self, index: int) -> list[bytes]:
        """The inclusion path of a leaf, from its sibling up. Raises Malformed outside the tree."""
        self._inside(index, self.size - 1)
        return [self._range(*one) for one in merkle.inclusion_ranges(index, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        """The consistency path from an older size. Raises Malformed for one that is larger than the tree."""
        self._inside(old, self.size)
        return [self._range(*one) for one in merkle.consistency_ranges(old, self.size)]

    @staticmethod
    def _inside(given: int, most: int) -> None:
        if not 0 <= given <= most:
            raise Malformed(f"{given} lies outside the tree")

    def _range(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) where start is a multiple of the largest power of two inside: whole subtrees, folded."""
        peaks = []
        while start < end:
            height = (end - start).bit_length() - 1
            peaks.append(self._whole(height, start >> height))
            start += 1 << height
        if not peaks:
            return merkle.EMPTY
        value = peaks.pop()
        while peaks:
            value = node(peaks.pop(), value)
        return value

    def _whole(self, height: int, index: int) -> bytes:
        """The root of the full subtree of 2^height leaves that is the `index`-th of its height."""
        level, inner = divmod(height, _HEIGHT)
        first = index << inner
        hashes = self._tile(level, first // WIDTH)
        at = first % WIDTH * HASH
        piece = hashes[at : at + (HASH << inner)]
        return merkle.root([piece[i : i + HASH] for i in range(0, len(piece), HASH)])

    def _tile(self, level: int, n: int) -> bytes:
        if (level, n) not in self._tiles:
            width = width_in(self.size, level, n)
            hashes = self._read(level, n, width)
            if len(hashes) != width * HASH:
                raise Malformed(f"{tile_path(level, n, width)} has {len(hashes)} bytes, not {width * HASH}")
            self._tiles[level, n] = hashes
        return self._tiles[level, n]


def grow(size: int, leaves: Sequence[bytes], read: Read) -> list[Tile]:
    """The tiles that change when `leaves` join a tree of `size`, whole, level by level. Raises Malformed as `Tree`."""
    changed, level, fresh = [], 0, list(leaves)
    while fresh:
        n, width = divmod(size, WIDTH)
        kept = read(level, n, width) if width else b""
        if len(kept) != width * HASH:
            raise Malformed(
                f"{tile_path(level, n, width or WIDTH)} has {len(kept)} bytes, not {width * HASH}"
            )
        hashes, fresh = kept + b"".join(fresh), []
        for at in range(0, len(hashes), WIDTH * HASH):
            tile = Tile(level=level, n=n + at // (WIDTH * HASH), hashes=hashes[at : at + WIDTH * HASH])
            changed.append(tile)
            if tile.width == WIDTH:
                fresh.append(tile_root(tile.hashes))
        level, size = level + 1, n
    return changed


def tile_root(hashes: bytes) -> bytes:
    """The root over the hashes of one tile: what the level above holds of a full one."""
    return merkle.root([hashes[i : i + HASH] for i in range(0, len(hashes), HASH)])
