"""Catalogue migrations and the bucket: one identity for both."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.catalogue import database as catalogue_database
from saksi.catalogue import installation
from saksi.objects.store import ObjectStore
from saksi.settings import Settings


def migrate_all(settings: Settings, *, origins: Sequence[str]) -> list[str]:
    """Applies missing migrations and prepares the bucket for pages of `origins`; answers what was applied."""
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    applied = catalogue_database.migrate(url)
    database = catalogue_database.Database(url, application="saksi-migrate", max_size=1)
    try:
        with database.transaction() as connection:
            identity = str(installation.identity(connection))
    finally:
        database.close()
    ObjectStore.from_settings(settings).ensure_bucket(identity, origins=origins)
    return applied
