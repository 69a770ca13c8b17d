"""`saksi plan` in both languages and as JSON, without any server."""

from __future__ import annotations

import json

from tests.fixtures.commands import as_process, in_process

ASKED = ("plan", "--cameras", "2000", "--mbps", "4", "--days", "30")


def test_a_plan_is_told_in_both_languages() -> None:
    english, indonesian = as_process(*ASKED, settings={}), in_process("--lang", "id", *ASKED, settings={})
    assert english.returncode == indonesian.returncode == 0
    assert "86.4 TB" in english.stdout
    assert "86,4 TB" in indonesian.stdout
    assert len(english.stdout.splitlines()) == len(indonesian.stdout.splitlines())
    same = set(english.stdout.splitlines()) & set(indonesian.stdout.splitlines())
    assert all(line.split()[0].isupper() or "max_connections" in line for line in same), same


def test_a_plan_as_json_says_what_it_rests_on() -> None:
    told = json.loads(in_process(*ASKED, "--json", settings={}).stdout)
    assert told["asked"]["cameras"] == 2000
    assert told["plan"]["footage_bytes_a_day"] == 2000 * 0.5e6 * 86_400
    assert all(figure["measured"] for figure in told["figures"].values())


def test_what_cannot_be_planned_is_refused_in_words() -> None:
    for wrong in ("--cameras", "--mbps", "--days"):
        refused = in_process(*ASKED, wrong, "0", settings={})
        assert refused.returncode != 0
        assert f"argument {wrong}" in refused.stderr
    assert "bilangan di atas 0" in in_process("--lang", "id", *ASKED, "--days", "x", settings={}).stderr
