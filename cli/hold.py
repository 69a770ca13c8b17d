"""`saksi hold`: place, list and release evidence locks."""

from __future__ import annotations

import argparse
from datetime import date

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`place`, `list`, `release ID`."""
    actions = parser.add_subparsers(dest="action", required=True)
    place = actions.add_parser("place", help=say("place a hold", "buat penahanan"))
    place.add_argument(
        "--camera", action="append", required=True, metavar="ID", help=say("may be repeated", "boleh diulang")
    )
    place.add_argument(
        "--from", dest="from_", required=True, metavar="TIME", help=say("RFC 3339", "RFC 3339")
    )
    place.add_argument("--to", required=True, metavar="TIME")
    place.add_argument("--reason", required=True)
    place.add_argument(
        "--reference", default="", help=say("letter, order or article", "surat, perintah atau pasal")
    )
    place.add_argument(
        "--review", type=date.fromisoformat, metavar="DATE", help=say("look at it again on", "tinjau pada")
    )
    place.add_argument("--case", metavar="NUMBER")
    listed = actions.add_parser("list", help=say("list holds", "daftar penahanan"))
    listed.add_argument("--case", metavar="NUMBER")
    listed.add_argument("--state", choices=("active", "release_asked", "released"))
    release = actions.add_parser(
        "release",
        help=say("ask for a release, or approve another officer's", "minta pelepasan, atau setujui"),
    )
    release.add_argument("id", metavar="ID", type=int)
    release.add_argument("--reason", default="", help=say("of the first officer", "dari petugas pertama"))
    for action in (place, release):
        add_officer_option(action)
    for action in (place, listed, release):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import hold_actions

    actions = {"place": hold_actions.place, "list": hold_actions.show_all, "release": hold_actions.release}
    return actions[args.action](args)
