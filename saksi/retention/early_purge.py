"""Makes a plan of pressure a purge: announced in the log with its cutoffs, carried out by what carries out the others.

It is announced an hour ahead, so that a hold can still be placed on what would go; the purge asks holds and minimum
again.
"""

from __future__ import annotations

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.signing import Signer
from saksi.retention import notices, plausible, pressure, windows
from saksi.retention.growth import HOUR_US
from saksi.settings import Settings

AHEAD_US = HOUR_US


def announce(
    connection: Connection, signer: Signer, settings: Settings, *, ahead_us: int = AHEAD_US
) -> int | None:
    """Announces the early purge that is wanted now; answers its number, None when none is wanted or one is under way.

    Raises Conflict for a clock that cannot be right.
    """
    now_us = clock.now_us()
    connection.execute(query("purge.one_at_a_time"))
    plan = pressure.wanted(connection, settings, now_us)
    if plan is None:
        return None
    plausible.check(connection, now_us)
    cutoffs = plan.cutoffs_by_code
    return notices.announce(
        connection,
        signer,
        kind="pressure",
        due_us=now_us + ahead_us,
        now_us=now_us,
        targets=windows.of_pressure(connection, now_us + ahead_us, cutoffs),
        wanted={"cutoffs": cutoffs, "bytes": plan.asked, "frees": plan.bytes, "why": list(plan.why)},
        reason=", ".join(plan.why),
    )
