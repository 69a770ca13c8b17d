"""`saksi api`: one API process."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys

from cli.language import say
from cli.log_lines import log_to_stderr

#: How long one request's thread may compute before another one that wants to gets its turn, seconds. A request asks the
#: database some twenty times and needs the interpreter back after each answer: at Python's own 5 ms it may wait as
#: often for somebody else's page, 0.1 s in all.
TURN_S = 0.0005


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen; the settings say it otherwise."""
    parser.add_argument("--host", help=say("address to listen on", "alamat dengar"))
    parser.add_argument("--port", type=int, help=say("port to listen on", "porta dengar"))


def run(args: argparse.Namespace) -> int:
    """Serves until told to stop; open downloads get five seconds to end."""
    import uvicorn

    from archive_api import server
    from archive_api.app import create_app
    from saksi.settings import Settings

    given = {name: getattr(args, name) for name in ("host", "port") if getattr(args, name) is not None}
    chosen = Settings(**given)
    log_to_stderr()
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # our own words for it are enough
    sys.setswitchinterval(TURN_S)
    running = uvicorn.Server(
        server.config(
            create_app(chosen),
            chosen,
            host=chosen.host,
            port=chosen.port,
            log_level="info",
            log_config=None,  # as above, access and all
            timeout_graceful_shutdown=5,
        )
    )
    with contextlib.suppress(KeyboardInterrupt):  # it has stopped in order by then
        running.run()
    return 0 if running.started else 3
