"""`saksi export --case NUMBER --out FILE`: builds a package of a case and writes it to a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which case, and where to."""
    parser.add_argument("--case", required=True, metavar="NUMBER", help=say("case number", "nomor kasus"))
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help=say("file to write", "berkas yang ditulis")
    )
    parser.add_argument(
        "--exhibit",
        type=int,
        action="append",
        metavar="N",
        help=say("only this exhibit (may be repeated)", "hanya barang bukti ini (boleh diulang)"),
    )
    # The defaults are kept with the package and its papers, which are in both languages whoever's shell this is.
    parser.add_argument(
        "--recipient",
        default="pemegang berkas ini / holder of this file",
        help=say("who it is for", "untuk siapa"),
    )
    parser.add_argument(
        "--reason",
        default="diminta lewat baris perintah / asked for on the command line",
        help=say("why", "alasan"),
    )
    parser.add_argument("--letter", default="", help=say("request letter", "surat permintaan"))
    parser.add_argument(
        "--derivatives",
        type=_numbers,
        metavar="all|none|N,N",
        help=say(
            "redacted copies to carry (default: all that are ready)",
            "salinan samaran yang disertakan (bawaan: semua yang siap)",
        ),
    )
    parser.add_argument(
        "--only-derivatives",
        action="store_true",
        help=say(
            "hand over the redacted copies alone, without originals",
            "serahkan hanya salinan samaran, tanpa rekaman asli",
        ),
    )
    parser.add_argument(
        "--imported-files",
        action="store_true",
        help=say(
            "with the files of which imported footage was made, as they were brought",
            "beserta berkas asal rekaman impor, persis seperti yang dibawa",
        ),
    )
    parser.add_argument(
        "--wait-for-witnesses",
        action="store_true",
        help=say(
            "build it when the witnesses that the log's policy asks for have signed",
            "susun setelah saksi luar yang disyaratkan kebijakan log menandatangani",
        ),
    )
    parser.add_argument(
        "--split",
        type=int,
        metavar="BYTES",
        help=say(
            "in files of at most so many bytes: FILE.001, FILE.002 … (FAT32: 4000000000)",
            "dalam berkas paling besar sekian bita: FILE.001, FILE.002 … (FAT32: 4000000000)",
        ),
    )
    parser.add_argument(
        "--by",
        metavar="NAME",
        help=say("whose export it is (default: you)", "ekspor atas nama siapa (bawaan: Anda)"),
    )
    add_data_option(parser)


def _numbers(text: str) -> list[int] | None:
    """ "all" is None, "none" nothing, else numbers with commas. Raises ValueError, which argparse reports."""
    if text == "all":
        return None
    return [] if text == "none" else [int(one) for one in text.split(",")]


def run(args: argparse.Namespace) -> int:
    """Asks for the package, shows how far it is, writes it, and says how to check it."""
    from cli import export_actions

    return export_actions.export(args)
