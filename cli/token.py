"""`saksi token`: API tokens, good for a year unless said otherwise."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`create`, `list` and `revoke`."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help=say("create a token", "buat token"))
    listed = actions.add_parser(
        "list", help=say("list sessions and tokens of a person", "daftar sesi dan token seseorang")
    )
    revoke = actions.add_parser("revoke", help=say("end a session or token", "akhiri sesi atau token"))
    for one in (create, listed, revoke):
        one.add_argument("--user", required=True, metavar="NAME", help=say("whose", "milik siapa"))
        add_data_option(one)
    create.add_argument("--label", default="", help=say("what it is for", "untuk apa"))
    create.add_argument("--days", type=int, default=365, help=say("how long it is good", "masa berlaku"))
    create.add_argument(
        "--scope",
        action="append",
        metavar="PERMISSION",
        help=say(
            "may do this of what the person may (may be repeated); all without it",
            "boleh melakukan ini saja (boleh diulang); tanpa ini semua",
        ),
    )
    revoke.add_argument("session", type=int, metavar="ID", help=say("as listed", "seperti pada daftar"))


def run(args: argparse.Namespace) -> int:
    """Does the one asked for; `create` prints the token alone on standard output."""
    from cli import token_actions

    return token_actions.ACTIONS[args.action](args)
