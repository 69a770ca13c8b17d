"""What the workers do each minute and each day, as the beat asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import copies
from saksi.objects.store import ObjectStore
from saksi.retention import store_lock
from tests.integration.ledger.shaky import add

ROOT = Path(__file__).resolve().parents[3]
# In a process of its own: the Celery application reads its settings once, when it is imported.
_RUN = """
import json
from celery.signals import worker_ready
from saksi.errors import Unavailable
from workers import ledger, object_holds
from workers.app import app

app.loader.import_default_modules()
sent = []
app.send_task = lambda name, **more: sent.append(name)
worker_ready.send(None)
object_holds.look(at_start=True)
assert object_holds.work() == 0
schedule = {entry["task"] for entry in app.conf.beat_schedule.values()}
assert {"ledger.checkpoint", "ledger.canary", "object_holds.work"} <= schedule <= set(app.tasks)
ledger.canary()
first = ledger.checkpoint()
ledger.canary()
ledger.anchor()

@app.task(name="duty")
def duty():
    raise Unavailable("database_unavailable")

duty.apply()
print(json.dumps({"first": first, "again": ledger.checkpoint(), "sent": sent}))
"""


def test_the_beats_duties_checkpoint_run_the_canary_once_a_day_and_copy_full_tiles(
    database: Database,
    database_url: str,
    store: ObjectStore,
    store_server: Endpoints,
    broker_url: str,
    office: Signer,
    tmp_path: Path,
) -> None:
    add(database, office, 300)
    environment = {
        **os.environ,
        "SAKSI_DATA": str(tmp_path),
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_BROKER_URL": broker_url,
        "SAKSI_S3_URL": store_server.s3_url,
        "SAKSI_S3_ACCESS_KEY": store_server.s3_access_key,
        "SAKSI_S3_SECRET_KEY": store_server.s3_secret_key,
        "SAKSI_BUCKET": store.bucket,
        "SAKSI_LEDGER_TSA": "http://127.0.0.1:9/tsa",
    }
    done = subprocess.run(
        [sys.executable, "-c", _RUN], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert "duty: The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr, "what is away is told in a line, again and again"
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {
        "first": 303,
        "again": 303,
        "sent": ["ledger.canary", "object_holds.look", "ledger.anchor", "ledger.anchor"],
    }
    with database.transaction() as connection:
        sung = copies.last_sung(connection)
        state = ledger_tree.published(connection)
        offer = store_lock.offer(connection)
        canaries = connection.execute(
            "select count(*) as n from ledger_entry where kind = 'canary'"
        ).fetchone()
    assert sung is not None
    assert (sung.passed, sung.bucket) == (True, f"{store.bucket}-ledger")
    assert offer is not None
    assert (offer.bucket, offer.offered, offer.passed) == (store.bucket, False, None)
    assert canaries == {"n": 1}, "the second was not due"
    assert (state.size, state.locked) == (303, 256), "and the authority that does not answer stopped nothing"
