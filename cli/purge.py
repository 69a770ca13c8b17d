"""`saksi purge`: what a purge by policy would take, carry one out now, list purges, write a certificate."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One of `--dry-run`, `--now`, `--list`, `--certificate N`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--dry-run",
        action="store_true",
        help=say("show what would go now; changes nothing", "lihat yang akan musnah; tidak mengubah apa pun"),
    )
    what.add_argument(
        "--now",
        action="store_true",
        help=say("purge what is over by policy", "musnahkan yang lewat masa simpan"),
    )
    what.add_argument("--list", action="store_true", help=say("list purges", "daftar pemusnahan"))
    what.add_argument(
        "--certificate",
        type=int,
        metavar="N",
        help=say("write the signed certificate of purge N", "tulis berita acara pemusnahan N"),
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help=say("where to write it", "berkas tujuan"))
    parser.add_argument(
        "--json", action="store_true", help=say("as one JSON object", "sebagai satu objek JSON")
    )
    parser.add_argument(
        "--reason", default="", help=say("why now, for the log", "mengapa sekarang, untuk log")
    )
    parser.add_argument(
        "--clock-checked",
        default="",
        metavar="WHY",
        help=say(
            "the clock is right although nothing was recorded lately",
            "jam benar meski belakangan tidak ada rekaman",
        ),
    )
    parser.add_argument(
        "--by", metavar="NAME", help=say("the person who does this", "orang yang melakukan ini")
    )
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import purge_actions

    if args.now:
        return purge_actions.now(args)
    if args.list:
        return purge_actions.show_all(args)
    if args.certificate is not None:
        return purge_actions.write_certificate(args)
    return purge_actions.dry_run(args)
