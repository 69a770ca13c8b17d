"""Connections, named statements and migrations: the only place that opens PostgreSQL.

Statements live in `sql/queries/*.sql` as blocks headed `-- name --` and are called by file and name.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import random
import re
import select
import threading
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any, LiteralString, TypeVar

import psycopg
from prometheus_client import Counter
from psycopg import sql
from psycopg.abc import PQGen
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from saksi.errors import BadInput, Unavailable
from saksi.messages import register

log = logging.getLogger("saksi.catalogue.database")

_Answer = TypeVar("_Answer")
_NUL = "NUL (0x00)"  # as psycopg says it
_LISTEN_MS = 500  # until an end that was asked for is seen


class _Patient(psycopg.Connection[Any]):
    """A connection that waits for an answer only so long.

    What the server bounds is of no use when its answer never arrives: a proxy or a firewall that holds the bytes
    back keeps the connection itself well and alive.
    """

    answer_s = 20.0  # more than statement_timeout: a server that lives says itself what took too long

    def wait(self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None) -> _Answer:
        if timeout is not None:
            # As for notices, whose absence is no fault. Nobody has to wake up meanwhile.
            return super().wait(gen, max(interval, timeout), timeout)
        try:
            return super().wait(gen, interval, self.answer_s)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.close()  # the answer may still come, and must not be taken for that to another question
            raise


Connection = psycopg.Connection[dict[str, Any]]


def _check(connection: Connection) -> None:
    """Before a pooled connection is used again; a new one is quickly made."""
    assert isinstance(connection, _Patient)
    connection.answer_s = 2.0
    ConnectionPool.check_connection(connection)
    connection.answer_s = _Patient.answer_s


register(
    "database_unavailable",
    en=("The database does not answer.", "Recording goes on; try again in a moment and check PostgreSQL."),
    id_=(
        "Basis data tidak menjawab.",
        "Perekaman tetap berjalan; coba lagi sebentar dan periksa PostgreSQL.",
    ),
)

register(
    "text_nul",
    en=("A text holds a NUL character.", "Leave it out: no name or number of ours has one."),
    id_=("Sebuah teks berisi karakter NUL.", "Hilangkan: tidak ada nama atau nomor yang memuatnya."),
)

register(
    "database_refuses",
    en=(
        "The database answers and refuses what it is asked.",
        "Recording goes on; the log says why: a standby, a missing grant, or a migration that was not applied.",
    ),
    id_=(
        "Basis data menjawab, tetapi menolak permintaan.",
        "Perekaman tetap berjalan; log menyebut sebabnya: standby, izin kurang, atau migrasi belum diterapkan.",
    ),
)

_BLOCK = re.compile(r"^-- ([a-z_]+) --\n(.*?)(?=^-- [a-z_]+ --$|\Z)", re.MULTILINE | re.DOTALL)
_OPTIONS = (
    "-c timezone=UTC -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000 -c jit=off"
)
_LINK: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms; keepalives do not notice a peer that is gone while our bytes wait for it
}
_reconnects = Counter("saksi_catalogue_listen_reconnects_total", "Times a listener had to connect anew.")


@functools.cache
def _queries() -> dict[str, LiteralString]:
    found: dict[str, LiteralString] = {}
    for file in sorted(resources.files("sql").joinpath("queries").iterdir(), key=lambda one: one.name):
        for name, text in _BLOCK.findall(file.read_text()):
            # The files are part of the program, as trusted as a literal in it.
            found[f"{file.name.removesuffix('.sql')}.{name}"] = text.strip().rstrip(";")
    return found


def query(name: str) -> LiteralString:
    """The statement of block `name`, written "file.block". Raises KeyError when there is none."""
    return _queries()[name]


def query_names() -> frozenset[str]:
    """Every "file.block" there is."""
    return frozenset(_queries())


class Database:
    """A small pool of connections; one short transaction at a time is all it offers."""

    def __init__(self, url: str, *, application: str, max_size: int = 8) -> None:
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            connection_class=_Patient,
            kwargs={**_LINK, "row_factory": dict_row, "application_name": application, "options": _OPTIONS},
            min_size=0,
            max_size=max_size,
            timeout=5.0,
            max_idle=120.0,
            reconnect_timeout=1.0,
            check=_check,
            open=True,
        )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back on any error.

        Raises Unavailable when the database cannot be reached, cuts the connection, or refuses for a reason that
        is not in the values: a standby, a missing grant, a column that a migration has yet to bring. What it
        says of the values alone, psycopg's DataError and IntegrityError, is handed on as it is; but BadInput for a
        text with a NUL in it, which no row can hold or match, and which an address may smuggle in as %00.
        """
        try:
            with self._pool.connection() as connection:
                try:
                    yield connection
                except psycopg.Error as error:
                    if _refuses(error):
                        # A new session may land on a server that takes writes; this one would go on refusing.
                        connection.close()
                    raise
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if _NUL in str(error):
                raise BadInput("text_nul") from error
            raise
        except (psycopg.Error, PoolTimeout) as error:
            raise _unavailable(error) from error

    @contextlib.contextmanager
    def outside_transaction(self) -> Iterator[Connection]:
        """For the few statements that must not stand in a transaction; each commits by itself. Raises Unavailable."""
        with self.transaction() as connection:
            connection.commit()
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    def close(self) -> None:
        """Closes every connection; what hangs is not waited for."""
        self._pool.close(timeout=1.0)


def _refuses(error: Exception) -> bool:
    """Whether a working server said no, for a reason that lies neither in the values nor in the connection."""
    passing = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.DataError, psycopg.IntegrityError)
    return isinstance(error, psycopg.Error) and not isinstance(error, passing)


def _unavailable(error: Exception) -> Unavailable:
    if not _refuses(error):
        return Unavailable("database_unavailable")
    log.error("the database refuses: %s: %s", type(error).__name__, str(error).strip())
    return Unavailable("database_refuses")


def migrate(url: str) -> list[str]:
    """Applies the migrations that are missing, in order, under a lock; answers their names.

    Also prepares the chunk partitions of yesterday to a week ahead, and gives the API's own role (saksi_api), where
    there is one, its rights. Raises Unavailable without a database.
    """
    try:
        # A migration may take as long as it needs, so only the link is bounded.
        with psycopg.connect(url, options="-c timezone=UTC", autocommit=True, **_LINK) as connection:
            connection.execute("select pg_advisory_lock(hashtext('saksi migrate'))")
            connection.execute(
                "create table if not exists migration"
                " (name text primary key, applied_at timestamptz not null default now())"
            )
            done = {row[0] for row in connection.execute("select name from migration")}
            applied = [name for name in _migrations() if name not in done]
            for name in applied:
                with connection.transaction():
                    connection.execute(_migration(name))
                    connection.execute("insert into migration (name) values (%s)", (name,))
            connection.execute(query("upkeep.prepare_days"))
            there = connection.execute(query("grants.api_role")).fetchone()
            if there is not None and there[0]:
                connection.execute(query("grants.give"))
            connection.execute("select pg_advisory_unlock(hashtext('saksi migrate'))")
    except psycopg.OperationalError as error:
        raise Unavailable("database_unavailable") from error
    return applied


def answers(url: str, *, seconds: float) -> bool:
    """Whether a database lets us in within about `seconds`: asked once, where a pool would try again and again."""
    try:
        # libpq rounds up to two whole seconds
        psycopg.connect(url, **{**_LINK, "connect_timeout": max(2, round(seconds))}).close()
    except psycopg.Error:
        return False
    return True


def differing(connection: Connection) -> tuple[list[str], list[str]]:
    """Migrations that the database lacks, and those it has that this program does not know."""
    exists = connection.execute("select to_regclass('migration') as found").fetchone()
    done: set[str] = set()
    if exists is not None and exists["found"] is not None:
        done = {row["name"] for row in connection.execute(query("upkeep.migrations"))}
    ours = _migrations()
    return [name for name in ours if name not in done], sorted(done - set(ours))


def _migrations() -> list[str]:
    folder = resources.files("sql").joinpath("migrations")
    return sorted(file.name.removesuffix(".sql") for file in folder.iterdir() if file.name.endswith(".sql"))


def _migration(name: str) -> LiteralString:
    return resources.files("sql").joinpath("migrations").joinpath(f"{name}.sql").read_text()


def listen(url: str, channels: Sequence[str], stop: threading.Event) -> Iterator[tuple[str, str]]:
    """(channel, payload) of each NOTIFY on `channels` until `stop`.

    Reconnects for ever with jittered back-off of up to 10 s.
    """
    pause_s = 0.5
    while not stop.is_set():
        try:
            with _Patient.connect(url, autocommit=True, options=_OPTIONS, **_LINK) as connection:
                for channel in channels:
                    connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
                pause_s = 0.5
                # The driver's own waiting takes ten times the processor time, as much as half a camera.
                ready = select.poll()
                ready.register(connection.fileno(), select.POLLIN)
                while not stop.is_set():
                    for notice in connection.notifies(timeout=0):
                        yield notice.channel, notice.payload
                    while not stop.is_set() and not ready.poll(_LISTEN_MS):
                        pass
        except psycopg.Error as error:
            log.warning("listening on %s: %s", ", ".join(channels), _unavailable(error))
            _reconnects.inc()
            stop.wait(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            pause_s = min(pause_s * 2, 10.0)
