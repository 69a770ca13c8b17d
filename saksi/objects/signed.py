"""Requests to one bucket, signed by the minio SDK's signer (AWS Signature Version 4), on our connections."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from minio.credentials.credentials import Credentials
from minio.signer import presign_v4, sign_v4_s3

from saksi import clock
from saksi.objects.retry import Refusal
from saksi.objects.wire import Pace, Wire

_EMPTY = hashlib.sha256(b"").hexdigest()
_LONGEST_PRESIGN_S = 7 * 24 * 3600  # the limit of Signature Version 4
_CODE = re.compile(rb"<Code>([A-Za-z0-9.]{1,64})</Code>")
_MOST_ERROR_BYTES = 16 << 10


class SignedRequests:
    """Requests to the objects of one bucket with one identity."""

    def __init__(self, url: str, public_url: str, bucket: str, credentials: Credentials, region: str) -> None:
        self._url = url
        self._public_url = public_url
        self._bucket = bucket
        self._credentials = credentials
        self._region = region
        self._wire = Wire(url)

    @contextlib.contextmanager
    def call(
        self,
        method: str,
        key: str,
        headers: Mapping[str, str],
        body: bytes | Path = b"",
        *,
        payload: str = _EMPTY,
        query: str = "",
    ) -> Iterator[http.client.HTTPResponse]:
        """One request and its successful answer, to be read inside the `with`.

        `payload` is the SHA-256 of the body in hex, known beforehand. Raises Refusal for any answer but a
        success, or one of wire.BROKEN.
        """
        url = self._address(self._url, key, query)
        now = clock.now()
        signed = sign_v4_s3(
            method=method,
            url=url,
            region=self._region,
            headers={
                **headers,
                "Host": url.netloc,
                "x-amz-content-sha256": payload,
                "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
            },
            credentials=self._credentials,
            content_sha256=payload,
            date=now,
        )
        target = url.path + (f"?{query}" if query else "")
        with self._wire.request(method, target, {k: str(v) for k, v in signed.items()}, body) as answer:
            if answer.status not in (200, 204, 206):
                raise Refusal(answer.status, _code(answer))
            yield answer

    @property
    def pace(self) -> Pace | None:
        """What holds the bytes of bodies back, if anything does."""
        return self._wire.pace

    @pace.setter
    def pace(self, pace: Pace | None) -> None:
        self._wire.pace = pace

    def close(self) -> None:
        """Closes kept connections."""
        self._wire.close()

    def presign(self, key: str, seconds: int) -> str:
        """A GET address at the public URL, valid for `seconds` (one second to seven days), for any Range."""
        signed = presign_v4(
            method="GET",
            url=self._address(self._public_url, key),
            region=self._region,
            credentials=self._credentials,
            date=clock.now(),
            expires=max(1, min(seconds, _LONGEST_PRESIGN_S)),
        )
        return signed.geturl()

    def _address(self, base: str, key: str, query: str = "") -> SplitResult:
        """Path style: the bucket is the first part of the path, as every store understands it."""
        path = f"/{self._bucket}" + (f"/{quote(key, safe='/~')}" if key else "")
        parts = urlsplit(base)
        return SplitResult(parts.scheme, parts.netloc, parts.path.rstrip("/") + path, query, "")


def _code(answer: http.client.HTTPResponse) -> str:
    found = _CODE.search(answer.read(_MOST_ERROR_BYTES))
    return found[1].decode() if found else ""
