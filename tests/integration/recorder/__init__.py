"""The recorder against real cameras, a real database and a real object store."""

from __future__ import annotations
