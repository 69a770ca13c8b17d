"""`saksi simcam`: simulated cameras over real RTSP; the words and the work are in `simcam.command`."""

from __future__ import annotations

from simcam.command import add_arguments, run

__all__ = ["add_arguments", "run"]
