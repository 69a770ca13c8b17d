"""Alarms of the store's space: each a row from when to when, and a line in the log where it begins and ends."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query

log = logging.getLogger("saksi.retention.alarms")

Key = tuple[str, int | None]  # kind, agency id


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Something wrong with the space of the store (or of an agency) from `since_us` until `until_us` (None: now)."""

    alarm_id: int
    kind: str
    agency_id: int | None
    agency: str | None
    since_us: int
    until_us: int | None
    told: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Alarm:
        """From a row of alarms.standing or alarms.past."""
        until = row["until"]
        return cls(
            since_us=clock.to_us(row["since"]),
            until_us=None if until is None else clock.to_us(until),
            **{name: row[name] for name in ("alarm_id", "kind", "agency_id", "agency", "told")},
        )


def settle(connection: Connection, due: Mapping[Key, Mapping[str, object]], at_us: int) -> list[Alarm]:
    """Makes exactly the alarms in `due` stand: begins those that are new, ends those that are over. Answers them."""
    at = clock.from_us(at_us)
    for one in standing(connection):
        if (one.kind, one.agency_id) not in due:
            connection.execute(query("alarms.finish"), {"alarm_id": one.alarm_id, "at": at})
            log.warning("%s%s is over", one.kind, f" of {one.agency}" if one.agency else "")
    for (kind, agency_id), told in due.items():
        values = {"kind": kind, "agency_id": agency_id, "at": at, "told": Jsonb(dict(told))}
        row = connection.execute(query("alarms.raise"), values).fetchone()
        assert row is not None
        if row["fresh"]:
            log.warning("%s: %s", kind, {name: value for name, value in told.items() if name != "advice"})
    return standing(connection)


def standing(connection: Connection, scope: Sequence[int] | None = None) -> list[Alarm]:
    """Those that stand, of the store and of the agencies in `scope` (None: of all), the oldest first."""
    values = {"scope": None if scope is None else list(scope)}
    return [Alarm.from_row(row) for row in connection.execute(query("alarms.standing"), values)]


def past(connection: Connection, scope: Sequence[int] | None = None, *, limit: int) -> list[Alarm]:
    """Those that are over, the latest first."""
    values = {"scope": None if scope is None else list(scope), "limit": limit}
    return [Alarm.from_row(row) for row in connection.execute(query("alarms.past"), values)]
