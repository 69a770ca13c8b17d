"""Asks the registries which faults are known of the packages we lock: `python -m scripts.audit`, part of `make check`.

Python's packages by pip-audit (the Python Packaging Authority's), the console's by npm. Where an advisory service does
not answer, as behind a mirror or without a network, it says that nothing was audited and breaks nothing; CI and
releases read that line. Exit 1: a fault that `accepted-advisories.toml` does not name, or an entry past its day.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from saksi import clock

ROOT = Path(__file__).parents[1]
ACCEPTED = Path(__file__).with_name("accepted-advisories.toml")
_PATIENCE_S = 60
_PIP_AUDIT = (
    sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock", "--disable-pip", "--require-hashes",
    "--format", "json", "--progress-spinner", "off", "--timeout", "5",
)  # fmt: skip
_NPM = (
    "scripts/with-node",
    "npm",
    "--prefix",
    "console",
    "audit",
    "--json",
    "--fetch-timeout=10000",
    "--fetch-retries=0",
)


@dataclass(frozen=True)
class Fault:
    """What is known of a version that we lock."""

    id: str
    package: str
    about: str
    others: tuple[str, ...] = ()  # names that other lists have for it


@dataclass(frozen=True)
class Audit:
    """What a service said; `missed` says why where it said nothing, or of what it did not."""

    faults: tuple[Fault, ...] = ()
    asked: int = 0
    missed: str = ""


def of_pip(text: str, complaint: str = "") -> Audit:
    """What pip-audit printed."""
    try:
        listed = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(missed=_first_line(complaint) or "no answer")
    known = [one for one in listed if "skip_reason" not in one]
    skipped = len(listed) - len(known)
    faults = tuple(
        Fault(
            id=fault["id"],
            package=f"{one['name']} {one['version']}",
            about=f"fixed in {', '.join(fault.get('fix_versions') or ['no version yet'])}",
            others=tuple(fault.get("aliases") or ()),
        )
        for one in known
        for fault in one.get("vulns", ())
    )
    return Audit(faults, len(known), f"{skipped} packages are not known there" if skipped else "")


def of_npm(text: str, complaint: str = "") -> Audit:
    """What `npm audit --json` printed."""
    try:
        document = json.loads(text)
        listed, asked = document["vulnerabilities"], document["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError, TypeError):
        return Audit(missed=_first_line(complaint) or "no answer")
    faults = tuple(
        Fault(
            id=str(via.get("url", via.get("source", "?"))).rpartition("/")[2],
            package=name,
            about=via["title"],
        )
        for name, one in listed.items()
        for via in one["via"]
        if isinstance(via, Mapping)
    )
    return Audit(faults, asked)


def judged(
    audits: Mapping[str, Audit], accepted: Sequence[Mapping[str, Any]], today: date
) -> tuple[list[str], bool]:
    """Lines to print, and whether it is well: nothing is known that was not accepted, and nothing too long."""
    lines, well = [], True
    open_until = {entry["id"]: entry["until"] for entry in accepted}
    for source, audit in audits.items():
        if not audit.asked:
            lines.append(f"{source}: NOT AUDITED, the advisory service does not answer ({audit.missed})")
            continue
        lines.append(f"{source}: {audit.asked} packages audited{f'; {audit.missed}' if audit.missed else ''}")
        for fault in audit.faults:
            until = next((open_until[name] for name in (fault.id, *fault.others) if name in open_until), None)
            told = f"  {fault.package}: {fault.id} ({fault.about})"
            if until is None:
                lines.append(f"{told}. Lock another version, or say in {ACCEPTED.name} why it is no matter.")
                well = False
            else:
                lines.append(f"{told}, accepted until {until}")
    for entry in accepted:
        if entry["until"] < today:
            lines.append(
                f"{entry['id']} of {entry['package']} was accepted until {entry['until']}: look again."
            )
            well = False
    return lines, well


def accepted_in(path: Path) -> list[dict[str, Any]]:
    """The entries of a list. Raises ValueError for one that does not say what, why and until when."""
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text()).get("accepted", [])
    for entry in entries:
        if not all(entry.get(name) for name in ("id", "package", "reason")) or not isinstance(
            entry.get("until"), date
        ):
            raise ValueError(f"{path.name}: an entry needs id, package, reason and until (a date): {entry}")
    return entries


def main() -> int:
    """Asks, prints, and answers the exit code."""
    audits = {"Python": of_pip(*_run(_PIP_AUDIT)), "console": of_npm(*_run(_NPM))}
    lines, well = judged(audits, accepted_in(ACCEPTED), clock.now().date())
    print("\n".join(lines))
    return 0 if well else 1


def _run(command: Sequence[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return done.stdout, done.stderr


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # Which mirror a machine asks is nobody's business who reads the log of a build.
    return re.sub(r"https?://\S+", "its address", lines[0])[:120] if lines else ""


if __name__ == "__main__":
    raise SystemExit(main())
