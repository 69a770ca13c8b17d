"""What `saksi hold` does."""

from __future__ import annotations

import argparse
import sys

from cli.language import language, say
from cli.officer import officer, opened_desk
from cli.opened import opened_database
from cli.words import head, word
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, cases, holding, holds
from saksi.catalogue.custody import Why
from saksi.catalogue.holds import HoldSpan
from saksi.errors import NotFound
from saksi.messages import words
from saksi.retention import reach, store_lock
from saksi.retention.store_lock import StoreLock


def place(args: argparse.Namespace) -> int:
    """Places a hold and prints its id."""
    from_us, to_us = clock.parse_rfc3339(args.from_, "from"), clock.parse_rfc3339(args.to, "to")
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.HOLD_WRITE)
        case = None if args.case is None else cases.find(connection, args.case, person)
        if case is not None:
            cases.lock_open(connection, case)
        found = [
            cameras.find(connection, code, person.sight, seen_us=(from_us, to_us)) for code in args.camera
        ]
        spans = [
            HoldSpan(camera_id=one.camera_id, camera=one.code, from_us=from_us, to_us=to_us) for one in found
        ]
        made, _ = holding.place(
            connection,
            desk.signer,
            person,
            who,
            spans=spans,
            reason=args.reason,
            reference=args.reference,
            review_on=args.review,
            case=case,
            why=Why(reason=args.reason, basis=args.reference),
        )
        gone = reach.reach(connection, made.spans).gone
    print(made.hold_id)
    for one in gone:
        said = say("purged before (purge {n})", "sudah dimusnahkan (pemusnahan {n})")
        if one.erased_us is None:
            said = say(
                "taken by purge {n} before this hold, which cannot keep it; its objects are being erased",
                "sudah diambil pemusnahan {n} sebelum penahanan ini, tidak dapat ditahan; objeknya sedang dihapus",
            )
        said = said.format(n=one.purge_id)
        span = f"{clock.format_us(one.from_us)}\t{clock.format_us(one.to_us)}"
        print(f"{one.camera}\t{span}\t{said}", file=sys.stderr)
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line a hold: id, state, review date, case, reason, the store's own lock; then one a span."""
    with opened_database(args.data) as database, database.transaction() as connection:
        case_id = None if args.case is None else cases.find(connection, args.case, None).case_id
        found = holds.list_holds(connection, None, case_id=case_id, state=args.state, limit=100_000)
        locks = [store_lock.of_hold(connection, one) for one in found]
    head(
        "id, state, review, case, reason, store's own lock",
        "id, keadaan, tinjau, kasus, alasan, kunci penyimpanan",
    )
    for one, lock in zip(found, locks, strict=True):
        number = one.case_number or "-"
        print(f"{one.hold_id}\t{word(one.state)}\t{one.review_on}\t{number}\t{one.reason}\t{_locked(lock)}")
        for span in one.spans:
            print(f"\t{span.camera}\t{clock.format_us(span.from_us)}\t{clock.format_us(span.to_us)}")
    return 0


def release(args: argparse.Namespace) -> int:
    """Asks, or approves what another asked for; prints where the hold stands."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.HOLD_RELEASE)
        found = holds.find(connection, args.id, person)
        if not found.within(connection, person.sight):
            raise NotFound("hold_unknown", field="hold", hold=args.id)
        case = None if found.case_code is None else cases.find(connection, found.case_code, None)
        after = holding.release(connection, desk.signer, found, person, who, reason=args.reason, case=case)
    print(word(after.state))
    return 0


def _locked(lock: StoreLock) -> str:
    """The state of the store's own lock, how many objects, and why not."""
    why = words(lock.reason, language(), {"error": lock.error})[0] if lock.reason else ""
    if lock.on or lock.owed or lock.failed:
        counts = say(
            f"{lock.on} on, {lock.owed} owed, {lock.failed} failed",
            f"{lock.on} terpasang, {lock.owed} menunggu, {lock.failed} gagal",
        )
        why = f"{counts}; {why}" if why else counts
    return f"store_lock={lock.state}" + (f" ({why})" if why else "")
