"""`saksi beat`: sends the periodic tasks; exactly one per installation is enough, a second does no harm."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(args: argparse.Namespace) -> int:
    """Schedules until told to stop. The schedule is memory only: every task is re-derived from the catalogue."""
    from workers.app import app

    app.Beat(scheduler="celery.beat:Scheduler", loglevel="INFO", quiet=True).run()
    return 0
