"""What can be wrong with an object, in the words of the store's side; everybody who looks tells it as a Flaw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.messages import register_phrase

KINDS: dict[str, tuple[str, str]] = {
    "missing": ("the store lacks a chunk that a row names", "potongan yang dicatat tidak ada di penyimpanan"),
    "size": ("a chunk has another size than its row says", "ukuran potongan berbeda dari catatannya"),
    "corrupt": ("a chunk has other bytes than were recorded", "isi potongan berbeda dari yang direkam"),
    "crc32": ("a chunk's bytes are right, its row's CRC-32 is not", "isi potongan benar, CRC-32 pada barisnya tidak"),
    "unreadable": ("the store has a chunk and cannot give it", "potongan ada di penyimpanan tetapi tidak terbaca"),
    "foreign": ("the store has a chunk that no row names", "potongan di penyimpanan tanpa baris di katalog"),
    "leftover": ("the store still has a chunk that was purged", "potongan yang sudah dimusnahkan masih tersimpan"),
}  # fmt: skip

# The same of what thinning left (a key under keys.THINNED).
_THINNED: dict[str, tuple[str, str]] = {
    "missing": ("the store lacks a thinned chunk that a row names", "potongan jarang yang dicatat tidak ada"),
    "size": ("a thinned chunk has another size than its row says", "ukuran potongan jarang beda dari catatannya"),
    "corrupt": ("a thinned chunk has other bytes than were kept", "isi potongan jarang beda dari yang disimpan"),
    "crc32": ("a thinned chunk is right, its row's CRC-32 is not", "isi potongan jarang benar, CRC-32 barisnya tidak"),
    "unreadable": ("the store has a thinned chunk and cannot give it", "potongan jarang ada tetapi tidak terbaca"),
    "foreign": ("the store has a thinned chunk that no row names", "potongan jarang tanpa baris di katalog"),
    "leftover": ("the store still has a thinned chunk that was purged", "potongan jarang yang musnah masih tersimpan"),
}  # fmt: skip

for _kind, (_en, _id) in _THINNED.items():
    register_phrase(f"scrub_thinned_{_kind}", en=_en, id_=_id)
for _kind, (_en, _id) in KINDS.items():
    register_phrase(f"scrub_{_kind}", en=_en, id_=_id)

# What cannot be had as it was recorded or kept, and may be had again: from a spool, or made of its original.
REPAIRABLE = frozenset({"missing", "size", "corrupt", "unreadable"})


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One object that is not as it should be. `kind` is one of KINDS.

    `row` is what names it: camera_id, camera, run_no, run, seq, start_at, dur_us, size, sha256, crc32; None where
    nothing does. `expected` and `found` are sizes or hashes in hex, as text.
    """

    kind: str
    key: str
    row: dict[str, Any] | None = None
    expected: str = ""
    found: str = ""

    def span(self) -> tuple[int, int] | None:
        """[start, end) of the footage in microseconds UTC."""
        if self.row is None:
            return None
        start_us = clock.to_us(self.row["start_at"])
        return start_us, start_us + int(self.row["dur_us"])
