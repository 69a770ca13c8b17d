"""An archive with a past, made up quickly: honest chains of small chunks, sealed, with their objects and thumbnails."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from saksi import clock
from saksi.catalogue import chunks, keys, seal_lines, seals
from saksi.catalogue.database import Database
from saksi.objects.store import ObjectStore
from saksi.retention.purge import Desk
from saksi.settings import Settings
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

HOUR = 3600 * SECOND
DAY = 24 * HOUR
_BEGAN_US = clock.now_us()


def settings(folder: Path, **more: Any) -> Settings:
    """Settings of a purge that waits for nothing."""
    return Settings(
        data=folder, keys=folder / "keys", secret_key=SecretStr("x"), purge_objects_per_second=0, **more
    )


def keep_days(database: Database, days: float, *, minimum: float = 0, maximum: float = 3650) -> None:
    """Default and every class, written directly: in effect since ever."""
    with database.transaction() as connection:
        connection.execute("alter table retention_policy disable trigger retention_policy_never_changes")
        connection.execute(
            "update retention_policy set keep_us = %s where scope = 'default'", (int(days * DAY),)
        )
        connection.execute(
            "update retention_policy set min_us = %s, max_us = %s where scope = 'class'",
            (int(minimum * DAY), int(maximum * DAY)),
        )
        connection.execute("alter table retention_policy enable trigger retention_policy_never_changes")


@dataclass(kw_only=True)
class Archive:
    """A database and a store; `written` has every chunk by camera: (run, seq, start_us, end_us)."""

    database: Database
    store: ObjectStore
    folder: Path
    written: dict[str, list[tuple[str, int, int, int]]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def desk(self, **more: Any) -> Desk:
        """Where purges are carried out."""
        return Desk(database=self.database, store=self.store, settings=settings(self.folder, **more))

    def camera(self, code: str) -> int:
        """A camera, with both keys known."""
        with self.database.transaction() as connection:
            enrol(connection)
            self.ids[code] = add_camera(connection, code)
        return self.ids[code]

    def record(
        self, code: str, start_us: int, count: int, *, length_us: int = 10 * 60 * SECOND, pictures: bool = True,
        pending: Sequence[int] = (), objects: bool = True,
    ) -> Chain:  # fmt: skip
        """A closed run of so many chunks, sealed; all but the `pending` numbers are in the store."""
        if code not in self.ids:
            self.camera(code)
        chain = Chain(code, start_us)
        made = [chain.chunk(start_us + i * length_us, length_us) for i in range(count)]
        stored = [one for one in made if one.entry.seq not in pending]
        with self.database.transaction() as connection:
            run_no = chunks.open_run(connection, chain.opening)
            assert chunks.announce(connection, made) == ["appended"] * count
            chunks.stored(connection, [(one.entry.run, one.entry.seq) for one in stored])
            seals.seal_early(connection, RECORDER, run_no)
            if pictures:
                for one in stored:
                    at_us = one.entry.start_us
                    values = [self.ids[code], clock.from_us(at_us), keys.thumbnail_key(code, at_us)]
                    connection.execute(
                        "insert into thumbnail (camera_id, at, object_key, size) values (%s, %s, %s, 4)",
                        values,
                    )
            connection.execute("delete from outbox")
        for one in stored if objects else ():
            self._put(keys.chunk_key(code, one.entry.run, one.entry.seq))
            if pictures:
                self._put(keys.thumbnail_key(code, one.entry.start_us))
        seal_lines.write_owed(self.database, self.store)
        told = [(one.entry.run, one.entry.seq, one.entry.start_us, one.entry.end_us) for one in made]
        self.written.setdefault(code, []).extend(told)
        return chain

    def rows(self, code: str) -> list[tuple[str, int]]:
        """Run and number of every chunk whose row is there."""
        with self.database.transaction() as connection:
            rows = connection.execute(
                "select r.run::text, c.seq from chunk c join run r using (run_no) where c.camera_id = %s order by 1, 2",
                (self.ids[code],),
            ).fetchall()
        return [(row["run"], row["seq"]) for row in rows]

    def objects(self, prefix: str) -> list[str]:
        """Keys in the store."""
        return [key for key, _ in self.store.list(prefix)]

    def all_of(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Rows of a statement of a test's own."""
        with self.database.transaction() as connection:
            return connection.execute(statement, values or None).fetchall()

    def _put(self, key: str) -> None:
        body = key[-4:].encode()
        self.store.put(key, body, sha256=hashlib.sha256(body).digest())


def hour_start(days_ago: float) -> int:
    """The start of a UTC hour about so long ago, microseconds; the same whenever it is asked."""
    return int((_BEGAN_US - days_ago * DAY) // HOUR * HOUR)


__all__ = ["DAY", "HOUR", "OFFICE", "SECOND", "Archive", "hour_start", "keep_days", "settings"]
