"""The log at work: checkpoints, publishing, anchors, and the check of a whole installation."""

from __future__ import annotations
