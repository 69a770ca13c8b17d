"""schema.sql is what the migrations add up to, and every named statement is there and used."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from saksi.catalogue.database import migrate, query_names
from tests.fixtures.fix_database import named

ROOT = Path(__file__).parents[3]

_DESCRIPTIONS = {
    "columns": """select table_name, column_name,
                         row_number() over (partition by table_name order by ordinal_position),
                         data_type, is_nullable, column_default,
                         is_identity, generation_expression
                  from information_schema.columns where table_schema = 'public' order by 1, 3""",
    "constraints": """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
                      where connamespace = 'public'::regnamespace order by 1, 2""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2",
    "functions": """select proname, pg_get_functiondef(oid) from pg_proc
                    where pronamespace = 'public'::regnamespace order by 1""",
    "triggers": """select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger
                   where not tgisinternal order by 1, 2""",
    "views": "select viewname, definition from pg_views where schemaname = 'public' order by 1",
    "options": """select relname, reloptions::text, relkind::text from pg_class
                  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v') order by 1""",
}
_NOT_OURS = re.compile(r"\bmigration\b|chunk_\d{8}")


def described(url: str) -> dict[str, list[str]]:
    with psycopg.connect(url) as connection:
        return {
            name: [text for row in connection.execute(statement) if not _NOT_OURS.search(text := str(row))]
            for name, statement in _DESCRIPTIONS.items()
        }


def test_schema_is_the_sum_of_the_migrations(database_url: str, empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(resources.files("sql").joinpath("schema.sql").read_text())
    written, migrated = described(empty_database_url), described(database_url)
    assert len(written["columns"]) > 100
    for name in _DESCRIPTIONS:
        assert written[name] == migrated[name], name


def test_migrating_twice_applies_nothing_the_second_time(database_url: str) -> None:
    assert migrate(database_url) == []


def test_every_named_statement_is_used_and_every_used_name_exists() -> None:
    used: set[str] = set()
    for folder in ("saksi", "recorder", "workers", "archive_api", "cli"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text()
            used |= set(re.findall(r'"([a-z]+\.[a-z_]+)"', text)) & (
                query_names() | set(re.findall(r'query\(\s*"([a-z]+\.[a-z_]+)"', text))
            )
    assert used == query_names()


@pytest.mark.parametrize("table", ["chunk", "audit", "seal"])
def test_evidence_refuses_to_be_changed(database_url: str, table: str) -> None:
    with psycopg.connect(database_url) as connection:
        triggers = connection.execute(
            "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", (table,)
        ).fetchall()
    assert triggers


def test_a_window_reads_only_its_days(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        plan = connection.execute(
            """explain select * from chunk_entry where camera_id = 1
               and start_at >= now() - interval '1 hour' and start_at < now()"""
        ).fetchall()
        days = connection.execute(
            "select count(*) from pg_inherits where inhparent = 'chunk'::regclass"
        ).fetchone()
    assert days is not None
    assert days[0] >= 8
    text = "\n".join(row[0] for row in plan)
    removed = re.search(r"Subplans Removed: (\d+)", text)
    scanned = set(re.findall(r"chunk_\d{8}", text))
    assert removed is not None or len(scanned) <= 2, text
    assert named(database_url, "x").endswith("/x")
