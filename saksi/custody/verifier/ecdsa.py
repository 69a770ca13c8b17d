"""Signatures of cameras: ECDSA over the NIST curves (FIPS 186-5) and RSASSA-PSS (RFC 8017 section 8.1.2).

ECDSA by the `cryptography` package if there is one, else in plain Python, some 20 ms a signature.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Optional, Tuple

from saksi.custody.verifier.ed25519 import HAVE_CRYPTOGRAPHY

if HAVE_CRYPTOGRAPHY:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils


@dataclass(frozen=True)
class Curve:
    """y^2 = x^3 - 3x + b over the field of `prime`, with a base point of order `order`."""

    name: str
    size: int
    prime: int
    b: int
    order: int
    base: Tuple[int, int]


# FIPS 186-5 by way of SP 800-186 section 3.2.1.
P256 = Curve(
    "SECP256R1",
    32,
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    "SECP384R1",
    48,
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)

# A point is (X, Y, Z) with x = X/Z^2, y = Y/Z^3; Z is 0 at infinity.
Jacobian = Tuple[int, int, int]


def on_curve(curve: Curve, point: Tuple[int, int]) -> bool:
    """Whether a point lies on the curve."""
    x, y = point
    return max(x, y) < curve.prime and (y * y - (x * x * x - 3 * x + curve.b)) % curve.prime == 0


def ecdsa_holds(curve: Curve, point: Tuple[int, int], signature: bytes, digest: bytes) -> bool:
    """Whether a DER signature over a digest is by the holder of the key `point`; False for malformed ones too."""
    pair = ecdsa_pair(signature, curve)
    if pair is None:
        return False
    if not HAVE_CRYPTOGRAPHY:
        return pure_ecdsa_holds(curve, point, pair, digest)
    kinds: Any = {32: hashes.SHA256, 48: hashes.SHA384, 64: hashes.SHA512}
    try:
        key = ec.EllipticCurvePublicNumbers(*point, getattr(ec, curve.name)()).public_key()
        algorithm = ec.ECDSA(utils.Prehashed(kinds[len(digest)]()))
        key.verify(utils.encode_dss_signature(*pair), digest, algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def ecdsa_pair(signature: bytes, curve: Curve) -> Optional[Tuple[int, int]]:
    """r and s of SEQUENCE { INTEGER, INTEGER } in its one spelling (RFC 3279 section 2.2.3), both in range."""
    numbers, at = [], 2
    for _ in range(2):
        size = signature[at + 1] if at + 1 < len(signature) else 0
        numbers.append(int.from_bytes(signature[at + 2 : at + 2 + size], "big"))
        at += 2 + size
    whole = b"".join(b"\x02" + bytes([len(one)]) + one for one in map(positive, numbers))
    if signature != b"\x30" + bytes([len(whole)]) + whole or not all(
        0 < one < curve.order for one in numbers
    ):
        return None
    return numbers[0], numbers[1]


def positive(number: int) -> bytes:
    """A number as the body of a DER INTEGER, cut where it could not be one of a signature."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")[:60]


def pure_ecdsa_holds(curve: Curve, point: Tuple[int, int], pair: Tuple[int, int], digest: bytes) -> bool:
    """FIPS 186-5 section 6.4.2."""
    (r, s), order = pair, curve.order
    number = int.from_bytes(digest, "big") >> max(8 * len(digest) - order.bit_length(), 0)
    inverse = pow(s, order - 2, order)
    x, _, z = sum_of_multiples(
        curve, number * inverse % order, (*curve.base, 1), r * inverse % order, (*point, 1)
    )
    if not z:
        return False
    return x * pow(z * z, curve.prime - 2, curve.prime) % curve.prime % order == r


def sum_of_multiples(curve: Curve, m: int, one: Jacobian, n: int, other: Jacobian) -> Jacobian:
    """[m]one + [n]other, both scalars read together from their highest bit."""
    chosen = {1: one, 2: other, 3: sum_of_two(curve, one, other)}
    total: Jacobian = (1, 1, 0)
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        total = doubled(curve, total)
        which = (m >> bit & 1) + 2 * (n >> bit & 1)
        if which:
            total = sum_of_two(curve, total, chosen[which])
    return total


def doubled(curve: Curve, point: Jacobian) -> Jacobian:
    """Twice a point; formulas dbl-2001-b of the Explicit-Formulas Database."""
    (x, y, z), prime = point, curve.prime
    delta, gamma = z * z % prime, y * y % prime
    beta, alpha = x * gamma % prime, 3 * (x - delta) * (x + delta) % prime
    x3 = (alpha * alpha - 8 * beta) % prime
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % prime, 2 * y * z % prime


def sum_of_two(curve: Curve, one: Jacobian, other: Jacobian) -> Jacobian:
    """The sum of two points; formulas add-1998-cmo-2 of the same."""
    if not one[2] or not other[2]:
        return other if not one[2] else one
    prime = curve.prime
    squared1, squared2 = one[2] * one[2] % prime, other[2] * other[2] % prime
    u1, u2 = one[0] * squared2 % prime, other[0] * squared1 % prime
    s1, s2 = one[1] * other[2] * squared2 % prime, other[1] * one[2] * squared1 % prime
    h, r = (u2 - u1) % prime, (s2 - s1) % prime
    if not h:
        return doubled(curve, one) if not r else (1, 1, 0)
    h2 = h * h % prime
    h3, v = h * h2 % prime, u1 * h2 % prime
    x3 = (r * r - h3 - 2 * v) % prime
    return x3, (r * (v - x3) - s1 * h3) % prime, one[2] * other[2] * h % prime


def pss_holds(modulus: int, exponent: int, signature: bytes, digest: bytes, hash_name: str) -> bool:
    """RFC 8017 sections 8.1.2 and 9.1.2, with MGF1 over the same hash and a salt of any length."""
    size, bits = (modulus.bit_length() + 7) // 8, modulus.bit_length() - 1
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    length, width = (bits + 7) // 8, len(digest)
    opened = pow(number, exponent, modulus)
    if opened >> (8 * length) or length < width + 2:
        return False
    encoded_message = opened.to_bytes(length, "big")
    masked, seed = encoded_message[: length - width - 1], encoded_message[length - width - 1 : -1]
    spare = 8 * length - bits
    if encoded_message[-1] != 0xBC or masked[0] >> (8 - spare):
        return False
    block = unmasked(masked, seed, hash_name)
    block = bytes([block[0] & 0xFF >> spare]) + block[1:]
    head, _, salt = block.partition(b"\x01")
    if head.strip(b"\x00") or len(head) == len(block):
        return False
    return hashlib.new(hash_name, bytes(8) + digest + salt).digest() == seed


def unmasked(masked: bytes, seed: bytes, hash_name: str) -> bytes:
    """The bytes under MGF1's mask (RFC 8017 appendix B.2.1)."""
    mask, count = b"", 0
    while len(mask) < len(masked):
        mask += hashlib.new(hash_name, seed + count.to_bytes(4, "big")).digest()
        count += 1
    return bytes(one ^ other for one, other in zip(masked, mask))
