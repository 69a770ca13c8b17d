"""What `saksi incident` does."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from cli.language import language, say
from cli.officer import note, officer
from cli.opened import opened_database
from cli.words import head
from saksi.access import Permission
from saksi.errors import BadInput
from saksi.incidents import bring, lines, records
from saksi.local_time import moment
from saksi.messages import register
from saksi.settings import settings

_MOST_BYTES = 20_000_000
_DONE = {
    "added": ("added", "ditambah"),
    "known": ("known already", "sudah ada"),
    "refused": ("refused", "ditolak"),
}

register(
    "incident_file",
    en=("{path} cannot be read: {why}.", "Give a CSV file in UTF-8 of at most 20 MB."),
    id_=("{path} tidak dapat dibaca: {why}.", "Beri berkas CSV dalam UTF-8, paling besar 20 MB."),
)


def bring_in(args: argparse.Namespace) -> int:
    """Says what becomes of each line that is not simply added; 1 when one was refused."""
    listed = lines.read(_bytes(args.file), settings().zone)
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.INCIDENT_WRITE)
        undone = contextlib.nullcontext() if args.write else connection.transaction(force_rollback=True)
        with undone:
            told = bring.bring(connection, person, listed)
        counts = bring.counts(told)
        if args.write:
            note(connection, who, "import incidents", {"dry_run": False, **counts})
    if listed.ignored:
        names = ", ".join(listed.ignored)[:300]
        print(say(f"Columns not used: {names}", f"Kolom tidak dipakai: {names}"), file=sys.stderr)
    head("line, done, what", "baris, hasil, keterangan")
    for one in told:
        if one.done != "added":
            why = "" if one.refused is None else one.refused.diagnostics(language())
            print(f"{one.line}\t{say(*_DONE[one.done])}\t{why}".rstrip())
    print(", ".join(f"{say(*words)} {counts[done]}" for done, words in _DONE.items()), file=sys.stderr)
    if not args.write:
        print(
            say("Nothing is entered yet: add --write.", "Belum ada yang disimpan: tambahkan --write."),
            file=sys.stderr,
        )
    return int(counts["refused"] > 0)


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


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput("incident_file", field="csv", path=path, why=error.strerror or error) from error
    if len(data) > _MOST_BYTES:
        raise BadInput("incident_file", field="csv", path=path, why=f"> {_MOST_BYTES // 1_000_000} MB")
    return data
