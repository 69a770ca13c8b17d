"""Fragmented MP4 (ISO/IEC 14496-12): write, index and splice, on the standard library alone."""

from __future__ import annotations
