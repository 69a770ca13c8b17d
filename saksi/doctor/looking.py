"""Looks at everything at once, each for so long and no longer: what hangs is itself a finding."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from saksi import clock
from saksi.doctor.finding import Check, Finding, finding
from saksi.errors import SaksiError

log = logging.getLogger("saksi.doctor")


def look(checks: Mapping[str, Check], *, seconds: float) -> list[Finding]:
    """Findings of all checks by area, in their order. Never raises, and never lasts much longer than `seconds`."""
    found: dict[str, list[Finding]] = {area: [] for area in checks}
    # Daemons: one that hangs in the kernel, on a dead disk say, must not keep the process.
    threads = {
        area: threading.Thread(
            target=_one, args=(area, check, found[area]), name=f"doctor-{area}", daemon=True
        )
        for area, check in checks.items()
    }
    for thread in threads.values():
        thread.start()
    until_us = clock.monotonic_us() + round(seconds * 1e6)
    for thread in threads.values():
        thread.join(max(0.0, (until_us - clock.monotonic_us()) / 1e6))
    told: list[Finding] = []
    for area, thread in threads.items():
        told += list(found[area])
        if thread.is_alive():
            told.append(finding(area, "bad", "hung", area=area, seconds=f"{seconds:g}"))
    return told


def _one(area: str, check: Check, found: list[Finding]) -> None:
    try:
        for one in check():
            found.append(one)
    except SaksiError as error:
        found.append(Finding.of(area, error))
    except Exception as error:  # one look that fails must not take the others with it
        log.debug("%s", area, exc_info=error)
        found.append(finding(area, "bad", "broke", area=area, why=type(error).__name__))
