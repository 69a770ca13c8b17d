"""An empty archive for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from saksi.catalogue.database import Database
from saksi.objects.store import ObjectStore
from tests.integration.retention.archive import Archive


@pytest.fixture
def archive(database: Database, store: ObjectStore, tmp_path: Path) -> Archive:
    """On a database and a bucket of its own."""
    return Archive(database=database, store=store, folder=tmp_path)
