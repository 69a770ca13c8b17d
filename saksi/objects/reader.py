"""Reads an object or a range of it in large pieces, taking up a cut connection where it broke."""

from __future__ import annotations

from collections.abc import Iterator

from saksi.errors import IntegrityError
from saksi.messages import register
from saksi.objects.retry import FAILURES, Refusal, Retrier, passing
from saksi.objects.signed import SignedRequests

register(
    "object_short",
    en=(
        "The object {key} ends before byte {wanted}.",
        "It is damaged; `saksi fsck --deep` tells which others are.",
    ),
    id_=(
        "Objek {key} berakhir sebelum byte {wanted}.",
        "Objek rusak; `saksi fsck --deep` menyebutkan yang lain.",
    ),
)
_UNSATISFIABLE = 416


class Reader:
    """One pass over `length` bytes of an object from `offset` (to its end when `length` is None)."""

    def __init__(
        self,
        requests: SignedRequests,
        retrier: Retrier,
        key: str,
        offset: int,
        length: int | None,
        attempts: int = 3,
    ) -> None:
        self._requests = requests
        self._retrier = retrier
        self._key = key
        self._at = offset
        self._attempts = attempts
        self._end = None if length is None else offset + length

    def pieces(self, piece: int) -> Iterator[bytes]:
        """The bytes. Raises NotFound, Unavailable, or IntegrityError when the object ends too early."""
        attempt = 1
        while self._end is None or self._at < self._end:
            before = self._at
            try:
                yield from self._read(piece)
            except FAILURES as failure:
                if isinstance(failure, Refusal) and failure.status == _UNSATISFIABLE:
                    raise self._short() from failure
                attempt = attempt + 1 if self._at == before else 1  # progress earns new attempts
                if attempt > self._attempts or not passing(failure):
                    raise self._retrier.translate(failure, self._key) from failure
                self._retrier.pause("stream", attempt)

    def _read(self, piece: int) -> Iterator[bytes]:
        last = "" if self._end is None else self._end - 1
        ranged = self._at > 0 or self._end is not None
        with self._requests.call(
            "GET", self._key, {"Range": f"bytes={self._at}-{last}"} if ranged else {}
        ) as answer:
            if ranged and answer.status != 206:
                raise Refusal(answer.status, "answers a range with the whole object")
            promised = self._at + int(answer.headers["Content-Length"])
            if self._end is not None and promised < self._end:
                raise self._short()
            while data := answer.read(piece):
                self._at += len(data)
                yield data
        if self._at < promised:
            raise ConnectionError(f"cut {promised - self._at} bytes before the end")
        self._end = self._at

    def _short(self) -> IntegrityError:
        return IntegrityError(
            "object_short", key=self._key, wanted=self._end if self._end is not None else self._at
        )
