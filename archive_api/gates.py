"""A gate lets only so many requests do something costly at once; the others are told to come back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from saksi.errors import Unavailable
from saksi.messages import register

register(
    "too_many_at_once",
    en=("Too many of these are being answered at once.", "Try again in a moment."),
    id_=("Terlalu banyak permintaan seperti ini sedang dijawab.", "Coba lagi sebentar lagi."),
)


class Gate:
    """At most `inside` at once, and at most `waiting` more for up to `wait_s` each: a queue holds threads as well."""

    def __init__(self, inside: int, *, waiting: int = 0, wait_s: float = 0.0) -> None:
        self._here = threading.BoundedSemaphore(inside + waiting)
        self._inside = threading.BoundedSemaphore(inside)
        self._wait_s = wait_s

    @contextlib.contextmanager
    def passed(self) -> Iterator[None]:
        """Holds a place. Raises Unavailable when there is none."""
        if not self._here.acquire(blocking=False):
            raise Unavailable("too_many_at_once")
        try:
            if not self._inside.acquire(timeout=self._wait_s):
                raise Unavailable("too_many_at_once")
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._here.release()
