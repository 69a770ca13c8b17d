"""The data folder: who may enter it, its lock, generated secrets, ports kept across restarts, sockets.

DATA/secrets.json   0600, generated once       DATA/run/    lock, ports, sockets
DATA/log/           one log a server           DATA/{postgres,valkey,seaweed}/
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import random
import secrets
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from saksi import durable
from saksi.errors import Conflict, Unavailable
from saksi.messages import register

register(
    "data_in_use",
    en=(
        "Another Saksi already runs on the data folder {data}.",
        "Stop it first, or give this one another folder.",
    ),
    id_=(
        "Saksi lain sudah berjalan pada folder data {data}.",
        "Hentikan dahulu, atau beri folder lain untuk yang ini.",
    ),
)
register(
    "data_unusable",
    en=(
        "The data folder {data} cannot be used: {reason}.",
        "Give a folder that this user may write, or change its owner.",
    ),
    id_=(
        "Folder data {data} tidak dapat dipakai: {reason}.",
        "Beri folder yang boleh ditulis pengguna ini, atau ubah pemiliknya.",
    ),
)
register(
    "port_none_free",
    en=("No free port was found on 127.0.0.1.", "Stop programs that hold ports 20000 to 32767."),
    id_=("Tidak ada porta bebas di 127.0.0.1.", "Hentikan program yang memakai porta 20000 sampai 32767."),
)

# Below the kernel's range for outgoing connections: none of those takes a port we chose and have not bound.
PORTS = range(20_000, 32_768)
# What may lie in a data folder before the servers first start; anything else makes it a folder of somebody's.
_FIRST_NAMES = {"log", "run", "spool", "installation-key.json", "first-run.json"}
_LOCK_TRIES = 4
_NEVER = threading.Event()  # only waited on
_SOCKET_PATH_LIMIT = 107  # sun_path of unix(7), less the closing zero byte


class DataFolder:
    """DATA with its inner folders, made on first use."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.run = self.root / "run"
        self.log = self.root / "log"
        self._writing = threading.Lock()  # the servers are started by several threads
        try:
            self._make()
        except OSError as error:
            raise Unavailable("data_unusable", data=self.root, reason=error.strerror) from error

    def _make(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        ours = (self.root / "secrets.json").exists() or {
            path.name for path in self.root.iterdir()
        } <= _FIRST_NAMES
        for folder in (self.run, self.log):
            folder.mkdir(exist_ok=True, mode=0o700)
        if ours and self.root.stat().st_uid == os.geteuid():
            # Everything inside is closed on its own. PostgreSQL, which refuses to be root, must pass through.
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.run, self.log, self.root / "spool"):
                _close(folder)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for one supervisor; the kernel lets go when that process ends, however it ends."""
        handle = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            for _ in range(_LOCK_TRIES):
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    _NEVER.wait(0.05)  # a command that looks whether we run holds it for an instant
                else:
                    break
            else:
                raise Conflict("data_in_use", data=self.root)
            yield
        finally:
            os.close(handle)

    def secret(self, name: str) -> str:
        """The generated secret of that name, made on first use; only for one supervisor at a time."""
        path = self.root / "secrets.json"
        with self._writing:
            known: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
            if name not in known:
                known[name] = secrets.token_hex(24)
                durable.write(path, json.dumps(known, indent=1, sort_keys=True).encode(), mode=0o600)
        return known[name]

    def ports(self, server: str, names: tuple[str, ...], *, fresh: bool = False) -> dict[str, int]:
        """Ports of a server by name: those of last time where still free, unless `fresh`."""
        path = self.run / f"{server}.json"
        last: dict[str, int] = {} if fresh or not path.exists() else json.loads(path.read_bytes())
        if set(last) == set(names) and all(_free(port) for port in last.values()):
            return last
        chosen = dict(zip(names, free_ports(len(names)), strict=True))
        durable.write(path, json.dumps(chosen).encode(), mode=0o600)
        return chosen

    def socket_folder(self, longest_name: str) -> Path:
        """DATA/run, or a short private folder in the system's temporary one where a path would not fit."""
        if len(os.fsencode(self.run / longest_name)) <= _SOCKET_PATH_LIMIT:
            return self.run
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return private_folder(Path(tempfile.gettempdir()), f"saksi-{os.geteuid()}-{digest}", mode=0o700)


def _close(folder: Path) -> None:
    """Keeps others out of a folder that an earlier version, or a wide umask, made readable for all."""
    with contextlib.suppress(FileNotFoundError):
        facts = folder.lstat()  # a link leads to a place whose rights somebody else has chosen
        if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid():
            folder.chmod(0o700)


def private_folder(parent: Path, name: str, *, mode: int) -> Path:
    """`parent/name`, ours alone to write; another name when somebody else already holds that one."""
    folder = parent / name
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    facts = folder.lstat()
    if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o022:
        folder.chmod(mode)
        return folder
    folder = Path(tempfile.mkdtemp(prefix=name + "-", dir=parent))
    folder.chmod(mode)
    return folder


def reachable(path: Path, uid: int, gid: int) -> bool:
    """Whether that user may pass through every folder above `path` (mode bits only, not access lists)."""
    for folder in path.resolve().parents:
        facts = folder.stat()
        bit = 0o100 if facts.st_uid == uid else 0o010 if facts.st_gid == gid else 0o001
        if not facts.st_mode & bit:
            return False
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do; closed ones linger
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at 127.0.0.1, for servers that bind them later. Raises Unavailable without any."""
    chosen: list[int] = []
    for port in random.SystemRandom().sample(PORTS, 2000):
        if len(chosen) == count:
            return chosen
        if _free(port):
            chosen.append(port)
    raise Unavailable("port_none_free")
