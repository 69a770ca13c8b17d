"""`saksi worker`: one Celery worker process group."""

from __future__ import annotations

import argparse

from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many tasks at once."""
    parser.add_argument(
        "--concurrency",
        type=int,
        default=1,
        help=say("tasks at once (default 1)", "tugas serentak (bawaan 1)"),
    )
    parser.add_argument(
        "--queues",
        default="celery,exports",
        help=say(
            "which work: celery, exports (default both; packages take long and want a process of their own)",
            "pekerjaan mana: celery, exports (bawaan keduanya; paket memakan waktu dan perlu proses sendiri)",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Works until told to stop."""
    from workers.app import app

    app.worker_main(
        [
            "worker",
            f"--concurrency={args.concurrency}",
            f"--queues={args.queues}",
            f"--hostname={args.queues.replace(',', '-')}@%h",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ]
    )
    return 0
