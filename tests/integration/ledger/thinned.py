"""What thinning and scrub leave in an installation: policies, thinned chunks of no meaning, some purged, findings."""

from __future__ import annotations

import hashlib
import random
import zlib
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database, query
from saksi.custody.signing import Signer
from saksi.objects.store import ObjectStore
from saksi.retention import runs, thinned_end, thinned_log, thinning_policies
from saksi.retention.windows import Window
from saksi.scrub import findings
from saksi.scrub.flaws import Flaw
from tests.evidence import purging
from tests.integration.catalogue.desks import Desk

_DAY = 86_400_000_000


def thin(
    database: Database, store: ObjectStore, signer: Signer, desk: Desk, from_us: int, to_us: int
) -> None:
    """A policy for the desk's camera and one that ended; what starts in [from_us, to_us) is thinned and told of."""
    common = {"scope": "camera", "basis": "uji", "reason": "", "by": desk.budi.person_id}
    with database.transaction() as connection:
        made = thinning_policies.propose(
            connection, signer, subject="cam", mode="keyframes", after_us=8 * _DAY, **common
        )
        thinning_policies.accept(connection, signer, made.thinning_id, by=desk.citra.person_id)
        ended, gone, _ = [
            thinning_policies.propose(
                connection, signer, subject="pasar", mode="one_a_second", after_us=days * _DAY, **common
            )
            for days in (9, 10, 11)
        ]
        thinning_policies.accept(connection, signer, ended.thinning_id, by=desk.citra.person_id)
        thinning_policies.propose(connection, signer, subject="pasar", mode=None, after_us=None, **common)
        thinning_policies.withdraw(connection, signer, gone.thinning_id, by=desk.citra.person_id)
        rows = connection.execute(
            """select c.*, s.hour, s.part from seal s join chunk_entry c
                 on c.camera_id = s.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
               where s.camera_id = %s and c.start_at >= %s and c.start_at < %s order by c.seq""",
            (desk.camera_id, clock.from_us(from_us), clock.from_us(to_us)),
        ).fetchall()
        for row in rows:
            body = random.Random(row["seq"]).randbytes(200)
            values = {
                **row, "mode": "keyframes", "thin_init_id": row["init_id"], "thin_size": len(body), "thin_frames": 2,
                "thin_sha256": hashlib.sha256(body).digest(), "thin_crc32": zlib.crc32(body), "thin_fragments": b"x",
                "now": clock.now(),
            }  # fmt: skip
            assert connection.execute(query("thinning.add"), values).fetchone() is not None
            key = keys.thinned_key(row["camera"], str(row["run"]), row["seq"])
            store.put(key, body, sha256=hashlib.sha256(body).digest())
    thinned_log.tell_owed(database, store, signer)


def end(database: Database, store: ObjectStore, signer: Signer, desk: Desk, until_us: int) -> None:
    """A purge takes of the thinned chunks what ends by then."""
    with database.transaction() as connection:
        run = runs.get(connection, purging.start_run(connection, signer))
    window = Window(
        camera_id=desk.camera_id, camera="cam", agency="cam", from_us=0, cutoff_us=until_us, policy_id=None
    )
    assert [*thinned_end.take(database, store, run, [window], keep=lambda _: None)] == [None]
    purging.finish(database, signer, run.purge_id)


def find(database: Database, signer: Signer, desk: Desk) -> None:
    """Findings: one that is open, one of nobody's object, one that was accepted, one that ended after that."""
    by = Author(chain=findings.CHAIN, signer=signer)
    with database.transaction() as connection:
        rows: list[dict[str, Any]] = connection.execute(
            "select camera_id, camera, run_no, run::text, seq, start_at, dur_us from chunk_entry"
            " where camera = 'cam' order by start_at limit 3"
        ).fetchall()
    made = [
        Flaw(
            kind="missing",
            key=keys.chunk_key("cam", row["run"], row["seq"]),
            row=row,
            expected="9",
            found="0",
        )
        for row in rows
    ]
    stray = Flaw(kind="foreign", key="chunks/cam/x", expected="a row", found="1 bytes")
    numbers = [findings.tell(database, by, flaw) for flaw in (*made, stray)]
    for number in numbers[:2]:
        assert number is not None
        with database.transaction() as connection:
            findings.accept(connection, by, number, person_id=desk.budi.person_id, note="hilang")
    assert findings.over(database, by, made[1].key, "returned")
