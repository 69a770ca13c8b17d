"""The recorder's parts without servers and cameras."""

from __future__ import annotations
