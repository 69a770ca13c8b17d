"""Real processes and servers, killed, cut off and filled."""

from __future__ import annotations
