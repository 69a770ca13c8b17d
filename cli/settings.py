"""`saksi settings`: the resolved settings, one a line, secrets masked."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(args: argparse.Namespace) -> int:
    """Prints NAME=value for every setting as this environment resolves it."""
    from saksi.settings import settings

    for name, value in settings().masked().items():
        print(f"SAKSI_{name.upper()}={value}")
    return 0
