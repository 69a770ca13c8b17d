"""The documentation says what the program does: reference pages are generated, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts.reference import FOLDER, pages

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", *patterns],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "api.md"])
def test_reference_pages_are_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text() == pages()[name], "run `make reference`"


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked("*.md")
        for target in _LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_glossary_has_each_term_once_in_both_languages() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
        if line.startswith("|")
    ][2:]
    for column in (0, 1):
        terms = [row[column] for row in rows]
        assert len(terms) == len(set(terms)) >= 30
    assert all(row[1] and "·" in row[2] for row in rows)


def test_nothing_names_a_machine_or_a_registry() -> None:
    places = re.compile(r"/(?:root|home|work)/[a-z]")
    for path in tracked():
        if path.suffix in {".svg", ".png"} or path.name == "test_house_docs.py":
            continue
        text = path.read_text(errors="replace")
        assert not places.search(text), path
        if path.name in {"requirements.lock", "package-lock.json"}:
            assert "://" not in text, path


def test_no_module_holds_more_than_fits_in_the_head() -> None:
    long = {
        path.name: lines for path in tracked("*.py") if (lines := len(path.read_text().splitlines())) > 500
    }
    assert long == {}
