"""Database, broker and object store: do they answer, do they fit, and what do their clocks show."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import redis

from saksi import clock
from saksi.catalogue import database as catalogue
from saksi.catalogue.database import Database, query
from saksi.doctor.finding import Finding, finding
from saksi.errors import IntegrityError, NotFound, Unavailable
from saksi.objects.legal_hold import offers_lock
from saksi.objects.store import MARKER, ObjectStore
from saksi.objects.versions import versioned
from saksi.settings import Settings

_ANSWER_S = 3.0
_CLOCK_US = 1_000_000
_STORE_CLOCK_US = 2_500_000  # a store tells whole seconds
_SIGNATURE_US = 600_000_000  # S3 refuses signatures 15 minutes off


def check_database(database: Database) -> Iterator[Finding]:
    """Reachable, migrated, and of one mind about the time."""
    begun_us = clock.now_us()
    with database.transaction() as connection:
        row = connection.execute(query("upkeep.server")).fetchone()
        assert row is not None
        middle_us = (begun_us + clock.now_us()) // 2
        missing, unknown = catalogue.differing(connection)
        role = connection.execute(query("grants.api_role")).fetchone()
        loose = (
            connection.execute(query("grants.api_may_change")).fetchone() if role and role["there"] else None
        )
    yield finding("database", "ok", "database_answers", version=row["version"])
    if missing:
        yield finding("database", "bad", "not_migrated", names=", ".join(missing[:5]), count=len(missing))
    if unknown:
        yield finding("database", "bad", "migrated_further", names=", ".join(unknown[:5]))
    if loose is None:
        yield finding("database", "warning", "api_role_missing")
    elif loose["tables"]:
        yield finding("database", "bad", "api_role_loose", tables=loose["tables"])
    yield from _clock("database", clock.to_us(row["now"]) - middle_us, _CLOCK_US)


def check_broker(settings: Settings) -> Iterator[Finding]:
    """Reachable; it holds nothing that could be lost."""
    assert settings.broker_url
    client = redis.Redis.from_url(
        settings.broker_url.get_secret_value(), socket_timeout=_ANSWER_S, socket_connect_timeout=_ANSWER_S
    )
    try:
        client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        yield finding("broker", "bad", "broker_silent", why=type(error).__name__)
    else:
        yield finding("broker", "ok", "broker_answers")
    finally:
        client.close()


def check_store(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Reachable, ours, with versions and locks or without, and its clock."""
    store = ObjectStore.from_settings(settings)
    try:
        begun_us = clock.now_us()
        try:
            headers, _ = store.ask("stat", "HEAD", MARKER)
        except NotFound:
            yield finding("store", "bad", "bucket_unmade", bucket=settings.bucket)
            return
        middle_us = (begun_us + clock.now_us()) // 2
        yield finding("store", "ok", "store_answers", url=store.url, bucket=settings.bucket)
        yield from _store_clock(headers.get("date", ""), middle_us)
        yield from _ours(store, database)
        versions, locks = versioned(store), offers_lock(store)
        yield finding("store", "ok" if versions else "info", "versions_on" if versions else "versions_off")
        yield finding("store", "ok" if locks else "info", "lock_on" if locks else "lock_off")
    finally:
        store.close()


def _ours(store: ObjectStore, database: Database | None) -> Iterator[Finding]:
    """Whether bucket and catalogue are one installation's; not known while the database is away."""
    if database is None:
        return
    try:
        with database.transaction() as connection:
            row = connection.execute(query("installation.identity")).fetchone()
    except Unavailable:
        return
    if row is not None:
        try:
            store.check_identity(str(row["id"]))
        except IntegrityError as error:
            yield Finding.of("store", error)


def _store_clock(date: str, middle_us: int) -> Iterator[Finding]:
    try:
        told_us = clock.to_us(parsedate_to_datetime(date)) + 500_000
    except (ValueError, TypeError):
        return
    yield from _clock("store", told_us - middle_us, _STORE_CLOCK_US)


def _clock(area: str, offset_us: int, most_us: int) -> Iterator[Finding]:
    seconds = f"{offset_us / 1e6:+.1f}"
    if abs(offset_us) > most_us:
        severe = area == "store" and abs(offset_us) > _SIGNATURE_US
        yield finding(
            area, "bad" if severe or area == "database" else "warning", "clocks_differ", seconds=seconds
        )
    else:
        yield finding(area, "ok", "clocks_agree", seconds=seconds)
