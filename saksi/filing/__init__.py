"""Fills papers from the catalogue and the log: what is not known there is left unknown, and the paper says so."""

from __future__ import annotations
