"""Whether the clock may be believed before anything is purged: the archive's own footage has to agree with it.

A clock that was set a year ahead would let everything expire at once. It is found out by what is not there: an archive
that records has footage of the hours just past, and none of hours to come.
"""

from __future__ import annotations

from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import Conflict
from saksi.messages import register

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
AHEAD_US = _MINUTE_US  # so much newer than now footage, checkpoints and the database's clock may be
HOURS_ASKED = 12  # of the last 24 whole hours

_CHECK = "Set the clock right (NTP), then try again; `saksi doctor` shows it."
_CHECK_ID = "Setel jam dengan benar (NTP), lalu coba lagi; `saksi doctor` menampilkannya."
register(
    "clock_behind",
    en=("The clock says {now}, but the {what} is of {newest}: nothing is purged.", _CHECK),
    id_=("Jam menunjukkan {now}, tetapi {what} bertanggal {newest}: tidak ada yang dimusnahkan.", _CHECK_ID),
)
register(
    "clock_ahead",
    en=(
        "Of the last 24 hours before {now} only {hours} have footage, the newest is of {newest}: the clock may be"
        " ahead, and nothing is purged.",
        "Look at the clock. If it is right and nothing was recorded, let it record for {asked} hours, or confirm with"
        " clock_checked (--clock-checked) and why.",
    ),
    id_=(
        "Dari 24 jam sebelum {now} hanya {hours} yang ada rekamannya, yang terbaru {newest}: jam mungkin terlalu cepat,"
        " dan tidak ada yang dimusnahkan.",
        "Periksa jam. Bila benar dan memang tidak ada rekaman, biarkan merekam {asked} jam, atau tegaskan dengan"
        " clock_checked (--clock-checked) beserta alasannya.",
    ),
)
register(
    "clock_differs",
    en=("The clock says {now}, the database's {newest}: nothing is purged.", _CHECK),
    id_=("Jam menunjukkan {now}, jam basis data {newest}: tidak ada yang dimusnahkan.", _CHECK_ID),
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the archive says of the time; None where it has nothing. Microseconds UTC."""

    database_us: int
    newest_us: int | None
    first_us: int | None
    checkpoint_us: int | None
    purged_us: int | None
    recorded_hours: int


def evidence(connection: Connection, now_us: int) -> Evidence:
    """Asks the catalogue; `recorded_hours` are of the 24 whole hours before `now_us`."""
    row = connection.execute(query("purge.clock"), {"now": clock.from_us(now_us)}).fetchone()
    assert row is not None
    return Evidence(
        database_us=clock.to_us(row["now"]),
        newest_us=None if row["newest"] is None else clock.to_us(row["newest"]),
        first_us=None if row["first"] is None else clock.to_us(row["first"]),
        checkpoint_us=None if row["checkpoint"] is None else clock.to_us(row["checkpoint"]),
        purged_us=None if row["purged"] is None else clock.to_us(row["purged"]),
        recorded_hours=row["recorded_hours"],
    )


def check(connection: Connection, now_us: int, *, confirmed: bool = False) -> Evidence:
    """Raises Conflict when the clock cannot be right; `confirmed`: a person looked at it, so silence is believed.

    A clock that is behind what was recorded already is refused in any case.
    """
    found = evidence(connection, now_us)
    hold(found, now_us, confirmed=confirmed)
    return found


def hold(found: Evidence, now_us: int, *, confirmed: bool = False) -> None:
    """The rule itself. Raises Conflict."""
    if abs(found.database_us - now_us) > AHEAD_US:
        raise _refusal("clock_differs", now_us, found.database_us)
    for what, at_us in (
        ("footage", found.newest_us),
        ("checkpoint", found.checkpoint_us),
        ("purge", found.purged_us),
    ):
        if at_us is not None and at_us > now_us + AHEAD_US:
            raise _refusal("clock_behind", now_us, at_us, what=what)
    if found.first_us is None or found.newest_us is None or confirmed:
        return
    lived = max((now_us - found.first_us) // _HOUR_US - 1, 0)
    asked = min(HOURS_ASKED, lived)
    if found.recorded_hours < asked:
        raise _refusal("clock_ahead", now_us, found.newest_us, hours=found.recorded_hours, asked=asked)


def _refusal(code: str, now_us: int, at_us: int, **values: object) -> Conflict:
    return Conflict(code, field="clock", now=clock.format_us(now_us), newest=clock.format_us(at_us), **values)
