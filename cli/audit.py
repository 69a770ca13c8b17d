"""`saksi audit`: who did what."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list` and `viewers CAMERA`."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help=say("the newest rows first", "baris terbaru lebih dulu"))
    listed.add_argument("--person", metavar="NAME", help=say("done by this person", "oleh orang ini"))
    listed.add_argument("--camera", metavar="ID", help=say("about this camera", "tentang kamera ini"))
    listed.add_argument("--case", metavar="NUMBER", help=say("for this case", "untuk kasus ini"))
    listed.add_argument(
        "--kind",
        choices=("view", "search", "log-in", "export", "hold"),
        help=say("actions of one kind", "tindakan sejenis"),
    )
    listed.add_argument(
        "--action", dest="done", metavar="ACTION", help=say("this action alone", "hanya tindakan ini")
    )
    listed.add_argument("--result", choices=("ok", "denied", "failed"))
    listed.add_argument("--limit", type=int, default=100, metavar="N")
    viewers = actions.add_parser(
        "viewers", help=say("who was shown a camera's footage", "siapa yang melihat rekaman kamera")
    )
    viewers.add_argument("camera", metavar="CAMERA")
    for parser_ in (listed, viewers):
        parser_.add_argument("--from", dest="from_", metavar="TIME", required=parser_ is viewers)
        parser_.add_argument("--to", metavar="TIME", required=parser_ is viewers)
        add_data_option(parser_)


def run(args: argparse.Namespace) -> int:
    """Prints one line a row, tabs between."""
    from cli import audit_actions

    return {"list": audit_actions.show_all, "viewers": audit_actions.viewers}[args.action](args)
