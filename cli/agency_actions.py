"""What `saksi agency` does."""

from __future__ import annotations

import argparse

from cli.officer import note_unnamed
from cli.opened import opened_database
from cli.words import head, word
from saksi.catalogue import places


def add(args: argparse.Namespace) -> int:
    """Adds an agency and prints its id."""
    code = args.id or places.code_from(args.name)
    with opened_database(args.data) as database, database.transaction() as connection:
        places.add_agency(connection, code=code, name=args.name, category=args.category)
        note_unnamed(connection, "add agency", {"agency": code})
    print(code)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line an agency: id, category, name."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = places.list_agencies(connection, sight=None, limit=100_000)
    head("id, category, name", "id, kategori, nama")
    for one in found:
        print(f"{one['code']}\t{word(one['category'])}\t{one['name']}")
    return 0
