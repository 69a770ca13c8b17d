"""The log at work, on a real database and a real store."""

from __future__ import annotations
