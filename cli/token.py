"""`saksi token create`: API tokens, good for a year."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`create --user NAME`."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help=say("create a token", "buat token"))
    create.add_argument("--user", required=True, metavar="NAME", help=say("whose", "milik siapa"))
    create.add_argument("--label", default="", help=say("what it is for", "untuk apa"))
    add_data_option(create)


def run(args: argparse.Namespace) -> int:
    """Prints the token alone on standard output."""
    from cli import officer
    from cli.opened import opened_database
    from saksi.catalogue import people

    with opened_database(args.data) as database, database.transaction() as connection:
        token = people.add_token(connection, name=args.user, label=args.label)
        officer.note_unnamed(connection, "add token", {"name": args.user, "label": args.label})
    print(token)  # only once it is kept
    return 0
