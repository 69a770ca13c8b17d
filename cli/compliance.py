"""`saksi compliance`: the monthly report on agencies, as a paper or as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--month MONTH --out FILE`, of all agencies or of one."""
    parser.add_argument(
        "--month", required=True, metavar="MONTH", help=say("such as 2026-11", "misalnya 2026-11")
    )
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="FILE",
        help=say("file to write, .pdf or .csv", "berkas yang ditulis, .pdf atau .csv"),
    )
    parser.add_argument("--agency", metavar="AGENCY", help=say("of one agency only", "satu instansi saja"))
    add_officer_option(parser)
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Writes the report."""
    from cli import compliance_actions

    return compliance_actions.write_report(args)
