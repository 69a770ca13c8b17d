"""A city of simulated cameras: real RTSP, looping clips, switchable faults."""

from __future__ import annotations
