"""Ed25519 signatures (RFC 8032 section 5.1.7): by the `cryptography` package if there is one, else in plain Python."""

from __future__ import annotations

import hashlib
from typing import Any, Optional, Tuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    HAVE_CRYPTOGRAPHY = True
except ImportError:
    HAVE_CRYPTOGRAPHY = False

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, P - 2, P) % P

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z: RFC 8032 section 5.1.4.
Point = Tuple[int, int, int, int]
NEUTRAL = (0, 1, 1, 0)


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` is by the holder of `public`; False for malformed input too."""
    if len(public) != 32 or len(signature) != 64:
        return False
    if not HAVE_CRYPTOGRAPHY:
        return pure_signature_holds(public, signature, message)
    try:
        key: Any = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def pure_signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032 section 5.1.7: encode([s]B - [h]A) must be the first half of the signature."""
    if len(public) != 32 or len(signature) != 64:
        return False
    point = decoded(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % ORDER
    x, y, z, t = point
    minus = (P - x, y, z, P - t)
    return encoded(sum_of_products(s, base_point(), h, minus)) == signature[:32]


def added(one: Point, other: Point) -> Point:
    """The sum of two points, RFC 8032 section 5.1.4."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def sum_of_products(m: int, one: Point, n: int, other: Point) -> Point:
    """[m]one + [n]other, both scalars read together from their highest bit."""
    both = added(one, other)
    total = NEUTRAL
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        total = added(total, total)
        chosen = (m >> bit & 1, n >> bit & 1)
        if chosen == (1, 1):
            total = added(total, both)
        elif chosen == (1, 0):
            total = added(total, one)
        elif chosen == (0, 1):
            total = added(total, other)
    return total


def recovered_x(y: int, sign: int) -> Optional[int]:
    """The x that belongs to a y, RFC 8032 section 5.1.3; None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def decoded(data: bytes) -> Optional[Point]:
    """The point of 32 bytes, RFC 8032 section 5.1.3; None when they are no point."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = recovered_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def encoded(point: Point) -> bytes:
    """The 32 bytes of a point, RFC 8032 section 5.1.2."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def base_point() -> Point:
    """The generator B, RFC 8032 section 5.1."""
    x = recovered_x(BASE_Y, 0) or 0
    return (x, BASE_Y, 1, x * BASE_Y % P)
