"""No container engine runs here, so the container files are held to the real commands and settings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import build_parser
from saksi.settings import Settings

DOCKER = Path(__file__).parents[2] / "docker"
KNOWN = {f"SAKSI_{name.upper()}" for name in Settings.model_fields} | {"SAKSI_CONFIG"}
# Compose's own: where the console is reached, and the port it is published at.
COMPOSE_ONLY = {"SAKSI_ORIGIN", "SAKSI_PORT"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """compose.yaml as Compose reads it."""
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    return loaded


def test_every_command_in_compose_is_one_that_saksi_takes(compose: dict[str, Any]) -> None:
    ours = {
        name: one["command"]
        for name, one in compose["services"].items()
        if one.get("image", "").startswith("saksi")
    }
    assert set(ours) >= {"migrate", "recorder", "api", "worker", "beat"}
    for command in ours.values():
        build_parser().parse_args(command)


def test_a_flag_that_saksi_does_not_know_would_be_caught() -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["worker", "--no-such-flag"])


def test_every_setting_in_the_container_files_exists(compose: dict[str, Any]) -> None:
    named: set[str] = set()
    for file in ("compose.yaml", "Dockerfile", ".env.example"):
        named |= set(re.findall(r"\bSAKSI_[A-Z0-9_]+", (DOCKER / file).read_text()))
    assert named - KNOWN - COMPOSE_ONLY == set()
    for name, one in compose["services"].items():
        if one.get("image", "").startswith("saksi"):
            assert {key for key in one["environment"] if key.startswith("SAKSI_")} <= KNOWN, name


def test_every_process_that_signs_keeps_its_keys_where_no_other_reads_them(compose: dict[str, Any]) -> None:
    homes = set()
    for name in ("recorder", "worker", "api"):
        service = compose["services"][name]
        (volume,) = service["volumes"]
        home, _, place = volume.partition(":")
        assert service["environment"]["SAKSI_KEYS"].startswith(f"{place}/"), name
        assert home in compose["volumes"], name
        homes.add(home)
    assert len(homes) == 3


def test_every_variable_of_compose_stands_in_the_example() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", (DOCKER / "compose.yaml").read_text()))
    given = set(re.findall(r"^#? ?([A-Z0-9_]+)=", (DOCKER / ".env.example").read_text(), re.MULTILINE))
    assert asked <= given, asked - given


def test_commands_in_comments_and_health_checks_are_real(compose: dict[str, Any]) -> None:
    text = (DOCKER / "compose.yaml").read_text() + (DOCKER / "Dockerfile").read_text()
    for words in re.findall(r"run --rm -T api ([^\n]+)", text):
        build_parser().parse_args(shlex.split(words))
    assert "/api/v1/health/ready" in str(compose["services"]["api"]["healthcheck"])


def test_the_image_runs_saksi_as_nobody_special() -> None:
    lines = (DOCKER / "Dockerfile").read_text().splitlines()
    assert any(line.startswith("USER ") and line.split()[1] not in {"root", "0"} for line in lines)
    assert any(line.startswith("ENTRYPOINT") and "saksi" in line for line in lines)
