"""`saksi retention`: when the store is full, what was promised and what there is, quotas of agencies."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`forecast`, `achieved`, `quotas`, `quota AGENCY`, `upcoming`."""
    actions = parser.add_subparsers(dest="action", required=True)
    forecast = actions.add_parser(
        "forecast", help=say("say when the store is full, and why", "perkirakan kapan penyimpanan penuh")
    )
    forecast.add_argument(
        "--json", action="store_true", help=say("as the API answers", "seperti jawaban API")
    )
    achieved = actions.add_parser(
        "achieved",
        help=say("say what was promised of each camera and what there is", "janji dan kenyataan tiap kamera"),
    )
    achieved.add_argument(
        "--csv", action="store_true", help=say("every figure, as CSV", "semua angka, sebagai CSV")
    )
    achieved.add_argument("--agency", metavar="AGENCY", help=say("of one agency only", "satu instansi saja"))
    quotas = actions.add_parser("quotas", help=say("list the quotas of agencies", "daftar kuota instansi"))
    quotas.add_argument(
        "--history", action="store_true", help=say("every version", "semua versi, terbaru dahulu")
    )
    quota = actions.add_parser(
        "quota",
        help=say("set the quota of an agency, or end it", "atur kuota instansi, atau akhiri"),
    )
    quota.add_argument("agency", metavar="AGENCY")
    quota.add_argument("--bytes", type=int, metavar="N", help=say("at most so many bytes", "paling banyak"))
    quota.add_argument(
        "--days",
        type=int,
        metavar="N",
        help=say("at most so many days of what its cameras record", "paling banyak sekian hari rekaman"),
    )
    quota.add_argument("--end", action="store_true", help=say("no quota any more", "akhiri kuota"))
    quota.add_argument("--reason", default="")
    add_officer_option(quota)
    upcoming = actions.add_parser(
        "upcoming",
        help=say("say what the next seven days delete", "lihat yang dimusnahkan tujuh hari ke depan"),
    )
    upcoming.add_argument("--agency", metavar="AGENCY", help=say("of one agency only", "satu instansi saja"))
    for action in (forecast, achieved, quotas, quota, upcoming):
        add_data_option(action)


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import retention_actions

    actions = {
        "forecast": retention_actions.forecast,
        "achieved": retention_actions.achieved,
        "quotas": retention_actions.show_quotas,
        "quota": retention_actions.set_quota,
        "upcoming": retention_actions.show_upcoming,
    }
    return actions[args.action](args)
