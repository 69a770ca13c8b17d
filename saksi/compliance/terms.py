"""Terms: what an agency, or one of its sites, has to do from a day on. Versions are added, never changed.

A period is judged by the version that held on its first day, or by the first that began within it: what is agreed
today changes no report of a month that is over. What a site's terms leave open is as its agency's, but for the number
of cameras.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from saksi import clock, local_time
from saksi.catalogue.database import Connection, query
from saksi.compliance.subjects import Scope, Subject
from saksi.errors import BadInput
from saksi.messages import register

MOST_CAMERAS, MOST_DAYS, MOST_CLOCK_MS = 100_000, 3650, 86_400_000
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)

register(
    "terms_basis",
    en=(
        "basis is empty, and who is obliged is so by a regulation.",
        "Write the regulation and its article, such as Perwali 12/2026 pasal 4.",
    ),
    id_=(
        "basis kosong, padahal kewajiban berdasar suatu peraturan.",
        "Tulis peraturan dan pasalnya, misalnya Perwali 12/2026 pasal 4.",
    ),
)
register(
    "terms_obliged",
    en=(
        "obliged is missing.",
        "Say true or false; only of a site it may be left out, and is as its agency's.",
    ),
    id_=("obliged tidak ada.", "Isi true atau false; hanya pada lokasi boleh kosong, mengikuti instansinya."),
)
register(
    "terms_day",
    en=("{field} is not a day: {given}.", "Write it as 2026-11-23, between 2000 and 2099."),
    id_=("{field} bukan tanggal: {given}.", "Tulis seperti 2026-11-23, antara 2000 dan 2099."),
)
register(
    "terms_range",
    en=("{field} must be from {least} to {most}, not {given}.", "Leave it out where nothing is agreed."),
    id_=("{field} harus dari {least} sampai {most}, bukan {given}.", "Kosongkan bila tidak disepakati."),
)
register(
    "terms_past",
    en=(
        "Other terms held on {day} already, by which reports may have been made.",
        "Say in reason why they are replaced backwards, or let them begin today or later.",
    ),
    id_=(
        "Pada {day} sudah berlaku ketentuan lain, mungkin sudah ada laporan berdasarkan itu.",
        "Tulis di reason mengapa diganti surut, atau mulai hari ini atau sesudahnya.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What is agreed; None: nothing. Percent of the time, days, milliseconds."""

    obliged: bool | None
    basis: str = ""
    cameras: int | None = None
    uptime_percent: float | None = None
    retention_days: int | None = None
    clock_error_ms: int | None = None

    def over(self, agency: Agreed | None) -> Agreed:
        """These terms of a site, over those of its agency."""
        if agency is None:
            return self
        return Agreed(
            obliged=agency.obliged if self.obliged is None else self.obliged,
            basis=self.basis or agency.basis,
            cameras=self.cameras,
            uptime_percent=_first(self.uptime_percent, agency.uptime_percent),
            retention_days=_first(self.retention_days, agency.retention_days),
            clock_error_ms=_first(self.clock_error_ms, agency.clock_error_ms),
        )


@dataclass(frozen=True, kw_only=True)
class Terms(Agreed):
    """A version: from `from_day` on, a day of the archive's zone. `overruled` by a later one of the same day."""

    terms_id: int
    from_day: date
    reason: str
    made_by: str
    made_us: int
    overruled: bool = False


def _first(own: Any, other: Any) -> Any:
    return other if own is None else own


def today(zone: str, now_us: int) -> date:
    """The day in the archive's zone."""
    return local_time.local(now_us, zone).date()


def day(text: str, field: str) -> date:
    """The day written as 2026-11-23. Raises BadInput."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        found = None
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise BadInput("terms_day", field=field, given=text[:40])
    return found


def check(agreed: Agreed, *, of_site: bool) -> None:
    """Raises BadInput for what cannot be agreed."""
    if agreed.obliged is None and not of_site:
        raise BadInput("terms_obliged", field="obliged")
    if agreed.obliged and not agreed.basis.strip():
        raise BadInput("terms_basis", field="basis")
    for field, least, most in (
        ("cameras", 0, MOST_CAMERAS),
        ("uptime_percent", 0.01, 100),
        ("retention_days", 1, MOST_DAYS),
        ("clock_error_ms", 1, MOST_CLOCK_MS),
    ):
        given = getattr(agreed, field)
        if given is not None and not least <= given <= most:
            raise BadInput("terms_range", field=field, given=given, least=least, most=most)


def put(
    connection: Connection,
    subject: Subject,
    agreed: Agreed,
    *,
    from_day: date,
    reason: str,
    made_by: str,
    today: date,
) -> Terms:
    """Adds a version. Raises BadInput for what cannot be agreed, or replaces what held without a reason."""
    check(agreed, of_site=subject.site_id is not None)
    if from_day < today and not reason.strip():
        held = [one for one in versions(connection, subject) if one.from_day <= from_day]
        if held:
            raise BadInput("terms_past", field="from", day=from_day.isoformat())
    uptime = None if agreed.uptime_percent is None else Decimal(str(round(agreed.uptime_percent, 2)))
    values = {
        "agency_id": subject.agency_id,
        "site_id": subject.site_id,
        "from_day": from_day,
        "obliged": agreed.obliged,
        "basis": agreed.basis.strip(),
        "cameras": agreed.cameras,
        "uptime_percent": uptime,
        "retention_days": agreed.retention_days,
        "clock_error_ms": agreed.clock_error_ms,
        "reason": reason.strip(),
        "made_by": made_by,
    }
    row = connection.execute(query("terms.add"), values).fetchone()
    assert row is not None
    return _terms({**values, **row})


def versions(connection: Connection, subject: Subject) -> list[Terms]:
    """Every version, the one that begins last first."""
    values = {"agency_id": subject.agency_id, "site_id": subject.site_id}
    return [_terms(row) for row in connection.execute(query("terms.versions"), values)]


def in_force(found: list[Terms], on: date) -> Terms | None:
    """Of versions, the one that holds on a day."""
    return next((one for one in found if one.from_day <= on and not one.overruled), None)


def judging(
    connection: Connection, scope: Scope, from_us: int, to_us: int, zone: str
) -> dict[tuple[int, int | None], Terms]:
    """The terms that [from_us, to_us) is judged by, of agencies and of sites as they are written."""
    first_day = local_time.local(from_us, zone).date()
    last_day = local_time.local(max(from_us, to_us - 1), zone).date()
    values = {"first_day": first_day, "last_day": last_day, "scope": None if scope is None else list(scope)}
    rows = connection.execute(query("terms.judging"), values)
    return {(row["agency_id"], row["site_id"]): _terms(row) for row in rows}


def until(found: list[Terms], one: Terms) -> date | None:
    """The last day of a version; None: it has no end yet."""
    later = [other.from_day for other in found if other.from_day > one.from_day]
    return min(later) - timedelta(days=1) if later else None


def _terms(row: dict[str, Any]) -> Terms:
    uptime = row["uptime_percent"]
    return Terms(
        terms_id=row["terms_id"],
        from_day=row["from_day"],
        obliged=row["obliged"],
        basis=row["basis"],
        cameras=row["cameras"],
        uptime_percent=None if uptime is None else float(uptime),
        retention_days=row["retention_days"],
        clock_error_ms=row["clock_error_ms"],
        reason=row["reason"],
        made_by=row["made_by"],
        made_us=clock.to_us(row["made_at"]),
        overruled=row.get("overruled", False),
    )
