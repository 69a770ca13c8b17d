"""`saksi api`: one API process."""

from __future__ import annotations

import argparse

from cli.language import say

#: How long an idle connection stays open, seconds: longer than clients and proxies keep theirs (httpx 5 s, nginx
#: 60 s), else a request now and then meets a connection that closes under it.
KEEP_ALIVE_S = 75


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen; the settings say it otherwise."""
    parser.add_argument("--host", help=say("address to listen on", "alamat dengar"))
    parser.add_argument("--port", type=int, help=say("port to listen on", "porta dengar"))


def run(args: argparse.Namespace) -> int:
    """Serves until told to stop; open downloads get five seconds to end."""
    import uvicorn

    from archive_api.app import create_app
    from saksi.settings import Settings

    given = {name: getattr(args, name) for name in ("host", "port") if getattr(args, name) is not None}
    chosen = Settings(**given)
    uvicorn.run(
        create_app(chosen),
        host=chosen.host,
        port=chosen.port,
        log_level="info",
        timeout_graceful_shutdown=5,
        timeout_keep_alive=KEEP_ALIVE_S,
        server_header=False,
        proxy_headers=False,  # the application reads them itself, by its own setting
    )
    return 0
