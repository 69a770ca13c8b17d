"""What `saksi token` does, as the machine's own operator; each change is audited."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta

from cli import officer
from cli.opened import opened_database
from cli.words import head
from saksi import clock
from saksi.catalogue import accounts, people


def create(args: argparse.Namespace) -> int:
    """Prints the token once it is kept."""
    with opened_database(args.data) as database, database.transaction() as connection:
        token = people.add_token(
            connection, name=args.user, label=args.label, life=timedelta(days=args.days), scopes=args.scope
        )
        told = {"name": args.user, "label": args.label, "days": args.days, "scopes": args.scope}
        officer.note_unnamed(connection, "add token", told)
    print(token)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line a session or token that is good."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = accounts.sessions(connection, accounts.find(connection, None, args.user).person_id)
    head(
        "id, kind, label, may, last used, good until",
        "id, jenis, label, boleh, terakhir dipakai, berlaku sampai",
    )
    for one in found:
        may = "-" if one.scopes is None else ",".join(one.scopes)
        times = [clock.format_us(clock.to_us(at)) for at in (one.seen_at, one.expires_at)]
        print(one.session_id, one.kind, one.label or "-", may, *times, sep="\t")
    return 0


def revoke(args: argparse.Namespace) -> int:
    """Ends one."""
    with opened_database(args.data) as database, database.transaction() as connection:
        account = accounts.find(connection, None, args.user)
        accounts.end_session(connection, account.person_id, args.session)
        officer.note_unnamed(connection, "end session", {"name": args.user, "session": args.session})
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "create": create,
    "list": show_all,
    "revoke": revoke,
}
