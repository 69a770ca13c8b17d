"""What `saksi agency terms`, `set-terms` and `import` do."""

from __future__ import annotations

import argparse

from cli import brought
from cli.language import language, say
from cli.officer import note, officer
from cli.opened import opened_database
from cli.words import head
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.database import Connection
from saksi.compliance import bring, subjects, terms
from saksi.compliance.subjects import Scope, Subject
from saksi.compliance.terms import Agreed
from saksi.messages import decimal, register
from saksi.settings import settings

register(
    "list_file",
    en=("{path} cannot be read: {why}.", "Give a CSV file in UTF-8 of at most 20 MB."),
    id_=("{path} tidak dapat dibaca: {why}.", "Beri berkas CSV dalam UTF-8, paling besar 20 MB."),
)


def show(args: argparse.Namespace) -> int:
    """One line a version, the one that begins last first."""
    head(
        "from, obliged, basis, cameras, uptime %, retention days, clock ms, set by, reason",
        "sejak, wajib, dasar, kamera, ketersediaan %, retensi hari, jam ms, oleh, alasan",
    )
    with opened_database(args.data) as database, database.transaction() as connection:
        found = terms.versions(connection, _subject(connection, args, None))
    for one in found:
        uptime = None if one.uptime_percent is None else decimal(f"{one.uptime_percent:g}", language())
        cells = (
            one.from_day.isoformat(),
            "" if one.obliged is None else say("yes", "ya") if one.obliged else say("no", "tidak"),
            one.basis,
            one.cameras,
            uptime,
            one.retention_days,
            one.clock_error_ms,
            one.made_by,
            one.reason,
        )
        print("\t".join("-" if cell in (None, "") else str(cell) for cell in cells))
    return 0


def put(args: argparse.Namespace) -> int:
    """Sets terms from a day on."""
    today = terms.today(settings().zone, clock.now_us())
    agreed = Agreed(
        obliged=None if args.obliged is None else args.obliged == "yes",
        basis=args.basis,
        cameras=args.cameras,
        uptime_percent=args.uptime,
        retention_days=args.retention,
        clock_error_ms=args.clock,
    )
    from_day = today if args.from_ is None else terms.day(args.from_, "from")
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.COMPLIANCE_WRITE)
        subject = _subject(connection, args, person.agency_ids)
        terms.put(
            connection,
            subject,
            agreed,
            from_day=from_day,
            reason=args.reason,
            made_by=person.name,
            today=today,
        )
        told = {"agency": subject.agency, "site": subject.site, "from": from_day.isoformat()}
        note(connection, who, "set terms", {**told, "reason": args.reason, **vars(agreed)})
    return 0


def bring_in(args: argparse.Namespace) -> int:
    """Says what becomes of each line that is not known already; 1 when one was refused."""
    sheet = bring.listed(brought.content(args.file, "list_file"))
    today = terms.today(settings().zone, clock.now_us())
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.COMPLIANCE_WRITE)
        with brought.dry_unless(connection, args.write):
            told = bring.bring(connection, sheet, made_by=person.name, today=today, scope=person.agency_ids)
        counts = bring.counts(told)
        if args.write:
            note(connection, who, "import terms", dict(counts))
    brought.tell_ignored(sheet.ignored)
    head("line, agency, done, what", "baris, instansi, hasil, keterangan")
    for one in told:
        if one.done != "known":
            why = "" if one.refused is None else one.refused.diagnostics(language())
            print(f"{one.line}\t{one.agency}\t{brought.done_word(one.done)}\t{why}".rstrip())
    return brought.tell_end(counts, args.write)


def _subject(connection: Connection, args: argparse.Namespace, scope: Scope) -> Subject:
    of_agency = subjects.agency(connection, args.agency, scope)
    if args.site is None:
        return of_agency
    return subjects.site(connection, args.site, [of_agency.agency_id])
