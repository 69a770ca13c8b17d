"""An archive of before there was a log keeps its chains and seals, and the log is told of them."""

from __future__ import annotations

import uuid
from importlib import resources

import psycopg
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from saksi import clock
from saksi.catalogue import chunks, footage, runs, seal_entries
from saksi.catalogue.database import Database, migrate
from saksi.custody.entries import Entry
from tests.integration.catalogue.chains import OFFICE, SECOND, Chain, add_camera, enrol

BEGAN = (clock.now_us() // (3600 * SECOND) - 3) * 3600 * SECOND
_BEFORE = ("0001", "0002", "0003", "0004")


def older(url: str) -> None:
    """Brings an empty database to where it stood before."""
    folder = resources.files("sql").joinpath("migrations")
    with psycopg.connect(url) as connection:
        connection.execute(
            "create table migration (name text primary key, applied_at timestamptz not null default now())"
        )
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.name.startswith(_BEFORE):
                connection.execute(file.read_text().encode())
                connection.execute("insert into migration values (%s)", [file.name.removesuffix(".sql")])
        connection.execute("select add_chunk_day(%s)", [clock.from_us(BEGAN).date()])


def recorded(url: str, chain: Chain) -> None:
    """A camera with a closed run of one chunk under a seal, as the older programs wrote them."""
    told = chain.chunk(BEGAN)
    values = {**chunks._values(told, 1), "run": chain.opening.run}
    with Database(url, application="old").transaction() as connection:
        add_camera(connection)
        one = chain.opening
        connection.execute(
            "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end)"
            " values (%(run)s, 1, %(epoch)s, %(recorder)s, %(reason)s, %(parent)s, %(at)s, %(tip)s, %(tip)s, %(at)s)",
            {
                "run": one.run, "epoch": one.epoch, "recorder": one.recorder, "reason": one.reason,
                "parent": bytes.fromhex(one.parent), "at": clock.from_us(one.at_us), "tip": one.tip(),
            },
        )  # fmt: skip
        chunks._init_id(connection, [told], told.init.sha256)
        names = (
            "recorder", "run", "leaf", "tip", "seq", "start_at", "dur_us", "size", "frames", "lost", "init_id",
            "clock_offset_us", "clock_error_us", "residual_us", "camera_offset_us", "clock_source", "camera_clock",
            "ended", "sha256", "fragments",
        )  # fmt: skip
        call = ", ".join(
            f"%({name})s" + ("::int2" if ("clock" in name and "us" not in name) or name == "ended" else "")
            for name in names
        )
        connection.execute(f"select append_chunk_v1({call})".encode(), values)
        span = TimestamptzRange(clock.from_us(BEGAN), clock.from_us(BEGAN + 10 * SECOND))
        connection.execute(
            "insert into seal values (1, %s, 1, 1, 1, 1, 1, 1000, 250, %s, %s, %s, %s)",
            (
                clock.from_us(BEGAN),
                TimestamptzMultirange([span]),
                chain.opening.tip(),
                chain.tip,
                told.entry.leaf(),
            ),
        )
        connection.execute(
            "update run set sealed_seq = 1, closed_at = %s, close_reason = 'released', closed_tip = %s",
            (clock.from_us(BEGAN + 20 * SECOND), uuid.uuid4().bytes * 2),
        )


def test_everything_of_before_is_kept_and_told(empty_database_url: str) -> None:
    older(empty_database_url)
    chain = Chain("cam", BEGAN)
    recorded(empty_database_url, chain)
    assert migrate(empty_database_url)[0].startswith("0005")
    database = Database(empty_database_url, application="new")
    with database.transaction() as connection:
        (chunk,) = footage.segments(connection, 1, BEGAN, BEGAN + SECOND, limit=9)
        assert chunk.crc32 == -1
        enrol(connection)
        assert runs.log_owed(connection, OFFICE, 10) == 2
        assert seal_entries.log_owed(connection, OFFICE, 10) == 1
        rows = connection.execute(
            "select bytes from ledger_entry where chain = 'office' order by entry_id"
        ).fetchall()
        left = connection.execute("select what from seal_owed").fetchall()
    opened, closed, seal = (Entry.parse(row["bytes"]) for row in rows)
    assert opened.body["opening"] == chain.opening.as_object()
    assert closed.body["event"] == "close"
    assert (seal.body["chain_in"], seal.body["chain_out"]) == (chain.opening.tip().hex(), chain.tip.hex())
    assert left == [{"what": "lines"}]
    database.close()
