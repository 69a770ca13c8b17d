"""The catalogue for a command that does one thing: from the settings, or of a `saksi up` data folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from saksi.catalogue.database import Database
from saksi.errors import BadInput
from saksi.messages import register
from saksi.settings import settings

register(
    "database_unset",
    en=("SAKSI_DATABASE_URL is not set.", "Point it at PostgreSQL, or start everything with `saksi up`."),
    id_=(
        "SAKSI_DATABASE_URL belum diatur.",
        "Arahkan ke PostgreSQL, atau jalankan semuanya dengan `saksi up`.",
    ),
)


@contextlib.contextmanager
def opened_database() -> Iterator[Database]:
    """A pool of one connection, closed at the end."""
    url = settings().database_url
    if url is None:
        raise BadInput("database_unset", field="SAKSI_DATABASE_URL")
    database = Database(url.get_secret_value(), application="saksi-cli", max_size=1)
    try:
        yield database
    finally:
        database.close()
