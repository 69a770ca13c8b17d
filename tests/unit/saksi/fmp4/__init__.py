"""Tests of saksi.fmp4, with FFmpeg as the independent reader."""

from __future__ import annotations
