"""What `saksi thin` does with policies: the same code, and so the same two officers, as the API's."""

from __future__ import annotations

import argparse

from cli.language import say
from cli.officer import note, officer, opened_desk
from cli.opened import opened_database
from cli.words import head, word
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection
from saksi.retention import thinning_policies
from saksi.retention.policy_lengths import days_of, length_us
from saksi.retention.thinning_policies import Thinning


def show_all(args: argparse.Namespace) -> int:
    """One line a version, newest first: id, state, scope, subject, mode, age in days, since when, legal basis."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = thinning_policies.list_all(connection, limit=100_000)
    head(
        "id, state, scope, subject, mode, days, since, basis",
        "id, keadaan, cakupan, subjek, mode, hari, sejak, dasar hukum",
    )
    for one in found:
        since = "-" if one.decided_us is None else clock.format_us(one.decided_us)
        print(f"{one.thinning_id}\t{word(one.state)}\t{_line(one)}\t{since}\t{one.basis}")
    return 0


def put(args: argparse.Namespace) -> int:
    """Prints the id and whether it is accepted or proposed; then what is old enough for it by now."""
    after_us = None if args.after_days is None else length_us(args.after_days, "--after-days")
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        made = thinning_policies.propose(
            connection,
            desk.signer,
            scope=args.scope,
            subject=args.subject,
            mode=args.mode,
            after_us=after_us,
            basis=args.basis,
            reason=args.reason,
            by=person.person_id,
            agency_ids=person.agency_ids,
        )
        reaches = thinning_policies.reaches(connection, made) if made.mode else None
        _note(connection, who, "propose thinning" if made.mode else "end thinning", made)
    print(f"{made.thinning_id}\t{word(made.state)}")
    if reaches is not None:
        hours = say("camera-hours are old enough", "jam-kamera sudah cukup umur")
        print(f"{reaches['hours']} {hours}\t{reaches['bytes']} B")
    return 0


def accept(args: argparse.Namespace) -> int:
    """The second officer; prints where it stands."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_APPROVE)
        thinning_policies.get(connection, args.id, agency_ids=person.agency_ids, change=True)
        made = thinning_policies.accept(connection, desk.signer, args.id, by=person.person_id)
        _note(connection, who, "accept thinning", made)
    print(f"{made.thinning_id}\t{word(made.state)}")
    return 0


def withdraw(args: argparse.Namespace) -> int:
    """Prints where it stands."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        thinning_policies.get(connection, args.id, agency_ids=person.agency_ids, change=True)
        made = thinning_policies.withdraw(connection, desk.signer, args.id, by=person.person_id)
        _note(connection, who, "withdraw thinning", made)
    print(f"{made.thinning_id}\t{word(made.state)}")
    return 0


def _line(one: Thinning) -> str:
    age = "-" if one.after_us is None else f"{days_of(one.after_us)}"
    return f"{word(one.scope)}\t{one.subject or '-'}\t{one.mode or '-'}\t{age}"


def _note(connection: Connection, who: Who, action: str, one: Thinning) -> None:
    told: dict[str, object] = {
        "thinning": one.thinning_id,
        "scope": one.scope,
        "subject": one.subject,
        "mode": one.mode,
        "after_days": None if one.after_us is None else days_of(one.after_us),
        "state": one.state,
    }
    note(connection, who, action, told)
