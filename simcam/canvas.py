"""A picture in YUV 4:2:0 to draw on with rectangles, discs, letters and sprites; no fonts, no conversions.

Coordinates are those of a 640x360 picture and are scaled to the real size, so a scene is written once.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Colour = tuple[int, int, int]

# Columns of a 5x7 face, lowest bit on top.
_GLYPHS = {
    " ": "0000000000", "0": "3e5149453e", "1": "00427f4000", "2": "4261514946", "3": "2141454b31",
    "4": "1814127f10", "5": "2745454539", "6": "3c4a494930", "7": "0171090503", "8": "3649494936",
    "9": "064949291e", "A": "7e1111117e", "B": "7f49494936", "C": "3e41414122", "D": "7f4141221c",
    "E": "7f49494941", "F": "7f09090901", "G": "3e4149497a", "H": "7f0808087f", "I": "00417f4100",
    "J": "2040413f01", "K": "7f08142241", "L": "7f40404040", "M": "7f020c027f", "N": "7f0408107f",
    "O": "3e4141413e", "P": "7f09090906", "Q": "3e4151215e", "R": "7f09192946", "S": "4649494931",
    "T": "01017f0101", "U": "3f4040403f", "V": "1f2040201f", "W": "3f4038403f", "X": "6314081463",
    "Y": "0708700807", "Z": "6151494543", ".": "0060600000", ":": "0036360000", "-": "0808080808",
    "+": "08083e0808",
}  # fmt: skip


def yuv(colour: Colour) -> Colour:
    """BT.601 video-range Y, U, V of an RGB colour."""
    r, g, b = colour
    return (
        round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
        round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
        round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
    )


def glyph(letter: str, magnify: int) -> Mask:
    """The shape of one letter, seven rows of five dots, each dot `magnify` pixels."""
    columns = np.frombuffer(bytes.fromhex(_GLYPHS[letter]), dtype=np.uint8)
    dots = (columns[None, :] >> np.arange(7, dtype=np.uint8)[:, None]) & 1
    return np.kron(dots, np.ones((magnify, magnify), dtype=np.uint8)).astype(bool)


class Canvas:
    """Planes of one picture and which pixels were drawn (a canvas doubles as a sprite)."""

    def __init__(self, width: int, height: int, scale: tuple[float, float] | None = None) -> None:
        """`width`, `height` in real, even pixels; `scale` is pixels a unit, by default for 640x360 units."""
        self.width, self.height = width, height
        self.scale = scale or (width / 640, height / 360)
        self.pixels: Plane = np.full(width * height * 3 // 2, 128, dtype=np.uint8)
        self.drawn: Mask = np.zeros((height, width), dtype=bool)
        luma, quarter = width * height, width * height // 4
        self.y = self.pixels[:luma].reshape(height, width)
        self.u = self.pixels[luma : luma + quarter].reshape(height // 2, width // 2)
        self.v = self.pixels[luma + quarter :].reshape(height // 2, width // 2)

    def sprite(self, width: float, height: float) -> Canvas:
        """An empty canvas of this size in units, to be drawn once and stamped often."""
        return Canvas(self._even(width, 0) or 2, self._even(height, 1) or 2, self.scale)

    def mirrored(self) -> Canvas:
        """The same sprite looking the other way."""
        twin = Canvas(self.width, self.height, self.scale)
        for mine, its in ((self.y, twin.y), (self.u, twin.u), (self.v, twin.v), (self.drawn, twin.drawn)):
            its[:] = mine[:, ::-1]
        return twin

    def copy_from(self, other: Self) -> None:
        """Takes over every pixel of a canvas of the same size."""
        self.pixels[:] = other.pixels

    def rect(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fills a rectangle; whatever lies outside is cut off."""
        left, top = max(0, self._even(x, 0)), max(0, self._even(y, 1))
        right, bottom = max(0, self._even(x + width, 0)), max(0, self._even(y + height, 1))
        luma, u, v = yuv(colour)
        self.y[top:bottom, left:right] = luma
        self.u[top // 2 : bottom // 2, left // 2 : right // 2] = u
        self.v[top // 2 : bottom // 2, left // 2 : right // 2] = v
        self.drawn[top:bottom, left:right] = True

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, flat: float = 1.0) -> None:
        """Fills a disc about (x, y); `flat` below 1 makes it an ellipse lying down."""
        rows, columns = np.ogrid[: self.height, : self.width]
        rx, ry = radius * self.scale[0], radius * self.scale[1] * flat
        inside = ((columns + 0.5 - x * self.scale[0]) / rx) ** 2 + (
            (rows + 0.5 - y * self.scale[1]) / ry
        ) ** 2 <= 1
        self.paint(inside, colour)

    def paint(self, mask: Mask, colour: Colour) -> None:
        """Colours every pixel of a mask of the canvas's own size."""
        self.y[mask], chroma = yuv(colour)[0], mask[::2, ::2]
        self.u[chroma], self.v[chroma] = yuv(colour)[1:]
        self.drawn |= mask

    def gradient(self, y: float, height: float, above: Colour, below: Colour) -> None:
        """Fills the full width with bands that run from one colour to another."""
        steps = max(2, int(height // 4))
        for step in range(steps):
            part = step / (steps - 1)
            mixed = tuple(round(a + (b - a) * part) for a, b in zip(above, below, strict=True))
            self.rect(0, y + height * step / steps, 640, height / steps + 2, (mixed[0], mixed[1], mixed[2]))

    def text(self, x: float, y: float, words: str, size: float, colour: Colour) -> None:
        """Writes capitals and digits; `size` is the height of a dot of the 5x7 face, in units."""
        dot = max(1, round(size * min(self.scale)))
        left, top = self._even(x, 0), self._even(y, 1)
        luma, u, v = yuv(colour)
        shape = np.hstack([np.pad(glyph(letter, dot), ((0, 0), (0, dot))) for letter in words])
        shape = shape[: self.height - top, : self.width - left]
        rows, columns = shape.shape
        self.y[top : top + rows, left : left + columns][shape] = luma
        self.drawn[top : top + rows, left : left + columns] |= shape
        # One colour sample serves four pixels; it is coloured when any of them belongs to a letter.
        shape = shape[: rows // 2 * 2, : columns // 2 * 2]
        any_of_four = shape[::2, ::2] | shape[1::2, ::2] | shape[::2, 1::2] | shape[1::2, 1::2]
        rows, columns = any_of_four.shape
        self.u[top // 2 : top // 2 + rows, left // 2 : left // 2 + columns][any_of_four] = u
        self.v[top // 2 : top // 2 + rows, left // 2 : left // 2 + columns][any_of_four] = v

    def stamp(self, sprite: Canvas, x: float, y: float) -> None:
        """Puts the drawn pixels of a sprite with its upper left corner at (x, y); cut off at the edges."""
        left, top = self._even(x, 0), self._even(y, 1)
        x0, y0 = max(0, -left), max(0, -top)
        x1, y1 = min(sprite.width, self.width - left), min(sprite.height, self.height - top)
        if x0 >= x1 or y0 >= y1:
            return
        mask = sprite.drawn[y0:y1, x0:x1]
        np.copyto(self.y[top + y0 : top + y1, left + x0 : left + x1], sprite.y[y0:y1, x0:x1], where=mask)
        self.drawn[top + y0 : top + y1, left + x0 : left + x1] |= mask
        half = (slice((top + y0) // 2, (top + y1) // 2), slice((left + x0) // 2, (left + x1) // 2))
        mine = (slice(y0 // 2, y1 // 2), slice(x0 // 2, x1 // 2))
        np.copyto(self.u[half], sprite.u[mine], where=mask[::2, ::2])
        np.copyto(self.v[half], sprite.v[mine], where=mask[::2, ::2])

    def _even(self, value: float, axis: int) -> int:
        """Real pixels of a unit coordinate, even so that colour planes stay in step."""
        return int(value * self.scale[axis] / 2 + 1024.5) * 2 - 2048
