"""Checks a purge's certificate without the archive: its signature, its place in the log, the list that it binds.

What is trusted comes from outside: the log's policy, for which a proof of the log's entry is needed, or the office's
public key. What was not given is said to be unchecked, and never counts as holding.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection
from saksi.custody.canonical import leaf
from saksi.custody.dsse import IN_TOTO, pae
from saksi.custody.entries import BadEntry, Entry
from saksi.custody.merkle import root
from saksi.custody.policy import Policy
from saksi.custody.proofs import Proof
from saksi.custody.proofs import verify as verify_proof
from saksi.custody.signing import key_id, verify
from saksi.custody.strict import Malformed
from saksi.errors import Conflict
from saksi.retention.certificate import PREDICATE
from saksi.retention.runs import PurgeRun

HOLDS, FAILS, UNCHECKED = "holds", "fails", "unchecked"
LINES = ("form", "signature", "log", "list")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of a check: `line` of LINES; `detail` is a code of the words that the caller says it with."""

    line: str
    state: str
    detail: str
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is checked, and what it is held to; None where nothing was given. `publics` are keys that the office had."""

    certificate: bytes
    tombstones: bytes | None = None
    publics: Sequence[bytes] = ()
    policy: Policy | None = None
    proof: bytes | None = None


def prove(connection: Connection, run: PurgeRun) -> str:
    """The C2SP tlog-proof of the log's entry of a purge, which it carries as extra data, at the newest checkpoint.

    Raises Conflict while no published checkpoint covers it.
    """
    index = None if run.done_leaf is None else ledger_tree.place_of(connection, run.done_leaf)
    kept = ledger_tree.newest_published(connection)
    if index is None or kept is None or kept.size <= index:
        raise Conflict("certificate_unplaced", field="purge", purge=run.purge_id)
    made = ledger_tree.proof(connection, index, kept)
    (entry,) = ledger_tree.entries(connection, index, index + 1)
    return Proof(index=made.index, path=made.path, note=made.note, extra=entry).text()


def check(given: Given) -> list[Finding]:
    """A finding a line, in the order of LINES; only the first when the file is no certificate."""
    try:
        key, signature, payload, predicate = _read(given.certificate)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, binascii.Error):
        return [Finding(line="form", state=FAILS, detail="form_bad", values={})]
    values = {"purge": predicate["purge"], "archive": predicate["archive"]}
    return [
        Finding(line="form", state=HOLDS, detail="form", values=values),
        _signature(given, key, signature, payload),
        _log(given, predicate),
        _list(given, predicate["tombstones"]),
    ]


def _read(certificate: bytes) -> tuple[str, bytes, bytes, dict[str, Any]]:
    """Key id, signature, payload and predicate. Raises ValueError or KeyError for what is no certificate."""
    sealed = json.loads(certificate)
    payload = base64.b64decode(sealed["payload"], validate=True)
    statement = json.loads(payload)
    if sealed["payloadType"] != IN_TOTO or statement["predicateType"] != PREDICATE:
        raise ValueError("another kind of statement")
    predicate: dict[str, Any] = statement["predicate"]
    if statement["subject"][0]["digest"]["sha256"] != predicate["tombstones"]["sha256"]:
        raise ValueError("subject and predicate name different lists")
    (one,) = sealed["signatures"]
    predicate["purge"], predicate["archive"], predicate["tombstones"]["root"], predicate["tombstones"]["n"]
    return str(one["keyid"]), base64.b64decode(one["sig"], validate=True), payload, predicate


def _signature(given: Given, key: str, signature: bytes, payload: bytes) -> Finding:
    def found(state: str, detail: str) -> Finding:
        return Finding(line="signature", state=state, detail=detail, values={"key": key})

    if not given.publics:
        return found(UNCHECKED, "signature_no_key")
    public = next((one for one in given.publics if key_id(one) == key), None)
    if public is None:
        return found(FAILS, "signature_other_key")
    right = verify(public, signature, pae(IN_TOTO, payload))
    return found(HOLDS if right else FAILS, "signature" if right else "signature_bad")


def _log(given: Given, predicate: Mapping[str, Any]) -> Finding:
    def found(state: str, detail: str, **values: object) -> Finding:
        return Finding(line="log", state=state, detail=detail, values=values)

    if given.policy is None or given.proof is None:
        return found(UNCHECKED, "log_no_policy" if given.policy is None else "log_no_proof")
    try:
        proof = Proof.parse(given.proof)
        entry = Entry.parse(proof.extra or b"")
        verified = verify_proof(proof, leaf(proof.extra or b""), given.policy)
    except (Malformed, BadEntry):
        return found(FAILS, "log_bad_proof")
    if not verified.holds:
        return found(FAILS, "log_not_trusted")
    body = entry.body
    said = (entry.kind, entry.chain, body.get("event"), body.get("purge"), body.get("certificate"))
    wanted = hashlib.sha256(given.certificate).hexdigest()
    if said != ("purge", "purge", "done", predicate["purge"], wanted):
        return found(FAILS, "log_other_certificate")
    return found(HOLDS, "log", index=proof.index, witnesses=len(verified.standing.witnessed))


def _list(given: Given, told: Mapping[str, Any]) -> Finding:
    def found(state: str, detail: str, **values: object) -> Finding:
        return Finding(line="list", state=state, detail=detail, values=values)

    if given.tombstones is None:
        return found(UNCHECKED, "list_none")
    if hashlib.sha256(given.tombstones).hexdigest() != told["sha256"]:
        return found(FAILS, "list_other")
    lines = list(_lines(given.tombstones))
    if len(lines) != told["n"] or root([leaf(line) for line in lines]).hex() != told["root"]:
        return found(FAILS, "list_root")
    return found(HOLDS, "list", count=len(lines))


def _lines(data: bytes) -> Iterator[bytes]:
    yield from data.removesuffix(b"\n").split(b"\n") if data else ()
