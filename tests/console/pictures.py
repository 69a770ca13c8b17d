"""What is on the screen of a page: the video's picture, and the frame code burnt into it."""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from simcam.framecode import FrameCode, read

_DRAW = """() => {
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return [canvas.toDataURL("image/png"), Number(document.querySelector(".stage").dataset.wall)];
}"""

_MOVING = """(() => {
  const video = document.querySelector("video");
  return !!video && video.readyState >= 2 && video.currentTime > %f;
})()"""


def until(page: Any, expression: str, seconds: float = 60) -> None:
    """Waits for a JavaScript expression; Playwright's own waiting evaluates in ways the page's policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > deadline:
            raise AssertionError(f"never true: {expression}\n{page.inner_text('body')}")
        page.wait_for_timeout(50)


def wait_for_video(page: Any, beyond_s: float = 0.3) -> None:
    """Until the video has a picture and has moved beyond a media time."""
    until(page, _MOVING % beyond_s)


def wait_for_wall(page: Any) -> int:
    """The wall time under which the current picture is shown, microseconds, once there is one."""
    page.wait_for_selector(".stage[data-wall]")
    return int(page.get_attribute(".stage", "data-wall")) * 1000


def picture(page: Any) -> tuple[NDArray[np.uint8], int]:
    """Grey pixels of the video as it stands, and the wall time shown with them (microseconds)."""
    address, wall_ms = page.evaluate(_DRAW)
    return gray(base64.b64decode(address.split(",")[1])), int(wall_ms) * 1000


def gray(image: bytes) -> NDArray[np.uint8]:
    """Grey pixels of a PNG or JPEG."""
    with av.open(io.BytesIO(image)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def code_in(pixels: NDArray[np.uint8]) -> FrameCode:
    """The frame code, or a failure."""
    code = read(pixels)
    assert code is not None, "the picture carries no frame code"
    return code
