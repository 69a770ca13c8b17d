"""Whether database and store answer, asked without ever waiting long: what hangs is itself an answer.

A server that hangs would keep whoever asks it for minutes, and health checks come every few seconds. So each is asked
on a thread of its own, one question at a time, and everybody who wants to know meanwhile waits for that one, a little.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from archive_api.context import Context
from saksi.errors import NotFound, SaksiError

WAIT_S = 3.0


class Readiness:
    """Of one process. `checks` from its event loop alone."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = _Probe("database", self._ask_database)
        self._store = _Probe("store", self._ask_store)

    async def checks(self) -> dict[str, str]:
        """By server: "ok", or what is wrong with it in English. Within `WAIT_S`."""
        database, store = await asyncio.gather(self._database.answer(), self._store.answer())
        return {"database": database, "store": store}

    def _ask_database(self) -> str:
        with self._context.database.transaction() as connection:
            connection.execute("select 1")
        return "ok"

    def _ask_store(self) -> str:
        try:
            self._context.store.stat("saksi-installation.json")
        except NotFound:
            return "the bucket has no saksi-installation.json: run `saksi migrate`"
        return "ok"


class _Probe:
    """One server's. It is not asked again before it answered, or was given up by what asks it."""

    def __init__(self, name: str, ask: Callable[[], str]) -> None:
        self._name = name
        self._ask = ask
        self._asked: Future[str] | None = None

    async def answer(self) -> str:
        """What it answers, or that it does not."""
        if self._asked is None or self._asked.done():
            self._asked = Future()
            threading.Thread(
                target=self._run, args=(self._asked,), name=f"ready-{self._name}", daemon=True
            ).start()
        waiting = asyncio.wrap_future(self._asked)
        # Not wait_for: it would cancel the one question for all who wait.
        done, _ = await asyncio.wait([waiting], timeout=WAIT_S)
        return waiting.result() if done else f"It has not answered within {WAIT_S:g} s."

    def _run(self, asked: Future[str]) -> None:
        try:
            asked.set_result(self._ask())
        except SaksiError as error:
            asked.set_result(error.diagnostics("en"))
        except BaseException as error:
            asked.set_exception(error)
            raise
