"""`saksi agency`: add and list agencies, whose the cameras are."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add NAME --category CATEGORY`, `list`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("add an agency", "tambah instansi"))
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--category",
        required=True,
        help=say(
            "transport, police, city, bank, mall, hospital, hotel, entertainment or other",
            "transport, police, city, bank, mall, hospital, hotel, entertainment atau other",
        ),
    )
    add.add_argument("--id", help=say("id (default: made from the name)", "id (bawaan: dari nama)"))
    listed = actions.add_parser("list", help=say("list agencies", "daftar instansi"))
    for action in (add, listed):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import agency_actions

    return agency_actions.add(args) if args.action == "add" else agency_actions.show_all(args)
