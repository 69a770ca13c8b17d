"""`saksi recorder`: one recorder process, until a signal."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import threading

from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything comes from the settings but this recorder's name."""
    parser.add_argument(
        "--name",
        help=say(
            "name of this recorder (SAKSI_RECORDER_NAME, else the host name)",
            "nama perekam ini (SAKSI_RECORDER_NAME, bila tidak nama host)",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Records until SIGTERM or SIGINT, then seals and ships what is open."""
    from recorder.health import serve_metrics
    from recorder.supervisor import Recorder
    from saksi.settings import settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # our own words for it are enough
    chosen = settings() if args.name is None else settings().model_copy(update={"recorder_name": args.name})
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


def _tune() -> None:
    """Sets the interpreter to many small objects that live for a second and die without cycles: frames.

    The collector of cycles would look at all of them again and again, and threads that each work for a millisecond
    would take the interpreter from one another in the middle of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(0.02)
