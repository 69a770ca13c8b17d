"""`saksi agency`: add and list agencies, whose the cameras are; what they agreed to."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say
from cli.officer_option import add_officer_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add NAME --category CATEGORY`, `list`, `terms AGENCY`, `set-terms AGENCY`, `import FILE`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("add an agency", "tambah instansi"))
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--category",
        required=True,
        help=say(
            "transport, police, city, bank, mall, hospital, hotel, entertainment or other",
            "transport, police, city, bank, mall, hospital, hotel, entertainment atau other",
        ),
    )
    add.add_argument("--id", help=say("id (default: made from the name)", "id (bawaan: dari nama)"))
    listed = actions.add_parser("list", help=say("list agencies", "daftar instansi"))
    terms = actions.add_parser("terms", help=say("list the terms of an agency", "daftar ketentuan instansi"))
    put = actions.add_parser("set-terms", help=say("set the terms of an agency", "atur ketentuan instansi"))
    for action in (terms, put):
        action.add_argument("agency", metavar="AGENCY")
        action.add_argument("--site", metavar="SITE", help=say("of a site of it", "untuk lokasinya"))
    _add_terms(put)
    brought = actions.add_parser(
        "import",
        help=say(
            "bring in a CSV list of agencies and their terms",
            "bawa masuk daftar CSV instansi dan ketentuannya",
        ),
    )
    brought.add_argument("file", metavar="FILE", type=Path, help=say("CSV in UTF-8", "CSV dalam UTF-8"))
    brought.add_argument(
        "--write",
        action="store_true",
        help=say(
            "enter them; without it the list is only looked at", "simpan; tanpanya daftar hanya diperiksa"
        ),
    )
    add_officer_option(put)
    add_officer_option(brought)
    for action in (add, listed, terms, put, brought):
        add_data_option(action)


def _add_terms(put: argparse.ArgumentParser) -> None:
    put.add_argument(
        "--from", dest="from_", metavar="DAY", help=say("first day (default: today)", "hari pertama")
    )
    put.add_argument("--obliged", choices=("yes", "no"), help=say("by a regulation", "menurut peraturan"))
    put.add_argument("--basis", default="", help=say("regulation and article", "peraturan dan pasal"))
    put.add_argument("--cameras", type=int, metavar="N", help=say("it must connect so many", "kamera wajib"))
    put.add_argument("--uptime", type=float, metavar="PERCENT", help=say("of the time", "dari waktu"))
    put.add_argument("--retention", type=int, metavar="DAYS", help=say("days kept", "hari disimpan"))
    put.add_argument("--clock", type=int, metavar="MS", help=say("most clock error", "galat jam terbesar"))
    put.add_argument(
        "--reason", default="", help=say("why, where it replaces terms backwards", "alasan bila surut")
    )


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import agency_actions, agency_terms

    actions = {
        "add": agency_actions.add,
        "list": agency_actions.show_all,
        "terms": agency_terms.show,
        "set-terms": agency_terms.put,
        "import": agency_terms.bring_in,
    }
    return actions[args.action](args)
