"""The one error that simcam raises towards its user."""

from __future__ import annotations


class ClipError(Exception):
    """A clip cannot be drawn or played; the text says why and what to do."""
