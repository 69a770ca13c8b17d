"""What `saksi audit` does."""

from __future__ import annotations

import argparse

from cli.language import language
from cli.officer import note_unnamed
from cli.opened import opened_database
from cli.words import head
from saksi import clock
from saksi.catalogue import audit_trail, cameras
from saksi.catalogue.audit_trail import Wanted
from saksi.catalogue.audit_words import sentence
from saksi.settings import settings


def show_all(args: argparse.Namespace) -> int:
    """Rows of the trail."""
    wanted = wanted_rows(args)
    with opened_database(args.data) as database, database.transaction() as connection:
        found = audit_trail.rows(connection, wanted, None, limit=args.limit)
        asked = {name: value for name, value in wanted.values().items() if isinstance(value, str)}
        note_unnamed(connection, "audit", {"asked": asked})
    head("number, at, address, what", "nomor, waktu, alamat, apa")
    for one in found:
        text = sentence(one, language(), settings().zone)
        print(one.audit_id, clock.format_us(one.at_us), one.address, text, sep="\t")
    return 0


def viewers(args: argparse.Namespace) -> int:
    """Who was shown footage of a camera that lies in a span."""
    from_us, to_us = clock.parse_rfc3339(args.from_, "--from"), clock.parse_rfc3339(args.to, "--to")
    with opened_database(args.data) as database, database.transaction() as connection:
        camera = cameras.find(connection, args.camera)
        found = audit_trail.viewers(connection, camera.code, from_us, to_us, limit=10_000)
        note_unnamed(connection, "viewers", {"camera": camera.code, "from": from_us, "to": to_us})
    head(
        "person, role, case, times, first, last, from, to, purpose",
        "orang, peran, kasus, kali, pertama, terakhir, dari, sampai, keperluan",
    )
    for one in found:
        times = [clock.format_us(at) for at in (one.first_us, one.last_us, one.from_us, one.to_us)]
        print(one.person, one.role, one.case or "-", one.times, *times, one.purpose, sep="\t")
    return 0


def wanted_rows(args: argparse.Namespace) -> Wanted:
    """What the options narrow to. Raises BadInput for a time that is none."""
    return Wanted(
        person=args.person,
        camera=args.camera,
        case=args.case,
        action=args.done,
        kind=args.kind,
        result=args.result,
        done_us=(
            None if args.from_ is None else clock.parse_rfc3339(args.from_, "--from"),
            None if args.to is None else clock.parse_rfc3339(args.to, "--to"),
        ),
    )
