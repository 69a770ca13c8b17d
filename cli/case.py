"""`saksi case`: open, list and show cases."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add NUMBER`, `list`, `show NUMBER`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("open a case", "buka kasus"))
    add.add_argument(
        "number", metavar="NUMBER", help=say("such as LP/B/123/XI/2026/SPKT", "mis. LP/B/123/XI/2026/SPKT")
    )
    add.add_argument("--title", required=True)
    add.add_argument("--report", default="", help=say("number of the police report", "nomor laporan polisi"))
    add.add_argument(
        "--officer",
        action="append",
        default=[],
        help=say("who works on it (may be repeated)", "penyidik (boleh diulang)"),
    )
    listed = actions.add_parser("list", help=say("list cases", "daftar kasus"))
    listed.add_argument("--state", choices=("open", "closed"))
    show = actions.add_parser(
        "show", help=say("show a case, its exhibits and custody", "tampilkan kasus dan penguasaannya")
    )
    show.add_argument("number", metavar="NUMBER")
    for action in (add, listed, show):
        add_data_option(action)
    add_officer_option(add)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import case_actions

    return {"add": case_actions.add, "list": case_actions.show_all, "show": case_actions.show}[args.action](
        args
    )
