"""Takes every feed without transcoding and cuts it into hash-chained chunks."""

from __future__ import annotations
