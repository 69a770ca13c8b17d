"""Signed statements: an in-toto statement in a DSSE envelope (v1.0.2) with one signature, canonical to the byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict

from saksi.custody.verifier.hashes import Malformed, need, parse_canonical
from saksi.custody.verifier.material import IN_TOTO
from saksi.custody.verifier.notes import unbase64


@dataclass(frozen=True)
class Envelope:
    """A DSSE envelope that was opened: the in-toto statement, its exact bytes, and who signed these."""

    statement: Dict[str, Any]
    payload: bytes
    keyid: str
    signature: bytes


def open_envelope(data: bytes, kind: str) -> Envelope:
    """The DSSE envelope and the in-toto statement in it, whose predicate is of type `kind`. Raises Malformed."""
    envelope = parse_canonical(data[:-1])
    need(envelope, {"payloadType": str, "payload": str, "signatures": list})
    if data[-1:] != b"\n" or set(envelope) != {"payloadType", "payload", "signatures"}:
        raise Malformed("not an envelope")
    if envelope["payloadType"] != IN_TOTO or len(envelope["signatures"]) != 1:
        raise Malformed("an envelope of another type, or not with one signature")
    signed = envelope["signatures"][0]
    need(signed, {"keyid": str, "sig": str})
    payload, signature = unbase64(envelope["payload"]), unbase64(signed["sig"])
    statement = parse_canonical(payload)
    need(statement, {"_type": str, "subject": list, "predicateType": str, "predicate": dict})
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        raise Malformed("a statement of another type")
    if statement["predicateType"] != kind or set(signed) != {"keyid", "sig"}:
        raise Malformed("a statement of another type")
    return Envelope(statement, payload, signed["keyid"], signature)
