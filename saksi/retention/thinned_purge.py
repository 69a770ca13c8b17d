"""The purge of originals of which only keyframes are to stay: announced like every other, and never ahead of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from saksi import clock
from saksi.catalogue import holds, keys
from saksi.catalogue.database import Connection, Database, query
from saksi.custody.signing import Signer
from saksi.objects.store import ObjectStore
from saksi.retention import notices, plausible, schedule, thinning_policies
from saksi.retention.windows import Window
from saksi.settings import Settings


def announce_next(connection: Connection, signer: Signer, settings: Settings) -> int | None:
    """Announces the next nightly purge of thinned originals; answers its number.

    None when it is announced already, or nothing was thinned that the log knows of. Raises Conflict for a false clock.
    """
    now_us = clock.now_us()
    due_us = schedule.next_us(settings, now_us)
    targets = windows(connection, due_us)
    if not targets:
        return None
    if schedule.scheduled(connection, "thinned", due_us):
        return None
    expected = notices.expect(connection, targets, kind="thinned")
    if not expected["chunks"]:
        return None
    plausible.check(connection, now_us)
    return _announce(
        connection, signer, due_us=due_us, now_us=now_us, targets=targets, expected=expected, asked_by=None
    )


def announce_now(
    connection: Connection,
    signer: Signer,
    *,
    asked_by: int | None,
    reason: str = "",
    clock_checked: str = "",
) -> int | None:
    """Announces one that is due at once, as schedule.announce_now; None when no original is there to go.

    Raises Conflict for a false clock.
    """
    now_us = clock.now_us()
    targets = windows(connection, now_us)
    expected = notices.expect(connection, targets, kind="thinned")
    if not expected["chunks"]:
        return None
    plausible.check(connection, now_us, confirmed=bool(clock_checked))
    return _announce(
        connection,
        signer,
        due_us=now_us,
        now_us=now_us,
        targets=targets,
        expected=expected,
        asked_by=asked_by,
        reason=reason,
        clock_checked=clock_checked,
    )


def _announce(
    connection: Connection,
    signer: Signer,
    *,
    due_us: int,
    now_us: int,
    targets: Sequence[Window],
    expected: Mapping[str, Any],
    asked_by: int | None,
    reason: str = "",
    clock_checked: str = "",
) -> int:
    """`clock_checked` is why a silent archive is believed, for the notice."""
    wanted: dict[str, Any] = {"after": thinning_policies.ages(connection, due_us)}
    if clock_checked:
        wanted["clock_checked"] = clock_checked
    return notices.announce(
        connection,
        signer,
        kind="thinned",
        due_us=due_us,
        now_us=now_us,
        targets=targets,
        wanted=wanted,
        reason=reason,
        asked_by=asked_by,
        expected=expected,
    )


def windows(connection: Connection, due_us: int, announced: Mapping[str, int] | None = None) -> list[Window]:
    """Originals that are older than the age at which their cameras are thinned."""
    return [window for window, _ in thinning_policies.windows(connection, due_us, announced)]


def check_day(database: Database, store: ObjectStore, camera: Window, day: datetime) -> None:
    """Before originals of a camera's day go: what was kept of them is in the store, of the size that it should have.

    A row whose object is not is taken back, and so its original stays and is thinned again. Raises Unavailable.
    """
    values = {"camera_id": camera.camera_id, "day": day}
    with database.transaction() as connection:
        rows = connection.execute(query("thinning.beside"), values).fetchall()
    wrong = list(_wrong(store, camera.camera, rows))
    if not wrong:
        return
    with database.transaction() as connection:
        holds.lock_cameras(connection, [camera.camera_id])
        for row in wrong:
            connection.execute(query("thinning.forget"), {**row, "camera_id": camera.camera_id})


def _wrong(store: ObjectStore, camera: str, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows whose object is not in the store as it was put there; one listing a run and day."""
    for run, group in groupby(rows, key=lambda row: row["run"]):
        of_run = {keys.thinned_key(camera, run, row["seq"]): row for row in group}
        # What all their keys begin with: a run's folder holds a month of them.
        listed = dict(store.list(os.path.commonprefix(list(of_run))))  # noqa: RUF071 - of characters
        yield from (row for key, row in of_run.items() if listed.get(key) != row["thin_size"])
