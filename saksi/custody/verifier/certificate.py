"""A camera's certificate (X.509, RFC 5280), as far as it is needed: whose it says it is, and the key in it.

Who issued it, and whether it was valid, is not looked at: whom to trust as manufacturer is for the reader to decide.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import List, Optional, Tuple

from saksi.custody.verifier.ecdsa import P256, P384, Curve, ecdsa_holds, on_curve, pss_holds
from saksi.custody.verifier.findings import short
from saksi.custody.verifier.hashes import Malformed

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")
RSA_KEYS = (
    bytes.fromhex("2a864886f70d010101"),
    bytes.fromhex("2a864886f70d01010a"),
)  # rsaEncryption, RSASSA-PSS
EC_KEY = bytes.fromhex("2a8648ce3d0201")
CURVES = {bytes.fromhex("2a8648ce3d030107"): P256, bytes.fromhex("2b81040022"): P384}
RSA_BITS = range(1024, 8193)
MOST_EXPONENT = 1 << 32
INTEGER, BITS, OBJECT, SEQUENCE, SET = 0x02, 0x03, 0x06, 0x30, 0x31
NAMES_OF = {3: "CN", 5: "SN", 6: "C", 7: "L", 8: "ST", 10: "O", 11: "OU"}  # 2.5.4.n, RFC 4519


@dataclass(frozen=True)
class CameraKey:
    """The SHA-256 of a certificate (DER), its subject, and its key: of a curve, of RSA, or none that is known here."""

    fingerprint: str
    subject: str
    curve: Optional[Curve] = None
    point: Tuple[int, int] = (0, 0)
    modulus: int = 0
    exponent: int = 0

    @property
    def known(self) -> bool:
        """Whether its signatures can be checked."""
        return self.curve is not None or self.modulus > 0

    def signed(self, signature: bytes, document: bytes, hash_name: str) -> bool:
        """Whether its holder signed a document."""
        digest = hashlib.new(hash_name, document).digest()
        if self.curve is not None:
            return ecdsa_holds(self.curve, self.point, signature, digest)
        return pss_holds(self.modulus, self.exponent, signature, digest, hash_name)


def leaf_of(pem: bytes) -> Optional[CameraKey]:
    """The first certificate of a chain in PEM; None where it cannot be read."""
    found = PEM.search(pem)
    text = b"".join(found[1].split()) if found else b""
    try:
        return None if len(text) % 4 else read_certificate(base64.b64decode(text, validate=True))
    except (Malformed, binascii.Error):
        return None


def read_certificate(data: bytes) -> CameraKey:
    """Subject and key of a certificate in DER. Raises Malformed."""
    parts = fields_of(only_field(data, SEQUENCE))
    if len(parts) != 3 or [tag for tag, _ in parts] != [SEQUENCE, SEQUENCE, BITS]:
        raise Malformed("not a certificate")
    inner = fields_of(parts[0][1])
    if inner and inner[0][0] == 0xA0:  # the version, where it is not the first
        inner = inner[1:]
    if len(inner) < 6 or [tag for tag, _ in inner[:6]] != [INTEGER, *[SEQUENCE] * 5]:
        raise Malformed("not a certificate")
    fingerprint, subject = hashlib.sha256(data).hexdigest(), subject_of(inner[4][1])
    algorithm, key = key_fields(inner[5][1])
    if algorithm[0] == (OBJECT, EC_KEY) and len(algorithm) == 2 and algorithm[1][1] in CURVES:
        curve = CURVES[algorithm[1][1]]
        point = int.from_bytes(key[1 : 1 + curve.size], "big"), int.from_bytes(key[1 + curve.size :], "big")
        if len(key) != 1 + 2 * curve.size or key[0] != 4 or not on_curve(curve, point):
            raise Malformed("a key that is no point of its curve")
        return CameraKey(fingerprint, subject, curve=curve, point=point)
    if algorithm[0] in [(OBJECT, one) for one in RSA_KEYS]:
        numbers = fields_of(only_field(key, SEQUENCE))
        if [tag for tag, _ in numbers] != [INTEGER, INTEGER]:
            raise Malformed("not an RSA key")
        modulus, exponent = (int.from_bytes(value, "big") for _, value in numbers)
        if modulus.bit_length() in RSA_BITS and modulus & exponent & 1 and 1 < exponent < MOST_EXPONENT:
            return CameraKey(fingerprint, subject, modulus=modulus, exponent=exponent)
    return CameraKey(fingerprint, subject)


def key_fields(data: bytes) -> Tuple[List[Tuple[int, bytes]], bytes]:
    """Algorithm and key of a SubjectPublicKeyInfo. Raises Malformed."""
    parts = fields_of(data)
    if [tag for tag, _ in parts] != [SEQUENCE, BITS] or parts[1][1][:1] != b"\x00":
        raise Malformed("not a public key")
    algorithm = fields_of(parts[0][1])
    if not algorithm:
        raise Malformed("a key of no algorithm")
    return algorithm, parts[1][1][1:]


def subject_of(data: bytes) -> str:
    """A name as text: its parts in order, those of RFC 4519 by their letters."""
    texts = []
    for tag, parts in fields_of(data):
        for _, pair in fields_of(parts) if tag == SET else []:
            values = fields_of(pair)
            if len(values) != 2 or values[0][0] != OBJECT:
                raise Malformed("not a name")
            kind = values[0][1]
            name = (
                NAMES_OF.get(kind[2], kind.hex())
                if kind[:2] == b"\x55\x04" and len(kind) == 3
                else kind.hex()
            )
            texts.append("%s=%s" % (name, told_text(values[1][1])))
    return short(", ".join(texts))


def told_text(value: bytes) -> str:
    """Text of a name; hex where it is not UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def only_field(data: bytes, tag: int) -> bytes:
    """The body of the one element that these bytes are. Raises Malformed."""
    found = fields_of(data)
    if len(found) != 1 or found[0][0] != tag:
        raise Malformed("DER of another form")
    return found[0][1]


def fields_of(data: bytes) -> List[Tuple[int, bytes]]:
    """(tag, body) of the DER elements that fill a range (X.690), lengths in their one spelling. Raises Malformed."""
    found, at = [], 0
    while at < len(data):
        length, body = data[at + 1] if at + 1 < len(data) else 0xFF, at + 2
        if length > 0x7F:
            count = length & 0x7F
            length = int.from_bytes(data[body : body + count], "big")
            if not 1 <= count <= 3 or length < max(0x80, 1 << 8 * (count - 1)):
                raise Malformed("a DER length that cannot be")
            body += count
        if body + length > len(data):
            raise Malformed("a DER element beyond its end")
        found.append((data[at], data[body : body + length]))
        at = body + length
    return found
