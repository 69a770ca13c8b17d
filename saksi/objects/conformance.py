"""What a store must do before evidence is entrusted to it: an executable list, run against a bucket of ours.

Each check leaves nothing behind. A store that fails one is not used silently: the findings say what and why.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import urllib3

from saksi.errors import IntegrityError, NotFound, SaksiError
from saksi.messages import register
from saksi.objects import legal_hold
from saksi.objects.erase import NotErased, erase, left
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore
from saksi.objects.versions import under, versioned

_BODY = bytes(range(256)) * 4096  # 1 MiB, no two ranges of it alike at odd offsets
_PREFIX = "conformance/"
_TIMEOUT = urllib3.Timeout(connect=3, read=20)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check: its code (words under that code in both languages), whether it holds, and what was seen.

    Not `offered`: the store does not claim to do it, and Saksi works without.
    """

    code: str
    holds: bool
    seen: str
    offered: bool = True


class _Failed(Exception):
    """A check does not hold; the text says what was seen."""


def check(store: ObjectStore) -> Iterator[Finding]:
    """Runs every check in order, each on an object of its own. Raises Unavailable when nothing answers."""
    store.check_reachable()
    yield from _run(store, _CHECKS)


def check_lock(store: LockedStore, installation: str) -> Iterator[Finding]:
    """The same of versions and legal holds, in a bucket that is made here with object lock where the store has it."""
    try:
        store.ensure_bucket(installation)
        offered = legal_hold.offers_lock(store)
    except SaksiError as error:
        offered, seen = False, str(error)
    else:
        seen = ""
    if offered:
        yield from _run(store, _LOCK_CHECKS)
        return
    for code in _LOCK_CHECKS:
        yield Finding(code=code, holds=False, seen=seen, offered=False)


def _run(store: ObjectStore, checks: dict[str, _Check]) -> Iterator[Finding]:
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
    try:
        for code, body in checks.items():
            key = f"{_PREFIX}{secrets.token_hex(8)}"
            try:
                body(store, pool, key)
                yield Finding(code=code, holds=True, seen="")
            except (_Failed, SaksiError, urllib3.exceptions.HTTPError) as failure:
                yield Finding(code=code, holds=False, seen=str(failure))
            finally:
                _clear(store, key)
    finally:
        pool.clear()


def _clear(store: ObjectStore, prefix: str) -> None:
    keys = [entry.key for entry in under(store, prefix)]
    if versioned(store):
        for key in keys:
            legal_hold.lift(store, key)
    erase(store, keys)


def _put(store: ObjectStore, key: str) -> None:
    store.put(key, _BODY, sha256=hashlib.sha256(_BODY).digest(), content_type="application/octet-stream")


def _expect(holds: bool, seen: object) -> None:
    if not holds:
        raise _Failed(str(seen))


def _keeps_bytes(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    _expect(store.get(key) == _BODY, "other bytes came back")


def _answers_ranges(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    for offset, length in ((0, 1), (12_345, 54_321), (len(_BODY) - 1, 1)):
        _expect(store.get(key, offset, length) == _BODY[offset : offset + length], f"bytes {offset}+{length}")


def _signs(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    answer = pool.request("GET", store.presign(key, seconds=60), headers={"Range": "bytes=10-19"})
    _expect((answer.status, answer.data) == (206, _BODY[10:20]), f"HTTP {answer.status}")


def _refuses_forged_signatures(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    address = store.presign(key, seconds=60)
    answer = pool.request("GET", address[:-1] + ("0" if address[-1] != "0" else "1"))
    _expect(answer.status == 403, f"HTTP {answer.status}")


def _refuses_strangers(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    address = f"{store.url}/{store.bucket}/{key}"
    for method in ("GET", "PUT", "DELETE"):
        answer = pool.request(method, address, body=b"x" if method == "PUT" else None)
        _expect(answer.status in (401, 403), f"{method}: HTTP {answer.status}")
    _expect(store.get(key) == _BODY, "a stranger changed it")


def _keeps_checksums(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    found = store.stat(key).sha256
    _expect(found == hashlib.sha256(_BODY).digest(), found.hex() if found else "no checksum")


def _verifies_checksums(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    try:
        store.put(key, _BODY, sha256=hashlib.sha256(b"other").digest())
    except IntegrityError:
        pass
    else:
        raise _Failed("took bytes that do not match their checksum")
    _says_what_is_missing(store, pool, key)


def _says_what_is_missing(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    try:
        store.stat(key)
    except NotFound:
        return
    raise _Failed("the object is there")


def _deletes(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    store.delete([key, key + "-never-was"])
    _says_what_is_missing(store, pool, key)
    _expect(not list(store.list(key)), "still listed")


def _lists_from(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    names = [f"{key}/{number}" for number in range(4)]
    for name in names:
        store.put(name, b"x", sha256=hashlib.sha256(b"x").digest())
    _expect((found := list(left(store, f"{key}/", names[1], names[2]))) == names[1:3], found)


def _erases_versions(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    for body in (b"first", b"second"):
        store.put(key, body, sha256=hashlib.sha256(body).digest())
    store.delete([key])
    _expect(len(list(under(store, key))) == 3, "no versions are listed")
    erase(store, [key])
    _expect(not list(under(store, key)), "a version or delete marker stays")


def _holds(store: ObjectStore, pool: urllib3.PoolManager, key: str) -> None:
    _put(store, key)
    legal_hold.hold(store, key)
    _expect(legal_hold.is_held(store, key), "the hold is not told")
    try:
        erase(store, [key])
    except NotErased as refused:
        _expect(refused.code == "objects_locked", refused)
    _expect(store.get(key) == _BODY, "it was deleted under a legal hold")
    legal_hold.lift(store, key)
    erase(store, [key])


_Check = Callable[[ObjectStore, urllib3.PoolManager, str], None]
_CHECKS: dict[str, _Check] = {
    "storage_bytes": _keeps_bytes,
    "storage_ranges": _answers_ranges,
    "storage_signed": _signs,
    "storage_forged": _refuses_forged_signatures,
    "storage_strangers": _refuses_strangers,
    "storage_checksum_kept": _keeps_checksums,
    "storage_checksum_verified": _verifies_checksums,
    "storage_deleted": _deletes,
    "storage_listed_from": _lists_from,
}
_LOCK_CHECKS: dict[str, _Check] = {"storage_versions": _erases_versions, "storage_legal_hold": _holds}

for _code, _en, _id in (
    ("storage_bytes", "Gives back the bytes that were put", "Mengembalikan byte yang disimpan"),
    ("storage_ranges", "Answers byte ranges", "Menjawab rentang byte"),
    ("storage_signed", "Serves signed addresses, by range", "Melayani alamat bertanda tangan, per rentang"),
    ("storage_forged", "Refuses forged signatures", "Menolak tanda tangan palsu"),
    ("storage_strangers", "Refuses requests without keys", "Menolak permintaan tanpa kunci"),
    ("storage_checksum_kept", "Keeps SHA-256 checksums", "Menyimpan checksum SHA-256"),
    ("storage_checksum_verified", "Refuses bytes with a wrong SHA-256", "Menolak byte dengan SHA-256 salah"),
    ("storage_deleted", "Deletes in bulk", "Menghapus sekaligus banyak"),
    ("storage_listed_from", "Lists from a key on", "Mendaftar mulai dari suatu kunci"),
    ("storage_versions", "Deletes every version", "Menghapus semua versi"),
    ("storage_legal_hold", "Refuses to delete under a legal hold", "Menolak menghapus saat legal hold"),
):
    register(_code, en=(_en, "Use another store."), id_=(_id, "Pakai penyimpanan lain."))
