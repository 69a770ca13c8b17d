"""RFC 3161 time stamps over checkpoints, from an authority that we do not run. The raw answer is kept.

The stamp is over the bytes of the checkpoint with our signature alone (`Kept.note`), so that `openssl ts -verify` can
be given exactly that file. An answer that our library cannot read is kept all the same: others may.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc3161_client
from cryptography.x509 import Certificate
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, TimeStampResponse, VerifierBuilder

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.errors import IntegrityError
from saksi.ledger import outgoing
from saksi.messages import register

register(
    "stamp_unusable",
    en=(
        "The time stamping authority {url} answered no stamp over our checkpoint: {why}.",
        "Check the authority.",
    ),
    id_=(
        "Otoritas stempel waktu {url} tidak memberi stempel atas titik periksa kita: {why}.",
        "Periksa otoritasnya.",
    ),
)

_MINUTE_US = 60_000_000


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A stamp as it was received, and the time it states (microseconds UTC; when it came, if we cannot read it)."""

    size: int
    tsr: bytes
    at_us: int


def stamp_due(database: Database, url: str, *, minutes: int) -> Stamp | None:
    """Stamps the newest published checkpoint when the last stamp is older than `minutes`; None when nothing is due.

    Raises Unavailable when the authority or the database does not answer, IntegrityError when its answer is no stamp of
    this checkpoint.
    """
    with database.transaction() as connection:
        kept, last = ledger_tree.newest_published(connection), newest(connection)
    if kept is None or (last is not None and last.size == kept.size):
        return None
    if last is not None and clock.now_us() - last.at_us < minutes * _MINUTE_US:
        return None
    data = kept.note.encode()
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.cert_request(cert_request=True).nonce(nonce=True).build()
    reply = outgoing.post(url, asked.as_bytes(), content_type="application/timestamp-query")
    if reply.status != 200:
        raise IntegrityError("stamp_unusable", url=url, why=f"HTTP {reply.status}")
    at_us = _held_to(reply.body, data, asked.nonce, url)
    with database.transaction() as connection:
        values = {"size": kept.size, "tsr": reply.body, "at": clock.from_us(at_us)}
        connection.execute(query("tree.add_stamp"), values)
    return Stamp(size=kept.size, tsr=reply.body, at_us=at_us)


def newest(connection: Connection) -> Stamp | None:
    """The newest stamp."""
    row = connection.execute(query("tree.newest_stamp")).fetchone()
    return None if row is None else _stamp(row["size"], row)


def of(connection: Connection, size: int) -> Stamp | None:
    """The stamp of a checkpoint."""
    row = connection.execute(query("tree.stamp"), {"size": size}).fetchone()
    return None if row is None else _stamp(size, row)


def verify(tsr: bytes, note: bytes, roots: Sequence[Certificate]) -> int | None:
    """The time (microseconds UTC) that an authority under one of `roots` put on these bytes of a checkpoint.

    None when the answer cannot be read or checked by this library (`openssl ts -verify` may still). Raises
    IntegrityError when it is over something else or not signed under these roots.
    """
    answer = _parsed(tsr)
    if answer is None:
        return None
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(answer, note)
    except rfc3161_client.VerificationError as error:
        raise IntegrityError("stamp_unusable", url="-", why=error) from error
    except ValueError:
        return None
    return clock.to_us(answer.tst_info.gen_time)


def _held_to(tsr: bytes, data: bytes, nonce: int | None, url: str) -> int:
    """The time in the answer, once it is seen to be over our bytes and to our question."""
    digest = hashlib.sha256(data).digest()
    answer = _parsed(tsr)
    if answer is None:
        if digest not in tsr:
            raise IntegrityError("stamp_unusable", url=url, why="no digest of ours in it")
        return clock.now_us()
    if answer.status not in (0, 1):
        raise IntegrityError("stamp_unusable", url=url, why=f"status {answer.status} {answer.status_string}")
    info = answer.tst_info
    if info.message_imprint.message != digest or info.nonce != nonce:
        raise IntegrityError("stamp_unusable", url=url, why="it is over something else")
    return clock.to_us(info.gen_time)


def _parsed(tsr: bytes) -> TimeStampResponse | None:
    try:
        return rfc3161_client.decode_timestamp_response(tsr)
    except ValueError:
        return None


def _stamp(size: int, row: dict[str, Any]) -> Stamp:
    return Stamp(size=size, tsr=bytes(row["tsr"]), at_us=clock.to_us(row["at"]))
