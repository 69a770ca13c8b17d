"""Words of seizure, sealing, handover, receipt and label."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "seizure_opening": (
        "telah dilakukan penyitaan barang bukti sebagaimana diuraikan di bawah ini.",
        "exhibits were seized as set out below.",
    ),
    "section_seizure": ("Penyitaan", "Seizure"),
    "investigators": ("Penyidik", "Investigators"),
    "court_leave": ("Izin pengadilan", "Leave of the court"),
    "holder": ("Disita dari", "Seized from"),
    "taken_at": ("Tempat penyitaan", "Place of seizure"),
    "section_items": ("Barang yang disita", "Items seized"),
    "seizure_words": (
        "Penyitaan disaksikan oleh pemilik atau yang menguasai barang dan oleh para saksi yang bertanda "
        "tangan di bawah. Kepada yang menguasai barang diberikan Surat Tanda Penerimaan.",
        "The seizure was witnessed by the owner or holder and by the witnesses who sign below. The holder"
        " was given a receipt.",
    ),
    "sealing_opening": (
        "telah dilakukan pembungkusan, penyegelan dan pelabelan barang bukti sebagaimana diuraikan di "
        "bawah ini.",
        "exhibits were wrapped, sealed and labelled as set out below.",
    ),
    "section_sealing": ("Pembungkusan dan penyegelan", "Wrapping and sealing"),
    "wrapping": ("Pembungkus", "Wrapping"),
    "seal_numbers": ("Nomor segel", "Seal numbers"),
    "no_seal": ("TANPA SEGEL", "NO SEAL"),
    "sealing_words": (
        "Setelah disegel, bungkusan hanya dibuka dengan berita acara. Segel yang rusak atau berbeda "
        "nomornya dicatat sebelum barang diterima.",
        "Once sealed, a wrapping is opened only with a record of it. A seal that is broken or bears "
        "another number is noted before the item is accepted.",
    ),
    "handover_opening": (
        "telah dilakukan serah terima sebagaimana diuraikan di bawah ini.",
        "a handover took place as set out below.",
    ),
    "giver": ("Yang menyerahkan", "Handed over by"),
    "receiver": ("Yang menerima", "Received by"),
    "section_handed": ("Yang diserahkan", "What is handed over"),
    "receipt_opening": ("telah diterima yang diuraikan di bawah ini.", "the following was received."),
    "section_received": ("Yang diterima", "What was received"),
    "verified_with": ("Diperiksa dengan", "Verified with"),
    "signed_by": ("Cara penandatanganan", "How it is signed"),
    "signed_on_paper": ("di atas kertas ini", "on this paper"),
    "receipt_code": (
        "Kembalikan kertas ini, atau isi kode ini, kepada yang menyerahkan: tanda terima lalu masuk ke "
        "riwayat penguasaan.",
        "Return this paper, or what this code holds, to who handed it over: the receipt then enters the "
        "custody history.",
    ),
    "sealed": ("Disegel", "Sealed"),
    "seal_number": ("Nomor segel", "Seal number"),
}
