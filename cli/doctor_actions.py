"""What `saksi doctor` does."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from cli.language import language, say
from saksi import __version__, clock
from saksi.catalogue.database import Database, answers
from saksi.doctor.finding import SEVERITIES, Finding, worst
from saksi.doctor.installation import checks, filled
from saksi.doctor.looking import look
from saksi.settings import Settings, settings

_MARKS = {
    "ok": ("ok", "baik"),
    "info": ("info", "info"),
    "warning": ("WARNING", "PERINGATAN"),
    "bad": ("BAD", "BURUK"),
}


def examine(data: Path | None, *, seconds: float, as_json: bool) -> int:
    """Prints the settings in force, secrets masked, and every finding, the worst last; 1 when one is bad."""
    # What a library says beside is in the findings, in words for people.
    logging.disable(logging.CRITICAL)
    chosen = filled(settings() if data is None else settings().model_copy(update={"data": data}))
    database = None
    url = None if chosen.database_url is None else chosen.database_url.get_secret_value()
    if url is not None and answers(url, seconds=min(seconds, 5.0)):
        database = Database(url, application="saksi-doctor", max_size=4)
    try:
        found = look(checks(chosen, database), seconds=seconds)
    finally:
        logging.disable(logging.NOTSET)
        if database is not None:
            database.close()
    if as_json:
        print(json.dumps(_document(chosen, found), indent=2, ensure_ascii=False))
    else:
        _print(chosen, found)
    return int(worst(found) == "bad")


def _print(chosen: Settings, found: Sequence[Finding]) -> None:
    for name, value in chosen.masked().items():
        print(f"SAKSI_{name.upper()}={value}")
    print(f"saksi {__version__}, {clock.format_us(clock.now_us())}\n")
    for one in sorted(found, key=lambda one: SEVERITIES.index(one.severity)):
        what, remedy = one.explain(language())
        print(f"{say(*_MARKS[one.severity])}\t{one.area}\t{what}")
        if remedy and one.severity != "ok":
            print(f"\t\t{remedy}")


def _document(chosen: Settings, found: Sequence[Finding]) -> dict[str, object]:
    return {
        "version": __version__,
        "at": clock.format_us(clock.now_us()),
        "worst": worst(found),
        "settings": {f"SAKSI_{name.upper()}": value for name, value in chosen.masked().items()},
        "findings": [_finding(one) for one in found],
    }


def _finding(one: Finding) -> dict[str, object]:
    what, remedy = one.explain(language())
    return {
        "area": one.area,
        "severity": one.severity,
        "code": one.code.removeprefix("doctor_"),
        "what": what,
        "remedy": remedy or None,
    }
