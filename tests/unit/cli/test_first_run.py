"""What a newcomer is told to try asks in the way we ask everybody to: with the reason for looking."""

from __future__ import annotations

import json
from pathlib import Path

from cli import first_run

ROOT = Path(__file__).parents[3]


def curl_commands(text: str) -> list[str]:
    """Every curl command, its continued lines joined."""
    return [line.strip() for line in text.replace("\\\n", " ").splitlines() if "curl -s" in line]


def test_every_command_to_try_states_its_purpose(tmp_path: Path) -> None:
    known = {"url": "http://127.0.0.1:8080", "user": "admin", "password": "p", "token": "t"}
    first_run.path(tmp_path).write_text(json.dumps(known))
    said: list[str] = []
    first_run.welcome(tmp_path, said.append, demo=True)
    pages = [(ROOT / name).read_text() for name in ("README.md", "docs/quickstart.md")]
    for text in ("\n".join(said), *pages):
        commands = curl_commands(text)
        assert commands, text
        assert all('-H "X-Purpose: ' in command for command in commands), commands
