"""What is asked of this recorder through the database: one connection hears it, a thread a kind of work does it.

A fleet of forty recorders with a connection for each kind would take forty times five; and a seal that takes long must
not delay a cut that somebody waits for.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping

from saksi.catalogue.database import listen

Handler = Callable[[str], None]


class Notices:
    """`handlers` by channel take the payload of each notice, one after the other; they raise nothing."""

    def __init__(self, url: str, handlers: Mapping[str, Handler]) -> None:
        self._url = url
        self._queues: dict[str, queue.SimpleQueue[str | None]] = {
            name: queue.SimpleQueue() for name in handlers
        }
        self._handlers = handlers

    def run(self, stop: threading.Event) -> None:
        """Until `stop`."""
        for channel, handler in self._handlers.items():
            work = threading.Thread(
                target=_work, args=(self._queues[channel], handler), name=channel, daemon=True
            )
            work.start()
        for channel, payload in listen(self._url, list(self._handlers), stop):
            self._queues[channel].put(payload)
        for waiting in self._queues.values():
            waiting.put(None)


def _work(asked: queue.SimpleQueue[str | None], handler: Handler) -> None:
    for payload in iter(asked.get, None):
        handler(payload)
