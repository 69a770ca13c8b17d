"""What is wrong and what to do, in words of Indonesian and English: by rule, and by the reason of an outage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi.messages import decimal

# What is wrong with a camera that is not recorded · what to do
OUTAGES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "unreachable": (
        (
            "The camera does not answer.",
            "Check its power, cable and switch, then the line of the site. If its address changed, tell the archive's"
            " officers the new one.",
        ),
        (
            "Kamera tidak menjawab.",
            "Periksa listrik, kabel dan switch-nya, lalu jaringan lokasi. Bila alamatnya berubah, beri tahu petugas"
            " arsip alamat barunya.",
        ),
    ),
    "auth_failed": (
        (
            "The camera refuses the log-in: its password or user was changed.",
            "Give the archive's officers the new password over a safe way, or set the former one again.",
        ),
        (
            "Kamera menolak login: kata sandi atau penggunanya diganti.",
            "Sampaikan kata sandi baru kepada petugas arsip lewat jalur aman, atau kembalikan yang lama.",
        ),
    ),
    "address_refused": (
        (
            "The camera's address lies outside the networks that its site's cameras may be on.",
            "Tell the archive's officers where the camera is; they correct its address or the list of the site.",
        ),
        (
            "Alamat kamera di luar jaringan yang boleh dipakai kamera lokasinya.",
            "Beri tahu petugas arsip letak kameranya; mereka memperbaiki alamat atau daftar lokasinya.",
        ),
    ),
    "no_keyframe": (
        (
            "The camera sends video that cannot be begun to be watched: no keyframes.",
            "Set its keyframe interval (I-frame, GOP) to one or two seconds and restart it.",
        ),
        (
            "Video kamera tidak dapat mulai ditonton: tanpa bingkai kunci.",
            "Atur interval bingkai kunci (I-frame, GOP) menjadi satu atau dua detik, lalu nyalakan ulang.",
        ),
    ),
    "stalled": (
        (
            "The camera is connected and sends nothing.",
            "Restart it. If it comes back, check whether the line is overloaded or the camera too warm.",
        ),
        (
            "Kamera tersambung tetapi tidak mengirim apa pun.",
            "Nyalakan ulang. Bila terulang, periksa apakah jaringan penuh atau kamera terlalu panas.",
        ),
    ),
    "unsupported_codec": (
        ("The camera sends a kind of video that is not recorded.", "Set its main stream to H.264 or H.265."),
        ("Kamera mengirim jenis video yang tidak direkam.", "Atur aliran utamanya ke H.264 atau H.265."),
    ),
    "recorder_down": (
        ("The archive's recorder was down.", "Nothing is to be done by the agency."),
        ("Perekam arsip sedang mati.", "Instansi tidak perlu berbuat apa-apa."),
    ),
    "spool_full": (
        ("The archive's recorder had no room.", "Nothing is to be done by the agency."),
        ("Perekam arsip kehabisan ruang.", "Instansi tidak perlu berbuat apa-apa."),
    ),
    "disabled": (
        ("The camera is switched off in the archive.", "Ask the archive's officers why."),
        ("Kamera dimatikan di arsip.", "Tanyakan sebabnya kepada petugas arsip."),
    ),
    "unknown": (
        ("Nothing was recorded, and nobody knows why.", "Ask the archive's officers to look."),
        ("Tidak ada rekaman, sebabnya tidak diketahui.", "Minta petugas arsip memeriksa."),
    ),
}

_RULES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "uptime": (
        (
            "Of the last {days} days {found} % was recorded, less than the agreed {agreed} %.",
            "Mend the cameras named first: they were missing the longest.",
        ),
        (
            "Dari {days} hari terakhir hanya {found} % terekam, kurang dari kesepakatan {agreed} %.",
            "Perbaiki dahulu kamera yang disebut: paling lama tidak terekam.",
        ),
    ),
    "clock": (
        (
            "The camera's clock is {found} ms off, more than the agreed {agreed} ms.",
            "Let it take its time from a time server (NTP) that it reaches, and check its time zone.",
        ),
        (
            "Jam kamera meleset {found} md, lebih dari kesepakatan {agreed} md.",
            "Atur agar mengambil waktu dari server waktu (NTP) yang terjangkau, dan periksa zona waktunya.",
        ),
    ),
    "retention": (
        (
            "Footage is kept {found} days, less than the agreed {agreed}.",
            "Not for the agency to mend: a records officer sets a longer retention policy, or other terms.",
        ),
        (
            "Rekaman disimpan {found} hari, kurang dari kesepakatan {agreed}.",
            "Bukan tugas instansi: petugas arsip memperpanjang kebijakan retensi, atau mengubah ketentuan.",
        ),
    ),
    "cameras": (
        (
            "{found} cameras were recorded in the last week; {agreed} must be connected ({registered} are registered).",
            "Connect those that are missing: send their addresses to the archive's officers.",
        ),
        (
            "{found} kamera terekam dalam sepekan; {agreed} wajib tersambung ({registered} terdaftar).",
            "Sambungkan yang kurang: kirim alamatnya kepada petugas arsip.",
        ),
    ),
}


def said(rule: str, facts: Mapping[str, Any], language: str) -> tuple[str, str]:
    """What is wrong, and what to do, in "id" or "en"."""
    at = 1 if language == "id" else 0
    if rule == "down":
        return OUTAGES.get(facts.get("reason", ""), OUTAGES["unknown"])[at]
    what, remedy = _RULES[rule][at]
    values = {name: _figure(value, language) for name, value in facts.items()}
    return what.format_map(values), remedy.format_map(values)


def of_outage(reason: str, language: str) -> tuple[str, str]:
    """The same of a reason for which a camera is not recorded."""
    return said("down", {"reason": reason}, language)


def _figure(value: Any, language: str) -> str:
    return decimal(f"{value:.12g}", language) if isinstance(value, int | float) else str(value)
