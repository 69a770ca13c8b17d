"""What a purge leaves (docs/decisions/0012) of any spans of a camera, under holds or not, whatever their policies.

Tombstones are written straight into the catalogue; entries and certificate are those of the archive itself.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from psycopg.types.multirange import Int4Multirange, TimestamptzMultirange
from psycopg.types.range import Int4Range, TimestamptzRange

from saksi import clock
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.timeline import unite
from saksi.custody.signing import Signer
from saksi.retention import certificate, notices, policies, runs, thinned_end

# Purges that the log tells of for good and whose rows a test took back.
undone: set[int] = set()

_TAKEN = """
select s.camera_id, s.hour, s.part, s.run_no, c.seq, c.start_at, c.dur_us, c.size
from seal s join camera k using (camera_id)
join chunk c on c.camera_id = s.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
  and c.start_at >= s.hour and c.start_at < s.hour + interval '1 hour'
where k.code = %(camera)s and c.start_at >= %(from)s and c.start_at < %(to)s
order by s.hour, s.part, c.seq
"""


def start_run(connection: Connection, signer: Signer, *, kind: str = "policy") -> int:
    """A purge that was announced in the log and is being carried out."""
    now_us = clock.now_us()
    purge_id = notices.announce(
        connection, signer, kind=kind, due_us=now_us, now_us=now_us, targets=[], wanted={}
    )
    connection.execute(
        "update purge_run set state = 'running', started_at = now(), attempts = 1 where purge_id = %s",
        [purge_id],
    )
    return purge_id


def finish(database: Database, signer: Signer, purge_id: int) -> None:
    """Tells the log of all that the purge took, with its certificate."""
    totals = certificate.total(database, purge_id)
    with database.transaction() as connection:
        run = runs.get(connection, purge_id)
        known = policies.in_force(connection, run.due_us)
        facts = {
            "policies": {"n": known.count, "sha256": known.sha256.hex()},
            "holds": notices.holds_in_force(connection),
        }
        signed = certificate.make(signer, run, totals, archive="uji.example/log", facts=facts)
        body = {
            "purge": purge_id,
            "kind": run.kind,
            **facts,
            **totals.sums,
            **thinned_end.totals(connection, purge_id),
            "tombstones": {"n": totals.n, "root": totals.root.hex()},
            "certificate": hashlib.sha256(signed).hexdigest(),
        }
        assert run.notice_leaf is not None
        at_us = clock.now_us()
        entry = notices.tell_done(connection, signer, notice_leaf=run.notice_leaf, body=body, at_us=at_us)
        runs.finish(connection, run, entry_id=entry.entry_id, certificate=signed, result={})


def take(
    connection: Connection, purge_id: int, camera: str, from_us: int, to_us: int, *, gone: bool = True
) -> list[tuple[str, int]]:
    """Takes the sealed chunks of a camera that start in [from_us, to_us), whatever holds say; answers (run, seq).

    With `gone` the tombstones say that the store has nothing of them any more; its objects are the caller's.
    """
    values = {"camera": camera, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    seals: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(_TAKEN, values).fetchall():
        seals[row["camera_id"], row["hour"], row["part"], row["run_no"]].append(row)
    for (camera_id, hour, part, run_no), rows in seals.items():
        numbers = unite((row["seq"], row["seq"] + 1) for row in rows)
        pairs = [(clock.to_us(row["start_at"]), clock.to_us(row["start_at"]) + row["dur_us"]) for row in rows]
        connection.execute(
            """insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, policy_id,
                                      claimed_at, gone_at, pictures)
               select %(camera_id)s, %(hour)s, %(part)s, %(purge_id)s, %(run_no)s, %(seqs)s, %(spans)s, %(n)s,
                      %(bytes)s, (select min(policy_id) from retention_policy where scope = 'default'), now(),
                      case when %(gone)s then now() end, case when not %(gone)s then '{}'::timestamptz[] end""",
            {
                "camera_id": camera_id, "hour": hour, "part": part, "purge_id": purge_id, "run_no": run_no,
                "seqs": Int4Multirange([Int4Range(a, b) for a, b in numbers]),
                "spans": TimestamptzMultirange(
                    [TimestamptzRange(clock.from_us(a), clock.from_us(b)) for a, b in unite(pairs)]
                ),
                "n": len(rows), "bytes": sum(row["size"] for row in rows), "gone": gone,
            },
        )  # fmt: skip
        place = {"camera_id": camera_id, "hour": hour, "part": part, "n": len(rows)}
        kept = connection.execute(
            "delete from kept_hour where (camera_id, hour, part) = (%(camera_id)s, %(hour)s, %(part)s) and n = %(n)s"
            " returning 1",
            place,
        )
        if kept.fetchone() is None:
            connection.execute(
                "update kept_hour set n = n - %(n)s, bytes = bytes - %(bytes)s"
                " where (camera_id, hour, part) = (%(camera_id)s, %(hour)s, %(part)s)",
                {**place, "bytes": sum(row["size"] for row in rows)},
            )
        for row in rows:
            connection.execute(
                "delete from chunk where camera_id = %(camera_id)s and start_at = %(start_at)s and run_no = %(run_no)s",
                row,
            )
    connection.execute(
        "delete from thumbnail t using camera k where k.camera_id = t.camera_id and k.code = %(camera)s"
        " and t.at >= %(from)s and t.at < %(to)s",
        values,
    )
    rows = connection.execute("select run_no, run::text from run").fetchall()
    names = {row["run_no"]: row["run"] for row in rows}
    return [(names[key[3]], row["seq"]) for key, taken in seals.items() for row in taken]


@contextlib.contextmanager
def taken_for_a_while(
    database: Database, signer: Signer, camera: str, from_us: int, to_us: int, *, done: bool = False
) -> Iterator[list[tuple[str, int]]]:
    """A purge that is under way, or done, took these; afterwards all is as if it never had, but for the log."""
    with database.transaction() as connection:
        connection.execute("create table taken_for_a_while as select * from chunk")
        purge_id = start_run(connection, signer)
        taken = take(connection, purge_id, camera, from_us, to_us)
    undone.add(purge_id)
    if done:
        finish(database, signer, purge_id)
    try:
        yield taken
    finally:
        with database.transaction() as connection:
            for statement in (
                "insert into chunk select * from taken_for_a_while on conflict do nothing",
                "drop table taken_for_a_while",
                "alter table tombstone disable trigger tombstone_never_changes",
                "delete from tombstone",
                "alter table tombstone enable trigger tombstone_never_changes",
                "insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)"
                " select camera_id, hour, part, n, bytes, lower(spans), upper(spans) from seal"
                " on conflict (camera_id, hour, part) do update set n = excluded.n, bytes = excluded.bytes",
            ):
                connection.execute(statement)
