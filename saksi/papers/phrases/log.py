"""Words of the log's state, holds, policies, the daily seal and the certificate of absence."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "ledger_words": (
        "Log hanya dapat bertambah. Titik periksa menyebut banyaknya entri dan akarnya; akar mengikat "
        "seluruh isi log sampai saat itu.",
        "The log only grows. A checkpoint states the number of its entries and its root; the root binds "
        "everything in the log up to then.",
    ),
    "ledger_none": (
        "Dokumen ini dibuat tanpa titik periksa log; keadaan log tidak dinyatakan.",
        "This document was made without a checkpoint of the log; the state of the log is not stated.",
    ),
    "origin": ("Log", "Log"),
    "log_size": ("Banyaknya entri", "Size"),
    "entries": ("{number} entri", "{number} entries"),
    "checkpoint_at": ("Titik periksa", "Checkpoint"),
    "log_key": ("Kunci log", "Log key"),
    "log_root": ("Akar log (SHA-256)", "Root of the log (SHA-256)"),
    "witnesses": ("Saksi luar", "Outside witnesses"),
    "witness_count": (
        "{signed} dari {all} saksi menandatangani; disyaratkan {quorum}",
        "{signed} of {all} witnesses signed; {quorum} required",
    ),
    "no_witness": ("TANPA SAKSI LUAR", "NO OUTSIDE WITNESS"),
    "witness": ("Saksi log", "Log witness"),
    "cosigned_at": ("Menandatangani", "Signed"),
    "not_cosigned": ("TIDAK MENANDATANGANI", "DID NOT SIGN"),
    "witness_warning": (
        "Tanpa saksi luar: tidak seorang pun di luar pengelola log ikut menandatangani titik periksa ini.",
        "No outside witness: nobody outside the keepers of the log has signed this checkpoint.",
    ),
    "quorum_warning": (
        "Saksi yang menandatangani ({signed}) kurang dari yang disyaratkan ({quorum}).",
        "Fewer witnesses signed ({signed}) than are required ({quorum}).",
    ),
    "stamp_by": ("Cap waktu dari", "Time stamp by"),
    "stamp_serial": ("Nomor seri", "Serial number"),
    "stamp_at": ("Waktu cap", "Time of the stamp"),
    "entry": ("entri {index}", "entry {index}"),
    "no_entry": ("TIDAK ADA DALAM LOG", "NOT IN THE LOG"),
    "code_note": (
        "Titik periksa bertanda tangan, huruf demi huruf.",
        "The signed checkpoint, letter for letter.",
    ),
    "code_root": ("Nama log, banyaknya entri dan akarnya.", "Name of the log, its size and its root."),
    "hold": ("Penahanan, alasan", "Hold, reason"),
    "hold_covers": ("Mencakup", "Covers"),
    "hold_placed": ("Dipasang", "Placed"),
    "hold_state": ("Keadaan", "State"),
    "extended": ("diperpanjang:", "extended:"),
    "in_force": ("berlaku", "in force"),
    "released": ("dilepas:", "released:"),
    "no_holds": ("Tidak ada penahanan.", "No holds."),
    "purge_run": ("Pelaksanaan", "Purge"),
    "policy": ("Kebijakan retensi", "Retention policy"),
    "policy_words": ("{name}, versi {version}, {days} hari", "{name}, version {version}, {days} days"),
    "after_thinning": ("Sesudah penjarangan: bingkai kunci disimpan", "After thinning: keyframes were kept"),
    "thinning_words": (
        "{name}, penjarangan versi {version}, sesudah {days} hari",
        "{name}, thinning version {version}, after {days} days",
    ),
    "purge_notice": ("Pengumuman dalam log", "Notice in the log"),
    "purge_done": ("Pelaksanaan dalam log", "Completion in the log"),
    "seal_opening": (
        "keadaan log bukti untuk {day} ditetapkan di atas kertas sebagaimana tercantum di bawah ini.",
        "the state of the evidence log for {day} was put on paper as given below.",
    ),
    "section_checkpoint": ("Titik periksa", "Checkpoint"),
    "day_entries": ("Entri yang ditambahkan hari itu: {number}.", "Entries added that day: {number}."),
    "note_text": ("Titik periksa bertanda tangan", "Signed checkpoint"),
    "section_before": ("Segel harian sebelumnya", "Daily seal before"),
    "seal_first": (
        "Ini segel harian yang pertama; tidak ada yang sebelumnya.",
        "This is the first daily seal; there is none before it.",
    ),
    "grown_by": ("Bertambah sejak itu", "Grown since"),
    "section_use": ("Kegunaan", "Use"),
    "seal_use": (
        "Simpan lembar ini di luar jangkauan pengelola sistem. Bila kelak log ditulis ulang, akarnya "
        "tidak lagi cocok dengan lembar ini; bukti konsistensi antara kedua titik periksa dapat diminta "
        "dan diperiksa tanpa kami.",
        "Keep this sheet out of reach of those who run the system. If the log is rewritten later, it no "
        "longer agrees with this sheet; a proof of consistency between the two checkpoints can be asked "
        "for and checked without us.",
    ),
    "absence_opening": (
        "diterangkan menurut log bukti apa yang diketahui tentang rekaman di bawah ini.",
        "the following is certified from the evidence log of the footage named below.",
    ),
    "section_findings": ("Hasil pencarian dalam log", "What the log says"),
    "findings_words": (
        "Untuk setiap kamera dan rentang yang ditanyakan: apakah pernah direkam, kapan dimusnahkan, "
        "menurut kebijakan apa, dan apakah penahanan dihormati.",
        "For each camera and span asked about: whether it was recorded, when it was destroyed, by which "
        "policy, and whether holds were respected.",
    ),
    "no_findings": ("Tidak ada rentang yang ditanyakan.", "No span was asked about."),
    "finding": ("Rentang {number}", "Span {number}"),
    "was_recorded": ("Keadaan", "State"),
    "finding_never_recorded": ("TIDAK PERNAH DIREKAM", "NEVER RECORDED"),
    "finding_purged": ("PERNAH DIREKAM, TELAH DIMUSNAHKAN", "WAS RECORDED, HAS BEEN DESTROYED"),
    "finding_thinned": (
        "PERNAH DIREKAM, ASLINYA TELAH DIMUSNAHKAN, TERSISA BINGKAI KUNCI",
        "WAS RECORDED, ORIGINALS HAVE BEEN DESTROYED, KEYFRAMES ARE LEFT",
    ),
    "finding_lost": (
        "PERNAH DIREKAM, HILANG TANPA PEMUSNAHAN YANG TERCATAT",
        "WAS RECORDED, LOST WITHOUT A PURGE ON RECORD",
    ),
    "finding_present": ("MASIH ADA DALAM ARSIP", "STILL IN THE ARCHIVE"),
    "finding_unknown": ("TIDAK DAPAT DITENTUKAN DARI LOG", "CANNOT BE TOLD FROM THE LOG"),
    "on_record_since": ("Tercatat sejak", "On record since"),
    "seals": ("Segel dalam log", "Seals in the log"),
    "destroyed_at": ("Dimusnahkan", "Destroyed"),
    "holds_then": ("Penahanan saat itu", "Holds at the time"),
    "holds_none": ("tidak ada penahanan atas rentang ini", "no hold covered this span"),
    "holds_respected": ("dihormati", "respected"),
    "holds_broken": ("TIDAK DIHORMATI", "NOT RESPECTED"),
    "copies": ("Salinan dalam paket", "Copies in packages"),
    "no_copies": ("tidak diketahui ada salinan", "no copies are known"),
    "absence_limits": (
        "Keterangan ini berasal dari log arsip ini saja. Rekaman yang dibuat pihak lain, pada kartu "
        "memori kamera, atau salinan di luar paket yang tercatat, tidak diketahui arsip ini.",
        "This certificate rests on the log of this archive alone. Footage made by others, on a camera's "
        "memory card, or copied outside the packages on record is not known to it.",
    ),
}
