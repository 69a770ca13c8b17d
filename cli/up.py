"""`saksi up`: one machine, everything: embedded servers, migrations, first administrator, then every process.

Order: servers → catalogue and bucket → first administrator → recorder, worker, beat, API (and, in the demo, the
cameras). Stopping goes the other way, the recorder first, so that open chunks are sealed and shipped while the
servers still stand.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import urllib.error
import urllib.request
from types import FrameType
from typing import TYPE_CHECKING

from cli.data_option import add_data_option
from cli.language import say
from saksi import clock

if TYPE_CHECKING:
    from cli.installation import Installation

_READY_SECONDS = 60
# A recorder may wait for others to take over its cameras first, SAKSI_RECORDER_HAND_OVER_SECONDS.
_STOP_SECONDS = {"recorder": 27.0, "api": 6.0, "worker": 6.0, "exporter": 6.0, "beat": 4.0, "simcam": 4.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where data lives and where it listens."""
    add_data_option(parser)
    parser.add_argument(
        "--host", help=say("address to listen on (default 127.0.0.1)", "alamat dengar (bawaan 127.0.0.1)")
    )
    parser.add_argument(
        "--port", type=int, help=say("port to listen on (default 8080)", "porta dengar (bawaan 8080)")
    )
    parser.add_argument(
        "--demo", action="store_true", help=say("with six simulated cameras", "dengan enam kamera simulasi")
    )


def run(args: argparse.Namespace) -> int:
    """Starts everything, says where, and stays until SIGINT or SIGTERM."""
    from cli.installation import Installation

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    installation = Installation(
        data=args.data, host=args.host, port=args.port, demo=args.demo, report=_report
    )
    try:
        installation.prepare(stop)
        if stop.is_set():
            return 0
        installation.start()
        if not _wait_until_ready(installation, stop):
            return 0 if stop.is_set() else 1
        installation.finish()
        print(f"Saksi is ready at {installation.url}", flush=True)
        installation.welcome()
        while not stop.wait(0.5):
            installation.tend()
    finally:
        _report(
            say(
                "Stopping: sealing and shipping the open chunks.",
                "Berhenti: menyegel dan mengirim chunk terbuka.",
            )
        )
        installation.stop(_STOP_SECONDS)
        _report(say("Stopped.", "Berhenti."))
    return 0


def _wait_until_ready(installation: Installation, stop: threading.Event) -> bool:
    deadline_us = clock.monotonic_us() + _READY_SECONDS * 1_000_000
    address = f"{installation.url}/api/v1/health/ready"
    while clock.monotonic_us() < deadline_us and not stop.wait(0.2):
        installation.tend()
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own http address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            continue
    if not stop.is_set():
        _report(
            say(
                f"The API did not answer; see {installation.logs}",
                f"API tidak menjawab; lihat {installation.logs}",
            )
        )
    return False


def _report(text: str) -> None:
    stamp = clock.format_us(clock.now_us())[11:19]
    print(f"{stamp} {text}", file=sys.stderr, flush=True)
