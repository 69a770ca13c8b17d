"""`saksi storage`: check an object store, give back the space of deleted objects."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check [URL]`, `vacuum`."""
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser(
        "check",
        help=say(
            "try whether a store does what evidence needs, in two buckets that are removed again",
            "uji apakah penyimpanan memenuhi syarat bukti, dalam dua bucket yang lalu dihapus",
        ),
    )
    check.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help=say(
            "S3 endpoint, with the keys of the settings (default: the store in use)",
            "alamat S3, dengan kunci dari setelan (bawaan: penyimpanan yang dipakai)",
        ),
    )
    vacuum = actions.add_parser(
        "vacuum",
        help=say(
            "make the embedded store give back the space of deleted objects now",
            "kembalikan sekarang ruang objek terhapus dari penyimpanan bawaan",
        ),
    )
    vacuum.add_argument(
        "--garbage",
        type=_share,
        default=0.1,
        metavar="SHARE",
        help=say(
            "only volumes of which so much is deleted (default 0.1)",
            "hanya volume yang sebanyak ini terhapus (bawaan 0.1)",
        ),
    )
    for action in (check, vacuum):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import storage_actions

    return {"check": storage_actions.check, "vacuum": storage_actions.vacuum}[args.action](args)


def _share(given: str) -> float:
    share = float(given)
    if not 0 <= share < 1:
        raise ValueError(given)
    return share
