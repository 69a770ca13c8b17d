"""`saksi recorder`: one recorder process, until a signal."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING

from cli.data_option import add_data_option
from cli.language import say
from cli.log_lines import log_to_stderr

if TYPE_CHECKING:
    from saksi.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything comes from the settings but this recorder's name, and beside a `saksi up` its servers."""
    parser.add_argument(
        "--name",
        help=say(
            "name of this recorder (SAKSI_RECORDER_NAME, else the host name)",
            "nama perekam ini (SAKSI_RECORDER_NAME, bila tidak nama host)",
        ),
    )
    add_data_option(parser)


def run(args: argparse.Namespace) -> int:
    """Records until SIGTERM or SIGINT, then seals and ships what is open."""
    from recorder.health import serve_metrics
    from recorder.supervisor import Recorder

    log_to_stderr()
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # our own words for it are enough
    chosen = chosen_settings(args)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    broken: list[threading.ExceptHookArgs] = []

    def fail(fault: threading.ExceptHookArgs) -> None:
        """A camera's thread is started again by the lease loop; without any other one the process must not go on."""
        name = fault.thread.name if fault.thread else ""
        logging.critical("thread %s broke", name, exc_info=fault.exc_value)
        if not name.startswith("camera-"):
            broken.append(fault)
            stop.set()

    threading.excepthook = fail
    _tune()
    serve_metrics(chosen.host, chosen.recorder_metrics_port)
    Recorder(chosen).run(stop)
    return 1 if broken else 0


def chosen_settings(args: argparse.Namespace) -> Settings:
    """The settings; where they name neither database nor store, those of the `saksi up` that runs on the data folder.

    Raises Unavailable when a folder was named and none runs there. Else a recorder without servers says itself what
    is not set: most run where there is no such folder.
    """
    from cli.opened import resolved
    from saksi.errors import Unavailable
    from saksi.settings import settings

    chosen = settings() if args.data is None else settings().model_copy(update={"data": args.data})
    if chosen.database_url is None and chosen.s3_url is None:
        try:
            chosen = resolved(args.data, store=True)
        except Unavailable:
            if args.data is not None:
                raise
    return chosen if args.name is None else chosen.model_copy(update={"recorder_name": args.name})


def _tune() -> None:
    """Sets the interpreter to many small objects that live for a second and die without cycles: frames.

    The collector of cycles would look at all of them again and again, and threads that each work for a millisecond
    would take the interpreter from one another in the middle of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(0.02)
