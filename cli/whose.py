"""`saksi whose FILE`: was it recorded here, by which camera, when, and who was given it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cli.data_option import add_data_option
from cli.language import say

if TYPE_CHECKING:
    from saksi.fmp4.clip_claim import ClipClaim
    from saksi.fmp4.index import Description


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help=say(
            "an MP4 file, or an evidence package as ZIP or folder",
            "berkas MP4, atau paket bukti (ZIP atau folder)",
        ),
    )
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Says what it is; exit 0 when it is ours, 1 when it is not, says that it is and is not, or cannot be compared."""
    from cli.opened import resolved
    from saksi import clock
    from saksi.catalogue.database import Database
    from saksi.export.whose import look_at, whose
    from saksi.export.whose_package import is_package
    from saksi.objects.store import ObjectStore

    if is_package(args.file):
        return _package(args)
    brought = look_at(args.file)
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=1)
    try:
        answer = whose(database, ObjectStore.from_settings(settings), brought)
    finally:
        database.close()
    for one in answer.known:
        span = f"{clock.format_us(one.start_us)} – {clock.format_us(one.end_us)}"
        same = say("same bytes", "bita sama") if one.by == "bytes" else say("same frames", "bingkai sama")
        where = f"{one.package} {one.path}" if one.package else one.state
        print(f"{one.camera}  {span}  {same}  {where}")
    if brought.claim is not None and answer.claim in ("differs", "gone", "damaged"):
        print(_claims(brought.claim, answer.claim))
    elif not answer.known:
        print(say("Nothing of ours is known by it.", "Tidak dikenal sebagai milik arsip ini."))
    return 0 if answer.known and answer.claim not in ("differs", "damaged") else 1


def _package(args: argparse.Namespace) -> int:
    """Of a whole package: exit 0 when it is the one that was issued, or all that is under data/ is that package's."""
    from cli.opened import opened_database
    from cli.whose_words import package_lines
    from saksi.export.whose_package import whose_package
    from saksi.settings import settings

    with opened_database(args.data) as database:
        issued, compared = whose_package(database, args.file)
    for line in package_lines(issued, compared, settings().zone):
        print(line)
    if issued is None or compared is None:
        return 0 if issued is not None else 1
    return 0 if compared.same == issued.files and compared.others == 0 else 1


def _claims(claim: Description | ClipClaim, answer: str) -> str:
    """What the file says of itself, and why that is not shown."""
    from saksi import clock
    from saksi.fmp4.clip_claim import ClipClaim

    if isinstance(claim, ClipClaim):
        span = f"{clock.format_us(claim.from_us)} – {clock.format_us(claim.to_us)}"
        which = say(f"a clip of {claim.camera}, {span}", f"klip dari {claim.camera}, {span}")
    else:
        which = say(f"chunk {claim.seq} of {claim.camera}", f"chunk {claim.seq} dari {claim.camera}")
    if answer == "differs":
        return say(
            f"It says it is {which}; it is not what was recorded.",
            f"Mengaku {which}; isinya bukan yang direkam.",
        )
    if answer == "damaged":
        return say(
            f"It says it is {which}; what the store has of that is damaged: it is not what was recorded. So the file"
            " could not be compared. Run `saksi fsck --deep`.",
            f"Mengaku {which}; objek arsip sendiri untuk itu rusak: bukan lagi yang direkam. Karena itu berkas ini"
            " tidak dapat dibandingkan. Jalankan `saksi fsck --deep`.",
        )
    return say(
        f"It says it is {which}; that footage is no longer here, so it can no longer be compared.",
        f"Mengaku {which}; rekaman itu sudah tidak ada di sini, sehingga tidak dapat dibandingkan lagi.",
    )
