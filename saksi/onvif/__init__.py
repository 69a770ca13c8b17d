"""What ONVIF devices say of themselves: where they are, their clock, their streams. All they say is a stranger's."""

from __future__ import annotations
