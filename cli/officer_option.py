"""`--by NAME`, the same for every command that custody tells of, and what goes with a purge that does not wait."""

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


def add_at_once_options(parser: argparse.ArgumentParser) -> None:
    """`--clock-checked` and `--by`, both optional: a purge by policy that nobody is named for says so."""
    parser.add_argument(
        "--clock-checked",
        default="",
        metavar="WHY",
        help=say(
            "the clock is right although nothing was recorded lately",
            "jam benar meski belakangan tidak ada rekaman",
        ),
    )
    parser.add_argument(
        "--by", metavar="NAME", help=say("the person who does this", "orang yang melakukan ini")
    )
