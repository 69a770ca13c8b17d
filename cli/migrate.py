"""`saksi migrate`: brings catalogue and bucket up to date; safe to run at any time, by several at once."""

from __future__ import annotations

import argparse

from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which installation."""
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Applies what is missing and prints it."""
    from cli.migration import migrate_all
    from cli.opened import resolved

    applied = migrate_all(resolved(args.data, store=True), origins=[])
    print("\n".join(applied) if applied else say("nothing to do", "tidak ada yang perlu dilakukan"))
    return 0
