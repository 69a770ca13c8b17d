"""`saksi recorder`: one recorder process, until a signal."""

from __future__ import annotations

import argparse
import logging
import signal
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
    serve_metrics(chosen.host, chosen.recorder_metrics_port)
    Recorder(chosen).run(stop)
    return 1 if broken else 0
