"""The object store: put, get, stream, sign, list and delete in one bucket, through the S3 API only.

Signing and the rarer calls are the minio SDK's. Every object carries `x-amz-checksum-sha256`, which the store
verifies while it receives (a signed payload hash alone is not verified by every store).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.datatypes import Object as ListedObject
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from saksi import clock
from saksi.errors import BadInput, IntegrityError, NotFound, Unavailable
from saksi.messages import register
from saksi.objects import cors
from saksi.objects.multipart import Upload
from saksi.objects.reader import Reader
from saksi.objects.retry import FAILURES, Refusal, Retrier
from saksi.objects.signed import SignedRequests
from saksi.objects.wire import ANSWER_S, CONNECT_S, Pace

if TYPE_CHECKING:
    from saksi.settings import Settings

register(
    "store_not_set",
    en=("{field} is not set.", "Set it to the object store, or start everything with: saksi up."),
    id_=("{field} belum diatur.", "Isi dengan penyimpanan objek, atau jalankan semuanya dengan: saksi up."),
)
register(
    "store_foreign",
    en=(
        "The bucket {bucket} belongs to installation {found}, not to ours ({own}); nothing was written.",
        "Point SAKSI_BUCKET at a bucket of this installation, or at a new one.",
    ),
    id_=(
        "Bucket {bucket} milik instalasi {found}, bukan milik kita ({own}); tidak ada yang ditulis.",
        "Arahkan SAKSI_BUCKET ke bucket instalasi ini, atau yang baru.",
    ),
)

MARKER = "saksi-installation.json"


def address_and_keys(settings: Settings) -> tuple[str, str, str]:
    """Address, access key and secret key of the store. Raises BadInput naming the first one missing."""
    for name in ("s3_url", "s3_access_key", "s3_secret_key"):
        if getattr(settings, name) is None:
            raise BadInput("store_not_set", field=f"SAKSI_{name.upper()}")
    assert settings.s3_url
    assert settings.s3_access_key
    assert settings.s3_secret_key
    return (
        settings.s3_url,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
    )


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What the store says of an object; `sha256` only where it was stored with that checksum.

    `modified_us` is when it was written, by the store's own clock and to the second.
    """

    size: int
    sha256: bytes | None
    modified_us: int


class ObjectStore:
    """One bucket of one store. Safe to share between threads, and across a fork."""

    object_lock = False  # whether a bucket that is made anew gets it; one that is there stays as it is

    def __init__(
        self,
        url: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        *,
        public_url: str | None = None,
        region: str = "us-east-1",
    ) -> None:
        self.url = url.rstrip("/")
        self.bucket = bucket
        self._retrier = Retrier(self.url)
        self._requests = SignedRequests(
            self.url, (public_url or url).rstrip("/"), bucket, Credentials(access_key, secret_key), region
        )
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S), retries=False, maxsize=4
        )
        self._sdk = Minio(
            urlsplit(self.url).netloc,
            access_key,
            secret_key,
            secure=self.url.startswith("https:"),
            region=region,
            http_client=self._pool,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> ObjectStore:
        """The store that the settings name. Raises BadInput naming the first one missing."""
        store = cls(*address_and_keys(settings), settings.bucket, public_url=settings.s3_public_url)
        store.object_lock = settings.object_lock
        return store

    def paced(self, pace: Pace) -> None:
        """From now on bodies go to the store as `pace` lets them; it may raise OSError to break one off."""
        self._requests.pace = pace

    def close(self) -> None:
        """Closes kept connections; the store can still be used and opens new ones."""
        self._requests.close()
        self._pool.clear()

    def ensure_bucket(self, installation: str, *, origins: Sequence[str] = ()) -> None:
        """Creates bucket and identity marker on first use; lets pages of `origins` read ranges.

        Raises IntegrityError when the bucket is another installation's, or holds objects and no marker.
        """
        self._retrier.run("make_bucket", self.bucket, self._make_bucket)
        try:
            self.check_identity(installation)
        except NotFound as missing:
            if next(self.list(""), None) is not None:
                raise IntegrityError(
                    "store_foreign", bucket=self.bucket, found="-", own=installation
                ) from missing
            body = json.dumps({"installation": installation}).encode()
            self.put(MARKER, body, sha256=hashlib.sha256(body).digest(), content_type="application/json")
            self.check_identity(installation)
        if origins:
            self._allow_origins(origins)

    def check_reachable(self) -> None:
        """Raises Unavailable when the store does not answer, refuses us, or has no such bucket."""
        next(self.list("no-such-prefix/"), None)

    def check_identity(self, installation: str) -> None:
        """Raises IntegrityError when the marker names another installation, NotFound when there is none."""
        try:
            found = json.loads(self.get(MARKER))["installation"]
        except (ValueError, KeyError, TypeError):
            found = "?"
        if found != installation:
            raise IntegrityError("store_foreign", bucket=self.bucket, found=found, own=installation)

    def put(self, key: str, data: bytes | Path, *, sha256: bytes, content_type: str = "video/mp4") -> None:
        """Stores `data` under `key` in one request; a file is sent by the kernel, not read into memory.

        The store itself compares the bytes with `sha256` (32 bytes, known beforehand). Raises IntegrityError
        when they differ (nothing is stored then), Unavailable when the store does not take it.
        """
        headers = {
            "Content-Type": content_type,
            "x-amz-checksum-sha256": base64.b64encode(sha256).decode(),
        }

        def attempt() -> None:
            with self._requests.call("PUT", key, headers, data, payload=sha256.hex()) as answer:
                answer.read()

        self._retrier.run("put", key, attempt)

    def begin_upload(self, key: str, *, content_type: str) -> Upload:
        """A large object to be written in parts. Raises Unavailable."""
        return Upload.begin(self._requests, self._retrier, key, content_type)

    def resume_upload(self, key: str, upload_id: str) -> Upload:
        """An upload begun earlier; `parts` tells whether the store still knows it."""
        return Upload(self._requests, self._retrier, key, upload_id)

    def stat(self, key: str) -> ObjectFacts:
        """Size and checksum of an object. Raises NotFound."""

        def attempt() -> ObjectFacts:
            with self._requests.call("HEAD", key, {"x-amz-checksum-mode": "ENABLED"}) as answer:
                answer.read()
                checksum = answer.headers.get("x-amz-checksum-sha256")
                size = int(answer.headers["Content-Length"])
                modified = parsedate_to_datetime(answer.headers["Last-Modified"])
            return ObjectFacts(
                size=size,
                sha256=base64.b64decode(checksum) if checksum else None,
                modified_us=clock.to_us(modified),
            )

        return self._retrier.run("stat", key, attempt)

    def get(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """The bytes of an object or of a range of it, whole in memory. Errors as `stream`."""
        return b"".join(self.stream(key, offset, length))

    def stream(
        self, key: str, offset: int = 0, length: int | None = None, *, piece: int = 1 << 20, attempts: int = 3
    ) -> Iterator[bytes]:
        """The bytes of an object or of a range of it, in pieces of `piece` bytes (the last one shorter).

        A cut connection is taken up where it broke, `attempts` times. Raises NotFound, Unavailable, and IntegrityError
        when the object ends before the range asked for does.
        """
        return Reader(self._requests, self._retrier, key, offset, length, attempts).pieces(piece)

    def digest(self, key: str, length: int | None = None) -> bytes:
        """SHA-256 of an object's bytes (or of the first `length`) as they are now, read whole. Raises as `stream`."""
        digest = hashlib.sha256()
        for piece in self.stream(key, 0, length):
            digest.update(piece)
        return digest.digest()

    def presign(self, key: str, *, seconds: int) -> str:
        """An address that anyone may GET (also by Range) for `seconds`, at the store's public address."""
        return self._requests.presign(key, seconds)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes objects in bulk; one that is not there counts as removed. Raises Unavailable."""
        names = list(keys)

        def attempt() -> None:
            for error in self._sdk.remove_objects(self.bucket, [DeleteObject(name) for name in names]):
                raise Refusal(500 if error.code == "InternalError" else 403, f"{error.code} {error.name}")

        self._retrier.run("delete", self.bucket, attempt)

    def list(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Keys and sizes of the objects whose key begins with `prefix`, in key order. Raises Unavailable."""
        for item in self._items(prefix, recursive=True):
            yield str(item.object_name), int(item.size or 0)

    def ask(
        self, operation: str, method: str, key: str = "", *, query: str = "", body: bytes = b""
    ) -> tuple[Mapping[str, str], bytes]:
        """One small request of S3 that has no verb of its own here: headers (small letters) and body.

        `key` empty: of the bucket; `operation` names it in the count of retries. Raises as the other verbs.
        """
        headers = {}
        if body:  # required of requests that change a bucket, and by some stores alone of its checksums
            md5 = hashlib.md5(body, usedforsecurity=False).digest()
            headers = {"Content-MD5": base64.b64encode(md5).decode(), "Content-Type": "application/xml"}
        payload = hashlib.sha256(body).hexdigest()

        def attempt() -> tuple[Mapping[str, str], bytes]:
            with self._requests.call(method, key, headers, body, payload=payload, query=query) as answer:
                return {name.lower(): value for name, value in answer.headers.items()}, answer.read()

        return self._retrier.run(operation, key or self.bucket, attempt)

    def folders(self, prefix: str) -> Iterator[str]:
        """What stands between `prefix` and the next slash of any key, each once. Raises Unavailable."""
        for item in filter(lambda one: one.is_dir, self._items(prefix, recursive=False)):
            yield str(item.object_name).removeprefix(prefix).rstrip("/")

    def loose(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Keys and sizes of the objects that begin with `prefix` and have no slash after it. Raises Unavailable."""
        for item in filter(lambda one: not one.is_dir, self._items(prefix, recursive=False)):
            yield str(item.object_name), int(item.size or 0)

    def _items(self, prefix: str, *, recursive: bool) -> Iterator[ListedObject]:
        try:
            yield from self._sdk.list_objects(self.bucket, prefix=prefix, recursive=recursive)
        except FAILURES as failure:
            raise self._retrier.translate(failure, prefix) from failure

    def _make_bucket(self) -> None:
        if self._sdk.bucket_exists(self.bucket):
            return
        try:
            self._sdk.make_bucket(self.bucket, object_lock=self.object_lock)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _allow_origins(self, origins: Sequence[str]) -> None:
        """Bucket CORS; a store without it (MinIO allows all origins by itself) is left as it is."""
        body = cors.configuration(origins)
        try:
            self.ask("cors", "PUT", query="cors=", body=body)
        except Unavailable as error:
            if not (isinstance(error.__cause__, Refusal) and error.__cause__.status in (400, 405, 501)):
                raise
