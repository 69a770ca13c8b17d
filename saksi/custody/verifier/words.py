"""What codes mean, in Indonesian and English. Two verifiers are compared by codes; these words are for people."""

from __future__ import annotations

from typing import Any, Dict, List

from saksi.custody.verifier.findings import instant

TITLES = {
    1: ("Utuh", "Intact"),
    2: ("Asli", "Authentic"),
    3: ("Tercatat", "Logged"),
    4: ("Lengkap", "Complete"),
    5: ("Waktu", "Time"),
    6: ("Salinan putar", "Playable copy"),
    7: ("Penguasaan", "Custody"),
    8: ("Tanda tangan kamera", "Camera signature"),
}
STATES = {
    "holds": ("sesuai", "holds"),
    "fails": ("TIDAK SESUAI", "DOES NOT HOLD"),
    "unchecked": ("tidak dapat diperiksa", "could not be checked"),
}
CODES = {
    "malformed": ("bentuk berkas salah", "the file has a wrong form"),
    "not_read": ("bahan yang diperlukan tidak terbaca", "what is needed could not be read"),
    "zip_malformed": ("susunan ZIP bukan seperti yang ditulis Saksi", "the ZIP is not as Saksi writes it"),
    "unsafe_name": ("nama berkas mengarah ke luar", "a file name leads elsewhere"),
    "duplicate_name": ("dua berkas bernama sama", "two files have one name"),
    "crc_differs": ("CRC-32 berbeda", "the CRC-32 differs"),
    "zip_order": ("urutan berkas berubah", "files stand in another order"),
    "missing": ("berkas hilang", "a file is missing"),
    "surplus": ("berkas tidak ada di daftar", "a file is in no manifest"),
    "digest_differs": ("isi berkas berubah (SHA-256 berbeda)", "the file was changed (SHA-256 differs)"),
    "statement_differs": ("berkas bukan yang ditandatangani", "the file is not the one that was signed for"),
    "not_stated": ("berkas tidak tercantum dalam pernyataan", "the signed statement does not list the file"),
    "manifest_malformed": ("daftar SHA-256 salah bentuk", "a manifest has a wrong form"),
    "bag_malformed": ("keterangan tas bukti salah", "the bag's own description is wrong"),
    "no_trust": (
        "kunci dari luar tidak diberikan: hanya kesesuaian di dalam paket yang terlihat",
        "no key was given from outside: only consistency was shown",
    ),
    "statement_signature": ("tanda tangan pernyataan palsu", "the statement's signature is false"),
    "statement_key": (
        "penanda tangan bukan kunci ekspor arsip",
        "the signer is no export key of the archive",
    ),
    "key_revoked": ("kunci sudah dicabut", "the key was revoked"),
    "log_not_trusted": ("log bukan milik arsip yang dipercaya", "the log is not that of the trusted archive"),
    "key_not_logged": ("kunci tidak tercatat di log", "the key was not enrolled in the log"),
    "key_differs": ("keterangan kunci berbeda dari log", "the key is not as the log has it"),
    "key_signature": ("pendaftaran kunci tidak sah", "the key's enrolment is not signed as it must be"),
    "checkpoint_signature": (
        "titik periksa tidak ditandatangani log",
        "the checkpoint is not signed by the log",
    ),
    "quorum": ("saksi luar kurang", "too few witnesses signed"),
    "checkpoint_differs": ("titik periksa bukan yang dinyatakan", "the checkpoint is not the one stated"),
    "proof_missing": ("bukti log hilang", "a proof of the log is missing"),
    "proof_malformed": ("bukti log salah bentuk", "a proof of the log has a wrong form"),
    "proof_differs": ("entri tidak ada di log", "the entry does not stand in the log"),
    "proof_checkpoint": ("bukti memakai titik periksa lain", "the proof stands on another checkpoint"),
    "proof_surplus": ("bukti tanpa entri", "a proof without an entry"),
    "entry_signature": ("tanda tangan entri palsu", "the entry's signature is false"),
    "entry_key": ("penulis entri tidak berhak", "the writer may not write this entry"),
    "entry_order": ("urutan entri salah", "entries are out of order"),
    "chain_broken": ("rantai entri putus", "the chain of entries is broken"),
    "checkpoint_malformed": ("titik periksa lama salah bentuk", "an older checkpoint has a wrong form"),
    "checkpoint_inconsistent": ("log tidak melanjutkan titik periksa lama", "the log does not continue it"),
    "consistency_missing": ("bukti kesinambungan hilang", "a consistency proof is missing"),
    "chunk_order": ("baris potongan tidak berurutan", "chunk lines are out of order"),
    "leaf_differs": ("potongan bukan yang disegel", "the chunk is not the one that was sealed"),
    "chunk_not_sealed": ("potongan tanpa segel", "the chunk is under no seal"),
    "leaves_missing": ("daun segel hilang", "the seal's leaves are missing"),
    "seal_root": ("akar segel berbeda", "the seal's root differs"),
    "seal_tip": ("ujung rantai pada segel berbeda", "the chain's tip at the seal differs"),
    "seal_count": ("hitungan segel berbeda", "the seal's counts differ"),
    "seal_gap": ("segel tidak bersambung", "seals do not follow one another"),
    "opening_missing": ("pembukaan jalan hilang", "the run's opening is missing"),
    "opening_differs": ("pembukaan jalan berbeda", "the run's opening differs"),
    "parent_unknown": ("jalan sebelumnya tidak ada di paket", "the run before it is not in the package"),
    "chunk_missing": ("potongan hilang dari urutan", "a chunk is missing from the sequence"),
    "head_missing": ("awal rentang terpotong", "the beginning of the span is cut off"),
    "tail_missing": ("akhir jalan terpotong", "the end of the run is cut off"),
    "file_missing": ("potongan tanpa berkas dan tanpa sebab", "a chunk has neither its file nor a cause"),
    "file_differs": ("berkas bukan milik potongan ini", "the file is not that of the chunk"),
    "file_unplaced": ("berkas di luar barang bukti", "the file belongs to no exhibit"),
    "camera_missing": ("kamera yang diminta tidak diserahkan", "a camera that was asked for is left out"),
    "span_differs": ("rentang bukan yang diminta", "the span is not the one asked for"),
    "gaps_differ": ("celah tidak sama dengan yang dinyatakan", "the gaps are not those stated"),
    "counts_differ": ("hitungan berbeda", "the counts differ"),
    "cause_differs": (
        "sebab celah bukan yang dicatat saat itu",
        "a gap's cause is not the one recorded then",
    ),
    "end_open": (
        "tidak terlihat apakah ada rekaman sesudah potongan terakhir",
        "whether anything followed the last chunk cannot be seen",
    ),
    "pulse_path": ("denyut tidak memuat jalan ini", "the pulse does not hold this run"),
    "tip_differs": ("ujung rantai bukan seperti pada denyut", "the chain's tip is not as the pulse had it"),
    "backdated": ("potongan tidak ada pada denyut saat itu", "the chunk was not under the pulse of its time"),
    "late_announcement": ("dipulihkan dan diumumkan kemudian", "recovered after a crash and announced later"),
    "not_pulsed": ("tidak ada denyut yang memuat potongan", "no pulse ever named the chunk"),
    "no_pulse": ("belum ada denyut sesudah potongan", "no pulse after the chunk is in the package"),
    "future": ("waktu melampaui kesaksian luar", "it claims a time after others had seen it"),
    "stamp_differs": (
        "cap waktu bukan untuk titik periksa ini",
        "the time stamp is not over this checkpoint",
    ),
    "media_malformed": ("berkas video salah bentuk", "the video file has a wrong form"),
    "nal_differs": ("gambar berbeda dari rekaman asli", "its frames are not those of the originals"),
    "pieces_differ": ("potongan asli tidak bersambung", "pieces of originals do not follow one another"),
    "frames_left_out": ("gambar asli ditinggalkan", "frames of the original are left out"),
    "no_playable": ("tidak ada salinan putar", "there is no playable copy"),
    "custody_gap": ("riwayat penguasaan tidak lengkap", "the custody history is not whole"),
    "commitment_differs": ("riwayat berbeda dari yang dicatat", "the history is not the one committed to"),
    "custody_unknown": ("riwayat tanpa entri log", "history without an entry of the log"),
    "not_disclosed": ("isi entri tidak dibuka", "the entry's body is not disclosed"),
    "no_hold": ("tidak ada penahanan atas barang bukti", "no hold covers the exhibit"),
    "not_requested": ("tidak ada permintaan ekspor", "the export was never requested"),
    "request_differs": ("berbeda dari yang diminta", "it is not what was requested"),
    "signature_broken": ("tanda tangan kamera rusak", "the camera's signature is broken"),
    "signature_not_checked": ("ditandatangani kamera, tidak diperiksa di sini", "signed, not checked here"),
}
HOW_TO_TRUST = (
    "Agar baris 2 terjawab, minta kunci log dari instansi di luar paket ini: --trust policy.txt",
    "To answer line 2, get the log's key from the office by another way than this package: --trust policy.txt",
)


def spoken(pair: Any, lang: str) -> str:
    """One language, or both."""
    return pair[0] if lang == "id" else pair[1] if lang == "en" else "%s · %s" % pair


def as_text(told: Dict[str, Any], lang: str, most: int = 20) -> str:
    """The report for people: eight lines, each with what was found and the facts. `lang` is id, en or both."""
    lines: List[str] = [told["package"], ""]
    for verdict in told["verdicts"]:
        title, state = spoken(TITLES[verdict["n"]], lang), spoken(STATES[verdict["state"]], lang)
        lines.append("%d  %s: %s" % (verdict["n"], title, state))
        for finding in verdict["findings"][:most]:
            lines.append("     ! %s: %s" % (finding["where"] or "-", spoken(CODES[finding["code"]], lang)))
            for name, words in (("expected", ("seharusnya", "expected")), ("found", ("ditemukan", "found"))):
                if finding[name]:
                    lines.append("         %s: %s" % (spoken(words, lang), finding[name]))
        left = len(verdict["findings"]) - most + verdict["facts"].get("more_findings", 0)
        if left > 0:
            lines.append("     … %d" % left)
        lines += ["     %s" % fact for fact in facts(verdict, lang)]
    lines.append("")
    if told["trust"] == "none":
        lines.append(spoken(HOW_TO_TRUST, lang))
    return "\n".join(plain(line) for line in lines)


def plain(line: str) -> str:
    """A line that cannot steer a terminal: names in a package are whatever their author liked."""
    return "".join(one if one.isprintable() else "?" for one in line)


def facts(verdict: Dict[str, Any], lang: str) -> List[str]:
    """The facts of a verdict worth a line of their own."""
    told = verdict["facts"]
    if verdict["n"] == 3 and "witnesses" in told:
        return log_facts(told, lang)
    if verdict["n"] == 4:
        return gap_facts(told, lang)
    if verdict["n"] == 5 and "not_before" in told:
        return time_facts(told, lang)
    if verdict["n"] == 7 and "holds" in told:
        counts = (told["entries"], told["holds"])
        out = [counted("%d peristiwa, %d penahanan", "%d events, %d holds", counts, lang)]
        if told["released"]:
            out.append(spoken(("penahanan dilepas", "released"), lang) + ": " + ", ".join(told["released"]))
        return out
    if verdict["n"] == 8 and "signed" in told:
        counts = (told["signed"], told["originals"])
        return [counted("%d dari %d rekaman bertanda tangan", "%d of %d originals signed", counts, lang)]
    return []


def counted(id_: str, en: str, counts: Any, lang: str) -> str:
    """A sentence with numbers."""
    return spoken((id_ % counts, en % counts), lang)


def log_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """Witnesses."""
    counts = (len(told["witnesses"]), told["witnesses_known"])
    names = ", ".join(told["witnesses"])
    out = [(counted("saksi %d dari %d", "witnesses %d of %d", counts, lang) + ": " + names).rstrip(": ")]
    if not told["outside_witness"]:
        out.append(spoken(("tanpa saksi luar", "no outside witness is asked for"), lang))
    return out


def gap_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """Gaps with causes."""
    out, word = [], spoken(("celah", "gap"), lang)
    for exhibit, camera, start, end, cause in told.get("gaps", [])[:20]:
        out.append("%s %s/%s: %s – %s, %s" % (word, exhibit, camera, instant(start), instant(end), cause))
    count = told.get("causes_stated_at_export", 0)
    if count:
        out.append(
            counted("%d sebab dinyatakan saat ekspor", "%d causes were stated at export only", count, lang)
        )
    return out


def time_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """The outer bracket, the clock's error, stillness, the stamp."""
    error = told["clock_error_us"]
    shown = "?" if error < 0 else "%.3f s" % (error / 1e6)
    out = [
        "%s %s" % (spoken(("tidak sebelum", "not before"), lang), instant(told["not_before"])),
        "%s %s" % (spoken(("tidak sesudah", "not after"), lang), instant(told["not_after"])),
        "%s %s" % (spoken(("galat jam paling besar", "largest clock error"), lang), shown),
    ]
    word = spoken(("tidak ada denyut", "no pulse between"), lang)
    for recorder, start, end in told["no_pulse_between"][:20]:
        out.append("%s %s: %s – %s" % (word, recorder, instant(start), instant(end)))
    if "stamp" in told:
        out.append("RFC 3161 %s: %s" % (told["stamp"], told["stamp_note"]))
    return out
