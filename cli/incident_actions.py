"""What `saksi incident` does."""

from __future__ import annotations

import argparse

from cli import brought
from cli.language import language
from cli.officer import note, officer
from cli.opened import opened_database
from cli.words import head
from saksi.access import Permission
from saksi.incidents import bring, lines, records
from saksi.local_time import moment
from saksi.messages import register
from saksi.settings import settings

register(
    "incident_file",
    en=("{path} cannot be read: {why}.", "Give a CSV file in UTF-8 of at most 20 MB."),
    id_=("{path} tidak dapat dibaca: {why}.", "Beri berkas CSV dalam UTF-8, paling besar 20 MB."),
)


def bring_in(args: argparse.Namespace) -> int:
    """Says what becomes of each line that is not simply added; 1 when one was refused."""
    listed = lines.read(brought.content(args.file, "incident_file"), settings().zone)
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.INCIDENT_WRITE)
        with brought.dry_unless(connection, args.write):
            told = bring.bring(connection, person, listed)
        counts = bring.counts(told)
        if args.write:
            note(connection, who, "import incidents", {"dry_run": False, **counts})
    brought.tell_ignored(listed.ignored)
    head("line, done, what", "baris, hasil, keterangan")
    for one in told:
        if one.done != "added":
            why = "" if one.refused is None else one.refused.diagnostics(language())
            print(f"{one.line}\t{brought.done_word(one.done)}\t{why}".rstrip())
    return brought.tell_end(counts, args.write)


def show_all(args: argparse.Namespace) -> int:
    """One line an incident, the newest first: id, kind, time, place, how exact, reference, note."""
    zone = settings().zone
    head("id, kind, time, place, metres, reference, note", "id, jenis, waktu, tempat, meter, nomor, catatan")
    before: tuple[int, int] | None = None
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.INCIDENT_READ)
        wanted = records.Filter(kinds=args.kind)
        note(connection, who, "list incidents", {"kinds": args.kind})
        while found := records.search(connection, person, wanted, limit=500, before=before):
            for one in found:
                when = moment(one.from_us, zone, language())
                place = f"{one.lat:.6f},{one.lon:.6f}"
                cells = (
                    one.incident_id,
                    one.kind,
                    when,
                    place,
                    f"{one.accuracy_m:g}",
                    one.reference,
                    one.note,
                )
                print("\t".join(map(str, cells)).rstrip())
            before = (found[-1].from_us, found[-1].incident_id)
    return 0
