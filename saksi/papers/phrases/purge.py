"""Words of the record of destruction."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "purge_opening": (
        "telah dilakukan pemusnahan rekaman (pelaksanaan {run}) sebagaimana diuraikan di bawah ini.",
        "footage was destroyed (purge {run}) as set out below.",
    ),
    "section_purge": ("Pelaksanaan", "The purge"),
    "purge_kind": ("Jenis", "Kind"),
    "kind_policy": ("menurut kebijakan retensi", "by retention policy"),
    "kind_pressure": (
        "LEBIH AWAL DARI KEBIJAKAN, KARENA PENYIMPANAN PENUH",
        "BEFORE THE POLICY, AS THE STORE WAS FULL",
    ),
    "kind_manual": ("DI LUAR KEBIJAKAN, ATAS PERMINTAAN PETUGAS", "OFF POLICY, AT AN OFFICER'S REQUEST"),
    "kind_thinned": (
        "ASLI YANG DIGANTI SALINAN RENGGANG",
        "ORIGINALS OF WHICH A THINNED COPY IS KEPT",
    ),
    "purge_asked": ("Diminta oleh", "Asked for by"),
    "by_schedule": ("jadwal harian sistem", "the daily schedule of the system"),
    "by_nobody": (
        "perintah langsung di server; tidak ada nama yang dicatat",
        "a command at the server; no name was recorded",
    ),
    "approved": ("Disetujui oleh", "Approved by"),
    "purge_due": ("Jatuh tempo", "Due"),
    "purge_started": ("Mulai dilaksanakan", "Begun"),
    "purged_total": ("Dimusnahkan", "Destroyed"),
    "purged_sum": (
        "{hours} jam-kamera dari {cameras} kamera: {chunks} potongan, {size}",
        "camera-hours: {hours}; cameras: {cameras}; chunks: {chunks}; {size}",
    ),
    "thinned_gone": ("Sisa penjarangan yang dimusnahkan", "Destroyed of what thinning had left"),
    "thinned_sum": (
        "{hours} jam-kamera: {chunks} potongan, {size}",
        "camera-hours: {hours}; chunks: {chunks}; {size}",
    ),
    "absent_all": (
        "Setelah pemusnahan, {objects} objek dicari di penyimpanan dan {absent} dipastikan tidak ada lagi.",
        "After the purge, {objects} objects were looked for in the store and {absent} were confirmed gone.",
    ),
    "absent_some": (
        "Setelah pemusnahan, {objects} objek dicari di penyimpanan, tetapi hanya {absent} yang dipastikan"
        " tidak ada lagi.",
        "After the purge, {objects} objects were looked for in the store, but only {absent} were "
        "confirmed gone.",
    ),
    "section_by_hand": ("Permintaan petugas", "The officer's request"),
    "cameras_asked": ("Kamera yang diminta", "Cameras asked for"),
    "undo_until": ("Dapat dibatalkan sampai", "Could be taken back until"),
    "below_minimum": (
        "{hours} jam-kamera di antaranya belum mencapai masa simpan minimum. Dasar untuk memusnahkannya: {order}.",
        "Camera-hours of it that were younger than the legal minimum: {hours}. The basis for destroying them: {order}.",
    ),
    "and_more": ("dan {number} lagi", "and {number} more"),
    "section_policies": ("Kebijakan retensi", "Retention policies"),
    "no_policy": ("TIDAK MENURUT KEBIJAKAN", "BY NO POLICY"),
    "camera_hours": ("Jam-kamera", "Camera-hours"),
    "cameras": ("Kamera", "Cameras"),
    "agency": ("Instansi", "Agency"),
    "policy_set_words": (
        "Saat jatuh tempo berlaku {number} versi kebijakan; semuanya terikat pada hash di bawah ini.",
        "At the time it was due, {number} versions of policies were in force; the hash below binds them all.",
    ),
    "policy_set": ("Hash seluruh kebijakan yang berlaku", "Hash of all policies in force"),
    "purge_holds": (
        "Rentang yang ditahan saat pemusnahan selesai: {holds}. Rekaman yang ditahan tidak dimusnahkan, sampai ke "
        "potongannya. Himpunan penahanan terikat pada hash di bawah ini.",
        "Spans under hold when the purge was done: {holds}. Footage under hold was not destroyed, down to the chunk. "
        "The set of holds is bound by the hash below.",
    ),
    "stayed": ("Yang tetap ada meski jatuh tempo", "What was due and stayed"),
    "stayed_held": ("karena ditahan", "as it is held"),
    "stayed_owed": ("karena segelnya belum lengkap dalam log", "as its seal was not complete in the log"),
    "stayed_pending": ("karena belum dipastikan ada di penyimpanan", "as it was not confirmed in the store yet"),
    "nothing_stayed": ("Tidak ada yang tersisa.", "Nothing stayed."),
    "hold_set_before": ("Akar himpunan penahanan saat mulai", "Root of the set of holds at the beginning"),
    "hold_set": ("Akar himpunan penahanan", "Root of the set of holds"),
    "hold_set_none": (
        "Akar himpunan penahanan tidak dicatat.",
        "The root of the set of holds is not recorded.",
    ),
    "section_purged": ("Yang dimusnahkan", "What was destroyed"),
    "purged_words": (
        "Segel setiap jam-kamera tetap ada dalam log: bahwa rekaman pernah ada, dan kapan dimusnahkan, "
        "tetap dapat dibuktikan.",
        "The seal of each camera-hour stays in the log: that footage existed, and when it was destroyed, "
        "can still be proved.",
    ),
    "purged_from": ("Sejak", "From"),
    "purged_to": ("Sampai dengan", "Until"),
    "nothing_purged": ("Tidak ada yang dimusnahkan.", "Nothing was destroyed."),
    "cameras_left_out": (
        "Tabel memuat {shown} kamera pertama; {left} kamera lainnya tidak dicetak di sini. Daftar lengkap per "
        "jam-kamera adalah berkas tombstones.jsonl, yang terikat pada kedua hash di bawah ini.",
        "The table has the first {shown} cameras; {left} more are not printed here. The full list, by camera-hour, "
        "is the file tombstones.jsonl, which both hashes below bind.",
    ),
    "lines_file": ("SHA-256 daftar lengkap (tombstones.jsonl)", "SHA-256 of the full list (tombstones.jsonl)"),
    "lines_root": ("Akar daftar lengkap (RFC 6962)", "Root of the full list (RFC 6962)"),
    "certificate": (
        "SHA-256 sertifikat bertanda tangan (certificate.json)",
        "SHA-256 of the signed certificate (certificate.json)",
    ),
}  # fmt: skip
