"""The servers for a command that does one thing: those of the settings, else those of a running `saksi up`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from saksi.catalogue.database import Database
from saksi.embedded.running import installation_key, running_endpoints
from saksi.errors import BadInput
from saksi.messages import register
from saksi.settings import Settings, settings

register(
    "server_unset",
    en=(
        "{field} is not set, and the Saksi on {data} uses a server of its own choosing.",
        "Set {field} as it is set for `saksi up`.",
    ),
    id_=(
        "{field} belum diatur, dan Saksi pada {data} memakai server pilihannya sendiri.",
        "Atur {field} seperti untuk `saksi up`.",
    ),
)


def resolved(data: Path | None = None, *, store: bool = False) -> Settings:
    """The settings, where unset ones of the catalogue (and the `store`) mean the installation that runs on `data`.

    What is set always wins. The installation's key is taken only together with its catalogue: sealed with
    another one than the recorders have, a camera's address could never be opened.
    """
    given = settings() if data is None else settings().model_copy(update={"data": data})
    wants_database, wants_store = given.database_url is None, store and given.s3_url is None
    if not wants_database and not wants_store:
        return given
    found = running_endpoints(given.data)
    filled: dict[str, Any] = {}
    if wants_database:
        filled["database_url"] = SecretStr(_there(found.database_url, "SAKSI_DATABASE_URL", given))
        key = installation_key(given.data) if given.secret_key is None else None
        if key is not None:
            filled["secret_key"] = SecretStr(key)
    if wants_store:
        filled["s3_url"] = _there(found.s3_url, "SAKSI_S3_URL", given)
        filled["s3_access_key"] = SecretStr(found.s3_access_key)
        filled["s3_secret_key"] = SecretStr(found.s3_secret_key)
    return given.model_copy(update=filled)


@contextlib.contextmanager
def opened_database(data: Path | None = None) -> Iterator[Database]:
    """A pool of one connection, closed at the end."""
    url = resolved(data).database_url
    assert url is not None
    database = Database(url.get_secret_value(), application="saksi-cli", max_size=1)
    try:
        yield database
    finally:
        database.close()


def _there(address: str, field: str, given: Settings) -> str:
    if not address:
        raise BadInput("server_unset", field=field, data=given.data.absolute())
    return address
