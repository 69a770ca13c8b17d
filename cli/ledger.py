"""`saksi ledger …`: check the whole log, make a checkpoint, print its key and policy, exchange files with a witness."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One action each."""
    actions = parser.add_subparsers(dest="action", required=True)
    verify = _action(
        actions,
        "verify",
        "check every entry, checkpoint and copy, the catalogue and the footage in the store",
        "periksa semua entri, titik periksa dan salinan, katalog dan rekaman di penyimpanan",
    )
    verify.add_argument(
        "--without-store",
        action="store_true",
        help=say("leave out the object store", "tanpa penyimpanan objek"),
    )
    verify.add_argument(
        "--log-only",
        action="store_true",
        help=say("leave out the catalogue's rows and the footage", "tanpa baris-baris katalog dan rekaman"),
    )
    verify.add_argument(
        "--deep",
        action="store_true",
        help=say(
            "read every object in the store and compare its digest (hours for a city)",
            "baca semua objek di penyimpanan dan bandingkan hash-nya (berjam-jam untuk satu kota)",
        ),
    )
    verify.add_argument(
        "--trust",
        type=Path,
        metavar="FILE",
        help=say(
            "policy kept outside: its log keys and witnesses count, not the catalogue's",
            "kebijakan yang disimpan di luar: kunci log dan saksinya yang berlaku, bukan milik katalog",
        ),
    )
    verify.add_argument(
        "--seen",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=say(
            "a checkpoint kept outside (a package's meta/checkpoint, a paper): the log must continue it",
            "titik periksa yang disimpan di luar (meta/checkpoint paket, kertas): log harus melanjutkannya",
        ),
    )
    _action(actions, "status", "say how the log stands", "tampilkan keadaan log")
    _action(actions, "checkpoint", "make a checkpoint now", "buat titik periksa sekarang")
    key = _action(actions, "key", "print the log's verifier keys", "cetak kunci pemeriksa log")
    key.add_argument(
        "--office",
        action="store_true",
        help=say(
            "the public keys instead with which the office signed certificates, holds and custody",
            "kunci publik kantor, yang menandatangani berita acara, penahanan, dan penguasaan",
        ),
    )
    _action(
        actions,
        "policy",
        "print the policy to hand out, for --trust",
        "cetak berkas kebijakan untuk dibagikan, bagi --trust",
    )
    request = _action(
        actions,
        "request",
        "print what a witness without a network is to sign",
        "cetak yang harus ditandatangani saksi luar tanpa jaringan",
    )
    request.add_argument(
        "witness", metavar="WITNESS", help=say("its name in the policy", "namanya di kebijakan")
    )
    request.add_argument(
        "--old", type=int, metavar="SIZE", help=say("the size it says it has", "ukuran yang ia sebutkan")
    )
    cosign = _action(actions, "cosign", "take in a witness's signature", "terima tanda tangan saksi luar")
    cosign.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Runs the action."""
    from cli import ledger_actions

    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "verify": ledger_actions.verify,
        "status": ledger_actions.status,
        "checkpoint": ledger_actions.checkpoint,
        "key": ledger_actions.key,
        "policy": ledger_actions.policy,
        "request": ledger_actions.request,
        "cosign": ledger_actions.cosign,
    }
    return actions[args.action](args)


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, en: str, id_: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=say(en, id_), description=say(en, id_).capitalize() + ".")
    add_data_option(parser)
    return parser
