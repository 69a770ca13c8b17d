"""Which installation is looked at, and all that is looked at in it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from saksi.catalogue.database import Database
from saksi.doctor import words  # noqa: F401 - registers them
from saksi.doctor.finding import Check, Finding, finding
from saksi.doctor.fleet import check_fleet
from saksi.doctor.machine import check_clock, check_keys, check_spool
from saksi.doctor.provider import check_provider
from saksi.doctor.reach import check_reach
from saksi.doctor.servers import check_broker, check_database, check_store
from saksi.embedded.running import installation_key, running_endpoints
from saksi.errors import Unavailable
from saksi.settings import Settings

# Read by processes of ours, and no settings of theirs.
_OTHERS = {"SAKSI_CONFIG", "SAKSI_SUPERVISED", "SAKSI_SIMCAM_CACHE"}
_SERVERS = ("database_url", "broker_url", "s3_url")


def filled(given: Settings) -> Settings:
    """The settings, where unset servers are those of the installation that runs on their data folder, if one does."""
    try:
        key = installation_key(given.data)
    except (OSError, ValueError):
        key = None
    if given.database_url is None and given.secret_key is None and key is not None:
        given = given.model_copy(update={"secret_key": SecretStr(key)})
    try:
        found = running_endpoints(given.data)
    except (Unavailable, OSError, ValueError):
        return given
    there: dict[str, Any] = {}
    if given.database_url is None and found.database_url:
        there["database_url"] = SecretStr(found.database_url)
    if given.broker_url is None and found.broker_url:
        there["broker_url"] = SecretStr(found.broker_url)
    if given.s3_url is None and found.s3_url:
        there["s3_url"] = found.s3_url
        there["s3_access_key"] = SecretStr(found.s3_access_key)
        there["s3_secret_key"] = SecretStr(found.s3_secret_key)
    return given.model_copy(update=there)


def checks(settings: Settings, database: Database | None) -> Mapping[str, Check]:
    """What to look at, by area; `database` None: it is named nowhere, or does not answer."""
    planned: dict[str, Check] = {"settings": partial(check_settings, settings)}
    if database is not None:
        planned["database"] = partial(check_database, database)
        planned["reach"] = partial(check_reach, settings, database)
    elif settings.database_url is not None:
        planned["database"] = _silent
    if settings.broker_url is not None:
        planned["broker"] = partial(check_broker, settings)
    if settings.s3_url is not None:
        planned["store"] = partial(check_store, settings, database)
    return {
        **planned,
        "clock": check_clock,
        "spool": partial(check_spool, settings),
        "keys": partial(check_keys, settings, database),
        "fleet": partial(check_fleet, settings, database),
        "provider": partial(check_provider, settings),
    }


def _silent() -> Iterator[Finding]:
    yield Finding.of("database", Unavailable("database_unavailable"))


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Servers that are named nowhere, and names that mean nothing: a slip of the pen is no setting."""
    nowhere = [name for name in _SERVERS if getattr(settings, name) is None]
    for name in nowhere:
        yield finding(
            "settings",
            "bad",
            "server_nowhere",
            setting=f"SAKSI_{name.upper()}",
            data=settings.data.absolute(),
        )
    known = {f"SAKSI_{name.upper()}" for name in Settings.model_fields} | _OTHERS
    unknown = sorted(name for name in os.environ if name.startswith("SAKSI_") and name not in known)
    path = Path(os.environ.get("SAKSI_CONFIG", "saksi.toml"))
    try:
        unknown += sorted(
            f"{path}: {name}" for name in tomllib.loads(path.read_text()).keys() - Settings.model_fields
        )
    except FileNotFoundError:
        if "SAKSI_CONFIG" in os.environ:
            yield finding("settings", "bad", "config_missing", path=path)
    except (OSError, ValueError):
        yield finding("settings", "bad", "config_unreadable", path=path)
    if unknown:
        yield finding("settings", "warning", "setting_unknown", names=", ".join(unknown[:10]))
    if not nowhere and not unknown:
        yield finding("settings", "ok", "settings_known")
