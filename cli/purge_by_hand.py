"""`saksi purge --camera …`, `--approve N`, `--undo N`: deletions by hand, in two officers' names."""

from __future__ import annotations

import argparse
import json

from cli.language import language, say
from cli.officer import note, officer, opened_desk
from cli.opened import opened_database, resolved
from cli.words import word
from saksi import clock
from saksi.access import Permission
from saksi.amounts import amount
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection
from saksi.catalogue.people import Person
from saksi.errors import BadInput
from saksi.messages import register
from saksi.retention import by_hand, by_hand_refusals
from saksi.retention.by_hand_preview import Preview

register(
    "by_missing",
    en=("Nobody is named.", "Say in {field} who does this: the log and custody tell of it."),
    id_=(
        "Tidak disebutkan siapa.",
        "Sebutkan pada {field} siapa yang melakukan: log dan custody mencatatnya.",
    ),
)


def look(args: argparse.Namespace) -> int:
    """What it would take and what would stay, and why it would be refused; changes nothing. 1 when it would be."""
    settings = resolved(args.data)
    with opened_database(args.data) as database, database.transaction() as connection:
        person, _ = _officer(connection, args, Permission.RETENTION_READ)
        found = by_hand.look(connection, settings, args.camera, *_span(args), person)
    _show(args, found)
    by_hand_refusals.check(found, args.order)
    return 0


def ask(args: argparse.Namespace) -> int:
    """Asks; prints the number that the second officer approves, and what would go and stay."""
    settings = resolved(args.data)
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = _officer(connection, args, Permission.RETENTION_WRITE)
        from_us, to_us = _span(args)
        run, found = by_hand.ask(
            connection,
            desk.signer,
            settings,
            person,
            who,
            codes=args.camera,
            from_us=from_us,
            to_us=to_us,
            reason=args.reason,
            basis=args.basis,
            order=args.order,
            clock_checked=args.clock_checked,
        )
        note(connection, who, "ask deletion", {"purge": run.purge_id, "cameras": args.camera})
    if not args.json:
        print(run.purge_id)
    _show(args, found, run.purge_id)
    return 0


def approve(args: argparse.Namespace) -> int:
    """The second officer; prints from when it goes, and so until when it can be taken back."""
    settings = resolved(args.data)
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = _officer(connection, args, Permission.RETENTION_APPROVE)
        run = by_hand.approve(connection, desk.signer, settings, person, who, args.approve)
        note(connection, who, "approve deletion", {"purge": run.purge_id})
    undo = f"saksi purge --undo {run.purge_id} --reason"
    said = say(
        f"it goes then; until then: {undo} WHY --by NAME",
        f"dihapus saat itu; sebelumnya: {undo} ALASAN --by NAMA",
    )
    print(f"{clock.format_us(run.due_us)}\t{said}")
    return 0


def undo(args: argparse.Namespace) -> int:
    """Takes it back; prints its state."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = _officer(connection, args, Permission.RETENTION_WRITE)
        run = by_hand.undo(connection, desk.signer, person, who, args.undo, reason=args.reason)
        note(connection, who, "undo deletion", {"purge": run.purge_id, "reason": args.reason})
    print(word(run.state))
    return 0


def _officer(connection: Connection, args: argparse.Namespace, permission: Permission) -> tuple[Person, Who]:
    if not args.by:
        raise BadInput("by_missing", field="--by")
    return officer(connection, args.by, permission)


def _span(args: argparse.Namespace) -> tuple[int, int]:
    return clock.parse_rfc3339(args.from_, "--from"), clock.parse_rfc3339(args.to, "--to")


def _show(args: argparse.Namespace, found: Preview, number: int | None = None) -> None:
    if args.json:
        told = {"purge": number, "holds": found.holds, "unsealed": found.unsealed, **found.sums()}
        print(json.dumps(told, ensure_ascii=False))
        return
    for one in found.cameras:
        hours, held, young = (
            amount(count, "camera_hour", language()) for count in (one.hours, one.held_hours, one.young_hours)
        )
        goes = f"{hours}, {amount(one.chunks, 'chunk', language())}, {one.bytes} B"
        print(f"\t{one.camera}\t{say('would go', 'akan dihapus')}: {goes}")
        if one.thinned_chunks:
            said = say("and what thinning left", "dan sisa penjarangan")
            print(
                f"\t{one.camera}\t{said}: {amount(one.thinned_chunks, 'chunk', language())}, {one.thinned_bytes} B"
            )
        if one.held_hours:
            print(f"\t{one.camera}\t{say('stays, as it is held', 'tetap ada karena ditahan')}: {held}")
        if one.young_hours:
            said = say("of it below the legal minimum", "di antaranya di bawah masa simpan minimum")
            print(f"\t{one.camera}\t{said}: {young}")
    if found.holds:
        print(f"\t{say('holds', 'penahanan')}: {', '.join(map(str, found.holds))}")
    if found.unsealed:
        said = say(
            "under no seal yet, goes only if it is sealed when the deletion begins",
            "belum disegel, terhapus hanya bila sudah disegel saat penghapusan dimulai",
        )
        print(f"\t{said}: {', '.join(found.unsealed)}")
