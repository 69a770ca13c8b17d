"""Fragmented MP4 as Saksi writes and reads it, on the standard library alone.

`tracks` and `entries` say what is in a stream, `writer` makes chunks, `index` reads them, `splice` cuts clips
from them.
"""

from __future__ import annotations

from saksi.fmp4.boxes import Malformed

__all__ = ["Malformed"]
