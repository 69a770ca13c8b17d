"""`saksi user add`: people who may log in."""

from __future__ import annotations

import argparse
import sys

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add NAME --role ROLE`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("add a person", "tambah pengguna"))
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--role", required=True, metavar="ROLE", help=say("what they may do", "apa yang boleh dilakukan")
    )
    add.add_argument(
        "--agency",
        action="append",
        metavar="ID",
        help=say(
            "see only this agency's cameras (may be repeated)", "hanya kamera instansi ini (boleh diulang)"
        ),
    )
    add.add_argument(
        "--area",
        action="append",
        metavar="ID",
        help=say(
            "see only the cameras in this area (may be repeated; beside those of --agency)",
            "hanya kamera di wilayah ini (boleh diulang; di samping kamera --agency)",
        ),
    )
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help=say("read the password from stdin", "baca kata sandi dari stdin"),
    )
    add.add_argument("--unit", default="", help=say("where they serve", "kesatuan"))
    add.add_argument("--rank", default="", help=say("their rank", "pangkat"))
    add.add_argument("--id", default="", metavar="NUMBER", help=say("their service number", "NRP atau NIP"))
    add_data_option(add)


def run(args: argparse.Namespace) -> int:
    """Adds the person; a generated password is printed alone on standard output."""
    import secrets

    from cli import officer
    from cli.opened import opened_database
    from saksi.catalogue import people

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else secrets.token_urlsafe(12)
    with opened_database(args.data) as database, database.transaction() as connection:
        people.add_person(
            connection,
            name=args.name,
            password=password,
            role=args.role,
            agencies=args.agency,
            areas=args.area,
            unit=args.unit,
            rank=args.rank,
            service_number=args.id,
        )
        given = {"role": args.role, "agencies": args.agency, "areas": args.area}
        officer.note_unnamed(
            connection, "add person", {"name": args.name} | {key: to for key, to in given.items() if to}
        )
    if not args.password_stdin:
        print(password)
    return 0
