"""What the checks of store and log counted and found, in the language in force; in English as the checks say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cli.language import language

_COUNTED = {
    "audit rows": "baris audit",
    "camera-days": "hari-kamera",
    "cases": "kasus",
    "chains": "rantai",
    "checkpoints": "titik periksa",
    "checkpoints from outside": "titik periksa dari luar",
    "chunks": "potongan",
    "chunks dropped": "potongan gugur",
    "chunks pending": "potongan menunggu",
    "chunks read": "potongan dibaca",
    "chunks stored": "potongan tersimpan",
    "chunks told as dropped": "potongan tercatat gugur",
    "cosignatures": "tanda tangan saksi",
    "entries": "entri",
    "exhibits": "barang bukti",
    "findings": "temuan",
    "findings told": "temuan tercatat",
    "flaws": "cacat",
    "holds": "penahanan",
    "init segments": "segmen awal",
    "keys": "kunci",
    "objects": "objek",
    "objects outside": "objek di luar",
    "objects without a row": "objek tanpa baris",
    "policies": "kebijakan",
    "pulses": "denyut",
    "purges told": "pemusnahan tercatat",
    "runs": "rangkaian",
    "seal lines": "baris segel",
    "seals": "segel",
    "seals purged": "segel yang musnah",
    "seals purged in part": "segel yang sebagian musnah",
    "spool confirmed": "di spool, sudah tersimpan",
    "spool waiting": "di spool, menunggu",
    "stamps": "cap waktu",
    "thinned chunks": "potongan jarang",
    "thinned chunks dropped": "potongan jarang gugur",
    "thinned chunks pending": "potongan jarang menunggu",
    "thinned chunks read": "potongan jarang dibaca",
    "thinned chunks stored": "potongan jarang tersimpan",
    "thinning lines": "baris penjarangan",
    "thinning policies": "kebijakan penjarangan",
    "thinnings": "penjarangan",
    "tiles": "ubin",
    "tombstones": "nisan",
    "bytes": "bita",
    "packages": "paket",
    "receipts": "tanda terima",
    "derivatives": "salinan olahan",
    "repairs": "perbaikan",
}
_FACTS = {
    "nothing": "tidak ada",
    "none": "tidak ada",
    "stored": "tersimpan",
    "a row that names it": "baris yang menyebutnya",
    "a sidecar": "berkas pendamping",
}
_PARTS = (
    (r"\bbytes\b", "bita"),
    (r"\bchunks\b", "potongan"),
    (r"\brows\b", "baris"),
    (r"\bclaimed\b", "diambil"),
    (r"^announced (\S+) by\b", r"diumumkan \1 oleh"),
)


def counted(what: str) -> str:
    """What was counted."""
    return _COUNTED.get(what, what) if language() == "id" else what


def counts(found: Mapping[str, int]) -> str:
    """All that was counted, in one line."""
    return ", ".join(f"{counted(what)} {count}" for what, count in sorted(found.items()))


def fact(text: str) -> str:
    """What should be, or was found; digests and names as they are."""
    if language() != "id":
        return text
    if text in _FACTS:
        return _FACTS[text]
    if not re.fullmatch(r"[\d,]+ (bytes|chunks|rows)(, .*)?|announced .*", text):
        return text
    for pattern, word in _PARTS:
        text = re.sub(pattern, word, text)
    return text
