"""A pulse on demand: an export wants its last chunks under one now, not within a minute."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from saksi import clock
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.pulses import seqs
from saksi.catalogue.seals import SILENT_S

ASK_CHANNEL = "saksi_pulse"  # the payload is a recorder's name
_LOOK_S = 0.1


def request_pulses(
    database: Database, last_seqs: Mapping[int, int], since_us: int, *, wait_s: float = 5.0
) -> bool:
    """Has every run (its number → seq) named that far by a pulse after `since_us`; whether all are.

    Living recorders are asked and given `wait_s` together. What a recorder that is gone never told stays so.
    """
    pause, until_us = threading.Event(), clock.monotonic_us() + int(wait_s * 1e6)
    asked = False
    while True:
        with database.transaction() as connection:
            owing = _owing(connection, last_seqs, since_us)
            if not owing:
                return True
            live = _live(connection, owing)
            if not live or clock.monotonic_us() > until_us:
                return False
            if not asked:
                for name in live:
                    connection.execute(query("pulses.ask"), {"recorder": name})
        asked = True
        pause.wait(_LOOK_S)


def _owing(connection: Connection, last_seqs: Mapping[int, int], since_us: int) -> list[int]:
    """Runs that no pulse names far enough."""
    owing = {run_no: seq for run_no, seq in last_seqs.items() if seq}
    values = {"run_nos": list(owing), "since": clock.from_us(since_us)}
    for row in connection.execute(query("pulses.since"), values):
        named = seqs(row["lines"])
        owing = {run_no: seq for run_no, seq in owing.items() if named.get(run_no, -1) < seq}
    return list(owing)


def _live(connection: Connection, run_nos: list[int]) -> list[str]:
    values = {"run_nos": run_nos, "silent_s": SILENT_S}
    return [row["name"] for row in connection.execute(query("pulses.live"), values)]
