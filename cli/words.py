"""Codes that lists show - states, kinds, scopes - as a reader of Indonesian knows them.

In English they stay as the API has them, so that what is seen can be searched for.
"""

from __future__ import annotations

import sys

from cli.language import language, say

_INDONESIAN = {
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
}

_GAPS = {
    "unreachable": "tak terjangkau",
    "auth_failed": "login ditolak",
    "no_keyframe": "tanpa bingkai kunci",
    "stalled": "kamera diam",
    "recorder_down": "tanpa perekam",
    "spool_full": "cakram penuh",
    "disabled": "dinonaktifkan",
    "unsupported_codec": "video tak didukung",
    "dropped": "gugur",
    "lost": "hilang",
    "damaged": "rusak",
    "not_recorded": "belum direkam",
    "unknown": "tidak diketahui",
}


def word(code: str) -> str:
    """A code in the language in force; one that has no word stays."""
    return _INDONESIAN.get(code, code) if language() == "id" else code


def gap_word(reason: str) -> str:
    """Why nothing was recorded, shortly."""
    return _GAPS.get(reason, reason) if language() == "id" else reason


def head(en: str, id_: str) -> None:
    """What the columns of a list are, beside it: whoever reads the list by a program gets its lines alone."""
    print("\t".join(say(en, id_).split(", ")), file=sys.stderr)
