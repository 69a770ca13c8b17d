"""Recordings of other people's recorders, brought in as files."""

from __future__ import annotations
