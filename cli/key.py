"""`saksi key`: prints a new installation key for SAKSI_SECRET_KEY."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(args: argparse.Namespace) -> int:
    """Prints the key alone on standard output."""
    from saksi.secrets import generate_key

    print(generate_key())
    return 0
