"""How cameras come in: rows of a list, addresses and log-ins put together, cameras found on a network."""

from __future__ import annotations
