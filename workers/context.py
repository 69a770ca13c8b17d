"""What a task needs of the outside: one database and one store a process, opened at first use (after the fork)."""

from __future__ import annotations

import functools

from saksi.catalogue.database import Database
from saksi.errors import BadInput
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.settings import settings

register(
    "database_unset",
    en=("SAKSI_DATABASE_URL is not set.", "Point it at PostgreSQL, or start everything with `saksi up`."),
    id_=(
        "SAKSI_DATABASE_URL belum diatur.",
        "Arahkan ke PostgreSQL, atau jalankan semuanya dengan `saksi up`.",
    ),
)


@functools.cache
def database() -> Database:
    """This process's database pool. Raises BadInput when no address is set."""
    url = settings().database_url
    if url is None:
        raise BadInput("database_unset", field="SAKSI_DATABASE_URL")
    return Database(url.get_secret_value(), application="saksi-worker", max_size=2)


@functools.cache
def store() -> ObjectStore:
    """This process's object store."""
    return ObjectStore.from_settings(settings())
