"""Where cameras may be: which addresses are ever connected to, asked of the very address before it is."""

from __future__ import annotations
