"""A witness over HTTP: `POST /add-checkpoint`, `GET /<SHA-256 of origin>/checkpoint`. TLS is a proxy's business."""

from __future__ import annotations

import logging
import re
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from saksi.custody import witnessing
from saksi.errors import SaksiError
from saksi.ledger.witness import WitnessDesk

log = logging.getLogger("saksi.ledger.witness")
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")
_TEXT = "text/plain; charset=utf-8"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15  # seconds for a client to say something

    def __init__(self, desk: WitnessDesk, *given: object) -> None:
        self._desk = desk
        super().__init__(*given)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        """add-checkpoint."""
        if self.path != "/add-checkpoint":
            self._answer(404, "no such call\n", close=True)
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._answer(411, "a length is needed\n", close=True)
            return
        if int(length) > witnessing.MOST_BYTES:
            self._answer(413, "too long\n", close=True)
            return
        try:
            answer = self._desk.add_checkpoint(self.rfile.read(int(length)))
        except (SaksiError, OSError) as error:
            log.error("%s", error)
            self._answer(500, "the witness cannot answer; its log says why\n")
            return
        log.info("add-checkpoint: %d", answer.status)
        self._answer(answer.status, answer.body, answer.content_type)

    def do_GET(self) -> None:
        """The newest checkpoint cosigned for a log."""
        found = _CHECKPOINT.fullmatch(self.path)
        note = self._desk.latest(found[1]) if found else None
        if note is None:
            self._answer(404, "nothing cosigned\n")
        else:
            self._answer(200, note)

    def log_message(self, format: str, *args: object) -> None:
        """Only our own lines."""

    def _answer(self, status: int, body: str, kind: str = _TEXT, *, close: bool = False) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(data)


class WitnessServer(ThreadingHTTPServer):
    """Listens on an address; port 0 takes any free one."""

    daemon_threads = True

    def __init__(self, desk: WitnessDesk, host: str, port: int) -> None:
        super().__init__((host, port), partial(_Handler, desk))

    @property
    def url(self) -> str:
        """The submission prefix."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"
