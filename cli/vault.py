"""The installation's vault, for commands that seal or open."""

from __future__ import annotations

from pathlib import Path

from cli.opened import resolved
from saksi.errors import BadInput
from saksi.messages import register
from saksi.secrets import Vault

register(
    "secret_key_unset",
    en=("SAKSI_SECRET_KEY is not set.", "Camera addresses are sealed with it; use the installation's key."),
    id_=("SAKSI_SECRET_KEY belum diatur.", "Alamat kamera disegel dengannya; gunakan kunci instalasi."),
)


def vault(data: Path | None) -> Vault:
    """The vault of the settings, else of the installation that runs on `data`. Raises BadInput without a key."""
    key = resolved(data).secret_key
    if key is None:
        raise BadInput("secret_key_unset", field="SAKSI_SECRET_KEY")
    return Vault(key.get_secret_value())
