"""The bar code: every number survives, and nothing else is taken for one."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcam import framecode
from simcam.framecode import FrameCode


@given(
    camera=st.integers(1, 31),
    frame=st.integers(0, 1499),
    size=st.sampled_from([(360, 640), (1080, 1920), (270, 480), (96, 160), (202, 358), (720, 1280)]),
    rgb=st.booleans(),
)
def test_it_reads_back_what_was_drawn_at_any_size(
    camera: int, frame: int, size: tuple[int, int], rgb: bool
) -> None:
    picture = np.full((*size, 3) if rgb else size, 90, dtype=np.uint8)
    framecode.draw(picture, camera, frame)
    assert framecode.read(picture) == FrameCode(camera=camera, frame=frame)


def test_it_tells_all_1500_frames_apart() -> None:
    picture = np.zeros((360, 640), dtype=np.uint8)
    seen = []
    for frame in range(1500):
        framecode.draw(picture, 5, frame)
        code = framecode.read(picture)
        assert code is not None
        assert code.camera == 5
        seen.append(code.frame)
    assert seen == list(range(1500))


def test_it_survives_being_made_a_blurred_thumbnail() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (360, 640), dtype=np.uint8)
    framecode.draw(picture, 3, 777)
    frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(
        width=214, height=120, format="yuv420p"
    )
    assert framecode.read_frame(frame) == FrameCode(camera=3, frame=777)


@pytest.mark.parametrize("level", [0, 16, 128, 235, 255])
def test_it_reads_nothing_from_an_even_picture(level: int) -> None:
    assert framecode.read(np.full((360, 640), level, dtype=np.uint8)) is None


def test_it_reads_nothing_from_noise_or_a_picture_too_small() -> None:
    random = np.random.default_rng(7)
    assert all(framecode.read(random.integers(0, 255, (90, 160), dtype=np.uint8)) is None for _ in range(500))
    assert framecode.read(np.zeros((20, 640), dtype=np.uint8)) is None


def test_it_refuses_a_code_with_any_one_cell_flipped() -> None:
    clean = np.zeros((360, 640), dtype=np.uint8)
    framecode.draw(clean, 2, 1234)
    for cell in range(32):
        picture = clean.copy()
        picture[:, cell * 20 : cell * 20 + 20] = 251 - picture[:, cell * 20 : cell * 20 + 20]
        assert framecode.read(picture) is None, f"cell {cell}"


def test_it_refuses_a_half_faded_cell_rather_than_guess() -> None:
    picture = np.zeros((360, 640), dtype=np.uint8)
    framecode.draw(picture, 2, 1234)
    picture[:, 200:220] = 126
    assert framecode.read(picture) is None


@pytest.mark.parametrize(("camera", "frame"), [(0, 0), (32, 0), (1, -1), (1, 1500)])
def test_it_refuses_numbers_that_do_not_fit(camera: int, frame: int) -> None:
    with pytest.raises(ValueError, match="camera must be"):
        framecode.draw(np.zeros((360, 640), dtype=np.uint8), camera, frame)
