"""Words of the report of a package."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "report_opening": (
        "telah diambil rekaman kamera dari arsip dan dimuat dalam paket {package} untuk kasus {case}, "
        "sebagaimana diuraikan di bawah ini.",
        "footage of cameras was taken from the archive into package {package} for case {case}, as set out"
        " below.",
    ),
    "summary": (
        "Ringkasan: {exhibits} barang bukti, {cameras} kamera. Diminta {asked} rekaman; diserahkan "
        "{covered} ({share}). Celah tanpa rekaman di dalam rentang yang diminta: {gaps}. Setiap celah dan"
        " sebabnya tercantum di bawah.",
        "Summary: {exhibits} exhibits, {cameras} cameras. Asked for: {asked} of footage; delivered: "
        "{covered} ({share}). Gaps without footage inside the span asked: {gaps}. Every gap and its cause"
        " is listed below.",
    ),
    "summary_withheld": (
        "Ringkasan: {exhibits} barang bukti, {cameras} kamera. Diminta {asked} rekaman; rekaman asli "
        "diserahkan: {covered} ({share}), karena sengaja tidak diserahkan; salinan olahan yang diserahkan: "
        "{copies}. Celah tanpa rekaman di dalam rentang yang diminta: {gaps}. Setiap salinan, celah dan"
        " sebabnya tercantum di bawah.",
        "Summary: {exhibits} exhibits, {cameras} cameras. Asked for: {asked} of footage; original footage "
        "delivered: {covered} ({share}), as it is withheld on purpose; processed copies delivered: "
        "{copies}. Gaps without footage inside the span asked: {gaps}. Every copy, every gap and its cause"
        " is listed below.",
    ),
    "conventions": (
        "Waktu ditulis menurut {zone} (UTC+{hours}) sampai milidetik, disertai waktu UTC sampai "
        "mikrodetik. Akhir suatu rentang tidak termasuk rentang itu. Hash SHA-256 ditulis heksadesimal; "
        "ukuran ditulis dalam byte, dan kB, MB, GB adalah kelipatan 1000. Huruf yang tidak dimiliki huruf"
        " cetak dokumen ini ditulis sebagai nomor Unicode, misalnya ⟨U+4E2D⟩.",
        "Times are given in {zone} (UTC+{hours}) to the millisecond, with UTC to the microsecond beside "
        "them. The end of a span is not part of it. SHA-256 hashes are in hexadecimal; sizes are in "
        "bytes, and kB, MB, GB are multiples of 1000. A character that this document's type lacks is "
        "given by its Unicode number, such as ⟨U+4E2D⟩.",
    ),
    "exhibit": ("Barang bukti", "Exhibit"),
    "camera": ("Kamera", "Camera"),
    "place": ("Letak", "Place"),
    "span_asked": ("Rentang yang diminta", "Span asked for"),
    "no_exhibits": ("Tidak ada barang bukti.", "No exhibits."),
    "section_compared": ("Yang diminta dan yang diserahkan", "Asked for and delivered"),
    "compared_words": (
        "Permintaan dicatat dalam log sebelum rekaman diambil. Rentang yang diserahkan dihitung dari awal"
        " bingkai pertama sampai akhir bingkai terakhir; selisihnya dengan permintaan disebut di kedua "
        "ujung.",
        "The request was entered in the log before footage was taken. The span delivered runs from the "
        "start of the first frame to the end of the last; its difference from the request is given at "
        "both ends.",
    ),
    "exhibit_camera": ("Barang bukti, kamera", "Exhibit, camera"),
    "span_delivered": ("Rentang yang diserahkan", "Span delivered"),
    "ends_differ": ("selisih awal {start}, akhir {end}", "difference at start {start}, at end {end}"),
    "with_footage": ("Terisi rekaman", "With footage"),
    "out_of": ("dari {whole}", "out of {whole}"),
    "nothing_delivered": ("TIDAK ADA REKAMAN", "NO FOOTAGE"),
    "no_coverage": ("Tidak ada kamera dalam permintaan ini.", "No cameras in this request."),
    "result_complete": ("lengkap", "complete"),
    "result_gaps": ("ADA CELAH", "WITH GAPS"),
    "withheld": ("sengaja tidak diserahkan", "withheld on purpose"),
    "held_back": ("{held} ada di arsip, tidak di paket", "{held} in the archive, not in the package"),
    "processed_copy": ("salinan olahan {number}", "processed copy {number}"),
    "thinned_chunks": (
        "bingkai kunci dari {number} potongan yang sudah dimusnahkan, di",
        "keyframes of {number} chunks that were purged, in",
    ),
    "thinned_are": (
        "gambar tunggal, tanpa gerakan dan tanpa suara; bukan rekaman asli",
        "single pictures, no movement and no sound; not original footage",
    ),
    "not_original": ("diolah; bukan rekaman asli", "processed; not original footage"),
    "result_withheld": ("ASLINYA TIDAK DISERTAKAN", "ORIGINALS WITHHELD"),
    "result_nothing": ("TIDAK ADA REKAMAN", "NO FOOTAGE"),
    "section_coverage": ("Cakupan dan celah setiap kamera", "Coverage and gaps of each camera"),
    "still_of": ("Gambar diam {when}", "Still of {when}"),
    "chunks": ("Potongan", "Chunks"),
    "chunks_in_runs": ("{chunks} potongan dalam {runs} jalan perekaman", "{chunks} chunks in {runs} runs"),
    "frames": ("Bingkai dalam potongan utuh", "Frames in whole chunks"),
    "playable_copy": ("Salinan putar", "Playable copy"),
    "frames_same": (
        "bingkai sama dengan aslinya: tidak ada yang ditambah, hilang, atau dikodekan ulang",
        "same frames as the originals: none added, lost or re-encoded",
    ),
    "frames_differ": ("BINGKAI BERBEDA DARI ASLINYA", "FRAMES DIFFER FROM THE ORIGINALS"),
    "camera_signature": ("Tanda tangan kamera", "Camera signature"),
    "signature_present": (
        "kamera menandatangani rekamannya; baris 8 pemeriksaan menilai keutuhannya",
        "the camera signs its footage; line 8 of the verification says whether that holds",
    ),
    "signature_unsigned": ("kamera tidak menandatangani rekaman", "the camera does not sign its footage"),
    "gap_number": ("No.", "No."),
    "gap_from": ("Celah sejak", "Gap from"),
    "gap_to": ("Sampai", "To"),
    "gap_length": ("Lama", "Length"),
    "gap_cause": ("Sebab", "Cause"),
    "no_gaps": ("Tidak ada celah di dalam rentang yang diminta.", "No gaps inside the span asked for."),
    "cause_recorded": ("tercatat {when}", "on record {when}"),
    "cause_late": ("baru tercatat {when}", "on record only {when}"),
    "cause_unrecorded": ("saat pencatatan tidak diketahui", "time of recording not known"),
    "unexplained": (
        "{length} tanpa rekaman di dalam rentang yang diminta tidak dijelaskan oleh celah yang tercatat.",
        "{length} without footage inside the span asked for is not explained by any gap on record.",
    ),
    "gap_unreachable": ("kamera tidak terjangkau", "the camera could not be reached"),
    "gap_auth_failed": ("kamera menolak login", "the camera refused the log-in"),
    "gap_address_refused": (
        "alamat kamera di luar jaringan yang diizinkan",
        "the camera's address was outside the networks allowed",
    ),
    "gap_no_keyframe": ("tidak ada bingkai kunci", "no keyframe came"),
    "gap_stalled": ("kamera diam", "the camera was silent"),
    "gap_recorder_down": ("tidak ada perekam yang bekerja", "no recorder was at work"),
    "gap_spool_full": ("perekam kehabisan tempat", "the recorder had run out of room"),
    "gap_disabled": ("kamera dinonaktifkan", "the camera was switched off"),
    "gap_unsupported_codec": ("video kamera tidak dapat direkam", "the camera's video could not be recorded"),
    "gap_dropped": (
        "gugur: perekam kehabisan tempat sebelum sampai di penyimpanan",
        "dropped: no room was left before the store had it",
    ),
    "gap_purged": ("dimusnahkan", "destroyed by a purge"),
    "gap_lost": ("direkam, lalu hilang dari penyimpanan", "recorded, then lost from the store"),
    "gap_damaged": ("direkam, lalu rusak di penyimpanan", "recorded, then damaged in the store"),
    "gap_clock_step": ("jam perekam disetel", "the recorder's clock was stepped"),
    "gap_before_first": (
        "arsip belum mulai merekam kamera ini",
        "the archive had not begun to record it",
    ),
    "gap_after_last": ("setelah rekaman terakhir kamera", "after the camera's last footage"),
    "gap_unknown": ("sebab tidak diketahui", "cause not known"),
    "section_files": ("Berkas dalam paket", "Files in the package"),
    "files_words": (
        "Hash setiap berkas rekaman (data/) tercantum dalam manifest-sha256.txt, hash berkas lain dalam "
        "tagmanifest-sha256.txt di dalam paket.",
        "The hash of every file of footage (data/) is in manifest-sha256.txt, those of the other files are in "
        "tagmanifest-sha256.txt in the package.",
    ),
    "file_class": ("Golongan", "Class"),
    "file_number": ("Berkas", "Files"),
    "no_files": ("Tidak ada berkas.", "No files."),
    "class_original": ("Asli (duplikat induk)", "Original (master duplicate)"),
    "class_is_original": (
        "potongan sebagaimana direkam, byte demi byte",
        "chunks as they were recorded, byte for byte",
    ),
    "class_playable": ("Salinan putar untuk sidang", "Court playable"),
    "class_is_playable": (
        "bingkai yang sama dalam satu berkas MP4; tidak dikodekan ulang",
        "the same frames in one MP4 file; not re-encoded",
    ),
    "class_derivative": ("Turunan (diolah)", "Derivative (processed)"),
    "class_is_derivative": (
        "disamarkan, dijarangkan, gambar diam, atau diolah; bukan asli, asal-usulnya ada di derivation.json",
        "redacted, thinned, stills or enhanced; not original, its lineage is in derivation.json",
    ),
    "class_imported": ("Berkas impor", "Imported file"),
    "class_is_imported": (
        "berkas perekam lain, persis seperti yang dibawa; dapat berisi waktu atau kamera di luar barang bukti",
        "files of another recorder, exactly as brought; they may hold times or cameras outside the exhibits",
    ),
    "class_meta": ("Keterangan (meta)", "Metadata"),
    "class_is_meta": ("pernyataan, entri log, bukti, kunci", "statement, log entries, proofs, keys"),
    "manifest": (
        "SHA-256 manifest-sha256.txt, yang memuat hash semua berkas rekaman",
        "SHA-256 of manifest-sha256.txt, which holds the hash of every file of footage",
    ),
    "statement": (
        "SHA-256 pernyataan bertanda tangan (meta/statement.dsse.json)",
        "SHA-256 of the signed statement (meta/statement.dsse.json)",
    ),
    "worm_proven": (
        "Penyimpanan terakhir dibuktikan menolak penghapusan dan penimpaan objek terkunci pada {when}. "
        "Penguncian mencegah; yang mengungkap perubahan adalah log.",
        "The store was last shown to refuse deleting and overwriting locked objects on {when}. Locks "
        "prevent; it is the log that tells of changes.",
    ),
    "worm_unproven": (
        "Tidak ada bukti bahwa penyimpanan menolak penghapusan objek terkunci; dokumen ini tidak "
        "menyatakannya demikian. Yang mengungkap perubahan adalah log.",
        "There is no proof that the store refuses to delete locked objects, and this document does not "
        "say so. It is the log that tells of changes.",
    ),
    "section_custody": ("Riwayat penguasaan", "Custody history"),
    "custody_words": (
        "Siapa memegang, mencari, melihat atau mengambil rekaman ini, kapan dan mengapa. Setiap baris "
        "terikat pada entri log; isi lengkapnya ada di meta/custody.jsonl.",
        "Who held, searched, viewed or took this footage, when and why. Each line is bound to an entry of"
        " the log; its full text is in meta/custody.jsonl.",
    ),
    "when": ("Kapan", "When"),
    "who": ("Siapa", "Who"),
    "did_what": ("Melakukan apa", "Did what"),
    "log_entry": ("Entri log", "Log entry"),
    "because": ("Alasan: {why}", "Reason: {why}"),
    "approved_by": ("Disetujui: {who}", "Approved: {who}"),
    "with_result": ("Hasil: {result}", "Result: {result}"),
    "not_logged": ("belum dalam log", "not in the log"),
    "no_custody": ("Tidak ada peristiwa penguasaan yang dicatat.", "No custody events are on record."),
    "section_check": ("Cara memeriksa", "How to check"),
    "check_words": (
        "Ada empat cara; tidak satu pun memerlukan kami, jaringan, atau perangkat lunak kami yang "
        "terpasang. Tiga yang pertama ada di dalam paket.",
        "There are four ways; none needs us, a network, or software of ours that is installed. The first "
        "three are in the package.",
    ),
    "way_page": ("verifikasi.html", "verifikasi.html"),
    "way_page_how": (
        "Buka dalam Chromium atau Firefox tanpa jaringan, pilih berkas {file}, lalu baca delapan baris "
        "hasilnya.",
        "Open it in Chromium or Firefox without a network, choose {file}, and read its eight lines.",
    ),
    "way_program": ("verify.py", "verify.py"),
    "way_program_how": (
        "Jalankan: python3 verify.py {file} --trust BERKAS_KUNCI. Kode keluar 0: semua yang harus sesuai "
        "memang sesuai; 1: ada yang tidak sesuai; 2: ada yang tidak dapat diperiksa.",
        "Run: python3 verify.py {file} --trust KEYFILE. Exit code 0: all that must hold holds; 1: "
        "something does not; 2: something could not be checked.",
    ),
    "way_manual": ("CARA-MANUAL.txt", "CARA-MANUAL.txt"),
    "way_manual_how": (
        "Ikuti lembar itu dengan sha256sum dan openssl saja.",
        "Follow that sheet with nothing but sha256sum and openssl.",
    ),
    "way_foreign": ("Alat C2SP mana pun", "Any C2SP tool"),
    "way_foreign_how": (
        "Periksa meta/checkpoint dan meta/proofs terhadap meta/policy.txt dengan alat pihak lain untuk "
        "log transparansi.",
        "Check meta/checkpoint and meta/proofs against meta/policy.txt with other parties' tools for "
        "transparency logs.",
    ),
    "verifier": ("SHA-256 verify.py di dalam paket", "SHA-256 of the verify.py in the package"),
    "report_code": (
        "Nomor paket, hash manifest, keadaan log dan kunci ekspor untuk dicocokkan dengan alat pembaca.",
        "Package, hash of its manifest, state of the log and export key, to be compared by a reader.",
    ),
    "limits_words": (
        "Yang ditunjukkan adalah bahwa rekaman ini sama dengan yang diterima perekam, dari kapan, dan "
        "siapa yang memegangnya sesudah itu. Yang berikut ini tidak ditunjukkan:",
        "What is shown is that this footage is what the recorder received, from when it is, and who held "
        "it afterwards. The following is not shown:",
    ),
    "limit_lens": ("Apa yang ada di depan lensa", "What stood before the lens"),
    "limit_lens_why": (
        "Kamera dapat dihadapkan ke layar, digeser, atau ditutup. Hash tidak mengatakan apa pun tentang itu.",
        "A camera can be shown a screen, moved, or covered. A hash says nothing of that.",
    ),
    "limit_owned": ("Perekam yang sudah dikuasai penyerang", "A recorder that an attacker already owned"),
    "limit_owned_why": (
        "Rekaman baru dari perekam yang dikuasai orang lain tidak dapat dibedakan dari dalam; saksi luar "
        "dan tanda tangan kamera membatasinya.",
        "New footage of a recorder in other hands cannot be told apart from inside; outside witnesses and"
        " camera signatures limit it.",
    ),
    "limit_camera_clock": ("Jam kamera sendiri", "The camera's own clock"),
    "limit_camera_clock_why": (
        "Waktu di dalam gambar tidak dipercaya dan tidak dipakai; yang dipakai adalah jam perekam dengan "
        "galatnya.",
        "The time in the picture is not trusted and not used; the recorder's clock with its error is.",
    ),
    "limit_before_capture": ("Jalan dari kamera ke perekam", "The way from camera to recorder"),
    "limit_before_capture_why": (
        "Perlindungan mulai saat perekam menerima rekaman. Jalan sebelumnya hanya terlindungi bila kamera"
        " menandatangani.",
        "Protection begins when the recorder receives footage. The way before it is covered only where "
        "the camera signs.",
    ),
    "limit_absent_witness": ("Log tanpa saksi luar", "A log without outside witnesses"),
    "limit_absent_witness_why": (
        "Bila tidak ada saksi luar, penulisan ulang log oleh pengelolanya hanya tampak dari paket, kertas"
        " dan cap waktu yang sudah keluar sebelumnya.",
        "Where no outside witness signs, a rewriting of the log by its own keepers shows only against "
        "packages, papers and stamps that had left before.",
    ),
    "limit_storage": ("Administrator mesin penyimpanan", "Administrators of the storage machine"),
    "limit_storage_why": (
        "Siapa yang menguasai cakram dapat menghapus. Kehilangan itu tampak dalam log; isinya tidak dapat"
        " dikembalikan.",
        "Whoever owns the disks can delete. The loss shows in the log; the footage does not come back.",
    ),
    "annex_files": ("Lampiran: daftar berkas", "Annex: list of files"),
    "annex_words": (
        "Jalur, ukuran dan hash setiap berkas paket.",
        "Path, size and hash of the package's files.",
    ),
    "unlisted": (
        "{number} berkas golongan “{kind}” tidak dicantumkan di sini; daftarnya ada di {manifest}.",
        "{number} files of the class “{kind}” are not listed here; they are in {manifest}.",
    ),
}
