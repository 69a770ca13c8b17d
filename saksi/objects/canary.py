"""The WORM canary: puts a locked object and tries to get rid of it, in every way that S3 offers.

A store has been seen to accept locks and delete all the same; so no report says WORM unless this passed. It says
nothing of whoever has the store's disks.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import urllib3

from saksi import clock
from saksi.errors import SaksiError
from saksi.messages import register
from saksi.objects import legal_hold
from saksi.objects.conformance import Finding
from saksi.objects.erase import NotErased, erase
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore
from saksi.objects.versions import under

_PREFIX = "canary/"
_LOCKED_FOR = timedelta(hours=1)
_BODY = b"This object is locked; it must still be here.\n"
_TIMEOUT = urllib3.Timeout(connect=3, read=20)


def sing(store: LockedStore) -> list[Finding]:
    """Every attempt in turn on a fresh object; all hold when the lock is real. Raises Unavailable without a store.

    What earlier canaries left and is free by now is removed.
    """
    store.check_reachable()
    _remove_free(store)
    key = f"{_PREFIX}{secrets.token_hex(8)}"
    try:
        store.put_locked(key, _BODY, sha256=hashlib.sha256(_BODY).digest(), until=clock.now() + _LOCKED_FOR)
        ((_, version),) = store.versions(key)
    except (SaksiError, ValueError) as error:
        return [Finding(code="worm_locks", holds=False, seen=str(error))]
    findings = [Finding(code="worm_locks", holds=True, seen="")]
    for code, attempt in _ATTEMPTS.items():
        try:
            seen = attempt(store, key, version)
            kept = store.read_version(key, version) == _BODY
        except SaksiError as error:
            seen, kept = str(error), False
        findings.append(
            Finding(code=code, holds=not seen and kept, seen=seen or ("" if kept else "it is gone"))
        )
    return findings


def sing_hold(store: ObjectStore) -> list[Finding]:
    """The same of a legal hold in the footage's own bucket: nothing gets rid of what carries it until it is lifted.

    What it made is gone afterwards. Raises Unavailable without a store.
    """
    store.check_reachable()
    key = f"{_PREFIX}{secrets.token_hex(8)}"
    findings: list[Finding] = []
    try:
        for code, attempt in _HELD.items():
            try:
                seen = attempt(store, key)
            except SaksiError as error:
                seen = str(error)
            findings.append(Finding(code=code, holds=not seen, seen=seen))
            if code == "hold_taken" and seen:
                return findings
        return findings
    finally:
        _remove_held(store)


def _take(store: ObjectStore, key: str) -> str:
    store.put(key, _BODY, sha256=hashlib.sha256(_BODY).digest())
    legal_hold.hold(store, key)
    return "" if legal_hold.is_held(store, key) else "the store does not tell of it"


def _survive(store: ObjectStore, key: str) -> str:
    """Deletion by version as a purge does it, a plain one, and another object over it."""
    (first,) = under(store, key, key)
    try:
        erase(store, [key])
    except NotErased as refused:
        if refused.code != "objects_locked":
            return str(refused)
    store.put(key, b"other", sha256=hashlib.sha256(b"other").digest())
    store.delete([key])
    if first not in under(store, key, key):
        return "it is gone"
    (_, kept) = store.ask("get", "GET", key, query=f"versionId={quote(first.version, safe='')}")
    return "" if kept == _BODY else "it was changed"


def _lifted(store: ObjectStore, key: str) -> str:
    legal_hold.lift(store, key)
    erase(store, [key])
    return "it stays" if any(True for _ in under(store, key, key)) else ""


def _remove_held(store: ObjectStore) -> None:
    """What this canary and earlier ones left: none of it is footage. What does not go now goes next time."""
    with contextlib.suppress(SaksiError):
        keys = {entry.key for entry in under(store, _PREFIX)}
        for key in keys:
            legal_hold.lift(store, key)
        erase(store, sorted(keys))


def _delete_version(store: LockedStore, key: str, version: str) -> str:
    return "the store removed it" if store.delete_version(key, version) else ""


def _delete(store: LockedStore, key: str, version: str) -> str:
    store.delete([key])  # leaves a marker, the version stays
    return ""


def _overwrite(store: LockedStore, key: str, version: str) -> str:
    store.put(key, b"other", sha256=hashlib.sha256(b"other").digest())
    return ""


def _shorten(store: LockedStore, key: str, version: str) -> str:
    sooner = clock.now() + _LOCKED_FOR / 2
    return "the store shortened the lock" if store.shorten(key, version, sooner) else ""


def _stranger(store: LockedStore, key: str, version: str) -> str:
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
    try:
        answer = pool.request("DELETE", f"{store.url}/{store.bucket}/{key}?versionId={version}")
        return "" if answer.status in (400, 401, 403) else f"HTTP {answer.status}"
    except urllib3.exceptions.HTTPError as error:
        return str(error)
    finally:
        pool.clear()


def _remove_free(store: LockedStore) -> None:
    for key, version in store.versions(_PREFIX):
        store.delete_version(key, version)


_ATTEMPTS: dict[str, Callable[[LockedStore, str, str], str]] = {
    "worm_delete_version": _delete_version,
    "worm_delete": _delete,
    "worm_overwrite": _overwrite,
    "worm_shorten": _shorten,
    "worm_strangers": _stranger,
}

_HELD: dict[str, Callable[[ObjectStore, str], str]] = {
    "hold_taken": _take,
    "hold_kept": _survive,
    "hold_lifted": _lifted,
}

for _code, _en, _id in (
    ("worm_locks", "Takes objects under a lock", "Menerima objek terkunci"),
    ("worm_delete_version", "Refuses to delete a locked version", "Menolak menghapus versi terkunci"),
    ("worm_delete", "Keeps the version when the object is deleted", "Menyimpan versi saat objek dihapus"),
    (
        "worm_overwrite",
        "Keeps the version when the object is overwritten",
        "Menyimpan versi saat objek ditimpa",
    ),
    ("worm_shorten", "Refuses to shorten a lock", "Menolak memendekkan kunci"),
    ("worm_strangers", "Refuses strangers", "Menolak pihak tanpa kunci"),
    ("hold_taken", "Takes a legal hold on an object", "Menerima legal hold pada objek"),
    ("hold_kept", "Keeps what carries a legal hold", "Menyimpan objek yang memuat legal hold"),
    ("hold_lifted", "Lets go when the hold is lifted", "Melepas objek saat legal hold dicabut"),
):
    register(
        _code,
        en=(_en, "Reports must not call this store WORM; the log still tells of changes."),
        id_=(_id, "Laporan tidak boleh menyebut penyimpanan ini WORM; log tetap menunjukkan perubahan."),
    )
