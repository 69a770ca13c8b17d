"""What is known beside the findings: the clause that a line needs in order not to say too much, and lines of facts."""

from __future__ import annotations

from typing import Any, Dict, List

from saksi.custody.verifier.findings import instant
from saksi.custody.verifier.phrases import spoken
from saksi.custody.verifier.trail_words import trail_facts

BOUNDS = (("not_before", ("tidak sebelum", "not before")), ("not_after", ("tidak sesudah", "not after")))
NO_BOUND = (
    "tidak diketahui (tidak ada batas waktu dari pihak luar)",
    "unknown (nobody outside gave a time)",
)
FREE = (
    "tidak diketahui (jam perekam tidak disinkronkan)",
    "unknown (the recorder's clock was not synchronised)",
)
UNWITNESSED = (
    "tanpa saksi luar: pengelola arsip sendiri masih dapat menulis ulang",
    "without an outside witness: whoever runs the archive could still rewrite it",
)
UNNAMED = (
    "tanda tangan pihak lain tidak diperiksa: kunci yang diberikan tidak menyebut saksi luar",
    "signatures of others were not checked: the key given names no outside witness",
)
CLOCKS = {
    "all": (
        "menurut jam perekam yang tidak disinkronkan",
        "by the clock of a recorder that was not synchronised",
    ),
    "some": (
        "menurut jam perekam yang sebagian waktu tidak disinkronkan",
        "by the clock of a recorder that was not synchronised all the time",
    ),
}
OUTSIDE = {
    (False, False): ("tidak ada batas waktu dari pihak luar", "no time bound from outside"),
    (False, True): ("tidak ada batas awal dari pihak luar", "no bound from outside on how early it is"),
    (True, False): ("tidak ada batas akhir dari pihak luar", "no bound from outside on how late it is"),
}
IMPORTED = (
    "%d potongan dibawa masuk dari perekam lain: waktunya menurut pembawanya, tidak diukur",
    "%d chunks were brought in from another recorder: their time is as stated by whoever brought them, not measured",
)
NOT_OURS = ("tidak diukur di sini", "not measured here")
COPY_AS_SIGNED = (
    "salinan sama seperti ketika ditandatangani, tetapi rekaman asli di paket ini berbeda",
    "the copy is as it was signed, but the originals in this package differ",
)
SOUND_NOT_COMPARED = (
    "suaranya tidak dibandingkan (paket lama tidak menyebutnya)",
    "its sound was not compared (packages of old do not tell of it)",
)
NO_SOUND = ("tanpa suara", "there is no sound")
REDACTED, PROCESSED = ("disamarkan", "redacted"), ("salinan olahan", "processed copies")
NO_ORIGINALS = ("tidak ada rekaman asli di paket", "no originals in the package")
UNSIGNED = ("tidak ditandatangani kamera", "not signed by the camera")
WHOSE_KEY = (
    "milik siapa kunci kamera tidak diperiksa: cocokkan sertifikatnya dengan pabrik atau pemilik kamera",
    "whose the camera's key is was not checked: compare its certificate with its maker's or owner's",
)
SIGNED_PART = (
    "%s: %d dari %d satuan gambar (NAL) dijamin tanda tangan kamera",
    "%s: %d of %d units of pictures (NAL) are under a signature of the camera",
)
EXCUSED = (
    "%d aliran kehilangan paket menurut catatannya sendiri: yang tidak cocok di situ tidak dihitung rusak",
    "%d streams lost packets by their own record: what does not fit there is not counted as broken",
)

CAUSES = {
    "unreachable": ("kamera tidak menjawab", "the camera does not answer"),
    "auth_failed": ("kamera menolak nama atau kata sandinya", "the camera refuses its user or password"),
    "address_refused": (
        "alamat kamera di luar jaringan yang diizinkan",
        "the camera's address is outside the networks allowed",
    ),
    "no_keyframe": ("aliran tidak punya bingkai kunci", "the stream has no keyframes"),
    "stalled": ("kamera berhenti mengirim", "the camera stopped sending"),
    "recorder_down": ("perekam tidak berjalan", "the recorder was not running"),
    "spool_full": ("perekam kehabisan tempat", "the recorder had run out of room"),
    "disabled": ("kamera dimatikan di sini", "the camera was switched off here"),
    "unsupported_codec": (
        "kamera mengirim format yang tidak dapat disimpan",
        "the camera sends a format that cannot be kept",
    ),
    "not_recorded": ("arsip belum mulai merekam kamera ini", "the archive had not begun to record it"),
    "unknown": ("sebab tidak diketahui", "cause not known"),
    "dropped": ("gugur sebelum tersimpan", "dropped before it was stored"),
    "pending": ("belum tersimpan", "not stored yet"),
    "purged": ("dimusnahkan", "purged"),
    "erased": ("dihapus sesuai retensi", "erased by retention"),
    "lost": ("direkam, lalu hilang dari penyimpanan", "recorded, then lost from the store"),
    "damaged": ("direkam, lalu rusak di penyimpanan", "recorded, then damaged in the store"),
}
DESTROYED = (
    "%d potongan dimusnahkan pada %s oleh pemusnahan %d%s (diumumkan %s)",
    "%d chunks destroyed on %s by purge %d%s (announced %s)",
)
UNDER_POLICY = (" menurut kebijakan %d", " under policy %d")
UNDER_NONE = {
    "manual": (" atas perintah", " by order"),
    "thinned": (" sesudah penjarangan", " after thinning"),
    "": (", tanpa kebijakan masa simpan", ", under no retention policy"),
}
MISSING = (
    "%d potongan yang pernah direkam tidak ada di paket",
    "%d chunks that were recorded are not in the package",
)
FILES_BROUGHT = (
    "%d berkas impor, persis seperti yang dibawa; dapat berisi lebih dari barang bukti",
    "%d imported files, exactly as they were brought; they may hold more than the exhibits",
)
FILE_ABSENT = (
    "berkas impor dari %s tidak ada di paket: %s",
    "the imported file of %s is not in the package: %s",
)
EMPTY = ("tidak ada rekaman %s di paket", "no footage of %s is in the package")
MOST_NAMED = 5


def qualified(told: Dict[str, Any], verdict: Dict[str, Any], state: str, lang: str) -> str:
    """A line's state with whatever a reader must not miss."""
    number, facts = verdict["n"], verdict["facts"]
    if number == 8 and verdict["state"] == "holds" and facts.get("signed") == 0:
        return spoken(UNSIGNED if facts["originals"] else NO_ORIGINALS, lang)
    clauses: List[Any] = []
    if number == 3 and facts.get("witnesses") == []:
        clauses.append(UNNAMED if facts.get("other_signatures") else UNWITNESSED)
    if number == 4 and facts.get("missing"):
        count = sum(row[3] for row in facts["missing"])
        clauses.append((MISSING[0] % count, MISSING[1] % count))
    if number in (4, 6) and facts.get("empty"):
        names = ", ".join(facts["empty"][:MOST_NAMED]) + (" …" if len(facts["empty"]) > MOST_NAMED else "")
        clauses.append((EMPTY[0] % names, EMPTY[1] % names))
    if number == 5 and "not_before" in facts:
        unknown, imported = facts["clock_unknown"], facts.get("imported", 0)
        if imported:
            clauses.append((IMPORTED[0] % imported, IMPORTED[1] % imported))
        if facts["clock_error_us"] < 0 and (facts["chunks"] or not imported):
            clauses.append(CLOCKS["all" if unknown == facts["chunks"] else "some"])
        bounds = facts["not_before"] > 0, facts["not_after"] > 0
        clauses += [OUTSIDE[bounds]] if bounds in OUTSIDE else []
    if number == 8 and verdict["state"] == "holds" and facts.get("cameras"):
        clauses.append(WHOSE_KEY)
    if number == 6 and facts.get("sound_not_compared"):
        clauses.append(SOUND_NOT_COMPARED)
    elif number == 6 and facts.get("sound_none") and not facts.get("sound_compared"):
        clauses.append(NO_SOUND)
    if number == 6 and only_originals_differ(verdict):
        clauses.append(COPY_AS_SIGNED)
    said = "; ".join(spoken(clause, lang) for clause in clauses)
    return "%s, %s" % (state, said) if said else state


def only_originals_differ(verdict: Dict[str, Any]) -> bool:
    """Whether all that verdict 6 found comes of originals that are not those of which the copies were made."""
    copies = verdict["facts"].get("as_signed", [])
    return bool(copies) and all(
        one["where"] in copies or not one["where"].startswith("data/playable/") for one in verdict["findings"]
    )


def fact_lines(verdict: Dict[str, Any], lang: str) -> List[str]:
    """The facts of a verdict worth a line of their own."""
    told = verdict["facts"]
    if verdict["n"] == 3 and "witnesses" in told:
        return log_facts(told, lang)
    if verdict["n"] == 4 and "whole" in told:
        return trail_facts(told, lang)
    if verdict["n"] == 4:
        return gap_facts(told, lang)
    if verdict["n"] == 5 and "not_before" in told:
        return time_facts(told, lang)
    if verdict["n"] == 6:
        return derivative_facts(told, lang)
    if verdict["n"] == 7 and "holds" in told:
        counts = (told["entries"], told["holds"])
        out = [counted("%d peristiwa, %d penahanan", "%d events, %d holds", counts, lang)]
        if told["released"]:
            out.append(spoken(("penahanan dilepas", "released"), lang) + ": " + ", ".join(told["released"]))
        return out
    if verdict["n"] == 8 and "signed" in told:
        return signed_facts(told, lang)
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
        out.append(spoken(("saksi luar tidak disyaratkan", "no outside witness is asked for"), lang))
    return out


def gap_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """Gaps with causes, and what was recorded and is not there."""
    out, word = [], spoken(("celah", "gap"), lang)
    for exhibit, camera, start, end, cause in told.get("gaps", [])[:20]:
        out.append(
            "%s %s/%s: %s – %s, %s"
            % (word, exhibit, camera, instant(start), instant(end), cause_words(cause, lang))
        )
    for exhibit, camera, cause, count in told.get("missing", [])[:20]:
        said = counted("%d potongan tanpa berkas", "%d chunks without file", count, lang)
        out.append("%s/%s: %s, %s" % (exhibit, camera, said, cause_words(cause, lang)))
    for purge, policy, done, noticed, count, kind in told.get("purges", [])[:20]:
        none = spoken(UNDER_NONE.get(kind, UNDER_NONE[""]), lang)
        why = counted(*UNDER_POLICY, policy, lang) if policy else none
        out.append(counted(*DESTROYED, (count, instant(done), purge, why, instant(noticed)), lang))
    if told.get("imported_files"):
        out.append(counted(*FILES_BROUGHT, told["imported_files"], lang))
    for run, cause in told.get("imported_files_absent", [])[:20]:
        out.append(spoken(FILE_ABSENT, lang) % (run, cause_words(cause, lang)))
    count = told.get("causes_stated_at_export", 0)
    if count:
        out.append(
            counted("%d sebab dinyatakan saat ekspor", "%d causes were stated at export only", count, lang)
        )
    return out


def cause_words(cause: str, lang: str) -> str:
    """Why there is no footage; a cause that has no words here as it is."""
    return spoken(CAUSES[cause], lang) if cause in CAUSES else cause


def derivative_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """Processed copies, and whether each is linked to the originals that it was made of."""
    count, linked = told.get("derivatives", 0), told.get("derivatives_linked", 0)
    if not count:
        return []
    out = []
    if told.get("thinned"):
        out.append(
            counted(
                "%d potongan jarang: hanya bingkai kunci; aslinya dimusnahkan",
                "%d thinned chunks: keyframes only; the originals were purged",
                told["thinned"],
                lang,
            )
        )
        if told["derivative_kinds"] == ["thinned"] and linked == count:
            return out
    id_, en = REDACTED if told["derivative_kinds"] == ["redaction"] else PROCESSED
    if linked == count:
        id_ = "%%d turunan (%s), masing-masing tertaut ke rekaman aslinya" % id_
        en = "%%d derivatives (%s), each linked to its originals" % en
        return [*out, counted(id_, en, count, lang)]
    id_ = "%%d dari %%d turunan (%s) tertaut ke rekaman aslinya" % id_
    en = "%%d of %%d derivatives (%s) linked to their originals" % en
    return [*out, counted(id_, en, (linked, count), lang)]


def signed_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """How much the camera signed, how far that is proven, and with which certificate."""
    counts = (told["signed"], told["originals"])
    out = [counted("%d dari %d rekaman bertanda tangan", "%d of %d originals signed", counts, lang)]
    for camera, nals, proven, start, end, fingerprint, subject in told.get("cameras", [])[:20]:
        line = counted(*SIGNED_PART, (camera, proven, nals), lang)
        if start and end:
            clock = spoken(("menurut jam kamera", "by the camera's clock"), lang)
            line += "; %s %s – %s" % (clock, instant(start), instant(end))
        out.append(line)
        if fingerprint:
            word = spoken(("sertifikat", "certificate"), lang)
            out.append("%s %s, SHA-256 %s" % (word, subject or "-", fingerprint))
    if told.get("excused"):
        out.append(counted(*EXCUSED, told["excused"], lang))
    return out


def time_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """The outer bracket, the clock's error, stillness, the stamp."""
    error = told["clock_error_us"]
    out = []
    for name, words in BOUNDS:
        known = told[name] > 0
        out.append("%s: %s" % (spoken(words, lang), instant(told[name]) if known else spoken(NO_BOUND, lang)))
    only_imported = not told["chunks"] and told.get("imported")
    free = spoken(NOT_OURS if only_imported else FREE, lang)
    shown = free if error < 0 else "%.3f s" % (error / 1e6)
    out.append("%s: %s" % (spoken(("galat jam paling besar", "largest clock error"), lang), shown))
    word = spoken(("tidak ada denyut", "no pulse between"), lang)
    for recorder, start, end in told["no_pulse_between"][:20]:
        out.append("%s %s: %s – %s" % (word, recorder, instant(start), instant(end)))
    if "stamp" in told:
        out.append("RFC 3161 %s: %s" % (told["stamp"], told["stamp_note"]))
    return out
