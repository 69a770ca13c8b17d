"""`saksi whose FILE`: was it recorded here, by which camera, when, and who was given it."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", type=Path, metavar="FILE", help=say("an MP4 file", "berkas MP4"))
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Says what it is; exit 0 when it is ours, 1 when it is not, or says that it is and is not."""
    from cli.opened import resolved
    from saksi import clock
    from saksi.catalogue.database import Database
    from saksi.export.whose import look_at, whose
    from saksi.objects.store import ObjectStore

    brought = look_at(args.file)
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=1)
    try:
        with database.transaction() as connection:
            answer = whose(connection, ObjectStore.from_settings(settings), brought)
    finally:
        database.close()
    for one in answer.known:
        span = f"{clock.format_us(one.start_us)} – {clock.format_us(one.end_us)}"
        same = say("same bytes", "bita sama") if one.by == "bytes" else say("same frames", "bingkai sama")
        where = f"{one.package} {one.path}" if one.package else one.state
        print(f"{one.camera}  {span}  {same}  {where}")
    if answer.claim == "differs" and brought.claim is not None:
        print(
            say(
                f"It says it is chunk {brought.claim.seq} of {brought.claim.camera}; its bytes are not those recorded.",
                f"Mengaku chunk {brought.claim.seq} dari {brought.claim.camera}; bitanya bukan yang direkam.",
            )
        )
    elif not answer.known:
        print(say("Nothing of ours is known by it.", "Tidak dikenal sebagai milik arsip ini."))
    return 0 if answer.known and answer.claim != "differs" else 1
