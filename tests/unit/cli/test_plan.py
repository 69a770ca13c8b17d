"""`saksi plan` in both languages and as JSON, without any server."""

from __future__ import annotations

import json

from saksi.settings import Settings
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
    many = in_process(*ASKED, "--cameras", "99999999999", settings={})
    assert "'99999999999' is not a whole number from 1 to 10,000,000" in many.stderr
    assert "bilangan di atas 0" in in_process("--lang", "id", *ASKED, "--days", "x", settings={}).stderr


def test_a_plan_takes_decimal_commas_and_the_chunk_lengths_that_the_setting_takes() -> None:
    asked = ("plan", "--cameras", "20", "--mbps", "4,5", "--days", "30", "--chunk-seconds")
    told = json.loads(in_process(*asked, "600", "--json", settings={}).stdout)
    assert (told["asked"]["mbps"], told["asked"]["chunk_seconds"]) == (4.5, 600)
    limits = {type(one).__name__: one for one in Settings.model_fields["chunk_seconds"].metadata}
    for wrong in (limits["Ge"].ge - 1, limits["Le"].le + 1):
        assert "seconds from 2 to 600" in in_process(*asked, str(wrong), settings={}).stderr
