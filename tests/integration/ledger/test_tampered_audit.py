"""Whatever somebody with the whole database does to the audit trail and to custody is found, and at its place.

SAKSI_TAMPER_AUDIT=10000 tries so many (CI has time for few), SAKSI_TAMPER_SEED=2 others.
"""

from __future__ import annotations

import contextlib
import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from saksi.catalogue import audit, audit_check, audit_log, cases, custody
from saksi.catalogue.database import Database
from saksi.custody.canonical import leaf
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.ledger.tampering import open_up
from tests.integration.ledger.test_check import Uncommitted

TAMPERS = int(os.environ.get("SAKSI_TAMPER_AUDIT", "120"))
SEED = int(os.environ.get("SAKSI_TAMPER_SEED", "1"))
REFUSED = (errors.DataError, errors.IntegrityError)
# What a check cannot tell apart from what our own processes write: a number of ours.
APART = {("custody_event", "event_id")}
pytestmark = pytest.mark.timeout(300 + TAMPERS // 2)

Row = dict[str, Any]


@pytest.fixture
def written(database: Database, database_url: str) -> Iterator[psycopg.Connection[Row]]:
    """Three cases with custody, and an audit trail of several batches, in one open transaction without triggers."""
    desk = Desk.of(database)
    for number in range(3):
        with database.transaction() as connection:
            case = desk.open_case(connection, number=f"LP/{number}/2026")
            desk.exhibit(connection, case, number)
        with database.transaction() as connection:
            desk.hold(connection, case=case)
    for batch in range(6):
        with database.transaction() as connection:
            for number in range(12):
                audit.record(
                    connection, person=f"orang {number % 5}", role="investigator", address="10.0.0.7",
                    action=("segments", "search", "log in")[number % 3], purpose=f"LP/{batch}/2026",
                    object={"camera": f"cam{number}", "from": 1_796_000_000_000_000 + number,
                            "to": 1_796_000_060_000_000, "radius_m": 300.5, "nested": [None, {"a": True}]},
                    result=("ok", "denied")[number % 2],
                )  # fmt: skip
        assert audit_log.seal(database, OFFICE) == 12
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        open_up(connection)
        connection.execute("savepoint whole")
        yield connection
        connection.rollback()


def found(connection: psycopg.Connection[Row]) -> list[custody.Finding]:
    """All that the check of audit and custody says."""
    database = Uncommitted(connection)
    said = list(audit_check.check(database))
    for case in cases.list_cases(connection, None, limit=100):
        said += custody.check(connection, case)
    return said + custody.check_holds(connection)


@dataclass(frozen=True)
class Tamper:
    """What was done, and where a check may name it: parts of a finding's `where`."""

    name: str
    places: tuple[str, ...]


class Tamperer:
    """Makes them at random."""

    def __init__(self, connection: psycopg.Connection[Row], seed: int) -> None:
        self.connection = connection
        self.random = random.Random(seed)
        chains = "('audit', 'hold', 'case/LP/0/2026', 'case/LP/1/2026', 'case/LP/2/2026')"
        self.rows: dict[str, list[Row]] = {
            table: connection.execute(f"select * from {table} {where}").fetchall()  # type: ignore[arg-type]
            for table, where in {
                "audit": "order by audit_id",
                "audit_leaf": "order by audit_id",
                "custody_event": "order by event_id",
                "ledger_entry": f"where chain in {chains} order by entry_id",
            }.items()
        }
        self._entries = {row["entry_id"]: row for row in self.rows["ledger_entry"]}
        self._leaves = {row["audit_id"]: row for row in self.rows["audit_leaf"]}

    def any(self) -> Tamper | None:
        """One of the kinds; None when nothing came out changed."""
        kinds = (
            self.change,
            self.change,
            self.change,
            self.delete,
            self.copy,
            self.swap,
            self.forge,
            self.vanish,
        )
        return self.random.choice(kinds)()

    def change(self) -> Tamper | None:
        """One column of one row."""
        table, row = self._row()
        column = self.random.choice(list(row))
        if (table, column) in APART or row[column] is None:
            return None
        return self._set(table, row, column, self._other(row[column]), "change")

    def swap(self) -> Tamper | None:
        """A column's values of two rows."""
        table = self.random.choice(list(self.rows))
        a, b = self.random.sample(self.rows[table], 2)
        column = self.random.choice([one for one in a if one not in KEYS[table]])
        if (table, column) in APART or a[column] == b[column]:
            return None
        first = self._set(table, a, column, b[column], "swap")
        second = self._set(table, b, column, a[column], "swap")
        return Tamper(first.name, first.places + second.places)

    def delete(self) -> Tamper:
        """One row."""
        table, row = self._row()
        self._run(f"delete from {table} where {KEYS[table][0]} = %s", row[KEYS[table][0]])
        return Tamper(f"delete {table}", self._places(table, row))

    def copy(self) -> Tamper | None:
        """The same row again under another key: something that nobody did."""
        table, row = self._row()
        if table == "audit_leaf":
            return None
        fresh = {**row, **{name: self._fresh(row[name]) for name in KEYS[table]}}
        names, values = sql.SQL(", ").join(map(sql.Identifier, fresh)), [_sent(one) for one in fresh.values()]
        statement = sql.SQL("insert into {} ({}) overriding system value values ({})").format(
            sql.Identifier(table), names, sql.SQL(", ").join([sql.Placeholder()] * len(fresh))
        )
        self.connection.execute(statement, values)
        return Tamper(f"copy {table}", self._places(table, row) + self._places(table, fresh))

    def forge(self) -> Tamper:
        """A row of the trail and its leaf, made to agree."""
        row = self.random.choice(self.rows["audit"])
        changed = {**row, "person": "orang lain"}
        self._run("update audit set person = 'orang lain' where audit_id = %s", row["audit_id"])
        told = self._run("select object::text as object from audit where audit_id = %s", row["audit_id"])
        made = audit_log.leaf_of({**changed, "object": told[0]["object"]})
        self._run("update audit_leaf set leaf = %s where audit_id = %s", made, row["audit_id"])
        return Tamper("forge audit and leaf", self._places("audit", row))

    def vanish(self) -> Tamper:
        """A row and its leaf, gone without a trace; or custody with its entry."""
        if self.random.random() < 0.5:
            row = self.random.choice(self.rows["audit"])
            self._run("delete from audit_leaf where audit_id = %s", row["audit_id"])
            self._run("delete from audit where audit_id = %s", row["audit_id"])
            return Tamper("vanish audit and leaf", self._places("audit", row))
        event = self.random.choice(self.rows["custody_event"])
        self._run("delete from custody_event where event_id = %s", event["event_id"])
        self._run("delete from ledger_entry where entry_id = %s", event["entry_id"])
        return Tamper("vanish custody and entry", self._places("custody_event", event))

    def _row(self) -> tuple[str, Row]:
        table = self.random.choice(list(self.rows))
        return table, self.random.choice(self.rows[table])

    def _set(self, table: str, row: Row, column: str, value: Any, kind: str) -> Tamper:
        key = KEYS[table][0]
        statement = sql.SQL("update {} set {} = %s where {} = %s")
        names = map(sql.Identifier, (table, column, key))
        self.connection.execute(statement.format(*names), [_sent(value), row[key]])
        changed = {**row, column: value}
        return Tamper(f"{kind} {table}.{column}", self._places(table, row) + self._places(table, changed))

    def _run(self, statement: str, *values: Any) -> list[Row]:
        cursor = self.connection.execute(statement, values)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []

    def _places(self, table: str, row: Row) -> tuple[str, ...]:
        if table in ("audit", "audit_leaf"):
            leaf_row = self._leaves.get(row["audit_id"], row if table == "audit_leaf" else None)
            entry = None if leaf_row is None else self._entries.get(leaf_row["entry_id"])
            batch = () if entry is None else (f"audit:{entry['seq']}",)
            return (f"audit {row['audit_id']}", *batch)
        entry = self._entries.get(row["entry_id"], row if table == "ledger_entry" else None)
        if entry is None:
            return (f"event {row['event_id']}",)
        places = [f"{entry['chain']}:{seq}" for seq in (entry["seq"], entry["seq"] + 1)]
        places += [f"event {row['event_id']}"] if table == "custody_event" else []
        last = max(one["seq"] for one in self.rows["ledger_entry"] if one["chain"] == entry["chain"])
        if entry["seq"] >= last or table == "ledger_entry":
            places.append(entry["chain"])
        if table == "ledger_entry" and entry["chain"] == "audit":
            places += [
                f"audit {one['audit_id']}"
                for one in self.rows["audit_leaf"]
                if one["entry_id"] == row["entry_id"]
            ]
        if entry["chain"] == "hold":
            places.append("hold ")
        return tuple(places)

    def _other(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + self.random.choice([-1, 1, 1000])
        if isinstance(value, datetime):
            return value + timedelta(microseconds=self.random.choice([-1, 1, 10**9]))
        if isinstance(value, uuid.UUID):
            return uuid.UUID(int=self.random.getrandbits(128))
        if isinstance(value, bytes):
            place = self.random.randrange(len(value))
            return value[:place] + bytes([value[place] ^ 1 << self.random.randrange(8)]) + value[place + 1 :]
        if isinstance(value, list):
            return [*value, "cam"]
        if isinstance(value, dict):
            return {**value, "radius_m": 301}
        return f"{value}x"

    def _fresh(self, value: Any) -> Any:
        if isinstance(value, bytes):
            return leaf(self.random.randbytes(8))
        return value + 100_000


KEYS = {
    "audit": ("audit_id",),
    "audit_leaf": ("audit_id",),
    "custody_event": ("event_id", "entry_id"),
    "ledger_entry": ("entry_id", "seq", "leaf"),
}


def _sent(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value


def test_every_tamper_is_found_at_its_place(written: psycopg.Connection[Row]) -> None:
    assert found(written) == []
    tamperer, complaints, kinds, tried = Tamperer(written, SEED), [], Counter[str](), 0
    while sum(kinds.values()) < TAMPERS:
        tried += 1
        assert tried < 20 * TAMPERS
        made = None
        with contextlib.suppress(*REFUSED):
            made = tamperer.any()
        if made is not None:
            kinds[made.name] += 1
            told = [one.where for one in found(written)]
            if not any(place in where for place in made.places for where in told):
                complaints.append(f"{made.name} at {made.places[:4]}: {told[:4]}")
        written.execute("rollback to savepoint whole")
    print(
        f"{sum(kinds.values())} tampers of {len(kinds)} kinds, {len(complaints)} not found",
        *complaints[:20],
        sep="\n",
    )
    assert complaints == []
    assert found(written) == []


def test_rows_of_before_and_of_a_crowd_get_their_leaves(database: Database) -> None:
    """More rows than fit one entry, and those that came while nobody sealed, each once and in order."""
    Desk.of(database)
    with database.transaction() as connection:
        connection.execute(
            "insert into audit (person, role, address, action, object, purpose, result)"
            " select 'x', 'admin', '', 'search', '{}', '', 'ok' from generate_series(1, 2500)"
        )
        count, since = audit_log.waiting(connection)
        assert count >= 2500
        assert since is not None
    assert audit_log.seal(database, OFFICE) == count
    assert audit_log.seal(database, OFFICE) == 0
    assert list(audit_check.check(database)) == []
    with database.transaction() as connection:
        assert audit_log.waiting(connection) == (0, None)
        sizes = connection.execute("select count(*) as n from audit_leaf group by entry_id order by entry_id")
        assert [row["n"] for row in sizes] == [1000, 1000, count - 2000]
