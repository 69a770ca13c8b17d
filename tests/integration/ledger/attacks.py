"""Changes that belong together, as somebody makes them who knows how the archive is built; some hold its keys too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from saksi.catalogue import ledger
from saksi.catalogue.footage import entry_of
from saksi.custody import entries, notes
from saksi.custody.canonical import tip
from saksi.custody.entries import Entry
from saksi.custody.merkle import root
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.signing import Signer
from tests.integration.ledger.installed import OFFICE, RECORDER
from tests.integration.ledger.shaky import recording_key
from tests.integration.ledger.tampering import Mutation, Tamperer

Row = dict[str, Any]
_SIGNERS = {one.key_id: one for one in (OFFICE, RECORDER, recording_key().signer)}
NEW = Signer.from_seed(bytes([77]) * 32)


def chunk_and_seal(one: Tamperer) -> Mutation:
    """A chunk, and its seal's root and tip with it."""
    seal = one.random.choice(one.facts["seal"])
    _reseal(one, seal)
    return Mutation(name="chunk and seal", places=one.places("seal", seal))


def chunk_seal_and_entry(one: Tamperer) -> Mutation:
    """The same, and the seal's entry signed anew by the recorder itself."""
    seal = one.random.choice(one.facts["seal"])
    rewritten = _reseal(one, seal)
    return _rewrite_entry(one, seal, rewritten, RECORDER, "chunk, seal and entry")


def run_under_a_new_key(one: Tamperer) -> Mutation:
    """The same by a key that was enrolled for the purpose."""
    ledger.enrol(one.connection, NEW, role="recorder", name="r1")
    seal = one.random.choice(one.facts["seal"])
    rewritten = _reseal(one, seal)
    return _rewrite_entry(one, seal, rewritten, NEW, "run under a new key")


def tail_cut(one: Tamperer) -> Mutation:
    """The newest chunks of a run that goes on, and the run set back to before them."""
    run = one.random.choice([row for row in one.facts["run"] if row["last_seq"] > row["sealed_seq"]])
    one.connection.execute(
        "delete from chunk where run_no = %s and seq > %s", (run["run_no"], run["sealed_seq"])
    )
    for table in ("chunk_pending", "chunk_dropped"):
        one.connection.execute(
            f"delete from {table} where run_no = %s and seq > %s", (run["run_no"], run["sealed_seq"])
        )  # type: ignore[call-overload]
    one.connection.execute(
        "update run set last_seq = sealed_seq, tip = sealed_tip, last_end = sealed_end where run_no = %s",
        (run["run_no"],),
    )
    return Mutation(name="tail cut", places=one.places("run", run))


def tail_rewritten(one: Tamperer) -> Mutation:
    """The newest chunks of a run that goes on are others, and its tip is theirs."""
    run = one.random.choice([row for row in one.facts["run"] if row["last_seq"] > row["sealed_seq"]])
    _other_bytes(one, run["run_no"], one.random.randrange(run["sealed_seq"] + 1, run["last_seq"] + 1))
    rows = _chunks(one, run["run_no"], run["sealed_seq"] + 1, run["last_seq"])
    end = run["sealed_tip"]
    for row in rows:
        end = tip(end, entry_of(row).leaf())
    one.connection.execute("update run set tip = %s where run_no = %s", (end, run["run_no"]))
    return Mutation(name="tail rewritten", places=one.places("run", run))


def end_undone(one: Tamperer) -> Mutation:
    """A run that ended goes on: its closing and the entry of it are gone, as if it had never ended."""
    run = next(row for row in one.facts["run"] if row["closed_at"] is not None)
    entry = next(x for x in one.facts["run_entry"] if x["run_no"] == run["run_no"] and x["event"] == "close")
    one.connection.execute("delete from run_entry where entry_id = %s", (entry["entry_id"],))
    _forget(one, entry["entry_id"])
    one.connection.execute(
        "update run set closed_at = null, close_reason = null, closed_tip = null where run_no = %s",
        (run["run_no"],),
    )
    return Mutation(name="end undone", places=one.places("run_entry", entry))


def seal_forgotten(one: Tamperer) -> Mutation:
    """A seal, its entry and its chunks: as if that hour had never been."""
    seal = one.random.choice(one.facts["seal"])
    entry = next(x for x in one.facts["seal_entry"] if _place(x) == _place(seal))
    values = (seal["run_no"], seal["first_seq"], seal["last_seq"])
    one.connection.execute("delete from chunk where run_no = %s and seq between %s and %s", values)
    one.connection.execute("delete from seal_entry where entry_id = %s", (entry["entry_id"],))
    one.connection.execute("delete from seal where (camera_id, hour, part) = (%s, %s, %s)", _place(seal))
    _forget(one, entry["entry_id"])
    return Mutation(name="seal forgotten", places=one.places("seal", seal))


def custody_forgotten(one: Tamperer) -> Mutation:
    """An event of custody and its entry."""
    event = one.random.choice(one.facts["custody_event"])
    one.connection.execute("delete from custody_event where event_id = %s", (event["event_id"],))
    _forget(one, event["entry_id"])
    return Mutation(name="custody forgotten", places=one.places("custody_event", event))


def entries_moved_up(one: Tamperer) -> Mutation:
    """An entry is gone, and those after it have its place and number."""
    entry = one.random.choice([row for row in one.facts["ledger_entry"] if row["entry_id"] in one.index])
    idx, chain = one.index[entry["entry_id"]], entry["chain"]
    _forget(one, entry["entry_id"])
    for statement, values in (
        ("update ledger_leaf set idx = idx + 1000000 where idx > %s", (idx,)),
        ("update ledger_leaf set idx = idx - 1000001 where idx > 999999", ()),
        ("update ledger_entry set seq = seq + 1000000 where chain = %s and seq > %s", (chain, entry["seq"])),
        ("update ledger_entry set seq = seq - 1000001 where seq > 999999", ()),
    ):
        one.connection.execute(statement, values)  # type: ignore[call-overload]
    return Mutation(name="entries moved up", places=one.places("ledger_entry", entry))


def checkpoint_forged(one: Tamperer) -> Mutation:
    """A checkpoint over another root, truly signed by the log."""
    kept = one.random.choice(one.facts["ledger_checkpoint"])
    size = kept["size"] + one.random.choice([0, 0, 1, 3])
    other, log = one.random.randbytes(32), recording_key()
    text = Checkpoint(origin=log.origin, size=size, root=other).text()
    note = Note(text=text, lines=(notes.sign(text, log.origin, log.signer),)).whole()
    one.connection.execute(
        "insert into ledger_checkpoint values (%(size)s, %(root)s, %(note)s, now())"
        " on conflict (size) do update set root = %(root)s, note = %(note)s",
        {"size": size, "root": other, "note": note},
    )
    return Mutation(name="checkpoint forged", places=(f"checkpoint {size}",))


def entry_forged(one: Tamperer) -> Mutation:
    """An entry says something else, truly signed, with its leaf."""
    row = one.random.choice([row for row in one.facts["ledger_entry"] if row["key_id"] in _SIGNERS])
    entry = Entry.parse(row["bytes"])
    forged = Entry(**{**vars(entry), "at_us": entry.at_us - 3_600_000_000})
    _put_entry(one, row, forged, _SIGNERS[row["key_id"]])
    return Mutation(name="entry forged", places=one.places("ledger_entry", row))


def hidden_footage(one: Tamperer) -> Mutation:
    """A chunk is gone, and so is what its seal counts of it."""
    seal = one.random.choice([row for row in one.facts["seal"] if row["n"] > 1])
    one.connection.execute(
        "delete from chunk where run_no = %s and seq = %s", (seal["run_no"], seal["last_seq"])
    )
    one.connection.execute(
        "update seal set last_seq = last_seq - 1, n = n - 1 where (camera_id, hour, part) = (%s, %s, %s)",
        _place(seal),
    )
    return Mutation(name="hidden footage", places=one.places("seal", seal))


def back_dated_footage(one: Tamperer) -> Mutation:
    """A chunk that nobody recorded, of an hour in which the camera was off."""
    run = one.random.choice(one.facts["run"])
    row = one.random.choice([row for row in one.facts["chunk"] if row["run_no"] == run["run_no"]])
    hours = one.random.randrange(1, 3)
    one.connection.execute(
        "insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us,"
        " clock_error_us, residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments, crc32)"
        " select camera_id, run_no, start_at - %s * interval '7 minutes', seq, dur_us, size, frames, lost, init_id,"
        " clock_offset_us, clock_error_us, residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256,"
        " fragments, crc32 from chunk where run_no = %s and seq = %s",
        (hours, row["run_no"], row["seq"]),
    )
    return Mutation(name="back-dated footage", places=one.places("chunk", row))


def drop_forged(one: Tamperer) -> Mutation:
    """A chunk is called dropped, so that nobody misses its object."""
    row = one.random.choice(one.facts["chunk"])
    one.connection.execute(
        "insert into chunk_dropped (run_no, seq, camera_id, start_at, end_at)"
        " select run_no, seq, camera_id, start_at, start_at + dur_us * interval '1 microsecond' from chunk"
        " where run_no = %s and seq = %s on conflict do nothing",
        (row["run_no"], row["seq"]),
    )
    told = any((x["run_no"], x["seq"]) == (row["run_no"], row["seq"]) for x in one.facts["chunk_dropped"])
    return drop_forged(one) if told else Mutation(name="drop forged", places=one.places("chunk_dropped", row))


def purge_forged(one: Tamperer) -> Mutation:
    """A chunk is gone, and a purge that took place is said to have taken it, wherever that is told but in the log."""
    taken = {(row["camera_id"], row["hour"], row["part"]) for row in one.facts["tombstone"]}
    seal = one.random.choice([row for row in one.facts["seal"] if _place(row) not in taken])
    row = one.random.choice([x for x in one.facts["chunk"] if x["run_no"] == seal["run_no"]
                             and seal["first_seq"] <= x["seq"] <= seal["last_seq"]])  # fmt: skip
    values = {**seal, "seq": row["seq"], "start_at": row["start_at"], "size": row["size"]}
    for statement in (
        "delete from chunk where run_no = %(run_no)s and seq = %(seq)s",
        "insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, claimed_at, gone_at)"
        " select %(camera_id)s, %(hour)s, %(part)s, max(purge_id), %(run_no)s,"
        " int4multirange(int4range(%(seq)s, %(seq)s + 1)), tstzmultirange(tstzrange(%(start_at)s,"
        " %(start_at)s + interval '1 minute')), 1, %(size)s, now(), now() from purge_run",
        "update kept_hour set n = n - 1, bytes = bytes - %(size)s"
        " where (camera_id, hour, part) = (%(camera_id)s, %(hour)s, %(part)s)",
    ):
        one.connection.execute(statement, values)  # type: ignore[call-overload]
    return Mutation(name="purge forged", places=("(purge 2)",))


ATTACKS: tuple[Callable[[Tamperer], Mutation], ...] = (
    chunk_and_seal, chunk_seal_and_entry, run_under_a_new_key, tail_cut, tail_rewritten, end_undone, seal_forgotten,
    custody_forgotten, entries_moved_up, checkpoint_forged, entry_forged, hidden_footage, back_dated_footage,
    drop_forged, purge_forged,
)  # fmt: skip


def _place(row: Row) -> tuple[Any, ...]:
    return row["camera_id"], row["hour"], row["part"]


def _chunks(one: Tamperer, run_no: int, first: int, last: int) -> list[Row]:
    return one.connection.execute(
        "select * from chunk_entry where run_no = %s and seq between %s and %s order by seq",
        (run_no, first, last),
    ).fetchall()


def _other_bytes(one: Tamperer, run_no: int, seq: int) -> None:
    digest = hashlib.sha256(one.random.randbytes(8)).digest()
    one.connection.execute(
        "update chunk set sha256 = %s where run_no = %s and seq = %s", (digest, run_no, seq)
    )


def _reseal(one: Tamperer, seal: Row) -> Row:
    """Another chunk under a seal, and the seal with the root and tip that follow."""
    _other_bytes(one, seal["run_no"], one.random.randrange(seal["first_seq"], seal["last_seq"] + 1))
    leaves = [
        entry_of(row).leaf() for row in _chunks(one, seal["run_no"], seal["first_seq"], seal["last_seq"])
    ]
    end = seal["chain_in"]
    for leaf in leaves:
        end = tip(end, leaf)
    one.connection.execute(
        "update seal set root = %s, chain_out = %s where (camera_id, hour, part) = (%s, %s, %s)",
        (root(leaves), end, *_place(seal)),
    )
    return {**seal, "root": root(leaves), "chain_out": end}


def _rewrite_entry(one: Tamperer, seal: Row, rewritten: Row, signer: Signer, name: str) -> Mutation:
    entry_id = next(x["entry_id"] for x in one.facts["seal_entry"] if _place(x) == _place(seal))
    row = next(x for x in one.facts["ledger_entry"] if x["entry_id"] == entry_id)
    entry = Entry.parse(row["bytes"])
    body = {**entry.body, "root": rewritten["root"].hex(), "chain_out": rewritten["chain_out"].hex()}
    _put_entry(one, row, Entry(**{**vars(entry), "body": body, "by": signer.key_id}), signer)
    return Mutation(name=name, places=one.places("ledger_entry", row) + one.places("seal", seal))


def _put_entry(one: Tamperer, row: Row, entry: Entry, signer: Signer) -> None:
    data = entry.canonical()
    one.connection.execute(
        "update ledger_entry set bytes = %s, leaf = %s, signature = %s, key_id = %s,"
        " at = to_timestamp(%s / 1000000) + %s %% 1000000 * interval '1 microsecond' where entry_id = %s",
        (
            data,
            entry.leaf(),
            entries.sign(signer, data),
            signer.key_id,
            entry.at_us,
            entry.at_us,
            row["entry_id"],
        ),
    )


def _forget(one: Tamperer, entry_id: int) -> None:
    for table in ("ledger_pending", "ledger_leaf", "ledger_entry"):
        one.connection.execute(f"delete from {table} where entry_id = %s", (entry_id,))  # type: ignore[call-overload]
