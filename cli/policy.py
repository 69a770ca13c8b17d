"""`saksi policy`: how long footage is kept; list, preview, set, accept and withdraw retention policies."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `show --camera`, `preview`, `set`, `accept ID`, `withdraw ID`."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help=say("list policies", "daftar kebijakan"))
    listed.add_argument(
        "--history",
        action="store_true",
        help=say("also what was replaced or withdrawn", "juga yang sudah diganti atau ditarik"),
    )
    show = actions.add_parser("show", help=say("what counts for a camera", "yang berlaku untuk kamera"))
    show.add_argument("--camera", required=True, metavar="ID")
    preview = actions.add_parser(
        "preview",
        help=say("what a change would do; changes nothing", "akibat suatu perubahan; tidak mengubah"),
    )
    settled = actions.add_parser(
        "set",
        help=say("set a policy, or propose one that shortens", "tetapkan, atau usulkan yang memperpendek"),
    )
    for action in (preview, settled):
        _add_change(action)
    settled.add_argument(
        "--preview", metavar="SHA256", help=say("digest of its preview", "digest pratinjaunya")
    )
    accept = actions.add_parser(
        "accept", help=say("accept what another officer proposed", "setujui usulan petugas lain")
    )
    withdraw = actions.add_parser("withdraw", help=say("take a proposal back", "tarik usulan"))
    for action in (accept, withdraw):
        action.add_argument("id", metavar="ID", type=int)
    for action in (preview, settled, accept, withdraw):
        add_officer_option(action)
    for action in (listed, show, preview, settled, accept, withdraw):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import policy_actions

    actions = {
        "list": policy_actions.show_all,
        "show": policy_actions.show,
        "preview": policy_actions.preview,
        "set": policy_actions.put,
        "accept": policy_actions.accept,
        "withdraw": policy_actions.withdraw,
    }
    return actions[args.action](args)


def _add_change(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scope", required=True, choices=("default", "agency", "site", "camera", "class"))
    parser.add_argument(
        "--subject",
        default="",
        metavar="ID",
        help=say("agency, site or camera, or the class", "instansi, lokasi atau kamera, atau kelas"),
    )
    parser.add_argument("--days", type=float, help=say("how long", "berapa lama"))
    parser.add_argument(
        "--inherit",
        action="store_true",
        help=say("no length of its own any more", "tanpa lama penyimpanan sendiri lagi"),
    )
    parser.add_argument("--min-days", type=float, help=say("of a class", "suatu kelas"))
    parser.add_argument("--max-days", type=float, help=say("of a class", "suatu kelas"))
    parser.add_argument("--basis", required=True, help=say("the law it rests on", "dasar hukumnya"))
    parser.add_argument("--reason", default="")
    parser.add_argument(
        "--effective", metavar="TIME", help=say("RFC 3339; unset: at once", "RFC 3339; kosong: seketika")
    )
