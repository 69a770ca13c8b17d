"""What `saksi site` does."""

from __future__ import annotations

import argparse

from cli.officer import note, officer
from cli.opened import opened_database
from cli.words import head
from saksi.access import Permission
from saksi.catalogue import site_networks


def show(args: argparse.Namespace) -> int:
    """One line an entry: what it is, the entry."""
    with opened_database(args.data) as database, database.transaction() as connection:
        listed = site_networks.written(site_networks.of_site(connection, args.site))
    head("kind, entry", "jenis, entri")
    for kind, entries in listed.items():
        for entry in entries:
            print(f"{kind}\t{entry}")
    return 0


def put(args: argparse.Namespace) -> int:
    """Sets the list."""
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.CAMERA_WRITE)
        listed = site_networks.put(
            connection,
            args.site,
            networks=args.network,
            hosts=args.host,
            ports=args.port,
            scope=person.agency_ids,
        )
        note(connection, who, "set site networks", {"site": args.site, **site_networks.written(listed)})
    return 0
