"""Known faults of packages fail the check unless somebody accepted them; a silent service breaks nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scripts import audit

TODAY = date(2026, 12, 1)
PIP = {
    "dependencies": [
        {"name": "good", "version": "1.0", "vulns": []},
        {
            "name": "bad",
            "version": "2.0",
            "vulns": [
                {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1"], "description": "x"}
            ],
        },
    ]
}
NPM = {
    "vulnerabilities": {
        "worse": {
            "via": [{"url": "https://example/advisories/GHSA-x", "title": "Reads files", "severity": "high"}]
        },
        "user": {"via": ["worse"]},
    },
    "metadata": {"dependencies": {"total": 90}},
}


def entry(id_: str, until: date) -> dict[str, object]:
    """An accepted fault."""
    return {"id": id_, "package": "bad", "reason": "not used", "until": until}


def test_a_known_fault_fails_and_says_what_to_do() -> None:
    found = {"Python": audit.of_pip(json.dumps(PIP)), "console": audit.of_npm(json.dumps(NPM))}
    lines, well = audit.judged(found, [], TODAY)
    assert not well
    text = "\n".join(lines)
    assert "bad 2.0: PYSEC-1 (fixed in 2.1)" in text
    assert "worse: GHSA-x (Reads files)" in text
    assert "2 packages audited" in text


def test_an_accepted_fault_passes_until_its_day_by_any_of_its_names() -> None:
    found = {"Python": audit.of_pip(json.dumps(PIP))}
    assert audit.judged(found, [entry("CVE-2026-1", date(2026, 12, 31))], TODAY)[1]
    lines, well = audit.judged(found, [entry("CVE-2026-1", date(2026, 11, 30))], TODAY)
    assert not well
    assert "look again" in lines[-1]


@pytest.mark.parametrize(
    "silent",
    [
        audit.of_pip("", "connection refused"),
        audit.of_pip(json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]})),
        audit.of_npm(json.dumps({"message": "405", "error": {}}), "npm warn audit 405 Method Not Allowed"),
        audit.of_npm("", ""),
    ],
)
def test_a_service_that_does_not_answer_is_said_and_breaks_nothing(silent: audit.Audit) -> None:
    lines, well = audit.judged({"Python": silent}, [], TODAY)
    assert well
    assert "NOT AUDITED" in lines[0]


def test_every_accepted_fault_says_why_and_until_when(tmp_path: Path) -> None:
    audit.accepted_in(audit.ACCEPTED)
    path = tmp_path / "accepted.toml"
    path.write_text('[[accepted]]\nid = "CVE-1"\npackage = "bad"\nreason = ""\nuntil = 2027-01-01\n')
    with pytest.raises(ValueError, match="reason"):
        audit.accepted_in(path)
