"""`saksi incident`: bring in a list of incidents, list them."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`import FILE`, `list`."""
    actions = parser.add_subparsers(dest="action", required=True)
    brought = actions.add_parser(
        "import", help=say("bring in a CSV list; the same list twice adds nothing", "bawa masuk daftar CSV")
    )
    brought.add_argument("file", metavar="FILE", type=Path, help=say("CSV in UTF-8", "CSV dalam UTF-8"))
    brought.add_argument(
        "--write",
        action="store_true",
        help=say(
            "enter them; without it the list is only looked at", "simpan; tanpanya daftar hanya diperiksa"
        ),
    )
    listed = actions.add_parser("list", help=say("list incidents", "daftar kejadian"))
    listed.add_argument(
        "--kind", action="append", help=say("only of this kind (may be repeated)", "hanya jenis ini")
    )
    for action in (brought, listed):
        add_data_option(action)
        add_officer_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import incident_actions

    return {"import": incident_actions.bring_in, "list": incident_actions.show_all}[args.action](args)
