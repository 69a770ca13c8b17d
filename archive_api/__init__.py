"""The HTTP interface: search, playback indexes, administration."""

from __future__ import annotations
