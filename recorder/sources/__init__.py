"""Where access units come from."""

from __future__ import annotations
