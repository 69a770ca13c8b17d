"""A synthetic installation in memory, and the packages it exports: what the verifiers are tried on."""

from __future__ import annotations
