"""What was found: eight verdicts, each with findings (code, where, expected, found) and facts.

A code has one effect. FAILS lists those that break a verdict; every other code means "could not be checked".
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Tuple

NAMES = ("intact", "authentic", "logged", "complete", "time", "playable", "custody", "camera_signature")
UNCHECKED = frozenset(
    (
        "not_read",
        "no_trust",
        "trust_unusable",
        "end_open",
        "late_announcement",
        "no_pulse",
        "not_disclosed",
        "signature_not_checked",
        "no_footage",
        "withheld",
        "purge_not_done",
        "imported",
        "trail_open",
    )
)
MOST_FINDINGS = 1000


class Verdict:
    """One of the eight lines."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = NAMES[number - 1]
        self.findings: List[Dict[str, Any]] = []
        self.facts: Dict[str, Any] = {}
        self.more = 0
        self._state = "holds"
        self._seen: Set[Tuple[str, str]] = set()

    def add(self, code: str, where: str, expected: Any = "", found: Any = "") -> None:
        """Notes a finding; the same code at the same place counts once, and after a thousand they are only counted."""
        where = short(where)
        if (code, where) in self._seen:
            return
        if code not in UNCHECKED:
            self._state = "fails"
        elif self._state == "holds":
            self._state = "unchecked"
        if len(self.findings) >= MOST_FINDINGS:
            self.more += 1
            return
        self._seen.add((code, where))
        told = {"code": code, "where": where, "expected": short(expected), "found": short(found)}
        self.findings.append(told)

    @property
    def state(self) -> str:
        """holds, fails or unchecked."""
        return self._state

    @property
    def required(self) -> bool:
        """Whether the exit status depends on it: a camera that does not sign breaks nothing."""
        return self.number != 8 or self._state == "fails"

    def told(self) -> Dict[str, Any]:
        """The verdict as JSON."""
        facts = dict(self.facts)
        if self.more:
            facts["more_findings"] = self.more
        return {
            "n": self.number,
            "name": self.name,
            "state": self.state,
            "required": self.required,
            "findings": sorted(self.findings, key=lambda one: (one["code"], one["where"])),
            "facts": facts,
        }


class Report:
    """All eight, and what they mean together."""

    def __init__(self) -> None:
        self.package = ""
        self.trust = "none"
        self.places: Dict[str, List[Any]] = {}
        self.verdicts = [Verdict(number) for number in range(1, 9)]
        self.spare: List[Verdict] = []

    def __getitem__(self, number: int) -> Verdict:
        return [*self.verdicts, *self.spare][number - 1]

    def keep(self, count: int) -> None:
        """Only the first verdicts mean something; what is added to others is not told."""
        self.verdicts, self.spare = self.verdicts[:count], self.verdicts[count:]

    def wheres(self) -> Set[str]:
        """Every place at which something was found."""
        return {finding["where"] for verdict in self.verdicts for finding in verdict.findings}

    def nothing_read(self, where: str, first: Optional[int] = 2) -> None:
        """No verdict from `first` on could be reached."""
        for verdict in self.verdicts[(first or 1) - 1 :]:
            verdict.add("not_read", where)

    @property
    def exit(self) -> int:
        """1 when a required verdict fails, else 2 when one could not be checked, else 0."""
        states = {verdict.state for verdict in self.verdicts if verdict.required}
        return 1 if "fails" in states else 2 if "unchecked" in states else 0

    def told(self) -> Dict[str, Any]:
        """The report as JSON (package format, "Verdicts")."""
        return {
            "package": self.package,
            "exit": self.exit,
            "trust": self.trust,
            "verdicts": [verdict.told() for verdict in self.verdicts],
            "places": {where: self.places[where] for where in sorted(self.wheres() & set(self.places))},
        }


def short(value: Any) -> str:
    """A value as it may be shown in a finding."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return "".join(one if one.isprintable() else "?" for one in text)[:300]


def instant(us: int) -> str:
    """UTC time of microseconds since 1970."""
    if not 0 < us < 1 << 53:
        return "unknown"
    days, rest = divmod(us // 1_000_000, 86_400)
    year, month, day = civil(days)
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % (year, month, day, rest // 3600, rest // 60 % 60, rest % 60)


def civil(days: int) -> Any:
    """Year, month and day of days since 1970-01-01 (proleptic Gregorian), any year."""
    days += 719_468
    era, day_of_era = divmod(days, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1
