"""The Celery application and its thin tasks."""

from __future__ import annotations
