"""An RFC 3161 time stamp beside the checkpoint: what it stamps is compared here; its signature needs openssl."""

from __future__ import annotations

from typing import List, Optional, Tuple

from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Verdict
from saksi.custody.verifier.hashes import Malformed, sha256
from saksi.custody.verifier.material import Material

STAMP = "meta/checkpoint.tsr"
MOST_STAMP = 1 << 20
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo, RFC 3161 section 2.4.2
SHA256_OID = bytes.fromhex("0609608648016503040201")


def der(data: bytes, at: int) -> Tuple[int, int, int]:
    """(tag, body start, end) of the DER element at a place, X.690 section 8.1. Raises Malformed."""
    if at + 2 > len(data):
        raise Malformed("DER that is cut off")
    tag, length, body = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or body + count > len(data):
            raise Malformed("a DER length that cannot be")
        length = int.from_bytes(data[body : body + count], "big")
        body += count
    if body + length > len(data):
        raise Malformed("a DER element beyond its end")
    return tag, body, body + length


def children(data: bytes) -> List[Tuple[int, bytes]]:
    """The elements of a constructed DER body."""
    out, at = [], 0
    while at < len(data):
        tag, body, end = der(data, at)
        out.append((tag, data[body:end]))
        at = end
    return out


def imprint(data: bytes) -> Tuple[bytes, str]:
    """Hash and time of the TSTInfo inside a response, RFC 3161 section 2.4.2. Raises Malformed."""
    place = data.find(TST_INFO)
    if place < 0:
        raise Malformed("no time-stamp token")
    _, body, _ = der(data, place + len(TST_INFO))  # [0] EXPLICIT
    _, body, end = der(data, body)  # OCTET STRING
    _, body, end = der(data[:end], body)  # TSTInfo
    parts = children(data[body:end])
    if len(parts) < 5 or parts[2][0] != 0x30:
        raise Malformed("a time-stamp token of another form")
    message = children(parts[2][1])
    times = [value for tag, value in parts if tag == 0x18]
    if len(message) != 2 or SHA256_OID not in message[0][1] or not times:
        raise Malformed("a stamp over another hash than SHA-256")
    return message[1][1], times[0].decode("ascii", "replace")[:40]


def check_stamp(verdict: Verdict, container: Container, material: Material) -> None:
    """A fact of verdict 5; a stamp over something else makes the verdict fail (package format, "checkpoint.tsr")."""
    if STAMP not in container.sizes or material.checkpoint is None:
        return
    wanted = stamped_bytes(material)
    try:
        if container.sizes[STAMP] > MOST_STAMP:
            raise Malformed("more than a megabyte")
        found, time = imprint(container.read(STAMP, MOST_STAMP))
    except Malformed as error:
        verdict.add("stamp_differs", STAMP, "RFC 3161", error)
        return
    if wanted is None or found != sha256(wanted):
        verdict.add("stamp_differs", STAMP, sha256(wanted or b""), found)
        return
    verdict.facts["stamp"] = time
    verdict.facts["stamp_note"] = (
        "openssl ts -verify -in meta/checkpoint.tsr -digest %s -CAfile CA.pem" % found.hex()
    )


def stamped_bytes(material: Material) -> Optional[bytes]:
    """What a stamp is made over: the checkpoint's text, an empty line and the log's own signature line."""
    point = material.checkpoint
    if point is None:
        return None
    head, gap, lines = point.data.partition(b"\n\n")
    return head + gap + lines.split(b"\n")[0] + b"\n"
