"""`saksi thin`: from which age on only keyframes are kept; policies, what waits, and the work itself at once."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_at_once_options, add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `set`, `accept ID`, `withdraw ID`, `waiting`, `now`."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help=say("list thinning policies", "daftar kebijakan penjarangan"))
    settled = actions.add_parser(
        "set", help=say("propose a policy, or end thinning", "usulkan kebijakan, atau akhiri penjarangan")
    )
    _add_policy(settled)
    accept = actions.add_parser(
        "accept", help=say("accept what another officer proposed", "setujui usulan petugas lain")
    )
    withdraw = actions.add_parser("withdraw", help=say("take a proposal back", "tarik usulan"))
    for action in (accept, withdraw):
        action.add_argument("id", metavar="ID", type=int)
    waiting = actions.add_parser(
        "waiting",
        help=say("what is to be thinned, and to go after that", "yang akan dijarangkan dan dimusnahkan"),
    )
    now = actions.add_parser("now", help=say("thin what is old enough", "jarangkan yang sudah cukup umur"))
    _add_now(now)
    for action in (settled, accept, withdraw):
        add_officer_option(action)
    for action in (listed, settled, accept, withdraw, waiting, now):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import thin_actions, thin_now

    actions = {
        "list": thin_actions.show_all,
        "set": thin_actions.put,
        "accept": thin_actions.accept,
        "withdraw": thin_actions.withdraw,
        "waiting": thin_now.show_waiting,
        "now": thin_now.now,
    }
    return actions[args.action](args)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scope", required=True, choices=("default", "agency", "site", "camera"))
    parser.add_argument(
        "--subject",
        default="",
        metavar="ID",
        help=say("agency, site or camera", "instansi, lokasi atau kamera"),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--mode",
        choices=("keyframes", "one_a_second"),
        help=say("what is kept", "yang disimpan"),
    )
    what.add_argument(
        "--end",
        action="store_true",
        help=say(
            "thin nothing there any more; counts at once", "akhiri penjarangan di sana; langsung berlaku"
        ),
    )
    parser.add_argument("--after-days", type=float, help=say("from which age on", "mulai umur berapa hari"))
    parser.add_argument("--basis", required=True, help=say("the law it rests on", "dasar hukumnya"))
    parser.add_argument("--reason", default="")


def _add_now(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--purge",
        action="store_true",
        help=say(
            "then announce the purge of the thinned originals and carry it out",
            "lalu umumkan dan laksanakan pemusnahan rekaman asli yang sudah dijarangkan",
        ),
    )
    parser.add_argument(
        "--json", action="store_true", help=say("as one JSON object", "sebagai satu objek JSON")
    )
    parser.add_argument("--reason", default="", help=say("why it is purged", "mengapa dimusnahkan"))
    add_at_once_options(parser)
