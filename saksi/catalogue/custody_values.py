"""Values of custody events in words: spans, exhibits, what was changed, verdicts, and codes that are not for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from saksi import local_time
from saksi.clock_words import far

_SHOWN = 5
_LONGEST = 120
_INSTANT_US = 1  # the span of a still
_MORE = {"en": "and {n} more", "id": "dan {n} lagi"}
_LACKING = (
    "without {n} chunks that the store has lost or damaged: {chunks}",
    "tanpa {n} potongan yang hilang atau rusak di penyimpanan: {chunks}",
)
_IMPORTED_ASKED = ("with the imported files", "beserta berkas impor")
_IMPORTED = (
    "with {n} imported files, which may hold more than the exhibits",
    "beserta {n} berkas impor, yang dapat berisi lebih dari barang bukti",
)
_IMPORTED_ABSENT = (
    "without {n} imported files that are no longer in the archive",
    "tanpa {n} berkas impor yang sudah tidak ada di arsip",
)
_SHORT = (
    "the file ends at {reached} of {stated}, cut off or not copied whole",
    "berkas berakhir di {reached} dari {stated}, terpotong atau tidak tersalin utuh",
)
_NOTHING = {"en": "nothing", "id": "kosong"}
# code: English, Indonesian
_RESULTS = {
    "ok": ("", ""),
    "asked": ("asked for, not yet approved", "diminta, belum disetujui"),
    "withdrawn": ("withdrawn", "ditarik"),
    "denied": ("refused", "ditolak"),
    "refused": ("refused", "ditolak"),
    "expired": ("the link had expired", "tautan sudah habis masa berlakunya"),
    "revoked": ("the link had been taken back", "tautan sudah dicabut"),
    "passphrase": ("the passphrase was wrong", "frasa sandi salah"),
    "fails": ("did not verify", "tidak lolos pemeriksaan"),
    "kept": ("nothing of it went, as it is held", "tidak ada yang dihapus karena ditahan"),
    "differs": ("what was received is not what was sent", "yang diterima bukan yang dikirim"),
}
_FIELDS = {
    "title": ("title", "judul"),
    "report": ("police report", "laporan polisi"),
    "officers": ("officers", "petugas"),
    "notes": ("notes", "catatan"),
    "state": ("state", "keadaan"),
}
_STATES = {"open": ("open", "terbuka"), "closed": ("closed", "ditutup")}
_LINES = {
    "intact": ("intact", "utuh"),
    "authentic": ("authentic", "asli"),
    "logged": ("logged", "tercatat"),
    "complete": ("complete", "lengkap"),
    "time": ("time", "waktu"),
    "playable": ("playable copy", "salinan putar"),
    "custody": ("custody", "penguasaan"),
    "camera_signature": ("camera signature", "tanda tangan kamera"),
}
_VERDICTS = {
    "holds": ("matches", "sesuai"),
    "fails": ("does not match", "tidak sesuai"),
    "unchecked": ("could not be checked", "tidak dapat diperiksa"),
}
_PAPERS = {
    "handover": ("record of handover", "BA serah terima"),
    "receipt": ("receipt", "surat tanda penerimaan"),
    "label": ("label of the exhibit", "label barang bukti"),
    "seizure": ("record of seizure", "BA penyitaan"),
    "sealing": ("record of wrapping and sealing", "BA pembungkusan dan penyegelan"),
    "absence": ("certificate of absence", "keterangan ketiadaan rekaman"),
    "daily-seal": ("daily seal", "segel harian"),
}
_ROLES = {
    "prosecutor": ("prosecutor", "jaksa"),
    "defence": ("defence", "penasihat hukum"),
    "court": ("court", "pengadilan"),
    "lab": ("laboratory", "laboratorium"),
    "admin": ("administrator", "administrator"),
    "agency_operator": ("agency operator", "operator instansi"),
    "investigator": ("investigator", "penyidik"),
    "records_officer": ("records officer", "petugas arsip"),
    "auditor": ("auditor", "auditor"),
    "recipient": ("recipient", "penerima"),
}
_REFUSED = {
    "": ("access", "aksesnya"),
    "case": ("access to the case", "akses ke kasus"),
    "custody": ("access to the custody of the case", "akses ke riwayat penguasaan kasus"),
    "link": ("at the link to", "pada tautan ke"),
}
_FOOTAGE = ("access to footage for the case: ", "akses ke rekaman untuk kasus: ")


def spans(what: Mapping[str, Any], language: str, zone: str) -> str:
    """Cameras and their spans, the first few; a span of several cameras is written once."""
    told = what.get("spans") or (
        [[what["camera"], what["from"], what.get("to")]] if {"camera", "from"} <= what.keys() else []
    )
    together: dict[tuple[int, int | None], list[str]] = {}
    for camera, start, end in told[:_SHOWN]:
        together.setdefault((start, end), []).append(str(camera))
    named = [f"{', '.join(cameras)} {_span(*at, language, zone)}" for at, cameras in together.items()]
    return _joined(named, len(told) - _SHOWN, language)


def exhibits(told: Any, language: str, zone: str) -> str:
    """Numbers of exhibits, with cameras and span where the body has them."""
    if not isinstance(told, list):
        return ""
    if all(isinstance(one, int) for one in told):
        return ", ".join(map(str, told))
    named = []
    for one in told[:_SHOWN]:
        if isinstance(one, Mapping):
            at = _span(one.get("from", 0), one.get("to"), language, zone)
            named.append(f"{one.get('exhibit', '?')} ({', '.join(map(str, one.get('cameras', [])))} {at})")
        else:
            named.append(str(one))
    return _joined(named, len(told) - _SHOWN, language)


def edits(what: Mapping[str, Any], language: str) -> str:
    """Each field that was changed, with what it was and is."""
    told = []
    for name, change in sorted(what.items()):
        if isinstance(change, Mapping) and {"before", "after"} <= change.keys():
            before, after = (_field(name, change[side], language) for side in ("before", "after"))
            told.append(f"{_word(_FIELDS, name, language)}: {before} → {after}")
    return "; ".join(told)


def verdicts(told: Any, language: str) -> str:
    """The lines of a verification by their results: those that match, then those that do not."""
    if not isinstance(told, Mapping):
        return ""
    parts = []
    for state in _VERDICTS:
        lines = [_word(_LINES, line, language) for line in _LINES if told.get(line) == state]
        if lines:
            parts.append(f"{_word(_VERDICTS, state, language)}: {', '.join(lines)}")
    return "; ".join(parts)


def moment(at_us: Any, language: str, zone: str) -> str:
    """An instant; empty where there is none."""
    return local_time.moment(at_us, zone, language) if isinstance(at_us, int) else ""


def day(told: Any) -> str:
    """A day of a body, 2026-11-23, as it is written on paper: 23-11-2026."""
    return "-".join(reversed(told.split("-"))) if isinstance(told, str) else ""


def result(code: str, language: str) -> str:
    """A result in words; one that nobody knows is a sentence already."""
    return _word(_RESULTS, code, language)


def paper(kind: str, language: str) -> str:
    """The name of a paper."""
    return _word(_PAPERS, kind, language)


def role(code: str, language: str) -> str:
    """The role of a person or recipient; other words are theirs."""
    return _word(_ROLES, code, language)


def refused(what: Mapping[str, Any], language: str, zone: str) -> str:
    """What access was denied to, as far as the body says."""
    asked = "link" if "disclosure" in what else str(what.get("asked", ""))
    if asked == "footage":
        return _FOOTAGE[_at(language)] + spans(what, language, zone)
    return _word(_REFUSED, asked, language)


def failure(what: Mapping[str, Any], result: str, language: str) -> str:
    """Why a package could not be built."""
    told = what.get("failure")
    return str(told.get(language, result)) if isinstance(told, Mapping) else result


def lacking(what: Mapping[str, Any], language: str) -> str:
    """What an export could not take along; empty where it had all."""
    absent = what.get("absent")
    if not isinstance(absent, int) or not absent:
        return ""
    told = [f"{camera} {run}/{seq}" for camera, run, seq, _ in what.get("chunks", [])[:_SHOWN]]
    more = [_MORE[language].format(n=absent - len(told))] if absent > len(told) else []
    return _LACKING[_at(language)].format(n=absent, chunks=", ".join([*told, *more]))


def imported(what: Mapping[str, Any], language: str) -> str:
    """That imported files were asked for, or how many went along and how many were not there any more."""
    told, absent = what.get("imported_files"), what.get("imported_files_absent")
    if told is True:
        return _IMPORTED_ASKED[_at(language)]
    parts = [
        words[_at(language)].format(n=len(rows))
        for words, rows in ((_IMPORTED, told), (_IMPORTED_ABSENT, absent))
        if isinstance(rows, list) and rows
    ]
    return ", ".join(parts)


def short(what: Mapping[str, Any], language: str) -> str:
    """That an imported file ends before the length it states; empty for one that was whole, or states none."""
    stated, reached = what.get("stated_length"), what.get("reached")
    if not isinstance(stated, int) or not isinstance(reached, int):
        return ""
    return _SHORT[_at(language)].format(reached=far(reached, language), stated=far(stated, language))


def _field(name: str, value: Any, language: str) -> str:
    text = (
        ", ".join(map(str, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )
    if name == "state":
        return _word(_STATES, text, language)
    if not text:
        return _NOTHING[language]
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}”"


def _span(start_us: int, end_us: int | None, language: str, zone: str) -> str:
    if end_us is None or end_us - start_us <= _INSTANT_US:
        return local_time.moment(start_us, zone, language)
    return local_time.span(start_us, end_us, zone, language)


def _joined(named: list[str], left: int, language: str) -> str:
    more = [_MORE[language].format(n=left)] if left > 0 else []
    return ", ".join([*named, *more]) if len(named) < 2 else "; ".join([*named, *more])


def _word(words: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    return words[code][_at(language)] if code in words else code


def _at(language: str) -> int:
    return 1 if language == "id" else 0
