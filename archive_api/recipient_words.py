"""The words of the recipient's page: Indonesian and English by code."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Paket bukti rekaman CCTV", "CCTV evidence package"),
    "for": ("Untuk {recipient}", "For {recipient}"),
    "from": ("Dari", "From"),
    "case": ("Kasus", "Case"),
    "report": ("Laporan polisi", "Police report"),
    "package": ("Paket", "Package"),
    "size": ("Ukuran", "Size"),
    "bytes": ("{size} ({bytes} bita)", "{size} ({bytes} bytes)"),
    "sha256": ("SHA-256", "SHA-256"),
    "sealed": ("Disegel", "Sealed"),
    "until": ("Berlaku sampai", "Valid until"),
    "note": ("Catatan pengirim", "Sender's note"),
    "about": (
        "Paket ini berisi rekaman asli, salinan yang dapat diputar, riwayat penguasaan, dan alat untuk memeriksanya.",
        "This package holds the original footage, copies that can be played, the custody history, and tools to "
        "check it.",
    ),
    "personal": (
        "Tautan ini hanya untuk Anda. Setiap pengunduhan dicatat dalam riwayat penguasaan kasus.",
        "This link is for you alone. Every download is recorded in the custody of the case.",
    ),
    "download": ("Unduh paket", "Download the package"),
    "download_1": ("1. Unduh", "1. Download"),
    "resume": (
        "Bila unduhan terputus, lanjutkan lewat peramban; yang sudah terunduh tidak perlu diulang.",
        "When the download breaks off, resume it in the browser; what has come need not come again.",
    ),
    "verify_2": ("2. Periksa", "2. Check"),
    "verify_open": ("Buka halaman pemeriksaan", "Open the verification page"),
    "verify_save": ("Simpan halaman itu", "Save that page"),
    "verify_words": (
        "Halaman pemeriksaan bekerja di komputer Anda sendiri; tidak ada yang dikirim. Berkas yang sama ada di "
        "dalam paket (verifikasi.html). Pilih berkas ZIP yang diunduh dan baca delapan baris hasilnya.",
        "The verification page works on your own computer; nothing is sent. The same file is in the package "
        "(verifikasi.html). Choose the ZIP file that you downloaded and read its eight lines.",
    ),
    "other_ways": (
        "Tanpa peramban: python3 verify.py, atau petunjuk CARA-MANUAL.txt di dalam paket.",
        "Without a browser: python3 verify.py, or the instructions in CARA-MANUAL.txt inside the package.",
    ),
    "key": ("Sidik jari kunci arsip", "Fingerprint of the archive's key"),
    "key_words": (
        "Bandingkan dengan kertas serah terima kunci, atau tanyakan lewat telepon. Yang tertulis di sini datang "
        "lewat jalan yang sama dengan paketnya, jadi tidak membuktikan apa-apa sendirian.",
        "Compare it with the paper on which the key was handed over, or ask by telephone. What stands here came "
        "by the same way as the package, and so proves nothing alone.",
    ),
    "key_none": ("Arsip ini belum memiliki kunci log.", "This archive has no key of its log yet."),
    "receipt_3": ("3. Akui penerimaan", "3. Acknowledge receipt"),
    "receipt_words": (
        "Isi setelah paket diterima. Tanda terima masuk ke riwayat penguasaan kasus dan dapat dicetak. Mengakui "
        "penerimaan tidak berarti menyetujui isinya.",
        "Fill this in when you have the package. The receipt enters the custody of the case and can be printed. To "
        "acknowledge receipt is not to agree with what it shows.",
    ),
    "name": ("Nama lengkap", "Full name"),
    "office": ("Jabatan dan instansi", "Office and agency"),
    "dated": ("Tanggal", "Date"),
    "place": ("Tempat", "Place"),
    "remarks": ("Catatan (boleh kosong)", "Remarks (may stay empty)"),
    "file": (
        "Berkas tanda-terima.json dari verifikasi.html (boleh kosong)",
        "File tanda-terima.json of verifikasi.html (may stay empty)",
    ),
    "file_words": (
        "Bila berkas ini dipilih, hasil delapan baris diambil darinya.",
        "When it is chosen, the results of the eight lines are taken from it.",
    ),
    "verdicts": ("Hasil pemeriksaan Anda", "Results of your check"),
    "state_": ("Belum diperiksa", "Not checked"),
    "state_holds": ("Sesuai", "Matches"),
    "state_fails": ("Tidak sesuai", "Does not match"),
    "state_unchecked": ("Tidak dapat diperiksa", "Could not be checked"),
    "line_intact": ("Utuh", "Intact"),
    "line_authentic": ("Asli", "Authentic"),
    "line_logged": ("Tercatat", "Logged"),
    "line_complete": ("Lengkap", "Complete"),
    "line_time": ("Waktu", "Time"),
    "line_playable": ("Salinan putar", "Playable copy"),
    "line_custody": ("Penguasaan", "Custody"),
    "line_camera_signature": ("Tanda tangan kamera", "Camera signature"),
    "send": ("Kirim tanda terima", "Send the receipt"),
    "given": ("Tanda terima yang sudah masuk", "Receipts that came in"),
    "given_one": ("Nomor {number}, {at}, oleh {name}", "Number {number}, {at}, by {name}"),
    "print": ("Surat tanda penerimaan (PDF)", "Receipt as a paper (PDF)"),
    "thanks": (
        "Terima kasih. Tanda terima nomor {number} tercatat. Cetak, tanda tangani, dan simpan bila diperlukan.",
        "Thank you. Receipt number {number} is on record. Print, sign and keep it where that is needed.",
    ),
    "differs": (
        "SHA-256 pada berkas tanda terima bukan SHA-256 paket ini. Unduh sekali lagi dan hubungi pengirim.",
        "The SHA-256 in the receipt file is not that of this package. Download it again, and ask the sender.",
    ),
    "locked": ("Frasa sandi diperlukan", "A passphrase is needed"),
    "locked_words": (
        "Pengirim menyampaikan frasa sandi lewat jalan lain, misalnya telepon.",
        "The sender tells you the passphrase by another way, such as by telephone.",
    ),
    "passphrase": ("Frasa sandi", "Passphrase"),
    "open": ("Buka", "Open"),
    "wrong": (
        "Frasa sandi salah. Periksa ejaannya dan coba lagi.",
        "The passphrase is wrong. Check it and try again.",
    ),
    "wait": (
        "Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi.",
        "Too many tries. Wait some minutes, then try again.",
    ),
    "gone": ("Tautan ini tidak membuka apa pun", "This link opens nothing"),
    "gone_words": (
        "Alamatnya mungkin salah tersalin, atau tautannya sudah tidak berlaku. Hubungi yang memberi Anda tautan ini.",
        "The address may be copied wrongly, or the link is no longer valid. Ask whoever gave it to you.",
    ),
    "foot": ("Arsip rekaman CCTV Saksi", "Saksi CCTV archive"),
    "other": ("English", "Bahasa Indonesia"),
}


def say(code: str, language: str, **values: object) -> str:
    """The words, not yet fit for HTML."""
    return WORDS[code][0 if language == "id" else 1].format(**values)
