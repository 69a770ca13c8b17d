"""`saksi site`: where the cameras of a site may be."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`networks SITE`, `set-networks SITE`."""
    actions = parser.add_subparsers(dest="action", required=True)
    shown = actions.add_parser(
        "networks", help=say("where its cameras may be", "di mana kameranya boleh berada")
    )
    put = actions.add_parser(
        "set-networks",
        help=say(
            "set that anew; nothing given: wherever the installation allows",
            "atur ulang; tanpa isi: di mana pun instalasi mengizinkan",
        ),
    )
    for action in (shown, put):
        action.add_argument("site", metavar="SITE")
        add_data_option(action)
    put.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="CIDR",
        help=say("such as 10.4.0.0/16; several times", "mis. 10.4.0.0/16; boleh berulang"),
    )
    put.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help=say("a name, or .SUFFIX for all below it", "nama, atau .SUFIKS untuk semua di bawahnya"),
    )
    put.add_argument(
        "--port",
        action="append",
        default=[],
        type=int,
        metavar="PORT",
        help=say("none given: all of them", "tanpa ini: semua port"),
    )
    add_officer_option(put)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import site_actions

    return site_actions.show(args) if args.action == "networks" else site_actions.put(args)
