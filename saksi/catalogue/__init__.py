"""Typed reads and writes over the named statements in sql/."""

from __future__ import annotations
