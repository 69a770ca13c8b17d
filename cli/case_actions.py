"""What `saksi case` does."""

from __future__ import annotations

import argparse

from cli.language import language
from cli.officer import officer, opened_desk
from cli.opened import opened_database
from cli.words import head, word
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cases, custody, exhibits
from saksi.catalogue.custody_words import sentence
from saksi.settings import settings


def add(args: argparse.Namespace) -> int:
    """Opens a case and prints its id."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.CASE_WRITE)
        made = cases.add(
            connection,
            desk.signer,
            person,
            who,
            number=args.number,
            title=args.title,
            report=args.report,
            officers=args.officer,
        )
    print(made.code)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line a case: id, state, number of exhibits, number, title."""
    head("id, state, exhibits, number, title", "id, keadaan, barang bukti, nomor, judul")
    with opened_database(args.data) as database, database.transaction() as connection:
        for one in cases.list_cases(connection, None, state=args.state, limit=100_000):
            print(f"{one.code}\t{word(one.state)}\t{one.exhibits}\t{one.number}\t{one.title}")
    return 0


def show(args: argparse.Namespace) -> int:
    """The case, its exhibits, and its custody in order."""
    with opened_database(args.data) as database, database.transaction() as connection:
        case = cases.find(connection, args.number, None)
        listed = exhibits.list_exhibits(connection, case)
        history = custody.events(connection, case)
    print(f"{case.number}\t{word(case.state)}\t{case.title}")
    for one in listed:
        span = f"{clock.format_us(one.from_us)}/{clock.format_us(one.to_us)}"
        print(f"#{one.number}\t{span}\t{' '.join(camera.camera for camera in one.cameras)}\t{one.note}")
    zone = settings().zone
    for event in history:
        print(f"{event.seq}\t{clock.format_us(event.at_us)}\t{sentence(event.body, language(), zone)}")
    return 0
