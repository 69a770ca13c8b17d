"""`saksi ledger` and `saksi witness` as a person types them."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from saksi.catalogue.database import Database
from saksi.custody.notes import Note
from saksi.custody.policy import Policy
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.objects.store import ObjectStore
from tests.fixtures.commands import Done, How, as_process, in_process
from tests.integration.ledger.shaky import add

ROOT = Path(__file__).resolve().parents[3]
NAME = "kejari.example/w1"
Saksi = Callable[..., Done]


@pytest.fixture
def environment(
    database_url: str, store: ObjectStore, store_server: Endpoints, tmp_path: Path
) -> dict[str, str]:
    """What the commands are told."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SAKSI_DATA": str(tmp_path / "data"),
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_S3_URL": store_server.s3_url,
        "SAKSI_S3_ACCESS_KEY": store_server.s3_access_key,
        "SAKSI_S3_SECRET_KEY": store_server.s3_secret_key,
        "SAKSI_BUCKET": store.bucket,
        "SAKSI_LEDGER_ORIGIN": "uji.example/log",
        "SAKSI_LEDGER_WITNESSES": str(tmp_path / "witnesses.txt"),
        "LC_ALL": "C",
    }


@pytest.fixture
def saksi(environment: dict[str, str], tmp_path: Path) -> Saksi:
    """Runs a command: saksi(0, "ledger", "key"), expecting that exit status."""

    def run(status: int, *words: str, how: How = in_process) -> Done:
        done = how(*words, settings=environment, folder=tmp_path)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        return done

    return run


def test_a_log_a_witness_by_file_and_a_check_from_first_to_last(
    saksi: Saksi, database: Database, office: Signer, tmp_path: Path, store: ObjectStore
) -> None:
    witnesses = tmp_path / "witnesses.txt"
    witnesses.write_text("quorum none\n")
    saksi(2, "ledger", "verify")  # nothing yet
    add(database, office, 5)
    saksi(0, "ledger", "checkpoint", how=as_process)
    key = saksi(0, "witness", "key", "--name", NAME).stdout.strip()
    witnesses.write_text(f"witness kejari {key}\nquorum kejari\n")
    policy = tmp_path / "trust.txt"
    policy.write_text(saksi(0, "ledger", "policy").stdout)
    trust = Policy.parse(policy.read_bytes())
    assert trust.logs[0].key.text() == saksi(0, "ledger", "key").stdout.strip()
    request, signature = tmp_path / "request.txt", tmp_path / "signature.txt"
    request.write_text(saksi(0, "ledger", "request", "kejari").stdout)
    sign = ("witness", "sign", str(request), "--name", NAME, "--trust", str(policy))
    signature.write_text(saksi(0, *sign).stdout)
    assert f"signed by {NAME}" in saksi(0, "ledger", "cosign", str(signature)).stdout
    assert trust.check(Note.parse(saksi(0, "ledger", "checkpoint").stdout)).holds
    assert "--old 7" in saksi(1, *sign).stderr, "the same request again: the witness has it already"
    add(database, office, 2)
    assert not trust.check(Note.parse(saksi(0, "ledger", "checkpoint").stdout)).holds, (
        "not by the witness yet"
    )
    assert saksi(0, "ledger", "verify").stdout.endswith("everything holds\n")
    assert "entries waiting: 0\n" in saksi(0, "ledger", "status").stdout
    store.delete(["ledger/tile/0/000.p/9"])
    found = saksi(1, "ledger", "verify").stdout
    assert "store_missing: ledger/tile/0/000.p/9" in found
    saksi(0, "ledger", "verify", "--without-store")
    assert "Give one of them" in saksi(1, "ledger", "verify", "--without-store", "--deep").stderr
    store.put("chunks/asing.mp4", b"x", sha256=hashlib.sha256(b"x").digest())
    found = saksi(1, "ledger", "verify", "--deep").stdout
    assert "object_foreign: chunks/asing.mp4" in found
    assert found.endswith("2 findings: not everything holds\n")
    assert "kejari" in saksi(1, "ledger", "request", "nobody").stderr


def test_a_check_that_reaches_no_database_says_that_it_could_not_tell(
    saksi: Saksi, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "witnesses.txt").write_text("quorum none\n")
    environment["SAKSI_DATABASE_URL"] = "postgresql://saksi:x@127.0.0.1:9/none"
    assert "does not answer" in saksi(2, "ledger", "verify").stderr


def test_a_policy_of_witnesses_that_is_none_is_refused_in_words(saksi: Saksi, tmp_path: Path) -> None:
    (tmp_path / "witnesses.txt").write_text("witness kejari nonsense\nquorum kejari\n")
    assert "line 1" in saksi(1, "ledger", "policy").stderr


def test_a_witness_serves_until_it_is_told_to_stop(
    environment: dict[str, str], tmp_path: Path, saksi: Saksi
) -> None:
    policy = tmp_path / "trust.txt"
    policy.write_text("quorum none\n")
    words = ["witness", "serve", "--name", NAME, "--trust", str(policy), "--port", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "cli", *words],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        url = server.stdout.readline().split()[-1]
        assert server.stdout.readline().strip() == saksi(0, "witness", "key", "--name", NAME).stdout.strip()
        asked = (("/add-checkpoint", 8, 400), ("/other", 8, 404), ("/add-checkpoint", 9 << 20, 413))
        for path, length, status in asked:
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
            connection.request("POST", path, b"nonsense", {"Content-Length": str(length)})
            assert connection.getresponse().status == status
            connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
