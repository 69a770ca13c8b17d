"""What `saksi fetch` does."""

from __future__ import annotations

import argparse

from cli.language import language, say
from cli.officer import note, officer
from cli.opened import opened_database
from cli.words import head
from saksi import clock
from saksi.access import Permission
from saksi.amounts import amount, size
from saksi.catalogue import cameras, fetching
from saksi.catalogue.fetching import Request
from saksi.errors import BadInput
from saksi.messages import register

register(
    "fetch_needs",
    en=("{field} is not given.", "Say whose footage, of when, and who asks: --camera --from --to --by."),
    id_=("{field} belum diberikan.", "Sebutkan kamera, rentang dan pemintanya: --camera --from --to --by."),
)


def ask(args: argparse.Namespace) -> int:
    """Asks for a span; prints what of it is still on its way."""
    for name, value in (
        ("--camera", args.camera),
        ("--from", args.from_),
        ("--to", args.to),
        ("--by", args.by),
    ):
        if not value:
            raise BadInput("fetch_needs", field=name)
    from_us, to_us = clock.parse_rfc3339(args.from_, "from"), clock.parse_rfc3339(args.to, "to")
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.FOOTAGE_VIEW)
        found = cameras.find(connection, args.camera, person.sight, seen_us=(from_us, to_us))
        made = fetching.ask(
            connection, found.camera_id, from_us, to_us, person=person.name, reason=args.reason
        )
        what: dict[str, object] = {
            "camera": found.code,
            "from": clock.format_us(from_us),
            "to": clock.format_us(to_us),
            "request": made.request_id,
        }
        note(connection, who, "footage.request", what)
    _head()
    _print(made)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line a request, the newest first."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = fetching.list_requests(connection, None, camera=args.camera, limit=1000)
    _head()
    for one in found:
        _print(one)
    return 0


def _head() -> None:
    head(
        "id, camera, from, to, still on site, bytes, recorders, asked, by",
        "id, kamera, mulai, sampai, masih di lokasi, bita, perekam, diminta, oleh",
    )


def _print(one: Request) -> None:
    left = {
        "coming": lambda: amount(one.chunks, "chunk", language()),
        "arrived": lambda: say("nothing, all is here", "tidak ada, semua sudah tiba"),
        "none": lambda: say("no footage on record", "tidak ada rekaman tercatat"),
    }[one.state]()
    print(
        f"{one.request_id}\t{one.camera}\t{clock.format_us(one.from_us)}\t{clock.format_us(one.to_us)}\t{left}"
        f"\t{size(one.bytes)}\t{', '.join(one.recorders) or '-'}\t{clock.format_us(one.asked_us)}\t{one.person}"
    )
