"""Deletes objects for good, in bulk, and tells what is left of them.

Where the bucket keeps versions, or once did, a plain deletion only hides an object: there every version and every
delete marker of a key is deleted by its id. What the store guards by a lock stays, and is told. SeaweedFS never lets go
of a delete marker (no bytes) that someone made while versioning was suspended: `left` tells of it until an empty object
is put over it and erased.
"""

from __future__ import annotations

import html
import re
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from threading import Event
from urllib.parse import quote
from xml.sax.saxutils import escape

from saksi import clock
from saksi.errors import NotFound, SaksiError, Unavailable
from saksi.messages import register
from saksi.objects.retry import ATTEMPTS, Retrier
from saksi.objects.store import ObjectStore
from saksi.objects.versions import PAGE, Version, under, versioned

register(
    "objects_locked",
    en=(
        "The object store keeps {count} objects under a lock or legal hold: {names}.",
        "They stay until it ends; look for the hold that covers them with: saksi hold list.",
    ),
    id_=(
        "Penyimpanan objek menahan {count} objek dengan kunci atau legal hold: {names}.",
        "Objek tetap ada sampai kunci berakhir; cari penahanannya dengan: saksi hold list.",
    ),
)
register(
    "objects_not_erased",
    en=(
        "The object store refused to delete {count} objects ({detail}): {names}.",
        "Check that its access key may delete objects and versions; then try again.",
    ),
    id_=(
        "Penyimpanan objek menolak menghapus {count} objek ({detail}): {names}.",
        "Pastikan kunci aksesnya boleh menghapus objek dan versi; lalu coba lagi.",
    ),
)

_ERROR = re.compile(rb"<Error>(.*?)</Error>", re.DOTALL)
_PASSING = frozenset(
    {"InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted", "RequestTimeout"}
)
_FIELD = re.compile(r"<(Code|Key|VersionId)>([^<]*)</")
_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
_LEAST = 5  # objects of a request when the pace is slow
_REQUEST_S = 0.1  # of the pace, in one request
_WAITING = Event()  # never set: a pause, not a signal
_NAMED = 5  # keys in an error's words; all are in its `keys`
_ASKED = 20  # refused versions of which the store is asked whether they are locked


class NotErased(SaksiError):
    """The store refused; `keys` are all that it still has. Everything else that was asked for is gone."""

    status = 409

    def __init__(self, code: str, keys: Sequence[str], *, detail: str = "") -> None:
        self.keys = tuple(keys)
        names = ", ".join(self.keys[:_NAMED]) + (", …" if len(self.keys) > _NAMED else "")
        super().__init__(code, count=len(self.keys), names=names, detail=detail)


def erase(store: ObjectStore, keys: Sequence[str], *, a_second: float = 0) -> None:
    """Deletes objects in bulk, with all their versions; one that is not there counts as deleted.

    `a_second` is the most to delete a second, in requests so small that what is stored meanwhile waits for none of them
    long; 0: as fast as the store does it, a thousand a request.

    Raises NotErased when the store refuses any (code `objects_locked` when a lock or legal hold guards them), after all
    others are deleted; Unavailable when it does not answer. To be repeated as a whole: nothing is deleted twice.
    """
    wanted = sorted(set(keys))
    found = _versions_of(store, wanted) if versioned(store) else (Version(key=k, version="") for k in wanted)
    refused: dict[Version, str] = {}
    size = min(PAGE, max(_LEAST, int(a_second * _REQUEST_S))) if a_second else PAGE
    while batch := list(islice(found, size)):
        began = time.monotonic()
        refused |= _delete(store, batch)
        if a_second:
            _WAITING.wait(max(0.0, began + len(batch) / a_second - time.monotonic()))
    if refused:
        names = sorted({entry.key for entry in refused})
        if any(_locked(store, entry) for entry in list(refused)[:_ASKED]):
            raise NotErased("objects_locked", names)
        raise NotErased("objects_not_erased", names, detail=", ".join(sorted(set(refused.values()))))


def left(store: ObjectStore, prefix: str, first: str, last: str) -> Iterator[str]:
    """Keys from `first` to `last` (both included) that the store still has under `prefix`, each once.

    In any version, or as a delete marker. Reads only that stretch of the prefix, which should hold no folders. Raises
    Unavailable.
    """
    before = ""
    for entry in under(store, prefix, first):
        if entry.key > last and not entry.key.startswith(last):
            return
        if first <= entry.key <= last and entry.key != before:
            before = entry.key
            yield entry.key


def _versions_of(store: ObjectStore, wanted: list[str]) -> Iterator[Version]:
    """Versions of some keys (sorted), read folder by folder; stretches of a folder with none of them are left out."""
    for folder, names in groupby(wanted, key=lambda name: name[: name.rfind("/") + 1]):
        yield from _versions_in(store, folder, list(names))


def _versions_in(store: ObjectStore, folder: str, names: list[str]) -> Iterator[Version]:
    wanted, rest = set(names), names
    while rest:
        others, at = 0, ""
        for entry in under(store, folder, rest[0]):
            others, at = (0 if entry.key in wanted else others + 1), entry.key
            if entry.key in wanted:
                yield entry
            if others == PAGE or (at > names[-1] and not at.startswith(names[-1])):
                break
        else:
            return
        rest = rest[bisect_right(rest, at) :]


def _delete(store: ObjectStore, batch: Sequence[Version]) -> dict[Version, str]:
    """One request; what the store refused, with its code. Raises Unavailable."""
    listed = "".join(
        f"<Object><Key>{escape(entry.key)}</Key>"
        + (f"<VersionId>{escape(entry.version)}</VersionId>" if entry.version else "")
        + "</Object>"
        for entry in batch
    )
    body = f"<Delete><Quiet>true</Quiet>{listed}</Delete>".encode()
    for attempt in range(1, ATTEMPTS + 1):
        refused = dict(_refused(store.ask("erase", "POST", query="delete=", body=body)[1]))
        passing = [code for code in refused.values() if code in _PASSING]
        if not passing:
            return refused
        if attempt < ATTEMPTS:
            Retrier.pause("erase", attempt)
    raise Unavailable("store_unavailable", store=store.url, detail=passing[0])


def _refused(answer: bytes) -> Iterator[tuple[Version, str]]:
    for error in _ERROR.findall(answer):
        told = {name: html.unescape(value) for name, value in _FIELD.findall(error.decode())}
        if told.get("Code") not in _GONE:
            yield (
                Version(key=told.get("Key", ""), version=told.get("VersionId", "")),
                told.get("Code", "?"),
            )


def _locked(store: ObjectStore, entry: Version) -> bool:
    """Whether a version carries a legal hold or a date that has not come."""
    if not entry.version:
        return False
    try:
        headers, _ = store.ask("stat", "HEAD", entry.key, query=f"versionId={quote(entry.version, safe='')}")
    except (NotFound, Unavailable):  # the refusal itself is what is told then
        return False
    until = headers.get("x-amz-object-lock-retain-until-date", "")
    held = headers.get("x-amz-object-lock-legal-hold", "") == "ON"
    return held or until > clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
