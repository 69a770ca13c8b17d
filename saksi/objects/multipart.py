"""A large object written part by part, each part checked by the store, taken up again where a crash left it.

S3 multipart upload: nothing is visible under the key until `complete`, and then the whole object is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from saksi.errors import IntegrityError, Unavailable
from saksi.messages import register
from saksi.objects.retry import Refusal, Retrier
from saksi.objects.signed import SignedRequests

register(
    "upload_unknown",
    en=(
        "The store gave no upload for {key}.",
        "Check that it offers S3 multipart uploads: saksi storage check.",
    ),
    id_=(
        "Penyimpanan tidak memberi unggahan untuk {key}.",
        "Pastikan ia menyediakan unggahan multipart S3: saksi storage check.",
    ),
)

LEAST_PART = 5 << 20  # the S3 limit for every part but the last
MOST_PARTS = 10_000
_ID = re.compile(rb"<UploadId>([^<]+)</UploadId>")
_PART = re.compile(rb"<Part>(.*?)</Part>", re.DOTALL)
_NEXT = re.compile(rb"<NextPartNumberMarker>(\d+)</NextPartNumberMarker>")
_MORE = re.compile(rb"<IsTruncated>true</IsTruncated>")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that the store has. `etag` is the MD5 of its bytes in hex, quoted, as S3 gives it."""

    number: int
    etag: str
    size: int

    def holds(self, data: bytes) -> bool:
        """Whether these are its bytes."""
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return self.size == len(data) and self.etag.strip('"') == digest


class Upload:
    """One upload to one key."""

    def __init__(self, requests: SignedRequests, retrier: Retrier, key: str, upload_id: str) -> None:
        self._requests = requests
        self._retrier = retrier
        self.key = key
        self.upload_id = upload_id

    @classmethod
    def begin(cls, requests: SignedRequests, retrier: Retrier, key: str, content_type: str) -> Upload:
        """A new upload. Raises Unavailable."""

        def attempt() -> bytes:
            with requests.call("POST", key, {"Content-Type": content_type}, query="uploads=") as answer:
                return answer.read()

        found = _ID.search(retrier.run("begin_upload", key, attempt))
        if found is None:
            raise Unavailable("upload_unknown", key=key)
        return cls(requests, retrier, key, found[1].decode())

    def parts(self) -> dict[int, Part]:
        """What the store has of it. Raises NotFound when it knows no such upload (any more)."""
        found: dict[int, Part] = {}
        marker = 0
        while True:
            body = self._retrier.run("list_parts", self.key, lambda at=marker: self._list(at))  # type: ignore[misc]
            for part in _PART.findall(body):
                one = _part(part)
                found[one.number] = one
            following = _NEXT.search(body)
            if not _MORE.search(body) or following is None or int(following[1]) <= marker:
                return found
            marker = int(following[1])

    def put(self, number: int, data: bytes) -> Part:
        """Stores part `number` (from 1); the store compares the bytes with their SHA-256. Raises as `store.put`."""
        sha256 = hashlib.sha256(data)
        headers = {"x-amz-checksum-sha256": base64.b64encode(sha256.digest()).decode()}
        query = f"partNumber={number}&uploadId={quote(self.upload_id, safe='')}"

        def attempt() -> str:
            with self._requests.call(
                "PUT", self.key, headers, data, payload=sha256.hexdigest(), query=query
            ) as answer:
                answer.read()
                return answer.headers.get("ETag", "")

        etag = self._retrier.run("put_part", self.key, attempt)
        return Part(number=number, etag=etag, size=len(data))

    def complete(self, parts: dict[int, Part]) -> None:
        """Makes the object of these parts. Done twice it does no harm as long as the object is there."""
        listed = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{parts[number].etag}</ETag></Part>"
            for number in sorted(parts)
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        payload = hashlib.sha256(body).hexdigest()
        query = f"uploadId={quote(self.upload_id, safe='')}"

        def attempt() -> bytes:
            headers = {"Content-Type": "application/xml"}
            with self._requests.call("POST", self.key, headers, body, payload=payload, query=query) as answer:
                return answer.read()

        answer = self._retrier.run("complete_upload", self.key, attempt)
        if b"<Error>" in answer:  # S3 may answer 200 and say so only in the body
            raise IntegrityError("object_corrupted", key=self.key)

    def abort(self) -> None:
        """Forgets the upload and its parts; one that is gone already is fine."""
        query = f"uploadId={quote(self.upload_id, safe='')}"

        def attempt() -> None:
            try:
                with self._requests.call("DELETE", self.key, {}, query=query) as answer:
                    answer.read()
            except Refusal as refusal:
                if refusal.status != 404:
                    raise

        self._retrier.run("abort_upload", self.key, attempt)

    def _list(self, marker: int) -> bytes:
        query = f"max-parts=1000&part-number-marker={marker}&uploadId={quote(self.upload_id, safe='')}"
        with self._requests.call("GET", self.key, {}, query=query) as answer:
            return answer.read()


def _part(told: bytes) -> Part:
    def value(name: bytes) -> str:
        found = re.search(rb"<%s>([^<]*)</%s>" % (name, name), told)
        return found[1].decode().replace("&quot;", '"').replace("&#34;", '"') if found else ""

    return Part(number=int(value(b"PartNumber")), etag=value(b"ETag"), size=int(value(b"Size")))
