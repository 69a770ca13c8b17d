"""What `saksi user` does, as the machine's own operator; each change is audited."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from cli import officer
from cli.language import say
from cli.opened import opened_database, resolved
from cli.words import head, word
from saksi import clock, passwords
from saksi.catalogue import accounts, attempts, people, second_factors
from saksi.identity import linking


def add(args: argparse.Namespace) -> int:
    """Adds the person; a generated password is printed alone on standard output."""
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else passwords.generated()
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
            must_change=args.must_change,
        )
        given = {"role": args.role, "agencies": args.agency, "areas": args.area}
        told = {"name": args.name} | {key: value for key, value in given.items() if value}
        officer.note_unnamed(connection, "add person", told)
    if not args.password_stdin:
        print(password)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line a person."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = accounts.accounts(connection, None, limit=100_000)
    head(
        "name, role, agencies, areas, unit, state, second factor, last seen, at the provider",
        "nama, peran, instansi, wilayah, kesatuan, keadaan, faktor kedua, terakhir, di penyedia",
    )
    for one in found:
        limits = ["-" if codes is None else ",".join(codes) or "-" for codes in (one.agencies, one.areas)]
        state = say("disabled", "ditutup") if one.disabled else say("open", "terbuka")
        seen = "-" if one.seen_us is None else clock.format_us(one.seen_us)
        second = say("yes", "ada") if one.second_factor else "-"
        linked = "-" if one.identity is None else one.identity["subject"] or f"({one.identity['expected']})"
        print(one.name, word(one.role), *limits, one.unit or "-", state, second, seen, linked, sep="\t")
    return 0


def change(args: argparse.Namespace) -> int:
    """Changes what is given."""
    given = {
        "role": args.role,
        "agencies": args.agency,
        "areas": args.area,
        "unit": args.unit,
        "rank": args.rank,
        "service_number": args.id,
    }
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if args.unlimited:
        changes |= {"agencies": None, "areas": None}
    return _change(args, changes)


def disable(args: argparse.Namespace) -> int:
    """Lets them in no more; what they did stays."""
    return _change(args, {"disabled": True})


def enable(args: argparse.Namespace) -> int:
    """Lets them in again."""
    return _change(args, {"disabled": False})


def reset_password(args: argparse.Namespace) -> int:
    """Prints a password that must be changed at the next log-in, alone on standard output."""
    with opened_database(args.data) as database, database.transaction() as connection:
        password = accounts.reset_password(connection, None, args.name)
        officer.note_unnamed(connection, "reset password", {"name": args.name})
    print(password)
    return 0


def reset_second_factor(args: argparse.Namespace) -> int:
    """Takes away the second factor of who has lost it."""
    with opened_database(args.data) as database, database.transaction() as connection:
        second_factors.reset(connection, None, args.name)
        officer.note_unnamed(connection, "reset second factor", {"name": args.name})
    return 0


def unlock(args: argparse.Namespace) -> int:
    """Forgets failed attempts at the account."""
    with opened_database(args.data) as database, database.transaction() as connection:
        attempts.unlock(connection, accounts.find(connection, None, args.name).name)
        officer.note_unnamed(connection, "unlock person", {"name": args.name})
    return 0


def link(args: argparse.Namespace) -> int:
    """Has them log in through the provider; their password here is worth nothing any more."""
    given = {"subject": args.subject, "expected": args.expected}
    with opened_database(args.data) as database, database.transaction() as connection:
        linking.link(connection, None, resolved(args.data), args.name, **given)
        told = {key: value for key, value in given.items() if value is not None}
        officer.note_unnamed(connection, "link person", {"name": args.name, **told})
    return 0


def unlink(args: argparse.Namespace) -> int:
    """Prints a password that must be changed at the next log-in, alone on standard output."""
    with opened_database(args.data) as database, database.transaction() as connection:
        password = linking.unlink(connection, None, args.name)
        officer.note_unnamed(connection, "unlink person", {"name": args.name})
    print(password)
    return 0


def _change(args: argparse.Namespace, changes: dict[str, Any]) -> int:
    with opened_database(args.data) as database, database.transaction() as connection:
        accounts.change(connection, None, args.name, changes)
        officer.note_unnamed(connection, "change person", {"name": args.name, **changes})
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "add": add,
    "list": show_all,
    "change": change,
    "disable": disable,
    "enable": enable,
    "reset-password": reset_password,
    "reset-second-factor": reset_second_factor,
    "unlock": unlock,
    "link": link,
    "unlink": unlink,
}
