"""Builds evidence packages: what of the catalogue and the log belongs into one, and the stream that it becomes."""

from __future__ import annotations
