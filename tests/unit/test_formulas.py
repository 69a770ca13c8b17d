"""Whoever opens a list of ours in a spreadsheet runs nothing that somebody wrote into a name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from saksi.spreadsheet import cell, read

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1"]
)
def test_a_name_that_begins_like_a_formula_is_text(name: str) -> None:
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("value", ["Kamera 1", "", "2026-12-01", "'quoted", -1.5, 0, None])
def test_everything_else_stays(value: object) -> None:
    assert cell(value) == value


def test_what_a_spreadsheet_saved_is_read_without_the_mark() -> None:
    sheet = read(b"name,lat\n'=x,-1.5\n'plain,2\n", {"name": ("name",), "lat": ("lat",)}, ["name"])
    assert [dict(row.cells) for row in sheet.rows] == [
        {"name": "=x", "lat": "-1.5"},
        {"name": "'plain", "lat": "2"},
    ]


def test_whatever_writes_csv_writes_cells_that_are_no_formulas() -> None:
    """A module that writes CSV uses `cell`, or says of itself how it guards (its name for it is in the list)."""
    guards = {"cell", "_cell"}
    for folder in ("saksi", "archive_api", "cli", "workers"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text())
            named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            if named & {"writer", "DictWriter"} and "csv" in {
                alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
            }:
                called = {
                    node.func.id
                    for node in ast.walk(tree)
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                }
                assert called & guards, f"{file.relative_to(ROOT)} writes CSV and guards no cell"
