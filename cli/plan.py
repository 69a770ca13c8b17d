"""`saksi plan`: what a fleet of cameras needs, before anything is bought."""

from __future__ import annotations

import argparse

from cli.language import say
from saksi.spreadsheet import cell_number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything but the three first has a default."""
    parser.add_argument("--cameras", type=_count, required=True, metavar="N", help=say("cameras", "kamera"))
    parser.add_argument(
        "--mbps",
        type=_positive,
        required=True,
        metavar="M",
        help=say("megabits a second of each, on average", "megabit per detik tiap kamera, rata-rata"),
    )
    parser.add_argument(
        "--days",
        type=_positive,
        required=True,
        metavar="D",
        help=say("days that footage is kept", "lama rekaman disimpan, hari"),
    )
    parser.add_argument(
        "--chunk-seconds",
        type=_chunk_seconds,
        default=60,
        metavar="S",
        help=say("length of a chunk, SAKSI_CHUNK_SECONDS (60)", "panjang potongan, SAKSI_CHUNK_SECONDS (60)"),
    )
    parser.add_argument(
        "--outage-hours",
        type=_positive,
        default=4.0,
        metavar="H",
        help=say(
            "how long the store may be away without a loss (4)",
            "berapa jam penyimpanan boleh mati tanpa kehilangan rekaman (4)",
        ),
    )
    parser.add_argument("--json", action="store_true", help=say("figures alone", "angka saja, sebagai JSON"))


def run(args: argparse.Namespace) -> int:
    """Needs no settings, no server and no database."""
    from cli import plan_actions

    return plan_actions.show(args)


def _count(given: str) -> int:
    count = int(given)
    if not 1 <= count <= 10_000_000:
        raise ValueError(given)
    return count


def _chunk_seconds(given: str) -> int:
    """What SAKSI_CHUNK_SECONDS may be."""
    seconds = int(given)
    if not 2 <= seconds <= 600:
        raise ValueError(given)
    return seconds


def _positive(given: str) -> float:
    """Also with a decimal comma, as lists of cameras have it."""
    amount = cell_number(given)
    if not 0 < amount <= 1_000_000:
        raise ValueError(given)
    return amount
