"""Which purges there are to be: one a night by policy, announced in time; one at once, when an officer asks for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.signing import Signer
from saksi.local_time import HOURS
from saksi.retention import notices, plausible, windows
from saksi.settings import Settings

_HOUR_US = 3_600_000_000


def next_us(settings: Settings, now_us: int) -> int:
    """The first nightly instant that is far enough ahead for its notice; microseconds UTC."""
    zone = timezone(timedelta(hours=HOURS[settings.zone]))
    hour, minute = settings.purge_at.split(":")
    earliest = clock.from_us(now_us + settings.purge_notice_hours * _HOUR_US).astimezone(zone)
    at = datetime.combine(earliest.date(), time(int(hour), int(minute)), zone)
    return clock.to_us(at if at >= earliest else at + timedelta(days=1))


def announce_next(connection: Connection, signer: Signer, settings: Settings) -> int | None:
    """Announces the next nightly purge unless it is announced; answers its number.

    Raises Conflict for a false clock.
    """
    now_us = clock.now_us()
    due_us = next_us(settings, now_us)
    if scheduled(connection, "policy", due_us):
        return None
    plausible.check(connection, now_us)
    targets = windows.of_policy(connection, due_us)
    return notices.announce(
        connection,
        signer,
        kind="policy",
        due_us=due_us,
        now_us=now_us,
        targets=targets,
        wanted={"keep": windows.keeps(targets, due_us)},
    )


def scheduled(connection: Connection, kind: str, due_us: int) -> bool:
    """Whether a nightly purge of this kind is announced for an instant; nobody else announces one meanwhile."""
    connection.execute(query("purge.one_at_a_time"))
    values = {"kind": kind, "due_at": clock.from_us(due_us)}
    return connection.execute(query("purge.scheduled"), values).fetchone() is not None


def announce_now(
    connection: Connection,
    signer: Signer,
    *,
    asked_by: int | None,
    reason: str = "",
    clock_checked: str = "",
) -> int:
    """A purge by policy that is due at once; the notice says that it was told no time ahead.

    `clock_checked` is why an archive that did not record lately is believed. Raises Conflict for a false clock.
    """
    now_us = clock.now_us()
    plausible.check(connection, now_us, confirmed=bool(clock_checked))
    targets = windows.of_policy(connection, now_us)
    wanted: dict[str, Any] = {"keep": windows.keeps(targets, now_us)}
    if clock_checked:
        wanted["clock_checked"] = clock_checked
    return notices.announce(
        connection,
        signer,
        kind="policy",
        due_us=now_us,
        now_us=now_us,
        targets=targets,
        wanted=wanted,
        reason=reason,
        asked_by=asked_by,
    )


def dry_run(connection: Connection, at_us: int) -> dict[str, Any]:
    """What a purge by policy at an instant would take, in all and by agency, as a notice tells it; changes nothing."""
    return notices.expect(connection, windows.of_policy(connection, at_us))
