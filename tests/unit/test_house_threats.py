"""The threat model names tests; they are there."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "threat-model.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@functools.cache
def defined_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file, read and not run."""
    tree = ast.parse(path.read_text())
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def test_each_threat_has_its_test_and_each_test_is_there() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| **")]
    assert len(rows) >= 40
    named = [_TEST.findall(row) for row in rows]
    assert [row for row, found in zip(rows, named, strict=True) if len(found) != 1] == []
    missing = [
        f"{file}::{name}"
        for ((file, name),) in named
        if not (ROOT / file).exists() or name not in defined_in(ROOT / file)
    ]
    assert missing == []


def test_every_kind_of_threat_is_looked_at() -> None:
    letters = "".join(re.findall(r"^\| \*\*([STRIDE ]+)\*\*", PAGE.read_text(), re.MULTILINE))
    assert set("STRIDE") <= set(letters)
