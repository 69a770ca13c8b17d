"""Of which cameras a purge takes what: from when, and what must have ended by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query


@dataclass(frozen=True, kw_only=True)
class Window:
    """Footage of one camera that begins at `from_us` or after and ends by `cutoff_us`; microseconds UTC.

    `policy_id` is the policy in force, None where no policy asks for it.
    """

    camera_id: int
    camera: str
    agency: str
    from_us: int
    cutoff_us: int
    policy_id: int | None


def of_policy(
    connection: Connection, due_us: int, announced: Mapping[str, int] | None = None
) -> list[Window]:
    """What is older than each camera's policy at `due_us`.

    `announced` is what the notice said each camera keeps (code → microseconds): the longer of both counts, and a camera
    that was not announced keeps everything, so that nothing goes that was not announced.
    """
    windows = []
    for row in _policies(connection, due_us):
        keep_us = row["keep_us"]
        if announced is not None:
            if row["code"] not in announced:
                continue
            keep_us = max(keep_us, int(announced[row["code"]]))
        windows.append(_window(row, 0, due_us - keep_us, row["policy_id"]))
    return windows


def of_pressure(connection: Connection, due_us: int, cutoffs: Mapping[str, int]) -> list[Window]:
    """What ends by the cutoffs (code → instant), and never what is younger than its class's legal minimum."""
    return [
        _window(row, 0, min(int(cutoffs[row["code"]]), due_us - row["min_us"]), row["policy_id"])
        for row in _policies(connection, due_us)
        if row["code"] in cutoffs
    ]


def of_span(
    connection: Connection, due_us: int, cameras: Sequence[str], from_us: int, to_us: int
) -> list[Window]:
    """What lies within [from_us, to_us) of these cameras, whatever their policies say."""
    wanted = set(cameras)
    return [
        _window(row, from_us, to_us, None) for row in _policies(connection, due_us) if row["code"] in wanted
    ]


def columns(windows: Sequence[Window]) -> dict[str, list[Any]]:
    """As statements take them."""
    return {
        "cameras": [one.camera_id for one in windows],
        "froms": [clock.from_us(one.from_us) for one in windows],
        "cutoffs": [clock.from_us(one.cutoff_us) for one in windows],
    }


def keeps(windows: Sequence[Window], due_us: int) -> dict[str, int]:
    """Code of each camera → how long its footage is kept at `due_us`, microseconds: what a notice announces."""
    return {one.camera: due_us - one.cutoff_us for one in windows}


def _policies(connection: Connection, due_us: int) -> list[dict[str, Any]]:
    return connection.execute(query("purge.policies"), {"at": clock.from_us(due_us)}).fetchall()


def _window(row: dict[str, Any], from_us: int, cutoff_us: int, policy_id: int | None) -> Window:
    return Window(
        camera_id=row["camera_id"],
        camera=row["code"],
        agency=row["agency"],
        from_us=from_us,
        cutoff_us=max(cutoff_us, 0),
        policy_id=policy_id,
    )
