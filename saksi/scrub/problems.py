"""What `saksi fsck` can find, in words, and what to do about it: flaws of the store, rows and files that disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.messages import Phrase, register_phrase
from saksi.scrub.flaws import KINDS, REPAIRABLE

# Beside those of saksi.scrub.flaws and saksi.ledger.check.findings.
_WORDS: dict[str, tuple[str, str]] = {
    "hour_rows": ("a camera-hour has other chunks than are told of it", "isi satu jam kamera beda dari catatannya"),
    "pending_long": ("a chunk waits on a spool for more than a day", "potongan tertahan di spool lebih dari sehari"),
    "purge_unfinished": ("a purge took footage a day ago and has not erased it", "pemusnahan sehari lalu belum tuntas"),
    "outside": ("the store has an object outside the archive's folders", "objek di luar folder-folder arsip"),
    "spool_unknown": ("the spool has a chunk that no row knows", "spool memuat potongan tanpa baris di katalog"),
    "spool_differs": ("a file on the spool is not what was sealed", "berkas di spool berbeda dari yang disegel"),
    "spool_purged": ("the spool still has a chunk that was purged", "spool masih memuat potongan yang dimusnahkan"),
    "spool_set_aside": ("the spool set something aside for people", "spool menyisihkan sesuatu untuk diperiksa"),
}  # fmt: skip

_AGAIN = (
    "Ask the recorders: saksi fsck --repair spool; else restore it from a copy.",
    "Minta perekam: saksi fsck --repair spool; bila tidak ada, pulihkan dari salinan.",
)
_MADE_AGAIN = (
    "It is made again while its original is there (saksi thin waiting); else restore it from a copy.",
    "Dibuat lagi selama aslinya masih ada (saksi thin waiting); bila tidak, pulihkan dari salinan.",
)
_SPOOL = (
    "Keep the spool as it is for examination.",
    "Jangan ubah spool; simpan untuk diperiksa.",
)
_REMEDIES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(REPAIRABLE, _AGAIN),
    "crc32": (
        "The row was changed: keep the catalogue as it is, and run saksi ledger verify.",
        "Baris diubah: jangan ubah katalog, jalankan saksi ledger verify.",
    ),
    "foreign": (
        "Put it aside: saksi fsck --quarantine-foreign.",
        "Sisihkan: saksi fsck --quarantine-foreign.",
    ),
    "outside": (
        "Saksi leaves it alone: whoever put it there should keep it in a bucket of its own.",
        "Saksi membiarkannya: pemiliknya hendaknya menyimpannya di bucket sendiri.",
    ),
    "leftover": (
        "See whether the purge ran through; the store may refuse to erase what it locks.",
        "Periksa apakah pemusnahan tuntas; penyimpanan mungkin menolak menghapus yang terkunci.",
    ),
    "pending_long": (
        "See whether its recorder runs and reaches the store.",
        "Periksa apakah perekamnya berjalan dan mencapai penyimpanan.",
    ),
    "purge_unfinished": (
        "See whether the workers run; the purge is taken up again by itself.",
        "Periksa apakah worker berjalan; pemusnahan dilanjutkan sendiri.",
    ),
    **dict.fromkeys(("spool_unknown", "spool_differs", "spool_set_aside"), _SPOOL),
    "spool_purged": (
        "It goes when the spool makes room; remove it by hand if it must go now.",
        "Berkas hilang saat spool memerlukan ruang; hapus manual bila harus sekarang.",
    ),
}
_OTHERWISE = (
    "Keep catalogue and store as they are, and run saksi ledger verify.",
    "Jangan ubah katalog dan penyimpanan, jalankan saksi ledger verify.",
)

for _kind, (_en, _id) in _WORDS.items():
    register_phrase(f"fsck_{_kind}", en=_en, id_=_id)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that does not fit. `kind` is of _WORDS, of the flaws, or a code of the whole check's findings.

    `where` is the object's key, the file, or the row; `span` [from, to) in microseconds UTC.
    """

    kind: str
    where: str
    camera: str = ""
    span: tuple[int, int] | None = None
    touches: Mapping[str, Any] = field(default_factory=dict)
    expected: str = ""
    found: str = ""

    def words(self, language: str) -> str:
        """What it is."""
        kind = self.kind
        if kind in KINDS:
            return Phrase(f"scrub_thinned_{kind}" if self._thinned() else f"scrub_{kind}").text(language)
        return Phrase(f"fsck_{kind}" if kind in _WORDS else f"ledger_{kind}").text(language)

    def remedy(self, language: str) -> str:
        """What to do about it."""
        en, id_ = _REMEDIES.get(self.kind, _OTHERWISE)
        if self.kind in REPAIRABLE and self._thinned():
            en, id_ = _MADE_AGAIN
        return id_ if language == "id" else en

    def _thinned(self) -> bool:
        return self.where.startswith(keys.THINNED)

    def as_json(self, language: str) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "key": self.where,
            "camera": self.camera,
            "from": None if self.span is None else clock.format_us(self.span[0]),
            "to": None if self.span is None else clock.format_us(self.span[1]),
            "touches": {"holds": [], "cases": [], "exhibits": [], **self.touches},
            "expected": self.expected,
            "found": self.found,
            "what": self.words(language),
            "remedy": self.remedy(language),
        }
