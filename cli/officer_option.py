"""`--by NAME`, the same for every command that custody tells of."""

from __future__ import annotations

import argparse

from cli.language import say


def add_officer_option(parser: argparse.ArgumentParser) -> None:
    """Adds it, required: custody always says who."""
    parser.add_argument(
        "--by",
        required=True,
        metavar="NAME",
        help=say("the person who does this", "orang yang melakukan ini"),
    )
