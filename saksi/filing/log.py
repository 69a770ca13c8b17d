"""BA segel harian: the log at the end of a day, for two officers to sign."""

from __future__ import annotations

from datetime import date, timedelta

from saksi import clock
from saksi.catalogue.database import query
from saksi.catalogue.ledger_tree import Kept
from saksi.errors import BadInput, NotFound
from saksi.filing.desk import Office
from saksi.messages import register
from saksi.papers import model, parts

register(
    "day_malformed",
    en=("{given} is not a day.", "Write it as 2026-11-23; not one to come."),
    id_=("{given} bukan hari.", "Tulis seperti 2026-11-23; bukan hari yang akan datang."),
)
register(
    "day_unsealed",
    en=(
        "The log had no published checkpoint by the end of {day}.",
        "Choose a later day, or try again in a minute.",
    ),
    id_=(
        "Log belum memiliki titik periksa terbit pada akhir {day}.",
        "Pilih hari lain, atau coba semenit lagi.",
    ),
)

_DAY_US = 86_400_000_000


def daily_seal(office: Office, day: str) -> model.DailySeal:
    """The paper of a day (YYYY-MM-DD in the zone of the papers); of today as far as it went.

    Raises BadInput for no day or one to come, NotFound when the log had no checkpoint by then.
    """
    start_us = _start(office, day)
    end_us = start_us + _DAY_US
    if start_us > clock.now_us():
        raise BadInput("day_malformed", field="date", given=day)
    kept = _until(office, end_us)
    if kept is None:
        raise NotFound("day_unsealed", field="date", day=day)
    before = _until(office, start_us)
    window = {"from": clock.from_us(start_us), "to": clock.from_us(end_us), "size": kept.size}
    row = office.connection.execute(query("papers.entries_between"), window).fetchone()
    assert row is not None
    return model.DailySeal(
        issue=office.issue(f"SH-{day}"),
        ledger=office.at(kept),
        before=None if before is None else office.at(before),
        day_entries=row["entries"],
        signatories=(parts.Signatory(capacity="officer"), parts.Signatory(capacity="officer")),
    )


def _start(office: Office, day: str) -> int:
    try:
        wanted = date.fromisoformat(day)
        return clock.parse_rfc3339(f"{wanted.isoformat()}T00:00:00{_offset(office)}", "date")
    except ValueError as error:
        raise BadInput("day_malformed", field="date", given=day[:40]) from error


def _offset(office: Office) -> str:
    return f"+{timedelta(hours=office.zone.hours).seconds // 3600:02d}:00"


def _until(office: Office, at_us: int) -> Kept | None:
    at = {"at": clock.from_us(at_us)}
    row = office.connection.execute(query("papers.checkpoint_until"), at).fetchone()
    return None if row is None else Kept.from_row(row)
