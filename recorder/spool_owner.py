"""Whose a spool is: one process at a time, one installation for good."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from saksi import durable
from saksi.errors import Conflict
from saksi.messages import register

register(
    "spool_in_use",
    en=("Another recorder is using the spool {folder}.", "Stop it, or give this one its own SAKSI_SPOOL."),
    id_=("Perekam lain memakai spool {folder}.", "Hentikan, atau beri perekam ini SAKSI_SPOOL sendiri."),
)
register(
    "spool_foreign",
    en=(
        "The spool {folder} holds footage of installation {found}, not of {own}; nothing was sent.",
        "Point the recorder at the database it recorded for, or give it another SAKSI_SPOOL.",
    ),
    id_=(
        "Spool {folder} berisi rekaman instalasi {found}, bukan {own}; tidak ada yang dikirim.",
        "Arahkan perekam ke basis datanya semula, atau beri SAKSI_SPOOL lain.",
    ),
)

_IDENTITY = "installation.json"


def lock(folder: Path) -> int:
    """Takes the folder for this process, until the descriptor is closed. Raises Conflict when another has it."""
    taken = os.open(folder / "_lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(taken)
        raise Conflict("spool_in_use", field="SAKSI_SPOOL", folder=folder) from error
    return taken


def bind(folder: Path, installation: str) -> None:
    """Binds a new spool to the installation. Raises Conflict when it holds another's footage."""
    path = folder / _IDENTITY
    if not path.exists():
        durable.write(path, json.dumps({"installation": installation}).encode())
    found = json.loads(path.read_bytes()).get("installation")
    if found != installation:
        raise Conflict("spool_foreign", field="SAKSI_SPOOL", folder=folder, found=found, own=installation)
