"""What `saksi key reseal` does, as the machine's own operator; it is audited."""

from __future__ import annotations

import argparse
import sys

from cli import officer
from cli.language import say
from cli.opened import opened_database
from cli.vault import vault
from saksi.catalogue import sealed


def reseal(args: argparse.Namespace) -> int:
    """Seals anew what a key of before sealed; 1 where something cannot be opened by any of the keys."""
    with opened_database(args.data) as database:
        done = sealed.reseal(database, vault(args.data))
        with database.transaction() as connection:
            told: dict[str, object] = {"anew": done.anew, "already": done.already, "shut": len(done.shut)}
            officer.note_unnamed(connection, "seal secrets anew", told)
    print(
        say(
            f"sealed anew {done.anew}, by the present key already {done.already}",
            f"disegel ulang {done.anew}, sudah dengan kunci sekarang {done.already}",
        )
    )
    for part, number in done.shut:
        where = f"{part} {number}"
        print(
            say(f"no key given opens {where}", f"tidak ada kunci yang membuka {where}"),
            file=sys.stderr,
        )
    return 1 if done.shut else 0
