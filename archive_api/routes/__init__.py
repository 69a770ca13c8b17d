"""One module a resource."""

from __future__ import annotations
