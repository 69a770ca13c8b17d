"""How the fleet is doing, in numbers for monitoring. None of them names a camera: a fleet has thousands."""

from __future__ import annotations

from prometheus_client import Gauge

from saksi import clock
from saksi.catalogue import camera_clocks, health
from saksi.catalogue.cameras import STATES
from saksi.catalogue.database import Connection

_cameras = Gauge("saksi_fleet_cameras", "Cameras by state.", ["state"])
_outages = Gauge(
    "saksi_fleet_outages", "Open outages of cameras that are switched on, by reason.", ["reason"]
)
_recorders = Gauge(
    "saksi_fleet_recorders", "Recorders that did not end in order: alive or silent.", ["state"]
)
_capacity = Gauge(
    "saksi_fleet_capacity_cameras",
    "Cameras that living recorders may hold, of those that there are for each.",
)
_pending = Gauge("saksi_fleet_pending_chunks", "Chunks that the store has not confirmed.")
_pending_age = Gauge("saksi_fleet_pending_age_seconds", "Age of the oldest of them; 0: none.")
_dropped = Gauge(
    "saksi_fleet_dropped_seconds",
    "Footage of the last seven days that full spools took before the store had it.",
)
_spool = Gauge("saksi_fleet_spool_bytes", "Bytes on the spools of all recorders.")
_facts = Gauge("saksi_fleet_facts_waiting", "Facts that recorders have yet to tell the catalogue.")
_lag = Gauge(
    "saksi_fleet_lag_seconds", "Longest from the end of a chunk to its row, of any recorder, last time."
)
_unsynced = Gauge("saksi_fleet_clocks_free", "Recorders that live and whose clock nothing disciplines.")
_camera_clocks = Gauge(
    "saksi_fleet_camera_clocks",
    "Cameras whose own clock is off by more than 5 s, or stepped: it jumped within the day.",
    ["state"],
)
_REASONS = (
    "unreachable", "auth_failed", "address_refused", "no_keyframe", "stalled", "recorder_down", "spool_full",
    "unsupported_codec",
)  # fmt: skip


def show(connection: Connection) -> None:
    """Sets the gauges from the catalogue."""
    states = health.states(connection)
    for state in STATES:
        _cameras.labels(state).set(sum(one.cameras for one in states if one.state == state))
    outages = {one.reason: one.cameras for one in health.outages_open(connection)}
    for reason in _REASONS:
        _outages.labels(reason).set(outages.get(reason, 0))
    found = health.recorders(connection)
    alive = [one for one in found if one.alive]
    _recorders.labels("alive").set(len(alive))
    _recorders.labels("silent").set(len(found) - len(alive))
    _capacity.set(health.room(one for one in alive if not one.leaving))
    chunks, oldest_us = health.pending(connection)
    _pending.set(chunks)
    _pending_age.set(0 if oldest_us is None else (clock.now_us() - oldest_us) / 1e6)
    _dropped.set(health.dropped(connection).seconds)
    _spool.set(sum(one.spool_bytes for one in alive))
    told = [one.told for one in alive if one.told is not None]
    _facts.set(sum(one.facts_waiting for one in told))
    _lag.set(max((one.lag_us or 0 for one in told), default=0) / 1e6)
    astray = camera_clocks.of_fleet(connection)
    _camera_clocks.labels("off").set(astray.off)
    _camera_clocks.labels("stepped").set(astray.stepped)
    _unsynced.set(sum(one.clock.source == "free" for one in told))
