"""PostgreSQL, Valkey and SeaweedFS started from their wheels as child processes."""

from __future__ import annotations
