"""The saksi command, one file a subcommand."""

from __future__ import annotations
