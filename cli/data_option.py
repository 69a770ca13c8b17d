"""`--data DIR`, the same for every command that works on an installation."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.language import say


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Adds it; unset, SAKSI_DATA and then ./data count."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help=say("data folder (default: data)", "folder data (bawaan: data)"),
    )
