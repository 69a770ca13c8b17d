"""A time stamping authority: OpenSSL's own `ts` behind a small HTTP responder, with a root made for the occasion."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificate

_CONFIG = """
[tsa]
dir = .
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
certs = {certs}
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamping]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
basicConstraints = CA:false
"""


class Tsa:
    """One authority in a folder. `broken` answers something else instead of a stamp."""

    def __init__(self, folder: Path, *, with_chain: bool = False) -> None:
        self._folder = folder
        self.broken: bytes | None = None
        config = _CONFIG.format(certs="./root.pem" if with_chain else "")
        if not with_chain:
            config = config.replace("certs = \n", "")
        (folder / "ts.cnf").write_text(config)
        (folder / "serial").write_text("01\n")
        new = ["openssl", "req", "-config", "ts.cnf", "-newkey", "rsa:2048", "-nodes"]
        self.run(
            *new,
            "-x509",
            "-days",
            "2",
            "-subj",
            "/CN=Uji Root",
            "-extensions",
            "ca",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
        )
        self.run(*new, "-subj", "/CN=Uji TSA", "-keyout", "tsa.key", "-out", "tsa.csr")
        self.run(
            "openssl",
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "ts.cnf",
            "-extensions",
            "stamping",
            "-out",
            "tsa.pem",
        )
        tsa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = tsa.broken if tsa.broken is not None else tsa.reply(body)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it takes queries."""
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    @property
    def root(self) -> Certificate:
        """What its stamps are checked under."""
        return load_pem_x509_certificate((self._folder / "root.pem").read_bytes())

    def reply(self, query: bytes) -> bytes:
        """What OpenSSL answers."""
        (self._folder / "query.tsq").write_bytes(query)
        self.run(
            "openssl",
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-section",
            "tsa",
            "-queryfile",
            "query.tsq",
            "-out",
            "reply.tsr",
        )
        return (self._folder / "reply.tsr").read_bytes()

    def openssl_verifies(self, tsr: bytes, data: bytes) -> bool:
        """Whether OpenSSL itself takes a stamp over these bytes."""
        (self._folder / "check.tsr").write_bytes(tsr)
        (self._folder / "check.txt").write_bytes(data)
        words = ["openssl", "ts", "-verify", "-in", "check.tsr", "-data", "check.txt", "-CAfile", "root.pem"]
        return subprocess.run(words, cwd=self._folder, capture_output=True, timeout=20).returncode == 0

    def run(self, *words: str) -> None:
        """One command."""
        subprocess.run(words, cwd=self._folder, check=True, capture_output=True, timeout=30)

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
