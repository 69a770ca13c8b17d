"""What codes mean, in Indonesian and English. Two verifiers are compared by codes; these words are for people."""

from __future__ import annotations

from typing import Any, Dict, List

from saksi.custody.verifier.facts import fact_lines, qualified
from saksi.custody.verifier.findings import UNCHECKED
from saksi.custody.verifier.phrases import local_span, spoken, translated
from saksi.custody.verifier.repacked import PACKED_AGAIN
from saksi.custody.verifier.trail_words import TRAIL_CODES

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
    **TRAIL_CODES,
    "malformed": ("bentuk berkas salah", "the file has a wrong form"),
    "not_read": ("bahan yang diperlukan tidak terbaca", "what is needed could not be read"),
    "zip_cut": (
        "berkas ini terpotong, jadi bukan paket yang utuh: unduhan atau penyalinannya tidak selesai; unduh atau salin"
        " sekali lagi",
        "this file is cut short, so it is not the whole package: its download or copy did not finish; download or copy"
        " it again",
    ),
    "zip_volume": (
        "ini satu bagian dari paket yang dibagi: gabungkan semua bagiannya dulu menurut urutan nomor (cat"
        " NAMA.zip.[0-9]* > NAMA.zip; di Windows: copy /b NAMA.zip.001+NAMA.zip.002 NAMA.zip)",
        "this is one part of a split package: join all parts first in order of their numbers (cat NAME.zip.[0-9]* >"
        " NAME.zip; on Windows: copy /b NAME.zip.001+NAME.zip.002 NAME.zip)",
    ),
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
    "trust_unusable": ("kunci yang diberikan tidak dapat dipakai", "the key given cannot be used"),
    "statement_signature": ("tanda tangan pernyataan palsu", "the statement's signature is false"),
    "statement_key": (
        "penanda tangan bukan kunci ekspor arsip",
        "the signer is no export key of the archive",
    ),
    "key_revoked": ("kunci sudah dicabut", "the key was revoked"),
    "log_not_trusted": (
        "kunci yang diberikan telah dibandingkan dan BERBEDA: log ini bukan milik arsip itu",
        "the key given was compared and DIFFERS: this log is not that archive's",
    ),
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
    "file_missing": (
        "rekaman asli tidak ada di paket dan tidak disebut hilang",
        "the original is not in the package and not stated as missing",
    ),
    "file_differs": (
        "rekaman asli bukan yang dicatat perekam",
        "the original is not what the recorder recorded",
    ),
    "import_missing": (
        "berkas impor diminta, tetapi tidak ada di paket dan tidak terbukti sudah tidak ada di arsip",
        "an imported file was asked for and is neither in the package nor shown to be gone",
    ),
    "import_differs": (
        "berkas impor bukan yang dibawa dan dicatat log saat itu",
        "the imported file is not the one that was brought and that the log was told of",
    ),
    "file_unplaced": ("berkas di luar barang bukti", "the file belongs to no exhibit"),
    "camera_missing": ("kamera yang diminta tidak diserahkan", "a camera that was asked for is left out"),
    "span_differs": ("rentang bukan yang diminta", "the span is not the one asked for"),
    "gaps_differ": ("celah tidak sama dengan yang dinyatakan", "the gaps are not those stated"),
    "counts_differ": ("hitungan berbeda", "the counts differ"),
    "cause_differs": (
        "sebab celah bukan yang dicatat saat itu",
        "a gap's cause is not the one recorded then",
    ),
    "purge_path": (
        "nisan tidak menuju akar pada entri selesainya pemusnahan",
        "the tombstone does not lead to the root in the entry that its purge is done",
    ),
    "purge_foreign": (
        "nisan dari pemusnahan atau segel yang tidak ada di paket",
        "the tombstone is of a purge or seal that the package does not have",
    ),
    "purge_unproven": (
        "disebut dimusnahkan, tetapi tidak ada nisan yang membuktikannya",
        "said to be purged, but no tombstone shows it",
    ),
    "purge_unannounced": (
        "pemusnahan tanpa entri yang mengumumkannya",
        "a purge without the entry that announced it",
    ),
    "purge_not_done": (
        "pemusnahannya belum selesai, sehingga belum dapat diperiksa",
        "its purge is not done yet, so it cannot be checked yet",
    ),
    "end_open": (
        "tidak terlihat apakah ada rekaman sesudah potongan terakhir",
        "whether anything followed the last chunk cannot be seen",
    ),
    "pulse_path": ("denyut tidak memuat jalan ini", "the pulse does not hold this run"),
    "tip_differs": ("ujung rantai bukan seperti pada denyut", "the chain's tip is not as the pulse had it"),
    "backdated": ("potongan tidak ada pada denyut saat itu", "the chunk was not under the pulse of its time"),
    "late_announcement": ("dipulihkan dan diumumkan kemudian", "recovered after a crash and announced later"),
    "imported": (
        "dibawa masuk dari perekam lain; waktunya menurut pembawanya dan tidak dapat diperiksa",
        "brought in from another recorder; its time is as stated by whoever brought it and cannot be checked",
    ),
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
    "no_footage": (
        "tidak ada rekaman kamera ini di paket; mintalah keterangan ketiadaan rekaman",
        "no footage of this camera is in the package; ask for the certificate of absence",
    ),
    "withheld": (
        "rekaman asli sengaja tidak disertakan; hanya salinan olahan yang diserahkan",
        "the originals are withheld on purpose; only processed copies are handed over",
    ),
    "no_playable": ("tidak ada salinan putar", "there is no playable copy"),
    "sound_differs": ("suara berbeda dari rekaman asli", "its sound is not that of the originals"),
    "sound_left_out": ("suara asli ditinggalkan", "sound of the original is left out"),
    "times_differ": (
        "gambar atau suara tidak pada waktu aslinya",
        "pictures or sound do not come at the times of the originals",
    ),
    "derivation_missing": (
        "turunan tanpa pernyataan asal-usul yang terbaca",
        "a derivative without a statement of its making that can be read",
    ),
    "derivation_signature": (
        "asal-usul turunan tidak ditandatangani arsip",
        "the statement of a derivative's making is not signed by the archive",
    ),
    "derivation_differs": (
        "turunan tidak sesuai dengan asal-usul yang dinyatakan",
        "the derivative is not what the statement of its making says",
    ),
    "thinning_unproven": (
        "log tidak membuktikan potongan jarang ini",
        "the log does not prove this thinned chunk",
    ),
    "custody_gap": ("riwayat penguasaan tidak lengkap", "the custody history is not whole"),
    "commitment_differs": ("riwayat berbeda dari yang dicatat", "the history is not the one committed to"),
    "custody_unknown": ("riwayat tanpa entri log", "history without an entry of the log"),
    "not_disclosed": ("isi entri tidak dibuka", "the entry's body is not disclosed"),
    "no_hold": ("tidak ada penahanan atas barang bukti", "no hold covers the exhibit"),
    "not_requested": ("tidak ada permintaan ekspor", "the export was never requested"),
    "request_differs": ("berbeda dari yang diminta", "it is not what was requested"),
    "signature_broken": ("tanda tangan kamera rusak", "the camera's signature is broken"),
    "signature_not_checked": (
        "ditandatangani kamera, tetapi tidak dapat diperiksa",
        "signed by the camera, but it could not be checked",
    ),
}
AS_SIGNED = {
    "nal_differs": (
        "salinan putar sama seperti ketika ditandatangani; rekaman aslinya di paket ini yang berbeda",
        "the copy is as it was signed; its originals in this package differ",
    ),
    "pieces_differ": (
        "salinan putar sama seperti ketika ditandatangani; rekaman aslinya di paket ini rusak atau tidak ada",
        "the copy is as it was signed; its originals in this package are damaged or absent",
    ),
}
STRAY = (
    "berkas tambahan buatan sistem komputer (Windows atau macOS), bukan bagian paket: hapus, lalu periksa lagi",
    "a file that a computer (Windows or macOS) adds by itself, no part of the package: delete it and check again",
)
STRAYS = ("thumbs.db", ".ds_store", "desktop.ini")
REPACKED = (
    "ZIP ini dipaket ulang oleh program lain: ekstrak, lalu periksa foldernya (python3 verify.py FOLDER)",
    "this ZIP was packed again by another program: unpack it and check the folder (python3 verify.py FOLDER)",
)
HOW_TO_TRUST = (
    "Agar baris 2 terjawab, berikan policy.txt atau sidik jari yang Anda terima dari instansi lewat jalan lain"
    " (bukan dari paket ini): --trust policy.txt atau --trust 'SIDIK JARI'",
    "To answer line 2, give the policy.txt or fingerprint that the office gave you by another way"
    " (not from this package): --trust policy.txt or --trust 'FINGERPRINT'",
)
LIES_INSIDE = (
    "PERINGATAN: berkas --trust terletak di dalam paket ini. Itu tidak membuktikan apa-apa, kecuali Anda"
    " menerimanya lewat jalan lain.",
    "WARNING: the --trust file lies inside this package. It proves nothing, unless it came to you another way.",
)
IS_COPY = (
    "PERINGATAN: berkas --trust sama persis dengan meta/policy.txt di dalam paket ini. Itu hanya membuktikan"
    " sesuatu bila Anda menerimanya lewat jalan lain.",
    "WARNING: the --trust file is the same as meta/policy.txt in this package. It proves something only if it"
    " came to you another way.",
)


def as_text(told: Dict[str, Any], lang: str, most: int = 20) -> str:
    """The report for people: eight lines, each with what was found and the facts. `lang` is id, en or both."""
    lines: List[str] = [told["package"], ""]
    for verdict in told["verdicts"]:
        title, state = spoken(TITLES[verdict["n"]], lang), spoken(STATES[verdict["state"]], lang)
        lines.append("%d  %s: %s" % (verdict["n"], title, qualified(told, verdict, state, lang)))
        findings = sorted(verdict["findings"], key=telling)
        for finding in findings[:most]:
            lines += finding_lines(told, verdict, finding, lang)
        left = len(findings) - most + verdict["facts"].get("more_findings", 0)
        if left > 0:
            lines.append("     … %d" % left)
        lines += ["     %s" % fact for fact in fact_lines(verdict, lang)]
    lines.append("")
    of_trust = told["verdicts"][1]["facts"]
    if of_trust.get("trust_lies_inside"):
        lines.append(spoken(LIES_INSIDE, lang))
    elif of_trust.get("trust_is_copy"):
        lines.append(spoken(IS_COPY, lang))
    if told["trust"] == "none":
        lines.append(spoken(HOW_TO_TRUST, lang))
    return "\n".join(plain(line) for line in lines)


def finding_lines(
    told: Dict[str, Any], verdict: Dict[str, Any], finding: Dict[str, Any], lang: str
) -> List[str]:
    """A finding: its place, also in a reader's terms, what is wrong, and what was expected and found."""
    where = finding["where"] or "-"
    place = told["places"].get(finding["where"])
    if place is not None:
        where += " (%s, %s)" % (place[0], local_span(place[1], place[2], lang))
    lines = ["     ! %s: %s" % (where, spoken(code_words(verdict, finding), lang))]
    for name, words in (("expected", ("seharusnya", "expected")), ("found", ("ditemukan", "found"))):
        if finding[name]:
            lines.append("         %s: %s" % (spoken(words, lang), translated(finding[name], lang)))
    return lines


def code_words(verdict: Dict[str, Any], finding: Dict[str, Any]) -> Any:
    """What a code means at this place."""
    code, where = finding["code"], finding["where"]
    name = where.rpartition("/")[2].lower()
    if code == "surplus" and (name in STRAYS or name.startswith("._")):
        return STRAY
    if code == "zip_malformed" and finding["found"] == PACKED_AGAIN:
        return REPACKED
    if code in AS_SIGNED and where in verdict["facts"].get("as_signed", []):
        return AS_SIGNED[code]
    return CODES[code]


def telling(finding: Dict[str, Any]) -> Any:
    """Order of findings for people: footage before copies, both before what keeps the books."""
    where = finding["where"]
    books = ("manifest-", "tagmanifest-", "bag", "zip")
    firsts = ("data/original/", "data/playable/", "data/")
    rank = next(
        (i for i, one in enumerate(firsts) if where.startswith(one)), 4 if where.startswith(books) else 3
    )
    return finding["code"] in UNCHECKED, rank, finding["code"], where


def plain(line: str) -> str:
    """A line that cannot steer a terminal: names in a package are whatever their author liked."""
    return "".join(one if one.isprintable() else "?" for one in line)
