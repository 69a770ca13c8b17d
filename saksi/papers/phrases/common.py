"""Words that several papers share: titles, labels, parties, signatures."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title_report": ("Berita Acara Pengambilan Rekaman", "Record of Retrieval of Footage"),
    "title_seizure": ("Berita Acara Penyitaan", "Record of Seizure"),
    "title_sealing": ("Berita Acara Pembungkusan dan Penyegelan", "Record of Wrapping and Sealing"),
    "title_handover": ("Berita Acara Serah Terima", "Record of Handover"),
    "title_receipt": ("Surat Tanda Penerimaan", "Receipt"),
    "title_label": ("Label Barang Bukti", "Exhibit Label"),
    "title_purge": ("Berita Acara Pemusnahan Rekaman", "Record of Destruction of Footage"),
    "title_daily_seal": ("Berita Acara Segel Harian", "Record of the Daily Seal"),
    "title_absence": ("Surat Keterangan Ketiadaan Rekaman", "Certificate of Absence of Footage"),
    "title_compliance": ("Laporan Kepatuhan CCTV", "CCTV Compliance Report"),
    "pro_justitia": ("PRO JUSTITIA", "PRO JUSTITIA"),
    "number": ("Nomor", "Number"),
    "page": ("Halaman", "Page"),
    "of": ("dari", "of"),
    "language_name": ("Bahasa Indonesia", "English"),
    "opening": (
        "Pada hari ini, {day}, tanggal {date} bulan {month} tahun {year}, pukul {time} ({utc}){place},",
        "On {day}, {date} {month} {year}, at {time} ({utc}){place},",
    ),
    "opening_place": (", bertempat di {place}", ", at {place}"),
    "closing": ("Penutup", "Closing"),
    "closing_words": (
        "Dokumen ini dibuat dengan sebenarnya menurut catatan yang ada pada saat pembuatannya, lalu "
        "ditandatangani di bawah ini.",
        "This document was made truthfully from the records as they stood when it was made, and is signed"
        " below.",
    ),
    "remarks": ("Catatan", "Remarks"),
    "until": ("sampai dengan", "until"),
    "hours": ("jam", "h"),
    "minutes": ("menit", "min"),
    "seconds": ("detik", "s"),
    "north": ("LU", "N"),
    "south": ("LS", "S"),
    "east": ("BT", "E"),
    "west": ("BB", "W"),
    "heading": ("arah pandang {degrees}° dari utara", "facing {degrees}° from north"),
    "place_not_known": ("letak tidak dicatat", "place not recorded"),
    "not_recorded": ("tidak dicatat", "not recorded"),
    "not_known": ("tidak diketahui", "not known"),
    "not_measured": ("tidak diukur", "not measured"),
    "not_checked": ("tidak diperiksa", "not checked"),
    "none": ("tidak ada", "none"),
    "dated": ("tanggal {date}", "dated {date}"),
    "no_letter": ("TANPA SURAT", "NO LETTER"),
    "no_scan": ("pindaian surat tidak disimpan", "no scan of the letter is kept"),
    "scan_digest": ("SHA-256 pindaian:", "SHA-256 of the scan:"),
    "case_number": ("Nomor kasus", "Case number"),
    "report_number": ("Nomor laporan polisi", "Police report"),
    "case_title": ("Perihal", "Subject"),
    "case_officers": ("Petugas kasus", "Officers of the case"),
    "asked_by": ("Pemohon", "Asked by"),
    "no_request": ("TANPA PERMINTAAN TERTULIS", "NO WRITTEN REQUEST"),
    "letter": ("Surat permintaan", "Letter of request"),
    "received": ("Diterima", "Received"),
    "purpose": ("Keperluan", "Purpose"),
    "basis": ("Dasar", "Basis"),
    "request_for": ("Untuk", "For"),
    "wording": ("Isi permintaan", "Wording of the request"),
    "label": ("Label", "Label"),
    "item": ("Barang", "Item"),
    "description": ("Uraian", "Description"),
    "quantity": ("Jumlah", "Quantity"),
    "identity": ("Tanda pengenal", "Identification"),
    "condition": ("Keadaan", "Condition"),
    "no_items": ("Tidak ada barang.", "No items."),
    "package_id": ("Nomor paket", "Package"),
    "file_name": ("Nama berkas", "File name"),
    "size": ("Ukuran", "Size"),
    "bytes": ("Byte", "Bytes"),
    "file_count": ("Jumlah berkas di dalamnya", "Files in it"),
    "package_sha256": ("SHA-256 berkas paket", "SHA-256 of the package file"),
    "key_use": ("Kunci", "Key"),
    "key_id": ("Nama", "Name"),
    "fingerprint": ("Sidik jari (SHA-256)", "Fingerprint (SHA-256)"),
    "key_export": ("kunci ekspor", "export key"),
    "key_log": ("kunci log", "log key"),
    "key_recorder": ("kunci perekam", "recorder key"),
    "key_witness": ("kunci saksi log", "log witness key"),
    "no_keys": ("Tidak ada kunci yang dicantumkan.", "No key is given."),
    "check_key": (
        "Cocokkan sidik jari kunci di bawah ini dengan yang diterima lewat jalan lain, misalnya Berita "
        "Acara Serah Terima Kunci di atas kertas. Tanpa kunci dari luar, pemeriksaan hanya menunjukkan "
        "bahwa isi paket saling cocok.",
        "Compare the key fingerprints below with those received by another way, such as the signed record"
        " of the handing over of keys. Without a key from outside, a check shows only that the package "
        "agrees with itself.",
    ),
    "reason": ("Alasan", "Reason"),
    "officer": ("Petugas", "Officer"),
    "officers": ("Petugas", "Officers"),
    "order": ("Surat perintah", "Order"),
    "sign_maker": ("Yang membuat berita acara", "Made by"),
    "sign_records_officer": ("Petugas arsip rekaman", "Records officer"),
    "sign_superior": ("Mengetahui, atasan", "Seen by the superior"),
    "sign_requester": ("Pemohon", "Requester"),
    "sign_investigator": ("Penyidik", "Investigator"),
    "sign_owner": ("Pemilik / yang menguasai", "Owner or holder"),
    "sign_giver": ("Yang menyerahkan", "Handed over by"),
    "sign_receiver": ("Yang menerima", "Received by"),
    "sign_witness": ("Saksi", "Witness"),
    "sign_officer": ("Petugas", "Officer"),
    "sign_approver": ("Yang menyetujui", "Approved by"),
    "section_request": ("Permintaan", "Request"),
    "section_case": ("Kasus", "Case"),
    "section_parties": ("Para pihak", "Parties"),
    "section_ledger": ("Keadaan log bukti", "State of the evidence log"),
    "section_holds": ("Penahanan (kunci bukti)", "Holds (evidence locks)"),
    "section_limits": ("Batas dokumen ini", "Limits of this document"),
    "law": ("Rujukan hukum", "References in law"),
    "law_electronic": (
        "Dokumen ini disusun untuk mendukung pemeriksaan bukti elektronik menurut UU 20/2025 (KUHAP) "
        "Pasal 235 ayat (1) huruf f dan Pasal 242, serta UU 11/2008 (ITE) jo. UU 19/2016 jo. UU 1/2024 "
        "Pasal 5, 6, 15 dan 16: rekaman dapat diakses, ditampilkan, diperiksa keutuhannya, dan "
        "dipertanggungjawabkan.",
        "This document is drawn up to support the examination of electronic evidence under Law 20/2025 "
        "(KUHAP) Articles 235 (1) f and 242, and Law 11/2008 (ITE) as amended by Laws 19/2016 and 1/2024,"
        " Articles 5, 6, 15 and 16: that footage can be accessed, displayed, checked for integrity, and "
        "accounted for.",
    ),
    "law_request": (
        "Permintaan tertulis dicantumkan untuk mendukung syarat perolehan menurut Putusan Mahkamah "
        "Konstitusi 20/PUU-XIV/2016 dan Perkap 10/2009 Pasal 20 ayat (1).",
        "The written request is stated to support the conditions of lawful acquisition under "
        "Constitutional Court decision 20/PUU-XIV/2016 and Police Regulation 10/2009 Article 20 (1).",
    ),
    "law_seizure": (
        "Dokumen ini disusun untuk mendukung kelengkapan berita acara pengambilan, penyitaan dan "
        "pembungkusan yang disebut Perkap 10/2009 Pasal 20.",
        "This document is drawn up to support the records of retrieval, seizure and wrapping named in "
        "Police Regulation 10/2009 Article 20.",
    ),
    "law_purge": (
        "Penyimpanan dan pemusnahan menurut kebijakan retensi mendukung kewajiban pemusnahan data pribadi"
        " dalam UU 27/2022 (PDP); rekaman yang berkaitan dengan proses hukum suatu perkara ditahan dan "
        "tidak dimusnahkan.",
        "Keeping and destroying footage by a retention policy supports the duty to destroy personal data "
        "in Law 27/2022 (PDP); footage tied to the legal process of a case is held and not destroyed.",
    ),
    "law_limits": (
        "Penilaian atas keaslian, cara perolehan dan kekuatan bukti ada pada hakim.",
        "Authenticity, lawful acquisition and weight are for the court to judge.",
    ),
    "section_verdicts": ("Hasil pemeriksaan", "Result of the verification"),
    "verdict_words": (
        "Setiap baris dinilai sendiri-sendiri dan tidak dirangkum menjadi satu kesimpulan.",
        "Each line stands by itself; the lines are not summed up in one verdict.",
    ),
    "checked": ("Yang diperiksa", "What was checked"),
    "verdict": ("Hasil", "Result"),
    "detail": ("Keterangan", "Detail"),
    "verdict_holds": ("sesuai", "holds"),
    "verdict_fails": ("TIDAK SESUAI", "DOES NOT HOLD"),
    "verdict_uncheckable": ("tidak dapat diperiksa", "could not be checked"),
    "not_verified": (
        "Belum diperiksa: tidak ada hasil pemeriksaan yang dicatat pada dokumen ini.",
        "Not verified: no result of a verification is recorded in this document.",
    ),
    "line_intact": ("1 Utuh", "1 Intact"),
    "line_authentic": ("2 Asli dari arsip ini", "2 From this archive"),
    "line_logged": ("3 Tercatat dalam log", "3 Logged"),
    "line_complete": ("4 Lengkap untuk rentang yang diminta", "4 Complete for the span asked"),
    "line_time": ("5 Waktu", "5 Time"),
    "line_playable": ("6 Salinan putar", "6 Playable copy"),
    "line_custody": ("7 Penguasaan", "7 Custody"),
    "line_camera_signature": ("8 Tanda tangan kamera", "8 Camera signature"),
}
