"""Bounded retries of calls to the store, counted; and how its refusals become our errors."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Event
from typing import TypeVar

import urllib3
from minio.error import InvalidResponseError, S3Error, ServerError
from prometheus_client import Counter

from saksi.errors import IntegrityError, NotFound, SaksiError, Unavailable
from saksi.messages import register
from saksi.objects.wire import BROKEN

register(
    "store_unavailable",
    en=(
        "The object store {store} does not answer ({detail}).",
        "Check that it runs and has free space; then try again.",
    ),
    id_=(
        "Penyimpanan objek {store} tidak menjawab ({detail}).",
        "Pastikan ia berjalan dan masih ada ruang; lalu coba lagi.",
    ),
)
register(
    "store_refused",
    en=(
        "The object store {store} refuses us ({detail}).",
        "Check access key, secret key, bucket and the clock.",
    ),
    id_=(
        "Penyimpanan objek {store} menolak kami ({detail}).",
        "Periksa kunci akses, kunci rahasia, bucket dan jam.",
    ),
)
register(
    "object_missing",
    en=("The object {key} is not in the store.", "It may have been purged; else run `saksi fsck`."),
    id_=(
        "Objek {key} tidak ada di penyimpanan.",
        "Mungkin sudah dimusnahkan; bila tidak, jalankan `saksi fsck`.",
    ),
)
register(
    "object_corrupted",
    en=(
        "The bytes sent for {key} do not have the SHA-256 stated; nothing was stored.",
        "Read the file again.",
    ),
    id_=("Isi yang dikirim untuk {key} tidak sesuai SHA-256-nya; tidak disimpan.", "Baca ulang berkasnya."),
)

_RETRIES = Counter("saksi_objects_retries_total", "Calls to the object store tried again.", ["operation"])
ATTEMPTS = 3
_PAUSE_S = 0.2
_WAITING = Event()  # never set: a pause, not a signal

T = TypeVar("T")


class Refusal(Exception):
    """The store answered, and not with success."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(f"{status} {code}".strip())

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status >= 500 or self.status in (408, 429)


FAILURES = (*BROKEN, Refusal, S3Error, InvalidResponseError, ServerError, urllib3.exceptions.HTTPError)


class Retrier:
    """Runs calls to one store at most three times and raises only errors of ours."""

    def __init__(self, store: str) -> None:
        self._store = store

    def run(self, operation: str, key: str, call: Callable[[], T]) -> T:
        """What `call` answers. Raises NotFound, IntegrityError (wrong checksum) or Unavailable."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return call()
            except FAILURES as failure:
                if attempt == ATTEMPTS or not passing(failure):
                    raise self.translate(failure, key) from failure
            self.pause(operation, attempt)
        raise AssertionError("the loop returns or raises")

    @staticmethod
    def pause(operation: str, attempt: int) -> None:
        """Counts a retry and waits before it: 0.2 s, then 0.4 s, each up to half more."""
        _RETRIES.labels(operation).inc()
        _WAITING.wait(_PAUSE_S * 2 ** (attempt - 1) * random.uniform(1, 1.5))  # noqa: S311

    def translate(self, failure: BaseException, key: str) -> SaksiError:
        """The error of ours that a failure is."""
        refusal = _refusal(failure)
        if refusal is None or refusal.passing:
            return Unavailable("store_unavailable", store=self._store, detail=str(failure)[:200])
        if refusal.code in (
            "BadDigest",
            "InvalidDigest",
            "XAmzContentSHA256Mismatch",
            "XAmzContentChecksumMismatch",
        ):
            return IntegrityError("object_corrupted", key=key)
        if refusal.status == 404 and refusal.code != "NoSuchBucket":
            return NotFound("object_missing", key=key)
        return Unavailable("store_refused", store=self._store, detail=str(refusal))


def passing(failure: BaseException) -> bool:
    """Whether the same call may succeed later: nothing was answered, or the store says so itself."""
    refusal = _refusal(failure)
    return refusal is None or refusal.passing


def _refusal(failure: BaseException) -> Refusal | None:
    """The store's own answer, when it is one: S3Error of the SDK carries no usable type beside its code."""
    if isinstance(failure, Refusal):
        return failure
    if isinstance(failure, S3Error):
        return Refusal(failure.response.status, failure.code or "")
    return None
