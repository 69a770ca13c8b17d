"""`saksi receive FILE`: enters a receipt that came back by USB stick or mail."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, who enters it, and what its envelope told."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=say("tanda-terima.json", "berkas tanda-terima.json")
    )
    parser.add_argument("--place", default="", help=say("where it was received", "tempat penerimaan"))
    parser.add_argument("--remarks", default="", help=say("how it came back", "cara kembalinya"))
    parser.add_argument(
        "--pdf", type=Path, metavar="OUT", help=say("write the receipt as a paper too", "tulis juga suratnya")
    )
    add_officer_option(parser)
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Enters it and prints its number in the case."""
    from cli import receive_actions

    return receive_actions.receive(args)
