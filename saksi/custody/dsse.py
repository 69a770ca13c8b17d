"""DSSE envelopes (secure-systems-lab/dsse v1.0.2) around in-toto statements: the signature is over type and bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from saksi.custody.canonical import canonical
from saksi.custody.signing import Signer

IN_TOTO = "application/vnd.in-toto+json"


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def envelope(signer: Signer, statement: Mapping[str, object]) -> bytes:
    """The canonical envelope of a signed statement, ended by a newline."""
    payload = canonical(statement)
    signature = signer.sign(pae(IN_TOTO, payload))
    signed = {
        "payloadType": IN_TOTO,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": signer.key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return canonical(signed) + b"\n"
