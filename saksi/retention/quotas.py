"""Quotas: how much of the store an agency may use, in bytes, in days of what its cameras record, or both.

Over its quota nothing is refused and nothing is lost by itself: it is an alarm, and an early purge, where those are
switched on, then takes of that agency alone what is over, never held footage and never below a legal minimum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import check_scope, is_code
from saksi.errors import BadInput
from saksi.messages import register
from saksi.retention.growth import Archive

MOST_DAYS = 3650
MOST_BYTES = 1 << 62

register(
    "quota_not_positive",
    en=(
        "{field} is not a quota: {given}.",
        "Give a whole number from 1 to {most}; leave both bytes and days out to end the quota.",
    ),
    id_=(
        "{field} bukan kuota: {given}.",
        "Beri bilangan bulat dari 1 sampai {most}; hilangkan bytes dan days untuk mengakhiri kuota.",
    ),
)
register(
    "quota_none",
    en=("{agency} has no quota that could be ended.", "Set one with bytes, days or both."),
    id_=("{agency} tidak punya kuota yang dapat diakhiri.", "Atur dengan bytes, days, atau keduanya."),
)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One version. `bytes` and `days` None: the quota ended with it."""

    quota_id: int
    agency_id: int
    agency: str
    bytes: int | None
    days: int | None
    reason: str
    set_by: str
    set_us: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Quota:
        """From a row of quotas.in_force or quotas.history."""
        names = ("quota_id", "agency_id", "agency", "bytes", "days", "reason", "set_by")
        return cls(set_us=clock.to_us(row["set_at"]), **{name: row[name] for name in names})


def put(
    connection: Connection,
    *,
    agency: str,
    size: int | None,
    days: int | None,
    reason: str,
    person_id: int,
    scope: Sequence[int] | None = None,
) -> Quota | None:
    """Sets the quota of an agency, or ends it when both are None; answers it.

    Raises BadInput for one of zero or less, and for an agency that is not there or not within `scope`.
    """
    for field, given, most in (("bytes", size, MOST_BYTES), ("days", days, MOST_DAYS)):
        if given is not None and not 1 <= given <= most:
            raise BadInput("quota_not_positive", field=field, given=given, most=most)
    row = connection.execute(query("quotas.lock"), {"agency": agency}).fetchone() if is_code(agency) else None
    if row is None:
        raise BadInput("agency_unknown", field="agency", given=agency[:80])
    check_scope(connection, agency, scope)
    before = {one.agency_id for one in in_force(connection)}
    if size is None and days is None and row["agency_id"] not in before:
        raise BadInput("quota_none", field="bytes", agency=agency)
    values = {
        "agency_id": row["agency_id"],
        "bytes": size,
        "days": days,
        "reason": reason,
        "set_by": person_id,
        "at": clock.now(),
    }
    connection.execute(query("quotas.set"), values)
    return next((one for one in in_force(connection) if one.agency_id == row["agency_id"]), None)


def in_force(connection: Connection, scope: Sequence[int] | None = None) -> list[Quota]:
    """The quotas that count now, of the agencies in `scope` (None: of all)."""
    values = {"scope": None if scope is None else list(scope)}
    return [Quota.from_row(row) for row in connection.execute(query("quotas.in_force"), values)]


def history(
    connection: Connection, scope: Sequence[int] | None = None, *, limit: int, before: int | None = None
) -> list[Quota]:
    """Every version, the newest first; `before`: the id that the last page ended with."""
    values = {"scope": None if scope is None else list(scope), "limit": limit, "before": before}
    return [Quota.from_row(row) for row in connection.execute(query("quotas.history"), values)]


def limits(connection: Connection, archive: Archive) -> dict[int, int]:
    """Bytes that each agency with a quota may use: the lesser of its bytes and its days at what it writes a day.

    Days alone say nothing of an agency of whose cameras nothing is known yet.
    """
    a_day: dict[int, float] = defaultdict(float)
    for camera in archive.cameras.values():
        a_day[camera.agency_id] += camera.bytes_a_day
    found = {}
    for quota in in_force(connection):
        sizes = [] if quota.bytes is None else [quota.bytes]
        if quota.days is not None and a_day[quota.agency_id] > 0:
            sizes.append(int(quota.days * a_day[quota.agency_id]))
        if sizes:
            found[quota.agency_id] = min(sizes)
    return found
