"""The exact chain entries under a seal, found again also when their rows were purged.

Order: the seal is committed, and with it that its lines are owed to the store; then the object is written; then the
debt is struck out. A crash in between leaves the debt, and writing again writes the same bytes to the same key. Rows of
chunks may go only when nothing is owed to their seals.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import entry_of
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.errors import IntegrityError, NotFound
from saksi.messages import register
from saksi.objects.store import ObjectStore

log = logging.getLogger("saksi.catalogue.seal_lines")

register(
    "seal_unknown",
    en=("There is no seal {part} of {camera} for {hour}.", "Look at the seals of that camera and hour."),
    id_=("Tidak ada segel {part} dari {camera} untuk {hour}.", "Lihat segel kamera dan jam itu."),
)
register(
    "seal_lines_differ",
    en=(
        "The chain entries of {camera} in the hour {hour} do not have the root of seal {part}.",
        "A row or object was changed or removed; keep everything as it is and run `saksi ledger verify`.",
    ),
    id_=(
        "Entri rantai {camera} pada jam {hour} tidak memiliki akar segel {part}.",
        "Baris atau objek diubah atau dihapus; jangan ubah apa pun, lalu jalankan `saksi ledger verify`.",
    ),
)

_PAGE = 200
_unwritable = Counter("saksi_seal_lines_refused_total", "Seals whose lines do not have the seal's root.")


def entries_of(
    connection: Connection, store: ObjectStore, camera: str, hour_us: int, part: int
) -> list[bytes]:
    """The canonical chunk entries under a seal, in order: from rows while they are there, else from the store.

    Raises NotFound without such a seal, IntegrityError when they do not have its root, Unavailable.
    """
    seal = _seal(connection, camera, hour_us, part)
    lines = _rows(connection, seal)
    if len(lines) < seal["n"]:
        lines = _object(store, seal, hour_us)
    _hold_to_root(seal, lines)
    return lines


def write_owed(database: Database, store: ObjectStore, limit: int = 2000) -> int:
    """Writes lines that are not in the store yet; answers how many seals' lines were written.

    Lines that do not have their seal's root are left owed, with an alarm. Raises Unavailable.
    """
    written, after = 0, {"camera_id": 0, "hour": clock.from_us(0), "part": 0}
    while limit > 0:
        with database.transaction() as connection:
            page = connection.execute(
                query("seals.owes_lines"), {**after, "limit": min(_PAGE, limit)}
            ).fetchall()
        for owed in page:
            written += _write(database, store, owed)
        if not page:
            break
        limit -= len(page)
        after = {name: page[-1][name] for name in after}
    return written


def _write(database: Database, store: ObjectStore, owed: dict[str, Any]) -> bool:
    hour_us = clock.to_us(owed["hour"])
    try:
        with database.transaction() as connection:
            lines = _rows(connection, seal := _seal(connection, owed["camera"], hour_us, owed["part"]))
        _hold_to_root(seal, lines)
    except IntegrityError as error:
        _unwritable.inc()
        log.error("%s", error)
        return False
    body = b"".join(line + b"\n" for line in lines)
    key = keys.entries_key(owed["camera"], hour_us, owed["part"])
    store.put(key, body, sha256=hashlib.sha256(body).digest(), content_type="application/jsonl")
    with database.transaction() as connection:
        connection.execute(query("seals.paid"), {**owed, "what": "lines"})
    return True


def _seal(connection: Connection, camera: str, hour_us: int, part: int) -> dict[str, Any]:
    hour = clock.from_us(hour_us)
    row = connection.execute(query("seals.found"), {"camera": camera, "hour": hour, "part": part}).fetchone()
    if row is None:
        raise NotFound("seal_unknown", camera=camera, hour=clock.format_us(hour_us), part=part)
    return row


def _rows(connection: Connection, seal: dict[str, Any]) -> list[bytes]:
    return [entry_of(row).canonical() for row in connection.execute(query("seals.sealed_chunks"), seal)]


def _object(store: ObjectStore, seal: dict[str, Any], hour_us: int) -> list[bytes]:
    try:
        return store.get(keys.entries_key(seal["camera"], hour_us, seal["part"])).splitlines()
    except NotFound:
        return []


def _hold_to_root(seal: dict[str, Any], lines: Sequence[bytes]) -> None:
    if len(lines) != seal["n"] or root([leaf(line) for line in lines]) != seal["root"]:
        hour = clock.format_us(clock.to_us(seal["hour"]))
        raise IntegrityError("seal_lines_differ", camera=seal["camera"], hour=hour, part=seal["part"])
