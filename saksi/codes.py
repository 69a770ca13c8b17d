"""Codes that people are shown - states, kinds, scopes, roles - as a reader of Indonesian knows them.

In English they stay as the API has them, so that what is seen can be searched for.
"""

from __future__ import annotations

from saksi.messages import Phrase

_INDONESIAN: dict[str, str] = {
    # purges
    "policy": "kebijakan",
    "pressure": "dini",
    "manual": "manual",
    "thinned": "dijarangkan",
    "noticed": "diumumkan",
    "running": "berjalan",
    "done": "selesai",
    "cancelled": "dibatalkan",
    "held": "ditahan",
    "owed": "belum lengkap",
    "pending": "menunggu",
    # policies
    "default": "baku",
    "agency": "instansi",
    "site": "lokasi",
    "camera": "kamera",
    "class": "kelas",
    "proposed": "diusulkan",
    "lapsed": "kedaluwarsa",
    "accepted": "disetujui",
    "withdrawn": "ditarik",
    "decided": "diputuskan",
    "in_force": "berlaku",
    "scheduled": "terjadwal",
    "past": "lampau",
    "transport": "perhubungan",
    "police": "kepolisian",
    "city": "pemerintah kota",
    "bank": "bank",
    "mall": "mal",
    "hospital": "rumah sakit",
    "hotel": "hotel",
    "entertainment": "hiburan",
    "other": "lain-lain",
    # achieved retention
    "nothing": "tidak ada",
    "purged_early": "dimusnahkan dini",
    "gaps": "bercelah",
    "young": "baru",
    "kept": "terpenuhi",
    # forecast
    "none": "tidak ada",
    "low": "rendah",
    "fair": "cukup",
    "good": "baik",
    "embedded": "bawaan",
    "external": "luar",
    # holds and cases
    "active": "berlaku",
    "release_asked": "pelepasan diminta",
    "released": "dilepas",
    "open": "terbuka",
    "closed": "ditutup",
    # roles
    "admin": "administrator",
    "records_officer": "petugas arsip",
    "investigator": "penyidik",
    "agency_operator": "operator instansi",
    "auditor": "auditor",
    "recipient": "penerima",
}

_STARTING = (
    "Starting value of Saksi; replace it by the article that applies",
    "Nilai awal Saksi; ganti dengan pasal yang berlaku",
)


def word(code: str, language: str) -> str:
    """A code in a language, "id" or "en"; one that has no word stays."""
    return _INDONESIAN.get(code, code) if language == "id" else code


def basis(text: str, language: str) -> str:
    """A legal basis; that of the starting values is ours, and not a law."""
    return _STARTING[1] if language == "id" and text == _STARTING[0] else text


class _Coded(Phrase):
    def text(self, language: str) -> str:
        return word(self.code, language)


def coded(code: str) -> Phrase:
    """A code as one of the values of a message."""
    return _Coded(code)
