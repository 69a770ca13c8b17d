"""The shared core of Saksi: everything the recorder, the workers and the API agree on."""

from __future__ import annotations

__version__ = "0.1.0"
