"""Object storage, spoken to only through the S3 API."""

from __future__ import annotations
