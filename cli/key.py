"""`saksi key`: prints a new installation key for SAKSI_SECRET_KEY; seals secrets anew by it."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing prints a key; `reseal`."""
    actions = parser.add_subparsers(dest="action")
    reseal = actions.add_parser(
        "reseal",
        help=say(
            "seal secrets anew by the first of the keys (NEW,OLD)",
            "segel ulang rahasia dengan kunci pertama (BARU,LAMA)",
        ),
    )
    add_data_option(reseal)


def run(args: argparse.Namespace) -> int:
    """Prints a new key alone on standard output, or seals anew."""
    if args.action == "reseal":
        from cli import key_actions

        return key_actions.reseal(args)
    from saksi.secrets import generate_key

    print(generate_key())
    return 0
