"""Benches that people run by hand still run: each over a town that is filled within seconds. Nothing is measured."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import _city, audit, investigators
from saksi.embedded.supervise import Endpoints
from tests.fixtures.fix_database import as_api, copy_template, drop, named

TOWN = "bench_town"


@pytest.fixture
def town(database_server: Endpoints, migrated_template: str) -> Iterator[Endpoints]:
    """An empty catalogue in a database that is not the tests' own."""
    copy_template(database_server.database_url, migrated_template, TOWN)
    url = named(database_server.database_url, TOWN)
    yield replace(database_server, database_url=url, api_database_url=as_api(url))
    drop(database_server.database_url, TOWN)


def test_investigators_are_answered(town: Endpoints, tmp_path: Path) -> None:
    """Every limit of sight and every kind of question, each answered with 200, else the bench ends."""
    chosen = argparse.Namespace(seconds=3.0, flood_seconds=2.0)
    result = investigators.measure(town, tmp_path, _city.Size.small(), chosen)
    assert result.details["rows_chunk"] == 120 * 150
    assert result.details["requests"]


def test_the_audit_trail_answers_by_every_filter(town: Endpoints, tmp_path: Path) -> None:
    """Each filter, by who sees all and by who is limited, each answered with 200, else the bench ends."""
    result = audit.measure(town, tmp_path, _city.Size.small(), 2)
    assert result.details["rows"] == _city.Size.small().audit_rows
