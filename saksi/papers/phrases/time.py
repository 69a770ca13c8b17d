"""Words of what a report says of the time of footage: by whose clock, how far off, between which outside times."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "section_clock": ("Bukti waktu", "Evidence of time"),
    "clock_words": (
        "Waktu rekaman yang direkam arsip ini adalah waktu perekamnya, bukan waktu yang dibakar kamera ke dalam "
        "gambar; waktu rekaman yang dibawa masuk adalah menurut keterangan pembawanya. Selisih dan batas galat "
        "adalah yang terbesar selama rentang. Batas luar berasal dari tanda tangan saksi log atau cap waktu: "
        "rekaman ada sesudah yang pertama dan sebelum yang kedua. Waktu tidak pernah ditulis ulang.",
        "Times of footage that this archive recorded are its recorder's, not what a camera burns into the picture; "
        "times of footage that was brought in are as stated by whoever brought it. Offset and error bound are the "
        "largest of the span. Outer bounds come from log witnesses' signatures or time stamps: the footage came "
        "about after the first and before the second. Times are never rewritten.",
    ),
    "clock_source": ("Jam perekam", "Recorder's clock"),
    "clock_error": ("Selisih dan galat", "Offset and error"),
    "clock_ntp": ("disinkronkan (NTP)", "synchronised (NTP)"),
    "clock_free": ("TIDAK DISINKRONKAN", "NOT SYNCHRONISED"),
    "clock_stated": ("menurut keterangan pembawanya", "as stated by whoever brought it"),
    "clock_offset": ("selisih: {value}", "offset: {value}"),
    "clock_bound": ("batas galat: {value}", "error bound: {value}"),
    "bracket": ("Batas luar", "Outer bounds"),
    "not_before": ("tidak sebelum:", "not before:"),
    "not_after": ("tidak sesudah:", "not after:"),
    "no_bound": ("tanpa saksi luar", "no outside witness"),
}
