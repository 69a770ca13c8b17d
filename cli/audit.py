"""`saksi audit`: who did what."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `viewers CAMERA` and `export`."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help=say("the newest rows first", "baris terbaru lebih dulu"))
    _add_filters(listed)
    listed.add_argument("--limit", type=int, default=100, metavar="N")
    viewers = actions.add_parser(
        "viewers", help=say("who was shown a camera's footage", "siapa yang melihat rekaman kamera")
    )
    viewers.add_argument("camera", metavar="CAMERA")
    export = actions.add_parser(
        "export",
        help=say(
            "one file for an auditor, for saksi verify", "satu berkas untuk auditor, untuk saksi verify"
        ),
    )
    _add_filters(export)
    export.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help=say("why, as the file tells", "keperluan, tertulis di berkas"),
    )
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help=say("a new ZIP", "ZIP baru"))
    for parser_ in (listed, viewers, export):
        parser_.add_argument("--from", dest="from_", metavar="TIME", required=parser_ is not listed)
        parser_.add_argument("--to", metavar="TIME", required=parser_ is not listed)
        add_data_option(parser_)


def _add_filters(parser: argparse.ArgumentParser) -> None:
    """What narrows the rows."""
    parser.add_argument("--person", metavar="NAME", help=say("done by this person", "oleh orang ini"))
    parser.add_argument("--camera", metavar="ID", help=say("about this camera", "tentang kamera ini"))
    parser.add_argument("--case", metavar="NUMBER", help=say("for this case", "untuk kasus ini"))
    parser.add_argument(
        "--kind",
        choices=("view", "search", "log-in", "export", "hold"),
        help=say("actions of one kind", "tindakan sejenis"),
    )
    parser.add_argument(
        "--action", dest="done", metavar="ACTION", help=say("this action alone", "hanya tindakan ini")
    )
    parser.add_argument("--result", choices=("ok", "denied", "failed"))


def run(args: argparse.Namespace) -> int:
    """Prints one line a row, tabs between; an export is written to a file."""
    from cli import audit_actions

    if args.action == "export":
        from cli import audit_export

        return audit_export.export(args)
    return {"list": audit_actions.show_all, "viewers": audit_actions.viewers}[args.action](args)
