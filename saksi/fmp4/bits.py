"""Bits and Exp-Golomb codes of H.264 and H.265 parameter sets (ITU-T H.264 sections 7.2 and 9.1), bounded."""

from __future__ import annotations

from saksi.fmp4.boxes import Malformed

_LONGEST_SET = 4096  # bytes; real sets are under 200, and reading bits from a big integer is quadratic


class BitReader:
    """Reads a raw byte sequence payload; every read past the end raises Malformed."""

    def __init__(self, nal: bytes, header: int) -> None:
        """`nal` with its emulation prevention bytes; reading starts after `header` bytes."""
        if len(nal) > _LONGEST_SET:
            raise Malformed(f"a parameter set of {len(nal)} bytes is longer than {_LONGEST_SET}")
        payload = nal.replace(b"\x00\x00\x03", b"\x00\x00")[header:]
        self._value = int.from_bytes(payload, "big")
        self._left = 8 * len(payload)

    def bits(self, count: int) -> int:
        """The next `count` bits, most significant first."""
        if count > self._left:
            raise Malformed("a parameter set ends too early")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        """The next bit."""
        return bool(self.bits(1))

    def unsigned(self) -> int:
        """ue(v), at most 32 bits."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > 32:
                raise Malformed("an Exp-Golomb code in a parameter set is longer than 32 bits")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        """se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
