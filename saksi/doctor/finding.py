"""One thing that was looked at, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from saksi.errors import SaksiError
from saksi.messages import words

Severity = Literal["ok", "info", "warning", "bad"]
SEVERITIES: tuple[Severity, ...] = ("ok", "info", "warning", "bad")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`code` names its words. "bad" needs somebody now, "warning" soon; "info" is only said."""

    area: str
    severity: Severity
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, area: str, error: SaksiError) -> Finding:
        """An error of ours as a finding, in its own words."""
        return cls(
            area=area, severity="bad", code=error.code, values={"field": error.field or "", **error.values}
        )

    def explain(self, language: str) -> tuple[str, str]:
        """What it is and what to do, "" where nothing is to be done; in "id" or "en"."""
        return words(self.code, language, self.values)


Check = Callable[[], Iterable[Finding]]


def finding(area: str, severity: Severity, code: str, /, **values: object) -> Finding:
    """A finding whose words are registered under doctor_CODE."""
    return Finding(area=area, severity=severity, code=f"doctor_{code}", values=values)


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity among them."""
    return max((one.severity for one in findings), key=SEVERITIES.index, default="ok")
