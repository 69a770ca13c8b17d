"""Recorders, cameras, footage that waits, the log's checkpoints and standing alarms: as the catalogue knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from saksi import __version__, clock
from saksi.amounts import counted
from saksi.catalogue import audit_log, camera_clocks, health
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.health import RecorderState
from saksi.catalogue.status_words import reason_words
from saksi.doctor.finding import Finding, Severity, finding
from saksi.errors import Unavailable
from saksi.ledger import figures
from saksi.retention import alarms
from saksi.settings import Settings

_MINUTE_US = 60_000_000
_WAITING_US = 15 * _MINUTE_US  # a minute for a chunk to end, and a store that has been slow
_LAG_US = 10_000_000
_FACTS = 1000
_CHECKPOINT_US = 5 * _MINUTE_US  # one is made each minute
_COSIGNED_US = 24 * 60 * _MINUTE_US
_NAMED = 10
_SHARE = 5  # a fifth of the cameras at once is a switch, a power line or a machine, not a camera


def check_fleet(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """All that only the catalogue tells."""
    if database is None:
        yield finding("fleet", "warning", "fleet_unseen")
        return
    try:
        with database.transaction() as connection:
            found = [
                *_recorders(connection, settings),
                *_cameras(connection),
                *_camera_clocks(connection),
                *_waiting(connection),
                *_log(connection, settings),
                *_alarms(connection),
            ]
    except Unavailable:
        yield finding("fleet", "warning", "fleet_unseen")
        return
    yield from found


def _recorders(connection: Connection, settings: Settings) -> Iterator[Finding]:
    known = health.recorders(connection)
    alive = [one for one in known if one.alive]
    if not alive:
        yield finding("recorders", "bad", "recorders_none")
    else:
        yield finding(
            "recorders",
            "ok",
            "recorders_alive",
            count=counted(len(alive), "recorder"),
            cameras=counted(sum(one.recording for one in alive), "camera"),
        )
        yield from _room(connection, [one for one in alive if not one.leaving])
    for one in known:
        if one.alive:
            yield from _preferences(connection, one)
            yield from _recorder(one, settings)
        else:
            seen = clock.format_us(one.seen_us)
            yield finding("recorders", "bad", "recorder_silent", name=one.name, seen=seen)


def _room(connection: Connection, staying: Sequence[RecorderState]) -> Iterator[Finding]:
    wanted = sum(one.cameras for one in health.states(connection) if one.state != "stopped")
    room = health.room(staying)
    if room < wanted:
        yield finding("recorders", "bad", "room_none", room=room, cameras=wanted)
    elif (
        len(staying) > 1 and min(health.room(o for o in staying if o is not one) for one in staying) < wanted
    ):
        yield finding("recorders", "warning", "room_for_no_failure", room=room, cameras=wanted)


def _preferences(connection: Connection, one: RecorderState) -> Iterator[Finding]:
    unknown = health.unknown_sites(connection, one.sites)
    if unknown:
        yield finding("recorders", "warning", "site_unknown", name=one.name, sites=_some(unknown))
    elif one.eligible == 0:
        yield finding("recorders", "warning", "recorder_for_nothing", name=one.name)


def _recorder(one: RecorderState, settings: Settings) -> Iterator[Finding]:
    if one.version != __version__:
        yield finding(
            "recorders", "warning", "version_differs", name=one.name, version=one.version, ours=__version__
        )
    oldest_us = one.spool_oldest_us
    if oldest_us is not None and clock.now_us() - oldest_us > _WAITING_US:
        yield finding("recorders", "warning", "spool_old", name=one.name, since=clock.format_us(oldest_us))
    told = one.told
    if told is None:
        return
    if told.clock.source != "ntp":
        yield finding("recorders", "warning", "recorder_clock", name=one.name)
    if (told.lag_us or 0) > _LAG_US or told.facts_waiting > _FACTS:
        lag_s = f"{(told.lag_us or 0) / 1e6:.0f}"
        yield finding(
            "recorders", "warning", "recorder_behind", name=one.name, facts=told.facts_waiting, lag_s=lag_s
        )
    if told.spool_free_bytes is not None and told.spool_free_bytes < 2 * settings.spool_reserve_bytes:
        free = f"{told.spool_free_bytes / 1e9:.1f}"
        yield finding("recorders", "bad", "recorder_disk", name=one.name, free=free)


def _cameras(connection: Connection) -> Iterator[Finding]:
    wanted = [one for one in health.states(connection) if one.state != "stopped"]
    groups = [one for one in wanted if one.state != "recording"]
    if not groups:
        yield finding("cameras", "ok", "cameras_recorded")
        return
    count = sum(one.cameras for one in wanted)
    failed = sum(one.cameras for one in groups if one.state != "connecting")
    if failed > 1 and failed * _SHARE >= count:
        yield finding("cameras", "bad", "cameras_many", failed=failed, count=count)
    listed = health.unrecorded(connection, limit=1000)
    for group in sorted(groups, key=lambda one: -one.cameras):
        named = sorted(code for code, reason, _ in listed if reason == group.reason)
        since = "-" if group.since_us is None else clock.format_us(group.since_us)
        severity: Severity = "bad" if group.reason == "recorder_down" else "warning"
        yield finding(
            "cameras", severity, "cameras_missing", count=counted(group.cameras, "camera"),
            why=reason_words(group.reason), since=since, names=_some(named),
        )  # fmt: skip


def _camera_clocks(connection: Connection) -> Iterator[Finding]:
    found = camera_clocks.of_fleet(connection, limit=10 * _NAMED)
    if found.off:
        named = [f"{one.camera} ({one.offset_us / 1e6:+.0f} s)" for one in found.worst if one.off]
        seconds = f"{camera_clocks.OFF_US / 1e6:.0f}"
        yield finding(
            "cameras", "warning", "camera_clocks_off", count=counted(found.off, "camera"), seconds=seconds,
            names=_some(named, found.off),
        )  # fmt: skip
    if found.stepped:
        named = [f"{one.camera} ({one.step_us / 1e6:+.0f} s)" for one in found.worst if one.step_us]
        names = _some(named, found.stepped)
        yield finding(
            "cameras", "warning", "camera_clocks_stepped", count=counted(found.stepped, "camera"), names=names
        )


def _waiting(connection: Connection) -> Iterator[Finding]:
    lost = health.dropped(connection)
    if lost.latest_us is not None:
        severity: Severity = "bad" if lost.lately else "warning"
        yield finding(
            "footage", severity, "footage_dropping" if lost.lately else "footage_dropped",
            cameras=counted(lost.cameras, "camera"), minutes=f"{lost.seconds / 60:.0f}",
            until=clock.format_us(lost.latest_us),
        )  # fmt: skip
    unsent = health.unsent(connection)
    for one in unsent:
        since = clock.format_us(one.oldest_us)
        yield finding(
            "footage",
            "warning",
            "footage_unsent",
            name=one.recorder,
            count=counted(one.chunks, "chunk"),
            since=since,
        )
    chunks, oldest_us = health.pending(connection)
    if oldest_us is None:
        yield finding("footage", "ok", "footage_stored")
        return
    chunks -= sum(one.chunks for one in unsent)
    if chunks <= 0:
        return  # all of it is told of above
    late = clock.now_us() - oldest_us > _WAITING_US
    yield finding(
        "footage", "warning" if late else "ok", "footage_waits" if late else "footage_on_its_way",
        count=counted(chunks, "chunk"), since=clock.format_us(oldest_us),
    )  # fmt: skip


def _log(connection: Connection, settings: Settings) -> Iterator[Finding]:
    now = figures.figures(connection)
    row = connection.execute(query("tree.oldest_pending")).fetchone()
    oldest_us = clock.now_us() if row is None or row["at"] is None else clock.to_us(row["at"])
    waited_us = clock.now_us() - oldest_us
    late = waited_us > _CHECKPOINT_US
    values = {"size": now.size, "pending": now.pending, "minutes": f"{waited_us / _MINUTE_US:.0f}"}
    yield finding("log", "bad" if late else "ok", "checkpoint_late" if late else "checkpoint_made", **values)
    rows, since_us = audit_log.waiting(connection)
    if since_us is not None and clock.now_us() - since_us > _CHECKPOINT_US:
        yield finding("log", "bad", "audit_late", rows=rows, since=clock.format_us(since_us))
    if settings.ledger_witnesses is not None and not 0 <= now.cosigned_age_us < _COSIGNED_US:
        yield finding("log", "warning", "witness_late")
    if now.worm is False:
        yield finding("log", "bad", "worm_broken")


def _alarms(connection: Connection) -> Iterator[Finding]:
    for one in alarms.standing(connection):
        since = clock.format_us(one.since_us)
        severity: Severity = "bad" if one.kind in ("admission", "early_purge") else "warning"
        yield finding("store", severity, "alarm", kind=one.kind, agency=one.agency or "-", since=since)


def _some(names: Sequence[str], count: int | None = None) -> str:
    """The first of these names, and how many more there are; `count` where not all are listed."""
    more = (len(names) if count is None else count) - min(len(names), _NAMED)
    return ", ".join(names[:_NAMED]) + (f" … +{more}" if more > 0 else "")
