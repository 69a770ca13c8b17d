"""What `saksi receive` does: the same as the recipient's page, for a file that came by hand."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from cli.language import say
from cli.officer import officer
from cli.opened import resolved
from saksi import papers
from saksi.access import Permission
from saksi.catalogue import cases, exports, receipts
from saksi.catalogue.database import Database
from saksi.catalogue.office import Office
from saksi.errors import BadInput
from saksi.filing import desk, handing
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "receipt_file_unreadable",
    en=("{path} cannot be read.", "Name the tanda-terima.json that came back."),
    id_=("{path} tidak dapat dibaca.", "Sebutkan tanda-terima.json yang kembali."),
)


def receive(args: argparse.Namespace) -> int:
    """See `cli.receive`. Answers 1 when what they received is not what was sent, or did not verify."""
    given = replace(receipts.read_file(_read(args.file)), place=args.place, remarks=args.remarks)
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=1)
    store = ObjectStore.from_settings(settings)
    try:
        signer = Office(settings.keys_folder).signer(database)
        with database.transaction() as connection:
            person, who = officer(connection, args.by, Permission.DISCLOSURE_WRITE)
            export_id, code = receipts.export_of(connection, given)
            case = cases.find(connection, code, person)
            export = exports.find(connection, export_id)
            entered = receipts.enter(connection, signer, store, case, export, given, who=who, by="file")
            paper = handing.receipt(
                desk.Office(connection=connection, settings=settings),
                case,
                export,
                entered,
                None,
                say("en", "id"),
            )
    finally:
        store.close()
        database.close()
    print(f"{case.number}\t{entered.number}")
    if args.pdf is not None:
        args.pdf.write_bytes(papers.render(paper, say("en", "id")))
    return 1 if _warn(entered) else 0


def _warn(entered: receipts.Receipt) -> bool:
    """Says what is wrong with what they received, if anything."""
    failed = [one.line for one in entered.verdicts if one.state == "fails"]
    differs = entered.body["result"] == "differs"
    if differs:
        sent = entered.body["what"]["sha256"]
        print(
            say(
                f"They hold another file than was sent: its SHA-256 is not {sent}.",
                f"Berkas mereka bukan yang dikirim: SHA-256-nya bukan {sent}.",
            ),
            file=sys.stderr,
        )
    if failed:
        print(say("It did not verify: ", "Tidak lolos pemeriksaan: ") + ", ".join(failed), file=sys.stderr)
    return differs or bool(failed)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(receipts.MOST_FILE + 1)
    except OSError as error:
        raise BadInput("receipt_file_unreadable", field="FILE", path=path) from error
