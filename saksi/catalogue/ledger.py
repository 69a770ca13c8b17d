"""Entries are added to the log here: chained, signed and kept with their exact bytes, in the caller's transaction.

An entry gets its place in the tree with the next checkpoint. Whoever adds an entry in the transaction of the change it
tells of has both or neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.entries import MOST_BYTES, Entry, sign
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict
from saksi.messages import register

register(
    "entry_too_long",
    en=(
        "An entry of {size} bytes does not fit the log, which takes {most}.",
        "Shorten what is told, or split it.",
    ),
    id_=(
        "Entri {size} bita tidak muat di log, yang menerima {most}.",
        "Pendekkan isinya, atau bagi menjadi beberapa.",
    ),
)
register(
    "key_revoked",
    en=("The signing key {key} was revoked.", "Enrol a new key, and keep the old file for examination."),
    id_=(
        "Kunci tanda tangan {key} sudah dicabut.",
        "Daftarkan kunci baru, simpan berkas lama untuk diperiksa.",
    ),
)

KEYS_CHAIN = "keys"
_ENROL = b"saksi/key/1\n"


@dataclass(frozen=True, kw_only=True)
class Appended:
    """An entry that was just added: its row, and the leaf hash by which others refer to it."""

    entry_id: int
    leaf: bytes
    entry: Entry


def append(
    connection: Connection,
    signer: Signer,
    *,
    kind: str,
    chain: str,
    body: Mapping[str, object],
    refs: Sequence[bytes] = (),
    at_us: int | None = None,
) -> Appended:
    """Adds an entry to the end of `chain`, signed by an enrolled key; visible when the transaction commits.

    `refs` are leaf hashes. The chain stays locked until then: who adds to several chains in one transaction takes
    them in sorted order. Raises BadInput when the entry is too long.
    """
    connection.execute(query("ledger.open_chain"), {"chain": chain})
    end = connection.execute(query("ledger.lock_chain"), {"chain": chain}).fetchone()
    assert end is not None
    entry = Entry(
        kind=kind,
        chain=chain,
        seq=end["seq"] + 1,
        prev=end["leaf"].hex(),
        at_us=clock.now_us() if at_us is None else at_us,
        by=signer.key_id,
        body=body,
        refs=[one.hex() for one in refs],
    )
    data = entry.canonical()
    if len(data) > MOST_BYTES:
        raise BadInput("entry_too_long", size=len(data), most=MOST_BYTES)
    leaf = entry.leaf()
    values = {
        "chain": chain,
        "seq": entry.seq,
        "kind": kind,
        "at": clock.from_us(entry.at_us),
        "leaf": leaf,
        "bytes": data,
        "signature": sign(signer, data),
        "key_id": signer.key_id,
    }
    added = connection.execute(query("ledger.add_entry"), values).fetchone()
    assert added is not None
    connection.execute(query("ledger.await_place"), added)
    connection.execute(query("ledger.advance_chain"), values)
    return Appended(entry_id=added["entry_id"], leaf=leaf, entry=entry)


def enrol(
    connection: Connection, signer: Signer, *, role: str, name: str = "", old: Signer | None = None
) -> None:
    """Makes a key known, by an entry that it signs itself; does nothing when it is known.

    `old` is the key that this one takes the place of: it signs the new public key. Raises Conflict for a revoked key.
    """
    known = connection.execute(query("ledger.key_known"), {"key_id": signer.key_id}).fetchone()
    if known is not None:
        if known["revoked_at"] is not None:
            raise Conflict("key_revoked", key=signer.key_id)
        return
    now = clock.now()
    values = {"key_id": signer.key_id, "role": role, "name": name, "public": signer.public, "at": now}
    if connection.execute(query("ledger.add_key"), values).fetchone() is None:
        return
    body = {
        "action": "enrol",
        "role": role,
        "name": name,
        "public": signer.public.hex(),
        "old": old.key_id if old else "",
        "old_signature": old.sign(_ENROL + signer.public).hex() if old else "",
    }
    append(connection, signer, kind="key", chain=KEYS_CHAIN, body=body, at_us=clock.to_us(now))


def revoke(connection: Connection, signer: Signer, key_id: str, reason: str) -> None:
    """Ends a key from now on; what it signed before stays valid. `signer` is the office's."""
    now = clock.now()
    values = {"key_id": key_id, "at": now, "reason": reason}
    if connection.execute(query("ledger.end_key"), values).fetchone() is not None:
        body = {"action": "revoke", "key": key_id, "reason": reason}
        append(connection, signer, kind="key", chain=KEYS_CHAIN, body=body, at_us=clock.to_us(now))
