"""`saksi fetch`: asks a site's recorder for footage that has not arrived, and lists what was asked for."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose footage, of when, by whom."""
    parser.add_argument("--camera", metavar="ID", help=say("whose footage", "rekaman kamera mana"))
    parser.add_argument("--from", dest="from_", metavar="TIME", help=say("RFC 3339", "RFC 3339"))
    parser.add_argument("--to", metavar="TIME")
    parser.add_argument("--reason", default="", help=say("why", "alasan"))
    parser.add_argument(
        "--by", metavar="NAME", help=say("the person who does this", "orang yang melakukan ini")
    )
    parser.add_argument(
        "--list", action="store_true", help=say("what was asked for so far", "yang sudah diminta")
    )
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Asks, or lists."""
    from cli import fetch_actions

    return fetch_actions.show_all(args) if args.list else fetch_actions.ask(args)
