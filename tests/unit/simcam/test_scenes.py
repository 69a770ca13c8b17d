"""The drawn scenes: different from each other, without a seam, at any size the command takes."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from simcam import framecode
from simcam.canvas import Canvas
from simcam.scenes import SCENES, burn_in


def still(number: int, frame: int, width: int = 640, height: int = 360) -> Canvas:
    scene = SCENES[number - 1](Canvas(width, height))
    canvas = Canvas(width, height)
    scene.draw(canvas, frame)
    burn_in(canvas, number, frame, scene.name)
    return canvas


@pytest.mark.parametrize(("width", "height"), [(96, 96), (160, 90), (480, 270), (1920, 1080), (358, 1000)])
def test_it_draws_every_scene_at_any_size_with_a_readable_code(width: int, height: int) -> None:
    for number in range(1, 8):
        code = framecode.read(still(number, 1499, width, height).y)
        assert code == framecode.FrameCode(camera=number, frame=1499)


def test_no_two_cameras_look_alike() -> None:
    stills = [still(number, 300).pixels.astype(int) for number in range(1, 8)]
    for one, two in combinations(stills, 2):
        assert np.abs(one - two).mean() > 12


@pytest.mark.parametrize("number", range(1, 8))
def test_something_moves_and_nothing_jumps_where_the_minute_begins_again(number: int) -> None:
    scene = SCENES[number - 1](Canvas(640, 360))
    canvas, frames = Canvas(640, 360), []
    for frame in (1497, 1498, 1499, 0, 1, 2):
        scene.draw(canvas, frame)
        frames.append(canvas.pixels.astype(int))
    steps = [float(np.abs(two - one).mean()) for one, two in pairwise(frames)]
    assert sum(steps) > 0
    # Lamps and steps change on whole seconds: the seam may be busier than its neighbours, no more than that.
    assert steps[2] < 6
