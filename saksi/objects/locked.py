"""A bucket with object lock (S3 WORM, compliance mode): what is put there stays until its date, for whoever asks.

A bucket of its own, because a lock brings versions with it, and footage must be able to go for good.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime

from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention

from saksi.objects.store import ObjectStore
from saksi.objects.versions import under

_REFUSED = frozenset({"AccessDenied", "InvalidRequest", "ObjectLocked", "MethodNotAllowed"})


class LockedStore(ObjectStore):
    """An object store on such a bucket; `ensure_bucket` creates it with object lock."""

    object_lock = True

    def put_locked(self, key: str, data: bytes, *, sha256: bytes, until: datetime) -> None:
        """Stores `data` so that no version of it may go before `until`. Errors as `put`; Unavailable without a lock."""
        headers = {
            "Content-Type": "application/octet-stream",
            "x-amz-checksum-sha256": base64.b64encode(sha256).decode(),
            "x-amz-object-lock-mode": COMPLIANCE,
            "x-amz-object-lock-retain-until-date": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

        def attempt() -> None:
            with self._requests.call("PUT", key, headers, data, payload=sha256.hex()) as answer:
                answer.read()

        self._retrier.run("put", key, attempt)

    def versions(self, prefix: str) -> list[tuple[str, str]]:
        """Key and version of everything under a prefix, delete markers too. Raises Unavailable."""
        return [(entry.key, entry.version) for entry in under(self, prefix) if entry.version]

    def read_version(self, key: str, version: str) -> bytes:
        """The bytes of one version. Raises NotFound, Unavailable."""

        def attempt() -> bytes:
            with self._sdk.get_object(self.bucket, key, version_id=version) as answer:
                data: bytes = answer.read()
                return data

        return self._retrier.run("get", key, attempt)

    def delete_version(self, key: str, version: str) -> bool:
        """Whether the store says that it removed that version for good; False when it refuses. Raises Unavailable."""
        return self._obeyed(key, lambda: self._sdk.remove_object(self.bucket, key, version_id=version))

    def shorten(self, key: str, version: str, until: datetime) -> bool:
        """Whether the store moved the date of a version; False when it refuses. Raises Unavailable."""
        wanted = Retention(COMPLIANCE, until)
        return self._obeyed(
            key, lambda: self._sdk.set_object_retention(self.bucket, key, wanted, version_id=version)
        )

    def _obeyed(self, key: str, call: Callable[[], object]) -> bool:
        def attempt() -> bool:
            try:
                call()
            except S3Error as error:
                if error.code in _REFUSED:
                    return False
                raise
            return True

        return self._retrier.run("lock", key, attempt)
