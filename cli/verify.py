"""`saksi verify`: checks an evidence package. The same code as the `verify.py` inside every package."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.data_option import add_data_option
from cli.language import language, say

if TYPE_CHECKING:
    from saksi.custody.verifier.trust import Trust


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The package, what to trust, and how to print."""
    parser.add_argument("package", metavar="ZIP|FOLDER", help=say("the package", "paket bukti"))
    parser.add_argument(
        "--trust",
        metavar="KEYFILE|FINGERPRINT",
        help=say(
            "the archive's policy.txt, log key or fingerprint (in quotes), got by another way than the package",
            "policy.txt, kunci log, atau sidik jari arsip (di antara tanda kutip), diperoleh di luar paket",
        ),
    )
    parser.add_argument("--json", action="store_true", help=say("print JSON", "cetak JSON"))
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the eight verdicts; answers 0, 1 or 2 as docs/reference/package.md says."""
    from saksi.custody.verifier.main import Progress, nothing_there, show, size_of, verify_package

    if not os.path.exists(args.package):
        return nothing_there(args.package, language())
    trusted = _trust(args)
    report = verify_package(args.package, trusted, Progress(size_of(args.package)))
    return show(report, args.json, language())


def _trust(args: argparse.Namespace) -> Trust | None:
    """What was given, or this machine's own installation's policy; that is said, since it is no outside trust."""
    from saksi.custody.verifier.trust import read_trust

    given = args.trust
    if given is None:
        folder = args.data or Path(os.environ.get("SAKSI_DATA", "data"))
        own = folder / "keys" / "policy.txt"
        if not own.is_file():
            return None
        told = say(
            f"Trusting this machine's own installation: {own}. Elsewhere, give --trust.",
            f"Memakai kepercayaan instalasi di mesin ini: {own}. Di tempat lain, berikan --trust.",
        )
        print(told, file=sys.stderr)
        given = str(own)
    return read_trust(given)
