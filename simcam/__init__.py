"""A city of simulated cameras: clips, a real RTSP server, switchable faults. Knows nothing of the archive."""

from __future__ import annotations
