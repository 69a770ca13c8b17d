"""Looks at a JPEG's head (ITU-T T.81 annex B) before it goes on paper: size, pixels, colours."""

from __future__ import annotations

from saksi.papers.errors import BadPicture

_MOST_BYTES = 8_000_000
_MOST_PIXELS = 8000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def checked(jpeg: bytes) -> bytes:
    """The same bytes. Raises BadPicture when they are not a JPEG of sensible size in grey or YCbCr."""
    if not jpeg.startswith(b"\xff\xd8\xff"):
        raise BadPicture("paper_picture", field="still", why="not a JPEG")
    if len(jpeg) > _MOST_BYTES:
        raise BadPicture("paper_picture", field="still", why=f"{len(jpeg)} bytes")
    height, width, colours = _frame(jpeg)
    if not (0 < height <= _MOST_PIXELS and 0 < width <= _MOST_PIXELS):
        raise BadPicture("paper_picture", field="still", why=f"{width}×{height} pixels")
    if colours not in (1, 3):
        raise BadPicture("paper_picture", field="still", why=f"{colours} colour components")
    return jpeg


def _frame(jpeg: bytes) -> tuple[int, int, int]:
    at = 2
    while at + 10 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker in _FRAMES:
            head = jpeg[at + 5 : at + 10]
            return int.from_bytes(head[:2]), int.from_bytes(head[2:4]), head[4]
        at += 2 + max(2, int.from_bytes(jpeg[at + 2 : at + 4]))
    raise BadPicture("paper_picture", field="still", why="no frame header")
