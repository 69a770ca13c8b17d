"""Cost of the log: a proof at ten million entries, and a minute of a city's entries under a checkpoint.

The goals are limits in seconds, not ratios against a peer: a proof within 20 ms (99 of 100 proofs), and the entries of
a minute of 10,000 cameras (seals and pulses of 17 recorders, appended, placed, signed, published) within 5 s of a core.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

import psycopg

from bench import Result
from saksi.catalogue import ledger, ledger_tree
from saksi.catalogue.database import Database, migrate
from saksi.catalogue.ledger_tree import Kept, LogKey
from saksi.custody.merkle import verify_inclusion
from saksi.custody.signing import Signer
from saksi.custody.tiles import WIDTH, tile_root
from saksi.embedded.supervise import EmbeddedServers
from saksi.ledger import sequencer
from saksi.objects.store import ObjectStore

PROOF_S, MINUTE_S = 0.020, 5.0
SEALS, RECORDERS = 170, 17  # 10,000 camera-hours an hour, a minute's worth; 600 cameras a recorder
_COPY = "copy ledger_tile (level, tile, hashes) from stdin (format binary)"


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--leaves", type=int, default=10_000_000)
    options.add_argument("--proofs", type=int, default=200)
    options.add_argument("--minutes", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-ledger-") as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder), broker=False)
        found = servers.start()
        try:
            database, store = _opened(found.database_url), None
            store = ObjectStore(found.s3_url, found.s3_access_key, found.s3_secret_key, "bench")
            store.ensure_bucket("bench")
            minutes, wall = minute(database, store, found.database_url, chosen.minutes)
            proofs = proof(database, found.database_url, chosen.leaves, chosen.proofs)
            database.close()
        finally:
            servers.stop()
    worst = statistics.quantiles(proofs, n=100)[98]
    details = {
        f"proof at {chosen.leaves:,} leaves, median ms": round(statistics.median(proofs) * 1e3, 2),
        "proof, 99 of 100 within ms": round(worst * 1e3, 2),
        "proof, slowest ms": round(max(proofs) * 1e3, 2),
        "proof goal": f"{PROOF_S * 1e3:.0f} ms: {'reached' if worst <= PROOF_S else 'MISSED'}",
        "minute, CPU s of this process, median": round(statistics.median(minutes), 3),
        "minute, wall s, median": round(statistics.median(wall), 3),
        "entries a minute": SEALS + RECORDERS,
    }
    ratios = [max(cpu / MINUTE_S, worst / PROOF_S) for cpu in minutes]
    Result(name="ledger", peer="its limits", goal=1.0, runs=ratios, details=details).show(as_json=chosen.json)


def _opened(url: str) -> Database:
    migrate(url)
    return Database(url, application="bench", max_size=4)


def minute(database: Database, store: ObjectStore, url: str, minutes: int) -> tuple[list[float], list[float]]:
    """CPU and wall seconds of each minute: append, place, sign, publish."""
    log = LogKey(origin="bench.example/log", signer=Signer.from_seed(bytes(32)))
    signers = [Signer.from_seed(bytes([n + 1]) * 32) for n in range(RECORDERS)]
    with database.transaction() as connection:
        for number, signer in enumerate(signers):
            ledger.enrol(connection, signer, role="recorder", name=f"r{number}")
    sequencer.checkpoint(database, store, log)
    cpu, wall = [], []
    for _ in range(minutes):
        began, used = time.monotonic(), _cpu()
        for number, signer in enumerate(signers):
            with database.transaction() as connection:
                for _ in range(SEALS // RECORDERS):
                    ledger.append(
                        connection, signer, kind="seal", chain=f"recorder/r{number}", body=_seal(number)
                    )
                ledger.append(
                    connection, signer, kind="pulse", chain=f"recorder/r{number}", body=_pulse(number)
                )
        size = sequencer.checkpoint(database, store, log)
        assert size is not None
        cpu.append(_cpu() - used)
        wall.append(time.monotonic() - began)
    return cpu, wall


def proof(database: Database, url: str, leaves: int, count: int) -> list[float]:
    """Seconds of single proofs through the function that serves them, each checked; tiles are written beforehand."""
    size, root = _grow(url, leaves)
    with database.transaction() as connection:
        kept = ledger_tree.newest(connection)
        assert kept is not None
    kept = Kept(size=size, root=root, note=kept.note, made_us=0)
    seconds, chance = [], random.Random(1)
    for _ in range(count):
        index = chance.randrange(size)
        began = time.monotonic()
        with database.transaction() as connection:
            found = ledger_tree.proof(connection, index, kept)
        seconds.append(time.monotonic() - began)
        assert verify_inclusion(_leaf(index), index, size, found.path, root)
    return seconds


def _grow(url: str, leaves: int) -> tuple[int, bytes]:
    """Replaces the tree's tiles by those of so many made-up leaves; answers its size and root."""
    with psycopg.connect(url) as connection:
        connection.execute("alter table ledger_tile disable trigger user")
        connection.execute("truncate ledger_tile")
        with connection.cursor().copy(_COPY) as copy:
            copy.set_types(["int2", "int8", "bytea"])
            level, hashes = 0, [_leaf(index) for index in range(leaves)]
            while hashes:
                above = []
                for at in range(0, len(hashes), WIDTH):
                    tile = b"".join(hashes[at : at + WIDTH])
                    copy.write_row((level, at // WIDTH, tile))
                    if len(tile) == WIDTH * 32:
                        above.append(tile_root(tile))
                level, hashes = level + 1, above
        connection.commit()
        connection.execute("alter table ledger_tile enable trigger user")
    database = Database(url, application="bench", max_size=1)
    with database.transaction() as connection:
        root = ledger_tree.tree(connection, leaves).root()
    database.close()
    return leaves, root


def _leaf(index: int) -> bytes:
    return hashlib.sha256(index.to_bytes(8, "big")).digest()


def _seal(number: int) -> dict[str, object]:
    """As large as a usual seal."""
    digest = _leaf(number).hex()
    return {
        "camera": f"kamera-{number:04d}", "hour": 1_790_000_000_000_000, "part": 1, "run": digest[:36], "first": 1,
        "last": 60, "n": 60, "bytes": 1_800_000_000, "frames": 90_000, "gaps": [], "chain_in": digest,
        "spans": [[1_790_000_000_000_000, 1_790_003_600_000_000]], "chain_out": digest, "root": digest,
    }  # fmt: skip


def _pulse(number: int) -> dict[str, object]:
    digest = _leaf(number).hex()
    clock = {"source": "ntp", "offset_us": 12, "error_us": 900, "wall": 1_790_000_000_000_000, "boot": 5}
    return {"n": 600, "root": digest, "clock": clock, "checkpoint": digest, "checkpoint_size": 10_000_000}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
