"""Where the store stands, for monitoring: as the worker last saw it, so that a scrape counts no footage."""

from __future__ import annotations

import math

from prometheus_client import Gauge

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.retention import alarms
from saksi.retention.growth import DAY_US

_full = Gauge("saksi_store_full_days", "Days until the store is full; +Inf: never, -1: not known.")
_free = Gauge("saksi_store_free_bytes", "Bytes that are left in the store; -1: not known.")
_used = Gauge("saksi_store_used_bytes", "Bytes that fill the store, footage and all else.")
_held = Gauge("saksi_store_held_bytes", "Bytes of footage under evidence locks.")
_wanted = Gauge(
    "saksi_store_early_purge_wanted_bytes", "Bytes too many, above high water or quotas; 0: none."
)
_freed = Gauge("saksi_store_early_purge_frees_bytes", "Bytes that an early purge of them may take.")
_closed = Gauge("saksi_store_admission_closed", "Whether no cameras are admitted: 1 or 0.")
_alarms = Gauge("saksi_store_alarms", "Alarms of the store's space that stand.", ["kind"])
_age = Gauge("saksi_store_watch_age_seconds", "Time since the worker last looked; -1: never.")
_KINDS = ("high_water", "early_purge", "admission", "quota_near", "quota_over")


def show(connection: Connection) -> None:
    """Sets the gauges from the last look."""
    standing = [one.kind for one in alarms.standing(connection)]
    for kind in _KINDS:
        _alarms.labels(kind).set(standing.count(kind))
    _closed.set("admission" in standing)
    row = connection.execute(query("alarms.last_look")).fetchone()
    if row is None:
        _age.set(-1)
        _full.set(-1)
        _free.set(-1)
        return
    told, at_us = row["told"], clock.to_us(row["at"])
    _age.set((clock.now_us() - at_us) / 1e6)
    _free.set(-1 if told["free"] is None else told["free"])
    _used.set(told["used"])
    _held.set(told["held"])
    _wanted.set(told["wanted"])
    _freed.set(told["would_free"])
    if not told["known"] or not told["days_of_data"]:
        _full.set(-1)
    else:
        full_us = told["full_us"]
        _full.set(math.inf if full_us is None else max(0.0, (full_us - clock.now_us()) / DAY_US))
