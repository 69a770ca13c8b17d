"""Tests of the parts of simcam that need no network."""

from __future__ import annotations
