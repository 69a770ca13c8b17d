"""A listing of the store beside what rows name, in one pass over both: memory does not grow with either.

Both come in key order. Where one does not (a clock that went back, a store with an order of its own) things are told as
missing and stray that are neither; so whoever takes the pairs asks again before it believes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Listed = tuple[str, int]  # key, bytes


@dataclass(frozen=True, kw_only=True)
class Named:
    """An object that a row names. `size` in bytes, None where the row does not say; `row` is for who made it."""

    key: str
    size: int | None
    row: Any = None


def beside(named: Iterable[Named], listed: Iterable[Listed]) -> Iterator[tuple[Named | None, Listed | None]]:
    """What is in both, in rows alone (None listed), in the store alone (None named)."""
    rows, objects = iter(named), iter(listed)
    row, found = next(rows, None), next(objects, None)
    while row is not None or found is not None:
        if found is None or (row is not None and row.key < found[0]):
            yield row, None
            row = next(rows, None)
        elif row is None or found[0] < row.key:
            yield None, found
            found = next(objects, None)
        else:
            yield row, found
            row, found = next(rows, None), next(objects, None)


def by_camera(
    listed: Iterable[Listed], prefix: str, cameras: Iterable[str]
) -> Iterator[tuple[str, Iterator[Listed]]]:
    """The listing of `prefix`CAMERA/… cut where the camera changes, then every one of `cameras` that it has not.

    Each part is to be read to its end before the next one is asked for. Stores differ in whether `a-b/` stands before
    `a/`; what is under one camera stands together in all of them.
    """
    left = dict.fromkeys(cameras)
    objects = iter(listed)
    ahead = next(objects, None)

    def camera_of(key: str) -> str:
        return key.removeprefix(prefix).partition("/")[0]

    def part(camera: str) -> Iterator[Listed]:
        nonlocal ahead
        while ahead is not None and camera_of(ahead[0]) == camera:
            yield ahead
            ahead = next(objects, None)

    while ahead is not None:
        camera = camera_of(ahead[0])
        left.pop(camera, None)
        yield camera, part(camera)
    for camera in left:
        yield camera, iter(())
