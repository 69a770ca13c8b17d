"""`saksi import FILE…`: brings in what another recorder exported, and lists what was brought in."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which files, of which camera, from when, from whom."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help=say(
            "MP4, MKV, TS, AVI, PS or DAV with H.264 or H.265; several follow one another in time",
            "MP4, MKV, TS, AVI, PS atau DAV dengan H.264 atau H.265; beberapa berkas berurutan waktunya",
        ),
    )
    parser.add_argument("--camera", metavar="CODE", help=say("whose footage it is", "kamera pemilik rekaman"))
    parser.add_argument(
        "--start",
        metavar="TIME",
        help=say(
            "when the first picture was taken by the clock it was recorded with, such as 2026-11-23T21:10:00+08:00",
            "waktu gambar pertama menurut jam perekam asalnya, misalnya 2026-11-23T21:10:00+08:00",
        ),
    )
    clock = parser.add_mutually_exclusive_group()
    clock.add_argument(
        "--clock-behind",
        metavar="LENGTH",
        help=say(
            "that clock was so far behind true time, such as 4m12s; 0 when it was compared and was right",
            "jam itu tertinggal sekian dari waktu sebenarnya, misalnya 4m12s; 0 bila sudah dicocokkan dan tepat",
        ),
    )
    clock.add_argument(
        "--clock-ahead",
        metavar="LENGTH",
        help=say("that clock was so far ahead", "jam itu mendahului sekian"),
    )
    parser.add_argument(
        "--source",
        metavar="TEXT",
        help=say("who brought it and from where", "siapa yang membawanya dan dari mana"),
    )
    parser.add_argument(
        "--by", metavar="NAME", help=say("the person who does this", "orang yang melakukan ini")
    )
    parser.add_argument(
        "--file-only",
        action="store_true",
        help=say(
            "where the video is neither H.264 nor H.265: keep the file, without footage",
            "bila videonya bukan H.264 atau H.265: simpan berkasnya saja, tanpa rekaman",
        ),
    )
    parser.add_argument(
        "--list", action="store_true", help=say("what was brought in so far", "yang sudah dibawa masuk")
    )
    parser.add_argument(
        "--get",
        type=int,
        metavar="ID",
        help=say(
            "write the file of this import to --out, as it was brought",
            "tulis berkas impor ini ke --out, seperti aslinya",
        ),
    )
    parser.add_argument("--out", type=Path, metavar="FILE")
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Brings the files in one after the other."""
    from cli import import_actions

    if args.get is not None:
        return import_actions.get(args)
    return import_actions.show_all(args) if args.list else import_actions.bring(args)
