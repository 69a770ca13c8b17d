"""The bar code burnt into every frame: which camera and which frame of the minute, readable after any codec.

A strip of 32 cells across the foot of the picture: four guard cells, 24 bits (camera 5, frame 11, CRC-8),
four guard cells. White is 1. Cells are a 32nd of the width and a 15th of the height, so that they survive
scaling and hard compression; a reader looks at nine pixels a cell and takes black and white from the guards.

The camera is that of the clip: simcam's camera 7 plays clip 1 again and reads as camera 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

Picture = NDArray[np.uint8]

FRAMES_PER_MINUTE = 1500
MAX_CAMERA = 31
_CELLS = 32
_HEAD = (1, 0, 1, 0)
_TAIL = (0, 0, 1, 1)
_GUARD = np.array([*_HEAD, *_TAIL], dtype=bool)
_BLACK, _WHITE = 16, 235  # the limits of video-range luma: nothing gets clipped on its way through a codec
_LEAST_CONTRAST = 60.0
_DOUBT = 0.2  # a cell nearer to the middle than this share of the contrast is not believed


@dataclass(frozen=True, kw_only=True)
class FrameCode:
    """Camera 1..31 of the clip and frame 0..1499 within its minute (25 a second)."""

    camera: int
    frame: int

    @property
    def second(self) -> float:
        """Seconds since the start of the minute at which this frame was sent."""
        return self.frame * 0.04


def strip_top(height: int) -> int:
    """The first row of the bar code in a picture of this height."""
    return height - height // 15


def draw(picture: Picture, camera: int, frame: int) -> None:
    """Writes the bar code into the foot of a gray, luma (H, W) or RGB (H, W, 3) picture, in place.

    Raises ValueError when the camera or frame number does not fit.
    """
    if not (1 <= camera <= MAX_CAMERA and 0 <= frame < FRAMES_PER_MINUTE):
        raise ValueError(f"camera must be 1 to {MAX_CAMERA} and frame 0 to 1499, not {camera} and {frame}")
    height, width = picture.shape[:2]
    word = camera << 11 | frame
    bits = word << 8 | _crc8(word)
    cells = (*_HEAD, *((bits >> place) & 1 for place in range(23, -1, -1)), *_TAIL)
    row = np.array(cells, dtype=np.uint8)[np.arange(width) * _CELLS // width] * (_WHITE - _BLACK) + _BLACK
    picture[strip_top(height) :] = row if picture.ndim == 2 else row[:, None]


def read(picture: Picture) -> FrameCode | None:
    """The code of a gray or luma (H, W) or RGB (H, W, 3) picture; None when there is none to be trusted."""
    luma = picture if picture.ndim == 2 else picture[..., 1]
    height, width = luma.shape
    if height < 30 or width < 2 * _CELLS:
        return None
    rows, columns = _probes(height, width)
    cells = luma[rows, columns].reshape(3, _CELLS, 3).sum(axis=(0, 2), dtype=np.int32) / 9.0
    guard = np.concatenate((cells[:4], cells[-4:]))
    black, white = guard[~_GUARD].max(), guard[_GUARD].min()
    contrast = white - black
    if contrast < _LEAST_CONTRAST:
        return None
    distance = cells[4:-4] - (white + black) / 2
    if np.abs(distance).min() < _DOUBT * contrast:
        return None
    bits = int.from_bytes(np.packbits(distance > 0).tobytes(), "big")
    word, check = bits >> 8, bits & 0xFF
    camera, frame = word >> 11, word & 0x7FF
    if check != _crc8(word) or camera == 0 or frame >= FRAMES_PER_MINUTE:
        return None
    return FrameCode(camera=camera, frame=frame)


def read_frame(frame: av.VideoFrame) -> FrameCode | None:
    """As `read`, straight from the luma plane of a decoded planar YUV or gray frame, without conversion."""
    plane = frame.planes[0]
    luma = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return read(luma[: frame.height, : frame.width])


@lru_cache(maxsize=16)
def _probes(height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Index arrays of three rows by three columns inside each cell, well off its edges."""
    top = strip_top(height)
    rows = np.array([top + (height - top) * part // 8 for part in (3, 4, 5)], dtype=np.intp)
    columns = np.array(
        [(8 * cell + part) * width // (8 * _CELLS) for cell in range(_CELLS) for part in (3, 4, 5)]
    )
    return rows[:, None], columns.astype(np.intp)[None, :]


@lru_cache(maxsize=4096)
def _crc8(word: int) -> int:
    """CRC-8 (polynomial 0x07, start 0xA5 so that all-black is not valid) of a 16 bit word."""
    remainder = 0xA5
    for byte in (word >> 8, word & 0xFF):
        remainder ^= byte
        for _ in range(8):
            remainder = (remainder << 1 ^ (0x07 if remainder & 0x80 else 0)) & 0xFF
    return remainder
