"""Outages that the catalogue may not know yet, on the spool: a power cut without a line must not lose why gaps are.

Runs and chunks are on the spool anyway; an outage is nothing but what was told of it. Once everything is told the
file is emptied. Telling one twice is the same as once, so it may hold more than is needed.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from recorder import measures
from recorder.facts import Fact, OutageClosed, OutageOpened, OutageRecorded

log = logging.getLogger("saksi.recorder.untold")

FILE = "outages.jsonl"
_KINDS = {kind.__name__: kind for kind in (OutageOpened, OutageClosed, OutageRecorded)}
_MOST_BYTES = (
    16 << 20
)  # a camera that flaps for weeks; what comes then is told as ever, but not over a restart


class Untold:
    """The file. Safe to use from any thread."""

    def __init__(self, spool: Path) -> None:
        self._path = spool / FILE
        self._guard = threading.Lock()
        self._kept = False  # whether there may be something in it

    def note(self, facts: Iterable[Fact]) -> None:
        """Keeps what of these is nowhere else. A disk that refuses is told, no more."""
        lines = [
            json.dumps({"kind": type(fact).__name__, **asdict(fact)})
            for fact in facts
            if isinstance(fact, OutageOpened | OutageClosed | OutageRecorded)
        ]
        if not lines:
            return
        try:
            with self._guard, open(self._path, "ab", opener=_private) as file:
                if file.tell() < _MOST_BYTES:
                    file.write("".join(f"{line}\n" for line in lines).encode())
                    file.flush()
                    os.fsync(file.fileno())
                    self._kept = True
        except OSError as error:
            measures.spool_failures.inc()
            log.error("an outage would be lost by a restart before the catalogue answers: %s", error)

    def found(self) -> list[Fact]:
        """What an earlier process left, in order; a torn line is told and left out."""
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return []
        self._kept = bool(lines)
        facts: list[Fact] = []
        for line in lines:
            try:
                told = json.loads(line)
                facts.append(_KINDS[told.pop("kind")](**told))
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("%s holds a line that cannot be read", self._path)
        return facts

    def told(self) -> None:
        """The catalogue has everything."""
        try:
            with self._guard:
                if self._kept:
                    os.truncate(self._path, 0)
                    self._kept = False
        except OSError as error:
            log.warning("told outages are told again at the next start: %s", error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
