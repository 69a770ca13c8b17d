"""`saksi purge`: what a purge by policy would take, one now, deletions by hand, the list, certificates."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_at_once_options
from saksi.errors import BadInput
from saksi.messages import register

register(
    "purge_what",
    en=(
        "Nothing says what to do.",
        "Give --dry-run, --now, --list, --camera, --approve, --undo, --certificate or --verify-certificate.",
    ),
    id_=(
        "Tidak disebutkan apa yang dilakukan.",
        "Beri --dry-run, --now, --list, --camera, --approve, --undo, --certificate atau --verify-certificate.",
    ),
)
register(
    "purge_with_camera",
    en=("{field} does not go together with --camera.", "Give --camera alone, or with --dry-run."),
    id_=("{field} tidak dapat dipakai bersama --camera.", "Beri --camera saja, atau dengan --dry-run."),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One thing to do; `--camera` asks for a deletion by hand, with `--dry-run` it shows what that would take."""
    what = parser.add_mutually_exclusive_group()
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
    _numbered(what, "--approve", "approve a deletion by hand", "setujui penghapusan manual")
    _numbered(what, "--undo", "take a deletion by hand back", "batalkan penghapusan manual")
    _numbered(
        what, "--certificate", "write the signed certificate of purge N", "tulis berita acara pemusnahan N"
    )
    what.add_argument(
        "--verify-certificate",
        type=Path,
        metavar="FILE",
        help=say("check a certificate without the archive", "periksa berita acara tanpa arsip"),
    )
    _by_hand(parser)
    _certificates(parser)
    parser.add_argument(
        "--json", action="store_true", help=say("as one JSON object", "sebagai satu objek JSON")
    )
    parser.add_argument("--reason", default="", help=say("why", "mengapa"))
    add_at_once_options(parser)
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import purge_actions, purge_by_hand, purge_check

    if args.camera:
        for name in ("now", "list", "approve", "undo", "certificate", "verify_certificate"):
            if getattr(args, name) not in (None, False):
                raise BadInput("purge_with_camera", field="--" + name.replace("_", "-"))
        return purge_by_hand.look(args) if args.dry_run else purge_by_hand.ask(args)
    if args.now:
        return purge_actions.now(args)
    if args.list:
        return purge_actions.show_all(args)
    if args.approve is not None:
        return purge_by_hand.approve(args)
    if args.undo is not None:
        return purge_by_hand.undo(args)
    if args.certificate is not None:
        return purge_actions.write_certificate(args)
    if args.verify_certificate is not None:
        return purge_check.verify_certificate(args)
    if args.dry_run:
        return purge_actions.dry_run(args)
    raise BadInput("purge_what", field="--dry-run")


def _numbered(group: argparse._MutuallyExclusiveGroup, name: str, en: str, id_: str) -> None:
    group.add_argument(name, type=int, metavar="N", help=say(en, id_))


def _by_hand(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group(say("deletion by hand", "penghapusan manual"))
    asked.add_argument(
        "--camera",
        action="append",
        metavar="ID",
        help=say(
            "delete its footage although no policy asks for it; may be repeated",
            "hapus rekamannya di luar kebijakan; boleh diulang",
        ),
    )
    asked.add_argument("--from", dest="from_", default="", metavar="TIME", help="RFC 3339")
    asked.add_argument("--to", default="", metavar="TIME", help="RFC 3339")
    asked.add_argument(
        "--basis", default="", help=say("law it rests on; names no person", "dasar hukum; tanpa nama orang")
    )
    asked.add_argument(
        "--order",
        default="",
        help=say(
            "court order or article that allows to go below the legal minimum",
            "penetapan pengadilan atau pasal yang membolehkan di bawah masa simpan minimum",
        ),
    )


def _certificates(parser: argparse.ArgumentParser) -> None:
    paper = parser.add_argument_group(say("certificates", "berita acara"))
    paper.add_argument("--out", type=Path, metavar="FILE", help=say("where to write it", "berkas tujuan"))
    paper.add_argument(
        "--pdf", action="store_true", help=say("as BA pemusnahan on paper", "sebagai BA pemusnahan di kertas")
    )
    paper.add_argument(
        "--proof",
        type=Path,
        metavar="FILE",
        help=say(
            "proof that it is in the log: written with --certificate, read to verify",
            "bukti bahwa ada dalam log: ditulis dengan --certificate, dibaca saat memeriksa",
        ),
    )
    paper.add_argument(
        "--trust",
        action="append",
        metavar="FILE|KEY",
        help=say(
            "the log's policy (saksi ledger policy), the office's public keys (saksi ledger key --office), or both",
            "kebijakan log (saksi ledger policy), kunci publik kantor (saksi ledger key --office), atau keduanya",
        ),
    )
    paper.add_argument(
        "--tombstones",
        type=Path,
        metavar="FILE",
        help=say(
            "the list of what went: written with --certificate, read to verify",
            "daftar yang dimusnahkan: ditulis dengan --certificate, dibaca saat memeriksa",
        ),
    )
