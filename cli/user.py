"""`saksi user`: people who may log in."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `change`, `disable`, `enable`, `reset-…`, `unlock`, `link`, `unlink`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("add a person", "tambah pengguna"))
    change = actions.add_parser(
        "change", help=say("change role, limits, unit, rank", "ubah peran, batas, kesatuan")
    )
    others = [
        actions.add_parser("disable", help=say("let them in no more", "tutup akun")),
        actions.add_parser("enable", help=say("let them in again", "buka akun lagi")),
        actions.add_parser(
            "reset-password", help=say("print a password to be changed", "cetak sandi yang harus diganti")
        ),
        actions.add_parser(
            "reset-second-factor",
            help=say("take away a second factor that was lost", "hapus faktor kedua yang hilang"),
        ),
        actions.add_parser("unlock", help=say("forget failed attempts", "lupakan percobaan gagal")),
    ]
    link = actions.add_parser(
        "link", help=say("let them log in through the provider", "masuk lewat penyedia OpenID Connect")
    )
    link.add_argument(
        "--subject",
        metavar="SUB",
        help=say("what the provider calls them", "sebutan mereka di penyedia (sub)"),
    )
    link.add_argument(
        "--expected",
        metavar="VALUE",
        help=say("what SAKSI_OIDC_PERSON_CLAIM says of them", "isi klaim SAKSI_OIDC_PERSON_CLAIM mereka"),
    )
    others += [
        link,
        actions.add_parser(
            "unlink",
            help=say("print a password in place of the provider", "cetak sandi sebagai ganti penyedia"),
        ),
    ]
    for named in (add, change, *others):
        named.add_argument("name", metavar="NAME")
    for fields, needed in ((add, True), (change, False)):
        _add_fields(fields, needed)
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help=say("read the password from stdin", "baca kata sandi dari stdin"),
    )
    add.add_argument(
        "--must-change",
        action="store_true",
        help=say("they change it at the first log-in", "harus diganti saat masuk pertama"),
    )
    change.add_argument(
        "--unlimited",
        action="store_true",
        help=say("limited to no agencies or areas any more", "tanpa batas instansi atau wilayah lagi"),
    )
    listed = actions.add_parser("list", help=say("list people", "daftar pengguna"))
    for one in (add, change, listed, *others):
        add_data_option(one)


def _add_fields(parser: argparse.ArgumentParser, needed: bool) -> None:
    parser.add_argument(
        "--role", required=needed, metavar="ROLE", help=say("what they may do", "apa yang boleh dilakukan")
    )
    parser.add_argument(
        "--agency",
        action="append",
        metavar="ID",
        help=say(
            "see only this agency's cameras (may be repeated)", "hanya kamera instansi ini (boleh diulang)"
        ),
    )
    parser.add_argument(
        "--area",
        action="append",
        metavar="ID",
        help=say(
            "see only the cameras in this area (may be repeated; beside those of --agency)",
            "hanya kamera di wilayah ini (boleh diulang; di samping kamera --agency)",
        ),
    )
    unset = "" if needed else None
    parser.add_argument("--unit", default=unset, help=say("where they serve", "kesatuan"))
    parser.add_argument("--rank", default=unset, help=say("their rank", "pangkat"))
    parser.add_argument(
        "--id", default=unset, metavar="NUMBER", help=say("their service number", "NRP atau NIP")
    )


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import user_actions

    return user_actions.ACTIONS[args.action](args)
