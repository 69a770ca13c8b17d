"""`saksi migrate`: brings catalogue and bucket up to date; safe to run at any time, by several at once."""

from __future__ import annotations

import argparse

from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(args: argparse.Namespace) -> int:
    """Applies what is missing and prints it."""
    from cli.migration import migrate_all
    from saksi.settings import settings

    applied = migrate_all(settings(), origins=[])
    print("\n".join(applied) if applied else say("nothing to do", "tidak ada yang perlu dilakukan"))
    return 0
