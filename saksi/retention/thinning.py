"""Thins footage: writes chunks of keyframes beside originals that are old enough, and tells the log of them.

Originals are read whole and held to their digests, so nothing is made of what is damaged. Their purge is another
matter, and later (thinned_purge). May stop anywhere: an object without a row lies behind the cursor of the hour that
was worked on, and is erased before anything else is done.
"""

from __future__ import annotations

import hashlib
import logging
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import holds, keys
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import Chunk, init_body
from saksi.custody.signing import Signer
from saksi.desk import Lost
from saksi.errors import IntegrityError, NotFound
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.spans import pack
from saksi.fmp4.thin import Thinned
from saksi.objects.erase import erase, left
from saksi.objects.store import ObjectStore
from saksi.retention import thinned_log, thinning_policies
from saksi.retention.thin_chunk import make
from saksi.retention.windows import Window

log = logging.getLogger("saksi.retention")

CLAIM_S = 300.0  # longer than one chunk takes
_START: dict[str, Any] = {
    "day": clock.from_us(0),
    "camera_id": 0,
    "hour": clock.from_us(0),
    "part": 0,
    "seq": 0,
}

chunks_thinned = Counter(
    "saksi_thinning_chunks_total", "Chunks of which keyframes were kept beside the original."
)
bytes_read = Counter("saksi_thinning_read_bytes_total", "Bytes of the originals.")
bytes_kept = Counter("saksi_thinning_kept_bytes_total", "Bytes of what was kept of them.")
passed_over = Counter(
    "saksi_thinning_failures_total", "Chunks that could not be thinned and stay.", ["cause"]
)


@dataclass(kw_only=True)
class Worked:
    """What one turn did. `more`: it ended because of its time."""

    chunks: int = 0
    read: int = 0
    kept: int = 0
    more: bool = False


def work(
    database: Database, store: ObjectStore, signer: Signer, *, rate: float, seconds: float
) -> Worked | None:
    """One turn of about `seconds` at `rate` bytes of originals a second; None when another worker is at it.

    Raises Unavailable when database or store do not answer; the next turn goes on.
    """
    with database.transaction() as connection:
        row = connection.execute(query("thinning.claim"), {"claim_s": CLAIM_S}).fetchone()
    if row is None:
        return None
    turn = _Turn(database, store, signer, row, rate, seconds)
    try:
        return turn.go()
    except Lost:
        log.warning("thinning is another worker's by now")
        return None
    finally:
        with database.transaction() as connection:
            connection.execute(query("thinning.let_go"), {"claims": row["claims"]})


class _Turn:
    def __init__(
        self, database: Database, store: ObjectStore, signer: Signer, row: dict[str, Any], rate: float, seconds: float
    ) -> None:  # fmt: skip
        self._database, self._store, self._signer = database, store, signer
        self._claims, self._rate = row["claims"], rate
        self._at = {name: row[name] for name in _START}
        self._torn = row["working"]
        self._begun = time.monotonic()
        self._seconds = seconds
        self._worked = Worked()

    def go(self) -> Worked:
        if self._torn:
            self._sweep()
        self._keep(working=False)
        with self._database.transaction() as connection:
            wanted = thinning_policies.windows(connection, clock.now_us())
        windows = {window.camera_id: (window, mode) for window, mode in wanted}
        while not self._over():
            hour = self._next([window for window, _ in wanted])
            if hour is None:
                self._at = dict(_START)
                self._keep(working=False)
                break
            self._enter(hour)
            self._hour(hour, *windows[hour["camera_id"]])
        else:
            self._worked.more = True
        thinned_log.tell_owed(
            self._database, self._store, self._signer, busy=(self._at["camera_id"], self._at["day"])
        )
        return self._worked

    def _over(self) -> bool:
        return time.monotonic() - self._begun >= self._seconds

    def _next(self, windows: Sequence[Window]) -> dict[str, Any] | None:
        values = {
            "cameras": [one.camera_id for one in windows],
            "cutoffs": [clock.from_us(one.cutoff_us) for one in windows],
            **self._at,
        }
        with self._database.transaction() as connection:
            return connection.execute(query("thinning.next_hour"), values).fetchone()

    def _enter(self, hour: dict[str, Any]) -> None:
        place = {name: hour[name] for name in ("day", "camera_id", "hour", "part")}
        if any(self._at[name] != value for name, value in place.items()):
            self._at = {**place, "seq": 0}

    def _hour(self, hour: dict[str, Any], window: Window, mode: str) -> None:
        while not self._over():
            values = {**self._at, "cutoff": clock.from_us(window.cutoff_us)}
            with self._database.transaction() as connection:
                row = connection.execute(query("thinning.hour"), values).fetchone()
                init = b"" if row is None else init_body(connection, row["init_sha256"].hex())
            if row is None:
                self._at["seq"] = (
                    1 << 30
                )  # nothing more of it in this round: what is left is held, or on its way
                self._keep(working=False)
                return
            self._keep(working=True)
            self._chunk(hour, row, init, mode)
            self._at["seq"] = row["seq"]
            self._keep(working=False)

    def _chunk(self, hour: dict[str, Any], row: dict[str, Any], init: bytes, mode: str) -> None:
        chunk = Chunk.from_row(row)
        begun = time.monotonic()
        try:
            made = make(self._store, chunk, init, mode)
            if made is not None:
                self._put(hour, row, chunk, made, mode)
        except (NotFound, IntegrityError, Malformed) as error:  # scrub tells of what is wrong with it
            passed_over.labels(type(error).__name__).inc()
            log.warning("%s is not thinned: %s", chunk.key, error)
        bytes_read.inc(chunk.entry.size)
        self._worked.read += chunk.entry.size
        if self._rate > 0:
            time.sleep(max(begun + chunk.entry.size / self._rate - time.monotonic(), 0))

    def _put(self, hour: dict[str, Any], row: dict[str, Any], chunk: Chunk, made: Thinned, mode: str) -> None:
        """Object, read back, then its row: only while the original is there and nobody holds it."""
        entry = chunk.entry
        key = keys.thinned_key(entry.camera, entry.run, entry.seq)
        digest = hashlib.sha256(made.data).digest()
        self._store.put(key, made.data, sha256=digest)
        if self._store.digest(key) != digest:
            erase(self._store, [key])
            raise IntegrityError("thinned_differs", key=key)
        with self._database.transaction() as connection:
            holds.lock_cameras(connection, [row["camera_id"]])
            self._tell_place(connection, working=True)
            values = {
                **{name: row[name] for name in ("camera_id", "run_no", "start_at", "sha256")},
                "hour": hour["hour"],
                "part": hour["part"],
                "mode": mode,
                "thin_init_id": _init_id(connection, chunk, made.init),
                "thin_size": len(made.data),
                "thin_frames": made.frames,
                "thin_sha256": digest,
                "thin_crc32": zlib.crc32(made.data),
                "thin_fragments": pack(made.spans, entry.start_us),
                "now": clock.now(),
            }
            added = connection.execute(query("thinning.add"), values).fetchone()
        if added is None:
            erase(self._store, [key])
            return
        chunks_thinned.inc()
        bytes_kept.inc(len(made.data))
        self._worked.chunks += 1
        self._worked.kept += len(made.data)

    def _keep(self, *, working: bool) -> None:
        with self._database.transaction() as connection:
            self._tell_place(connection, working=working)

    def _tell_place(self, connection: Connection, *, working: bool) -> None:
        values = {**self._at, "claims": self._claims, "claim_s": CLAIM_S, "working": working}
        if connection.execute(query("thinning.keep"), values).fetchone() is None:
            raise Lost

    def _sweep(self) -> None:
        """Erases objects of the hour that a crash left without their row."""
        with self._database.transaction() as connection:
            seal = connection.execute(query("thinning.run_of_hour"), self._at).fetchone()
        if seal is None:
            return
        names = {
            keys.thinned_key(seal["camera"], seal["run"], seq): seq
            for seq in range(seal["first_seq"], seal["last_seq"] + 1)
        }
        folder = f"{keys.THINNED}{seal['camera']}/{seal['run']}/"
        found = {names[key] for key in left(self._store, folder, min(names), max(names)) if key in names}
        with self._database.transaction() as connection:
            values = {**self._at, "run_no": seal["run_no"], "seqs": sorted(found)}
            alone = {row["seq"] for row in connection.execute(query("thinning.without_row"), values)}
        erase(self._store, [key for key, seq in names.items() if seq in alone])


def _init_id(connection: Connection, chunk: Chunk, init: bytes) -> int:
    """The init segment without sound, known to the catalogue."""
    facts = chunk.init
    values = {
        "sha256": hashlib.sha256(init).digest(),
        "codec": facts.codec,
        "codecs": facts.codecs.split(",")[0],
        "width": facts.width,
        "height": facts.height,
        "audio": "none",
        "body": init,
    }
    row = connection.execute(query("chunks.init_id"), values).fetchone()
    if row is None:
        connection.execute(query("chunks.add_init"), values)
        row = connection.execute(query("chunks.init_id"), values).fetchone()
    assert row is not None
    number: int = row["init_id"]
    return number
