"""What somebody with the whole database and the whole store can do to an installation, made up at random by a seed.

Statements run on one open transaction whose triggers and constraints are gone, as a database's owner can have them;
each mutation is rolled back. A mutation tells at which places a check may name it: parts of a finding's `where`.
"""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.types.multirange import Multirange

from saksi.catalogue import keys
from saksi.catalogue.database import Connection
from saksi.custody.tiles import tile_path

Row = dict[str, Any]
Places = tuple[str, ...]

# What the log does not cover, and why. Everything else of these tables must be found.
UNCOVERED: dict[str, str] = {
    "ledger_entry.entry_id": "a number of ours; its places, events and runs are other rows, which are mutated",
    "ledger_checkpoint.made_at": "when our own database said it was made; what dates one is a witness or a stamp",
    "ledger_cosignature.arrived": "an order by which pulses are recomputed; the check tries every order",
    "ledger_stamp.tsr": "the authority's signature needs its certificate: openssl ts -verify; what it is over is held",
    "ledger_published.uploaded": "progress; the objects themselves are held to the tree",
    "ledger_published.locked": "progress of the copies under object lock",
    "ledger_published.size": "progress; what the store's own checkpoint covers is checked whatever the row says",
    "ledger_published.only_one": "a constant",
    "run.run_no": "a number of ours; what it ties together are other rows",
    "run.stretch_start": "an index for the search: the open stretch of what the chunks tell",
    "seal.made_at": "when our own database said it; the seal's entry has its own time",
    "chunk.fragments": "an index into the object, which its digest covers; made anew from the object",
    "chunk_pending.announced_at": "when our own database heard of it",
    "chunk_dropped.dropped_at": "when our own database heard of it",
    "tombstone.claimed_at": "when our own database said it; the purge's entries have their times",
    "tombstone.gone_at": "when our own database said it; whether it is set at all is held",
    "purge_run.reason": "stands on the certificate, whose digest is in the log",
    "purge_run.approved_by": "a number of an account; who did it stands on the certificate",
    "purge_run.wanted": "what was asked for; what was announced and what went is in the log",
    "purge_run.due_at": "when it may begin: an approval puts it off; never before what the notice said",
    "purge_run.started_at": "when our own database said it",
    "purge_run.finished_at": "when our own database said it; the entry has its own time",
    "purge_run.result": "sums of its tombstones, which are held",
    "purge_run.attempts": "claims of workers",
    "purge_run.last_error": "a worker's",
    "thinning_policy.reason": "not told; why it is thinned is its basis, which is",
    "thinning_policy.proposed_by": "a number of an account",
    "thinning_policy.proposed_at": "held where a second officer was needed; an end is told when it counts",
    "thinning_policy.decided_by": "a number of an account",
    "thinning_batch.batch_id": "a number of ours",
    "thinned_chunk.thin_init_id": "an index for players; that there is such a one is held",
    "thinned_chunk.thin_fragments": "an index into the object, which its digest covers; made anew from the object",
    "thinned_chunk.made_at": "when our own database said it; the entry has its own time",
    "thinned_tombstone.claimed_at": "when our own database said it; the purge's entries have their times",
    "thinned_tombstone.gone_at": "when our own database said it; whether it is set at all is held",
    "scrub_finding.finding_id": "a number of ours",
    "scrub_finding.resolved_by": "a number of an account; no leaf names people",
    "scrub_finding.note": "what a person said; no leaf has it",
    "init_segment.init_id": "a number of ours",
    "init_segment.codec": "read from the body, which its hash covers",
    "init_segment.codecs": "read from the body, which its hash covers",
    "init_segment.width": "read from the body, which its hash covers",
    "init_segment.height": "read from the body, which its hash covers",
    "init_segment.audio": "read from the body, which its hash covers",
    "custody_event.event_id": "a number of ours; the order is the chain's",
    "legal_hold.placed_by": "a number of an account; who did it stands in the custody event",
    "legal_hold.release_asked_by": "a request that releases nothing; who asked stands in the release's custody event",
    "legal_hold.release_asked_at": "a request that releases nothing",
    "legal_hold.release_auth": "a request that releases nothing",
    "legal_hold.release_address": "a request that releases nothing",
    "legal_hold.release_reason": "a request that releases nothing; the release's custody event has it",
    "legal_hold.released_by": "a number of an account; who did it stands in the custody event",
    "legal_hold_span.added_at": "the entry that placed or extended the hold has its time",
    "case_exhibit.exhibit_id": "a number of ours",
    "case_exhibit.chosen": "how its cameras were looked for; which they are is held",
    "case_exhibit.made_by": "a number of an account; who did it stands in the custody event",
    "case_exhibit.made_at": "the custody event has its time",
    "case_exhibit_camera.name": "a display name",
    "case_exhibit_camera.fov_deg": "not told to custody",
}

# Columns by which a row is known; a copy of a row gets others.
_KEYS: dict[str, tuple[str, ...]] = {
    "ledger_entry": ("entry_id", "seq", "leaf"),
    "ledger_chain": ("chain",),
    "ledger_leaf": ("idx", "entry_id"),
    "ledger_tile": ("tile",),
    "ledger_checkpoint": ("size",),
    "ledger_cosignature": ("name",),
    "ledger_stamp": ("size",),
    "signing_key": ("key_id", "public"),
    "signing_key_end": ("key_id",),
    "run": ("run_no", "run"),
    "run_entry": ("run_no", "entry_id"),
    "seal": ("part",),
    "seal_entry": ("part", "entry_id"),
    "pulse": ("entry_id",),
    "chunk": ("start_at",),
    "chunk_pending": ("seq",),
    "chunk_dropped": ("seq",),
    "dropped_entry": ("seq",),
    "tombstone": ("part",),
    "purge_run": ("purge_id",),
    "kept_hour": ("part",),
    "thinning_policy": ("thinning_id", "entry_id"),
    "thinning_batch": ("batch_id", "entry_id"),
    "thinned_chunk": ("start_at",),
    "thinned_tombstone": ("part",),
    "scrub_finding": ("finding_id", "entry_id", "object_key"),
    "init_segment": ("init_id", "sha256"),
    "custody_event": ("event_id", "entry_id"),
    "legal_hold": ("hold_id",),
    "legal_hold_span": ("from_at",),
    "case_exhibit": ("exhibit_id", "number"),
    "case_exhibit_camera": ("camera_id",),
}
# Of tables with times before any that Python has: all but those, which are of workers.
_COLUMNS = {
    "kept_hour": "camera_id, hour, part, n, bytes, start_at, end_at",
    "thinning_batch": "batch_id, camera_id, day, n, root, made_at, entry_id",
    "purge_run": "purge_id, kind, state, expected, noticed_at, notice_entry, done_entry, certificate",
}
TABLES = (*_KEYS, "ledger_published")
# Held to the custody event that is told in the same transaction, and so to the minute only.
TO_THE_MINUTE = ("legal_hold.placed_at", "legal_hold.released_at")
# Taking these away is nothing that a log inside can tell.
UNTOLD_DELETIONS = {
    "ledger_cosignature": "only where a pulse quotes it; its witness knows",
    "ledger_stamp": "nothing quotes it; its authority and whoever holds a copy know",
    "chunk_pending": "then its chunk must be in the store: the object's check tells",
}


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What was done, and where it may be found."""

    name: str
    places: Places


class Tamperer:
    """Makes mutations on a connection; `facts` are the installation's rows as they were."""

    def __init__(self, connection: Connection, seed: int) -> None:
        self.connection = connection
        self.random = random.Random(seed)
        self.facts = {table: self._rows(table) for table in (*TABLES, "camera", "case_file")}
        self._entries = {row["entry_id"]: row for row in self.facts["ledger_entry"]}
        self.index = {row["entry_id"]: row["idx"] for row in self.facts["ledger_leaf"]}
        self._runs = {row["run_no"]: row for row in self.facts["run"]}
        self._cameras = {row["camera_id"]: row["code"] for row in self.facts["camera"]}

    def any(self) -> Mutation | None:
        """A random one; None when it came out as no change, or the database refuses it."""
        kinds: list[tuple[int, Callable[[], Mutation | None]]] = [
            (10, self.change), (2, self.delete), (2, self.copy), (2, self.swap),
        ]  # fmt: skip
        weights, makers = zip(*kinds, strict=True)
        made: Mutation | None = self.random.choices(makers, weights)[0]()
        return made

    def change(self) -> Mutation | None:
        """One column of one row."""
        table = self._table()
        row = self.random.choice(self.facts[table])
        column = self.random.choice([one for one in row if one not in ("ctid", "tableoid", "loc")])
        if f"{table}.{column}" in UNCOVERED or row[column] is None:
            return None
        if column == "crc32" and self._is_away(row):
            return None
        value = self._other(row[column])
        if f"{table}.{column}" in TO_THE_MINUTE:
            value = row[column] - datetime.timedelta(hours=self.random.randrange(1, 99))
        return self._set(table, row, {column: value}, f"change {table}.{column}")

    def delete(self) -> Mutation | None:
        """One row."""
        table = self._table()
        if table in UNTOLD_DELETIONS or table == "ledger_chain":
            return None
        row = self.random.choice(self.facts[table])
        self._execute(
            "delete from {table} where tableoid = %s and ctid = %s", table, [row["tableoid"], row["ctid"]]
        )
        return Mutation(name=f"delete of {table}", places=self.places(table, row))

    def copy(self) -> Mutation | None:
        """The same row again under other keys."""
        table = self.random.choice(list(_KEYS))
        if not self.facts[table]:
            return None
        row = self.random.choice(self.facts[table])
        fresh = {
            name: value for name, value in row.items() if name not in ("ctid", "tableoid", "loc", "arrived")
        }
        for column in _KEYS[table]:
            fresh[column] = self._fresh(table, column, row[column])
        if table in ("ledger_chain", "ledger_cosignature") and not fresh.get("seq", 1):
            return None
        names = sql.SQL(", ").join(map(sql.Identifier, fresh))
        values = sql.SQL(", ").join([sql.Placeholder()] * len(fresh))
        statement = sql.SQL("insert into {} ({}) overriding system value values ({})")
        self.connection.execute(
            statement.format(sql.Identifier(table), names, values), [_sent(one) for one in fresh.values()]
        )
        return Mutation(
            name=f"copy of {table}", places=self.places(table, row) + self.places(table, {**row, **fresh})
        )

    def swap(self) -> Mutation | None:
        """A column's values of two rows."""
        table = self._table()
        if len(self.facts[table]) < 2:
            return None
        a, b = self.random.sample(self.facts[table], 2)
        column = self.random.choice([one for one in a if one not in ("ctid", "tableoid", "loc")])
        if f"{table}.{column}" in {*UNCOVERED, *TO_THE_MINUTE} or a[column] == b[column]:
            return None
        if column in _KEYS[table]:  # unique: by way of a third
            self._set(table, a, {column: self._fresh(table, column, a[column])}, "")
        self._set(table, b, {column: a[column]}, "")
        self._set(table, a, {column: b[column]}, "", found=self._again(table, a, column))
        return Mutation(
            name=f"swap of {table}.{column}", places=self.places(table, a) + self.places(table, b)
        )

    def places(self, table: str, row: Row) -> Places:
        """Where a check may name this row."""
        return tuple(dict.fromkeys(self._places(table, row)))

    def _places(self, table: str, row: Row) -> Iterator[str]:
        if table in ("ledger_entry", "ledger_chain"):
            yield from self._around(row["chain"], row["seq"])
            if table == "ledger_chain":
                yield row["chain"]
            else:
                yield f"entry {self.index.get(row['entry_id'], -1)} ("
        elif table in ("ledger_leaf", "ledger_pending"):
            if "idx" in row:
                yield f"entry {row['idx']}"
                yield f"ledger_leaf {row['idx']}"
            yield from self._of_entry(row["entry_id"])
            yield f"ledger_pending {row['entry_id']}"
        elif table == "ledger_tile":
            yield f"ledger_tile {tile_path(row['level'], row['tile'])}"
        elif table in ("ledger_checkpoint", "ledger_cosignature", "ledger_stamp"):
            yield f"checkpoint {row['size']}"
            yield f"{table} {row['size']}"
            yield f"ledger_cosignature {row['size']}"
            yield "ledger/checkpoint"  # the store's own has no row any more
            yield "(recorder/r1 "  # a pulse that quotes it
        elif table == "ledger_published":
            yield from ("ledger_published", "ledger/checkpoint")
        elif table in ("signing_key", "signing_key_end"):
            yield row["key_id"]
            for entry in self._entries.values():
                if entry["key_id"] == row["key_id"]:
                    yield from self._of_entry(entry["entry_id"])
        elif table in ("run", "run_entry"):
            yield from self._of_run(row["run_no"])
            yield f"run_entry {row['run_no']}"
            if table == "run":
                yield str(row["run"])
            else:
                yield from self._of_entry(row["entry_id"])
        elif table in ("seal", "seal_entry"):
            yield from self._of_seal(row)
        elif table == "pulse":
            yield from self._of_entry(row["entry_id"])
            yield f"pulse {row['recorder']}"
        elif table in ("chunk", "chunk_pending", "chunk_dropped"):
            yield from self._of_chunk(row)
        elif table == "dropped_entry":
            yield from self._of_run(row["run_no"])
            yield from self._of_entry(row["entry_id"])
            yield f"dropped_entry {row['run_no']}"
        elif table == "purge_run":
            yield f"purge {row['purge_id']}"
            yield from ("(purge ", "purge:", "tombstone ")
        elif table in ("tombstone", "kept_hour"):
            yield "(purge "
            yield from self._of_seal(row)
            for camera in (self._cameras.get(row["camera_id"]), row["camera_id"]):
                yield from (f"tombstone {camera}", f"kept_hour {camera}", f"entries/{camera}/")
        elif table in ("thinning_policy", "thinning_batch", "thinned_chunk", "thinned_tombstone"):
            yield from (f"{table} ", "(thinning ", "thinnings/", "thinned/")
            if table == "thinned_tombstone":
                yield from ("thinned tombstone ", "(purge ")
        elif table == "scrub_finding":
            yield from (f"scrub_finding {row['finding_id']}", "(findings ")
        elif table == "init_segment":
            yield row["sha256"].hex()
            yield "chunks/"  # every chunk is of it
            yield "run "
            yield "(recorder/r1 "
        elif table == "custody_event":
            yield from self._of_entry(row["entry_id"])
            yield from (f"event {row['event_id']}", f"custody_event {row['event_id']}")
            yield f"hold {row['hold_id']}"
        elif table in ("legal_hold", "legal_hold_span"):
            yield f"hold {row['hold_id']}"
            yield f"legal_hold_span {row['hold_id']}"
        elif table in ("case_exhibit", "case_exhibit_camera"):
            yield " exhibit "

    def _of_entry(self, entry_id: int) -> Iterator[str]:
        row = self._entries.get(entry_id)
        if row is not None:
            yield from self._around(row["chain"], row["seq"])
            yield f"entry {self.index.get(entry_id, -1)}"

    def _around(self, chain: str, seq: int) -> Iterator[str]:
        """The entry, and the one after it, which names it."""
        for number in (seq, seq + 1):
            yield f"({chain} {number})"
            yield f"{chain}:{number}"
            yield f"{chain} {number}"
        if seq >= max((row["seq"] for row in self._entries.values() if row["chain"] == chain), default=0):
            yield f"ledger_chain {chain}"

    def _of_run(self, run_no: int) -> Iterator[str]:
        if run_no in self._runs:
            yield str(self._runs[run_no]["run"])
        for row in self.facts["run_entry"]:
            if row["run_no"] == run_no:
                yield from self._of_entry(row["entry_id"])

    def _of_seal(self, row: Row) -> Iterator[str]:
        yield from self._of_run(row.get("run_no", -1))
        known = [
            one
            for one in self.facts["seal"]
            if one["camera_id"] == row["camera_id"] and one["hour"] == row["hour"]
        ]
        for one in known:
            yield from self._of_run(one["run_no"])
        for one in self.facts["seal_entry"]:
            if (one["camera_id"], one["hour"]) == (row["camera_id"], row["hour"]):
                yield from self._of_entry(one["entry_id"])
        if "entry_id" in row:
            yield from self._of_entry(row["entry_id"])
        yield f"seal {self._cameras.get(row['camera_id'])}"
        yield f"seal {row['camera_id']}"
        yield f"seal_entry {row['camera_id']}"

    def _of_chunk(self, row: Row) -> Iterator[str]:
        yield from self._of_run(row["run_no"])
        camera = self._cameras.get(row["camera_id"], str(row["camera_id"]))
        run = self._runs.get(row["run_no"])
        yield keys.chunk_key(camera, str(run["run"] if run else row["run_no"]), row["seq"])
        yield f"chunk_pending {row['run_no']}"
        yield f"chunk_dropped {row['run_no']}"
        yield f"chunks/{camera}/{row['run_no']}/"
        yield f"entries/{camera}/"  # of an hour of which a purge took a part
        hour = row["start_at"].replace(minute=0, second=0, microsecond=0)
        for seal in self.facts["seal_entry"]:
            if (seal["camera_id"], seal["hour"]) == (row["camera_id"], hour):
                yield from self._of_entry(seal["entry_id"])
        for told in self.facts["dropped_entry"]:
            if told["run_no"] == row["run_no"]:
                yield from self._of_entry(told["entry_id"])

    def _is_away(self, chunk: Row) -> bool:
        """Whether the store has no object of a chunk, to which its CRC-32 could be held."""
        waiting = (*self.facts["chunk_pending"], *self.facts["chunk_dropped"])
        return any((row["run_no"], row["seq"]) == (chunk["run_no"], chunk["seq"]) for row in waiting)

    def _table(self) -> str:
        return self.random.choice([table for table in TABLES if self.facts[table]])

    def _rows(self, table: str) -> list[Row]:
        columns = sql.SQL(_COLUMNS.get(table, "*"))
        statement = sql.SQL("select ctid::text, tableoid, {} from {} order by 3, 4").format(
            columns, sql.Identifier(table)
        )
        return self.connection.execute(statement).fetchall()

    def _set(
        self, table: str, row: Row, changes: Mapping[str, Any], name: str, *, found: Row | None = None
    ) -> Mutation:
        at = found or row
        ((column, value),) = changes.items()
        statement = "update {table} set {column} = %s where tableoid = %s and ctid = %s"
        self._execute(statement, table, [_sent(value), at["tableoid"], at["ctid"]], column)
        changed = {**row, **changes}
        return Mutation(name=name, places=self.places(table, row) + self.places(table, changed))

    def _again(self, table: str, row: Row, column: str) -> Row:
        """Where a row is now, after it was moved once; rows that were not moved stay where they were."""
        if column not in _KEYS[table]:
            return row
        moved = [
            one for one in self._rows(table) if one["ctid"] not in {old["ctid"] for old in self.facts[table]}
        ]
        others = {name: value for name, value in row.items() if name not in (column, "ctid", "tableoid")}
        return next(one for one in moved if others.items() <= one.items())

    def _execute(self, statement: str, table: str, values: list[Any], column: str = "") -> None:
        names = {"table": sql.Identifier(table), "column": sql.Identifier(column or table)}
        self.connection.execute(sql.SQL(statement).format(**names), values)  # type: ignore[arg-type]

    def _fresh(self, table: str, column: str, value: Any) -> Any:
        """One that no row of the table has."""
        used = {one[column] for one in self.facts[table] if not isinstance(one[column], list)}
        while (other := self._other(value)) in used:
            continue
        return other

    def _other(self, value: Any) -> Any:
        """Another value of the same kind; the small step more often than the great one."""
        rng = self.random
        if value is None:
            return None
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + rng.choice([1, 1, 1, -1, 7, 1000]) if value > 0 else value + rng.choice([1, 2, 50])
        if isinstance(value, float):
            return value + rng.choice([0.5, 1.0])
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            place = rng.randrange(len(value)) if value else 0
            return (
                value[:place] + bytes([value[place] ^ 1 << rng.randrange(8)]) + value[place + 1 :]
                if value
                else b"x"
            )
        if isinstance(value, uuid.UUID):
            return uuid.UUID(int=rng.getrandbits(128))
        if isinstance(value, datetime.datetime):
            step = rng.choice([1, 1_000_000, 3_600_000_000, -3_600_000_000, 86_400_000_000])
            return value + datetime.timedelta(microseconds=step)
        if isinstance(value, datetime.date):
            return value + datetime.timedelta(days=rng.choice([1, 30, -30]))
        if isinstance(value, Multirange):
            shifted = [type(one)(one.lower, one.upper + _step(one.upper)) for one in value]
            return type(value)(shifted)
        if isinstance(value, dict):
            if not any(isinstance(one, int) for one in value.values()):
                return {**value, "x": 1}
            name = rng.choice([name for name, one in value.items() if isinstance(one, int)])
            return {**value, name: self._other(value[name])}
        raise AssertionError(f"no other value of {type(value)}")

    def _text(self, value: str) -> str:
        if len(value) == 16 and set(value) <= set("0123456789abcdef"):
            return f"{self.random.getrandbits(64):016x}"
        choice = self.random.randrange(3)
        if choice == 0 or not value:
            return value + "x"
        place = self.random.randrange(len(value))
        if choice == 1 and len(value) > 1:
            return value[:place] + value[place + 1 :]
        return value[:place] + chr(ord("a") + self.random.randrange(26)) + "~" + value[place + 1 :]


def open_up(connection: Connection) -> None:
    """Takes triggers, foreign keys and checks away, as the owner of a database can; keys stay."""
    for row in connection.execute(
        "select distinct event_object_table as name from information_schema.triggers where trigger_schema = 'public'"
    ).fetchall():
        connection.execute(sql.SQL("alter table {} disable trigger user").format(sql.Identifier(row["name"])))
    for row in connection.execute(
        "select table_name as name, column_name as of from information_schema.columns"
        " where table_schema = 'public' and identity_generation = 'ALWAYS'"
    ).fetchall():
        statement = sql.SQL("alter table {} alter column {} set generated by default")
        connection.execute(statement.format(sql.Identifier(row["name"]), sql.Identifier(row["of"])))
    for row in connection.execute(
        "select conrelid::regclass::text as name, conname from pg_constraint"
        " where contype in ('f', 'c') and connamespace = 'public'::regnamespace and conparentid = 0"
        " and conislocal and conrelid <> 0 order by contype desc"
    ).fetchall():
        statement = sql.SQL("alter table {} drop constraint if exists {}")
        connection.execute(statement.format(sql.SQL(row["name"]), sql.Identifier(row["conname"])))


def _step(value: Any) -> Any:
    return 1 if isinstance(value, int) else datetime.timedelta(seconds=1)


def _sent(value: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value) if isinstance(value, dict) else value
