"""This machine: its clock, the spool's disk, keys and who may read them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from saksi import clock
from saksi.catalogue.database import Database, query
from saksi.doctor.finding import Finding, Severity, finding
from saksi.embedded.running import KEY_FILE
from saksi.errors import IntegrityError, SaksiError, Unavailable
from saksi.secrets import Vault
from saksi.settings import Settings

_ERROR_US = 100_000  # of the clock; what a picture 2.5 frames off is
_TRIAL_BYTES = 4 << 20
_SLOW_S = 2.0  # for them, written and synced: a class of disk that a few cameras bring to its knees
_FEW_INODES = 20_000
_TELLING_S = 600  # of waiting footage, from which its rate can be told
_SOON_H = 6


def check_clock() -> Iterator[Finding]:
    """What disciplines the clock, and how far it may be off."""
    host = clock.host_clock()
    if host.source != "ntp":
        yield finding("clock", "warning", "clock_free")
    elif abs(host.offset_us) > _ERROR_US or host.error_us > _ERROR_US:
        yield finding("clock", "warning", "clock_loose", **_ms(host.offset_us, host.error_us))
    else:
        yield finding("clock", "ok", "clock_held", **_ms(host.offset_us, host.error_us))


def _ms(offset_us: int, error_us: int) -> dict[str, object]:
    return {"offset_ms": f"{offset_us / 1000:+.1f}", "error_ms": f"{error_us / 1000:.1f}"}


def check_spool(settings: Settings) -> Iterator[Finding]:
    """Room, inodes, and whether and how fast the disk takes a few megabytes; nothing of them stays."""
    folder = settings.spool_folder
    try:
        facts = os.statvfs(folder)
    except FileNotFoundError:
        yield finding("spool", "info", "spool_none", folder=folder)
        return
    except OSError as error:
        yield finding("spool", "bad", "spool_unreadable", folder=folder, why=error.strerror)
        return
    free, most = facts.f_bavail * facts.f_frsize, facts.f_blocks * facts.f_frsize
    values = {
        "folder": folder,
        "free": _gb(free),
        "size": _gb(most),
        "reserve": _gb(settings.spool_reserve_bytes),
    }
    severity: Severity = "ok"
    if free < settings.spool_reserve_bytes:
        severity = "bad"
    elif free < 2 * settings.spool_reserve_bytes + settings.spool_high_water_bytes // 10:
        severity = "warning"
    yield finding("spool", severity, "spool_room" if severity == "ok" else "spool_tight", **values)
    if facts.f_files > 0 and facts.f_favail < _FEW_INODES:
        yield finding("spool", "bad", "spool_inodes", folder=folder, count=facts.f_favail)
    yield from _waiting(settings, free)
    yield from _write(folder)


def _waiting(settings: Settings, free: int) -> Iterator[Finding]:
    """Footage that is here alone, and for how long the disk still takes what comes: a site may be without its line."""
    waiting = [
        stat for path in settings.spool_folder.glob("*/*/*.entry") if (stat := _media(path)) is not None
    ]
    if not waiting:
        return
    total, oldest_s = sum(one.st_size for one in waiting), min(one.st_mtime for one in waiting)
    passed_s = clock.now_us() / 1e6 - oldest_s
    if passed_s < _TELLING_S:
        return
    room = free - settings.spool_reserve_bytes
    if settings.spool_limit_bytes is not None:
        room = min(room, settings.spool_limit_bytes - total)
    left_h = max(0.0, room / (total / passed_s) / 3600)
    yield finding(
        "spool", "bad" if left_h < _SOON_H else "info", "spool_waits", count=len(waiting), gb=_gb(total),
        since=clock.format_us(round(oldest_s * 1e6)), hours=f"{left_h:.0f}",
    )  # fmt: skip


def _media(entry: Path) -> os.stat_result | None:
    try:
        return entry.with_suffix(".mp4").stat()
    except OSError:
        return None  # it went to the store this instant, or the spool is closed to us


def _write(folder: Path) -> Iterator[Finding]:
    begun_us = clock.monotonic_us()
    try:
        handle = _nameless(folder)
        try:
            os.write(handle, bytes(_TRIAL_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
    except PermissionError:
        yield finding("spool", "info", "spool_others", folder=folder)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        yield finding(
            "spool", "bad", "spool_full" if full else "spool_refuses", folder=folder, why=error.strerror
        )
    else:
        seconds = max((clock.monotonic_us() - begun_us) / 1e6, 1e-3)
        slow = seconds > _SLOW_S
        rate = f"{_TRIAL_BYTES / 1e6 / seconds:.0f}"
        yield finding(
            "spool",
            "warning" if slow else "ok",
            "spool_slow" if slow else "spool_writes",
            folder=folder,
            rate=rate,
        )


def _nameless(folder: Path) -> int:
    """A file without a name (open(2)), so that a crash leaves nothing behind; elsewhere one that is unlinked."""
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT):
            raise
    path = folder / f".doctor-{os.getpid()}"
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
    path.unlink()
    return handle


def check_keys(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """The installation's key opens what it sealed; no file with a secret can be read by others."""
    yield from _vault(settings, database)
    secret = [settings.data / "secrets.json", settings.data / KEY_FILE, settings.data / "first-run.json"]
    # Mounted secrets are often readable by all of a container, in which nobody else is.
    lax = [Path(os.environ.get("SAKSI_CONFIG", "saksi.toml")), *filter(None, [settings.secret_key_file])]
    open_ = 0
    for path in (*secret, *lax, *_key_files(settings.keys_folder)):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue  # not there, or in a folder that is closed to us: then it is to others too
        if stat.S_ISREG(mode) and mode & (stat.S_IRWXO if path in lax else stat.S_IRWXG | stat.S_IRWXO):
            open_ += 1
            yield finding("keys", "warning" if path in lax else "bad", "file_open", path=path)
    if not open_:
        yield finding("keys", "ok", "files_closed")


def _key_files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.key"))[:1000]
    except OSError:
        return []


def _vault(settings: Settings, database: Database | None) -> Iterator[Finding]:
    if settings.secret_key is None:
        yield finding("keys", "bad", "key_unset")
        return
    try:
        vault = Vault(settings.secret_key.get_secret_value())
    except SaksiError as error:
        yield Finding.of("keys", error)
        return
    if database is None:
        return
    try:
        with database.transaction() as connection:
            rows = connection.execute(query("cameras.some_sealed")).fetchall()
    except Unavailable:
        return
    shut = old = 0
    for row in rows:
        try:
            vault.open(row["source_sealed"])
            old += not vault.sealed_by_first(row["source_sealed"])
        except IntegrityError:
            shut += 1
    if shut:
        yield finding("keys", "bad", "key_differs", count=shut, of=len(rows))
    elif old:
        yield finding("keys", "warning", "key_of_before", count=old, of=len(rows))
    else:
        yield finding("keys", "ok", "key_opens", of=len(rows))


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f}"
