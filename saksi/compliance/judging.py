"""Whether terms were kept: what is agreed beside what was measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saksi.compliance.figures import Measured
    from saksi.compliance.terms import Agreed

RULES = ("cameras", "uptime", "clock", "retention")
_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One of RULES: what is agreed and what was, in cameras, percent, milliseconds or days. `kept` None: not known."""

    rule: str
    agreed: float
    found: float | None
    kept: bool | None


def judged(agreed: Agreed, measured: Measured) -> tuple[Verdict, ...]:
    """A verdict on everything that is agreed."""
    found: list[Verdict] = []
    if agreed.cameras is not None:
        kept = measured.connected >= agreed.cameras
        found.append(Verdict(rule="cameras", agreed=agreed.cameras, found=measured.connected, kept=kept))
    if agreed.uptime_percent is not None:
        recorded_us = measured.recorded_us
        answered_us = recorded_us + measured.camera_faults_us
        enough = recorded_us * 10_000 >= round(agreed.uptime_percent * 100) * answered_us
        found.append(
            Verdict(
                rule="uptime",
                agreed=agreed.uptime_percent,
                found=measured.uptime_percent,
                kept=enough if answered_us else None,
            )
        )
    if agreed.clock_error_ms is not None:
        off_us = measured.clocks.surely_off_us
        found.append(
            Verdict(
                rule="clock",
                agreed=agreed.clock_error_ms,
                found=None if off_us is None else off_us / 1000,
                kept=None if off_us is None else off_us <= agreed.clock_error_ms * 1000,
            )
        )
    if agreed.retention_days is not None:
        reached_us = measured.reached_us
        found.append(
            Verdict(
                rule="retention",
                agreed=agreed.retention_days,
                found=None if reached_us is None else reached_us // (_DAY_US // 100) / 100,
                kept=None if reached_us is None else reached_us >= agreed.retention_days * _DAY_US,
            )
        )
    return tuple(found)
