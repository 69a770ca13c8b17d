"""`saksi fsck`: catalogue, object store and this machine's spool beside one another; mends only what it is told to."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without options it only looks."""
    parser.epilog = say(
        "Exit status: 0 when all is well or has been mended, 1 when anything is left, 2 when it cannot be told.",
        "Status keluar: 0 bila semua baik atau sudah diperbaiki; 1 bila ada yang tersisa; 2 bila tidak dapat dinilai.",
    )
    parser.add_argument(
        "--deep",
        action="store_true",
        help=say(
            "read every object and compare its digest (hours for a city)",
            "baca semua objek dan bandingkan hash-nya (berjam-jam untuk satu kota)",
        ),
    )
    parser.add_argument("--json", action="store_true", help=say("one JSON object", "satu objek JSON"))
    parser.add_argument(
        "--without-spool",
        action="store_true",
        help=say("leave out the spool of this machine's recorder", "tanpa spool perekam di mesin ini"),
    )
    parser.add_argument(
        "--repair",
        choices=("spool",),
        help=say(
            "have recorders send again what is missing or damaged and still on a spool",
            "minta perekam mengirim ulang yang hilang atau rusak dan masih ada di spool",
        ),
    )
    parser.add_argument(
        "--quarantine-foreign",
        action="store_true",
        help=say(
            "move objects that no row names under quarantine/ (with --yes; else it says which)",
            "pindahkan objek tanpa baris ke quarantine/ (dengan --yes; tanpa itu hanya disebutkan)",
        ),
    )
    parser.add_argument("--yes", action="store_true", help=say("do it", "lakukan"))
    parser.add_argument(
        "--accept",
        type=int,
        metavar="ID",
        help=say(
            "take note of a finding that cannot be mended (with --by and --note)",
            "terima temuan yang tidak dapat diperbaiki (dengan --by dan --note)",
        ),
    )
    parser.add_argument("--by", metavar="NAME", help=say("the officer who accepts", "petugas yang menerima"))
    parser.add_argument("--note", metavar="TEXT", help=say("why", "alasannya"))
    parser.add_argument(
        "--resume",
        action="store_true",
        help=say(
            "let scrub go on after it stopped: what is missing is lost indeed",
            "lanjutkan pemeriksaan berkala setelah berhenti: yang tidak ada memang hilang",
        ),
    )
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Looks, or does the one thing asked for."""
    from cli import fsck_actions

    if args.accept is not None:
        return fsck_actions.accept(args)
    return fsck_actions.resume(args) if args.resume else fsck_actions.check(args)
