"""The recorder's own HTTP page for monitoring: Prometheus metrics, when a port is set."""

from __future__ import annotations

import logging

from prometheus_client import start_http_server

log = logging.getLogger("saksi.recorder.health")


def serve_metrics(host: str, port: int | None) -> None:
    """Serves /metrics from a thread of its own; nothing without a port. Raises OSError when it is taken."""
    if port is None:
        return
    start_http_server(port, addr=host)
    log.info("metrics at http://%s:%d/metrics", host, port)
