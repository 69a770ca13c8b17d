"""What `saksi compliance` does: the same report as the API's."""

from __future__ import annotations

import argparse
import hashlib

from cli.language import language
from cli.officer import note, officer
from cli.opened import opened_database, resolved
from saksi import clock, durable, papers
from saksi.access import Permission
from saksi.compliance import monthly, monthly_csv
from saksi.errors import BadInput
from saksi.filing import compliance as filing
from saksi.filing import desk
from saksi.filing.desk import Office
from saksi.messages import register

_FORMATS = {".pdf": "pdf", ".csv": "csv"}

register(
    "report_form",
    en=("{given} is neither a .pdf nor a .csv.", "Name the file with --out report.pdf or --out report.csv."),
    id_=("{given} bukan .pdf atau .csv.", "Beri nama dengan --out laporan.pdf atau --out laporan.csv."),
)


def write_report(args: argparse.Namespace) -> int:
    """Writes it and audits it as taken out; nothing is written that is not on record."""
    form = _FORMATS.get(args.out.suffix.lower())
    if form is None:
        raise BadInput("report_form", field="--out", given=args.out)
    settings, now_us = resolved(args.data), clock.now_us()
    with opened_database(args.data) as database:
        with database.transaction() as connection:
            person, who = officer(connection, args.by, Permission.COMPLIANCE_READ)
            found = monthly.of(
                connection,
                args.month,
                now_us=now_us,
                zone=settings.zone,
                scope=person.agency_ids,
                agency=args.agency,
            )
            office, maker = Office(connection=connection, settings=settings), desk.caller(who)
            filled = filing.report(office, found, made_by=maker, made_us=now_us, language=language())
        listed = form == "csv"
        data = monthly_csv.text(found, language()).encode() if listed else papers.render(filled, language())
        told = {"month": args.month, "format": form, "language": language(), "agency": args.agency}
        with database.transaction() as connection:
            note(connection, who, "compliance report", {**told, "sha256": hashlib.sha256(data).hexdigest()})
        durable.write(args.out, data)
    return 0
