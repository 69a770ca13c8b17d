"""Chain, Merkle tree and evidence formats: pure functions a court expert can read whole."""

from __future__ import annotations
