"""How a command beside a running `saksi up` reaches its servers: by what the data folder says, changing nothing."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saksi.embedded import postgres, seaweed, valkey
from saksi.embedded.supervise import Endpoints
from saksi.errors import Unavailable
from saksi.messages import register

register(
    "nothing_running",
    en=(
        "No Saksi runs on the data folder {data}.",
        "Start it with `saksi up`, or name its folder with --data or SAKSI_DATA.",
    ),
    id_=(
        "Tidak ada Saksi yang berjalan pada folder data {data}.",
        "Jalankan dengan `saksi up`, atau sebutkan foldernya dengan --data atau SAKSI_DATA.",
    ),
)

KEY_FILE = "installation-key.json"


def running_endpoints(data: Path) -> Endpoints:
    """Where the embedded servers of the installation that runs on `data` are; empty for those it has elsewhere.

    Raises Unavailable when none runs there, or when this user may not read what the folder says.
    """
    root = data.absolute()
    try:
        if not _held(root / "run" / "lock"):
            raise Unavailable("nothing_running", data=root)
        return _endpoints(root)
    except KeyError as error:  # its very first start has not come so far yet
        raise Unavailable("nothing_running", data=root) from error
    except OSError as error:
        raise Unavailable("data_unusable", data=root, reason=error.strerror) from error


def installation_key(data: Path) -> str | None:
    """The key that the first start on `data` generated; None where the operator has one of his own."""
    return _read(data / KEY_FILE).get("secret_key")


def _endpoints(root: Path) -> Endpoints:
    secrets = _read(root / "secrets.json")
    ports = {name: _read(root / "run" / f"{name}.json") for name in ("postgres", "valkey", "seaweed")}
    access, secret = seaweed.keys(secrets) if ports["seaweed"] else ("", "")
    return Endpoints(
        database_url=postgres.address(secrets, ports["postgres"]) if ports["postgres"] else "",
        api_database_url=_api_address(secrets, ports["postgres"]),
        broker_url=valkey.address(secrets, ports["valkey"]) if ports["valkey"] else "",
        s3_url=seaweed.address(ports["seaweed"]) if ports["seaweed"] else "",
        s3_access_key=access,
        s3_secret_key=secret,
    )


def _api_address(secrets: Mapping[str, str], ports: Mapping[str, int]) -> str:
    """'' where the installation was last started before the API had a role of its own."""
    return postgres.api_address(secrets, ports) if ports and "postgres_api" in secrets else ""


def _held(lock: Path) -> bool:
    """Whether a supervisor lives: its lock is let go by the kernel, its other files stay when it is killed."""
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)  # at once: a supervisor that starts this instant asks again, see `DataFolder.locked`
    return False


def _read(path: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return known
