"""Private signing keys as files: made at first use, readable by their owner alone.

One file a role: each recorder's, the log's, the export's and the office's (custody, holds, keys). Whoever can read a
file can sign as it, so a deployment gives each process only the folder, or the files, that it needs.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from saksi import durable
from saksi.custody.signing import Signer
from saksi.errors import BadInput
from saksi.messages import register

register(
    "key_file_open",
    en=("{path} can be read by others than its owner.", "Run: chmod 600 {path}"),
    id_=("{path} dapat dibaca selain pemiliknya.", "Jalankan: chmod 600 {path}"),
)
register(
    "key_file_bad",
    en=("{path} does not hold an Ed25519 private key.", "Restore it from a backup, or move it away."),
    id_=("{path} tidak berisi kunci privat Ed25519.", "Pulihkan dari cadangan, atau pindahkan."),
)

ROLES = ("recorder", "log", "export", "office", "witness")


def signer(folder: Path, role: str, name: str = "") -> Signer:
    """The key of `role` (and `name`, where there may be several) in `folder`; made when there is none.

    Processes that ask at the same time get the same key. Raises BadInput when the file is not a key, or is open to
    others than its owner.
    """
    assert role in ROLES
    path = folder / (f"{role}-{name}.key" if name else f"{role}.key")
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadInput("key_file_open", field="SAKSI_KEYS", path=path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise BadInput("key_file_bad", field="SAKSI_KEYS", path=path) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadInput("key_file_bad", field="SAKSI_KEYS", path=path)
    return Signer(private)


def set_aside(folder: Path, old: Signer, role: str, name: str = "") -> None:
    """Moves the file of a revoked key away, for examination, so that a new one can be made."""
    path = folder / (f"{role}-{name}.key" if name else f"{role}.key")
    if path.exists() and signer(folder, role, name).key_id == old.key_id:
        durable.rename(path, path.with_name(f"{path.name}.{old.key_id}.revoked"))


def _make(path: Path) -> None:
    keep_first(
        path, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


def keep_first(path: Path, pem: bytes) -> None:
    """Writes a new key durably under a name of its own, then links it: the first of two makers wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    durable.write(fresh, pem, mode=0o600)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
    durable.sync_directory(path.parent)
