"""The store's own legal hold (S3 object lock): while it is on, no key at all can delete the version that carries it.

Only a bucket that was made with object lock takes it.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from saksi.errors import NotFound, Unavailable
from saksi.objects.retry import Refusal
from saksi.objects.store import ObjectStore
from saksi.objects.versions import under

_ENABLED = re.compile(rb"<ObjectLockEnabled>Enabled</ObjectLockEnabled>")


def offers_lock(store: ObjectStore) -> bool:
    """Whether the bucket was made with object lock. Raises Unavailable when the store does not say."""
    try:
        _, body = store.ask("lock_configuration", "GET", query="object-lock=")
    except NotFound:
        return False
    except Unavailable as error:
        if isinstance(error.__cause__, Refusal) and error.__cause__.status in (400, 405, 501):
            return False  # a store that knows no locks
        raise
    return _ENABLED.search(body) is not None


def hold(store: ObjectStore, key: str) -> None:
    """Puts the legal hold on the newest version of an object; again does no harm. Raises NotFound, Unavailable.

    It is looked at first: SeaweedFS takes a hold on the delete marker of an object that is gone and says nothing.
    """
    if not is_held(store, key):
        _put(store, key, "ON", "")


def lift(store: ObjectStore, key: str) -> None:
    """Takes it off every version of an object; one that is gone is fine. Raises Unavailable."""
    for entry in under(store, key, key):
        if entry.key != key:
            if not entry.key.startswith(key):
                return
            continue
        try:
            _put(store, key, "OFF", entry.version)
        except NotFound:  # deleted meanwhile
            continue
        except Unavailable as error:
            cause = error.__cause__
            if not (isinstance(cause, Refusal) and cause.code == "MethodNotAllowed"):  # a delete marker
                raise


def is_held(store: ObjectStore, key: str) -> bool:
    """Whether the newest version of an object carries it. Raises NotFound, Unavailable."""
    headers, _ = store.ask("stat", "HEAD", key)
    return headers.get("x-amz-object-lock-legal-hold") == "ON"


def _put(store: ObjectStore, key: str, status: str, version: str) -> None:
    body = f"<LegalHold><Status>{status}</Status></LegalHold>".encode()
    query = "legal-hold=" + (f"&versionId={quote(version, safe='')}" if version else "")
    store.ask("legal_hold", "PUT", key, query=query, body=body)
