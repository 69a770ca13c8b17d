"""`saksi doctor`: what is wrong with an installation, and what to do."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which installation, and for whom the answer is."""
    add_data_option(parser)
    parser.add_argument(
        "--seconds",
        type=float,
        default=12.0,
        help=say(
            "so long for what does not answer (default 12)",
            "lama menunggu yang tidak menjawab (bawaan 12)",
        ),
    )
    parser.add_argument("--json", action="store_true", help=say("answer as JSON", "jawaban sebagai JSON"))


def run(args: argparse.Namespace) -> int:
    """Looks at everything; 1 when something is bad, else 0."""
    from cli import doctor_actions

    return doctor_actions.examine(args.data, seconds=args.seconds, as_json=args.json)
