"""What an officer must know of a package before it leaves: a package of nothing, or without witnesses, is no success.

Found once, while the package is planned, and kept as codes with values; words are for whoever asks, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.custody.notes import Note
from saksi.custody.policy import Policy
from saksi.export import left_proofs
from saksi.export.buried import PURGED
from saksi.export.gather import Gathered
from saksi.export.imported import ERASED, Absent, shorter
from saksi.export.plan import ImportedFile
from saksi.export.presence import DAMAGED, LOST
from saksi.export.scope import Scope
from saksi.messages import Phrase, register_phrase

QUORUM = "quorum"
IMPORTED, SHORT = "imported", "imported_short"
FILES, FILES_ERASED, FILES_GONE = "imported_files", "imported_files_erased", "imported_files_gone"
THINNED, CARRIED = "thinned", "thinned_carried"
# code: English, Indonesian
_WORDS = {
    QUORUM: (
        "{signed} of the {known} outside witnesses have signed, fewer than the log's own policy asks for: line 3 does"
        " not hold with that policy.",
        "{signed} dari {known} saksi luar sudah menandatangani, kurang dari yang disyaratkan kebijakan log sendiri:"
        " baris 3 tidak sesuai dengan kebijakan itu.",
    ),
    "no_witness": (
        "No outside witness has signed the log: whoever runs the archive could still rewrite it.",
        "Belum ada saksi luar yang menandatangani log: pengelola arsip sendiri masih dapat menulis ulang.",
    ),
    "no_footage": (
        "No footage at all of {places}.",
        "Sama sekali tidak ada rekaman {places}.",
    ),
    LOST: (
        "{n} chunks that were recorded are lost from the store: {places}.",
        "{n} potongan yang pernah direkam hilang dari penyimpanan: {places}.",
    ),
    DAMAGED: (
        "{n} chunks that were recorded are damaged in the store: {places}.",
        "{n} potongan yang pernah direkam rusak di penyimpanan: {places}.",
    ),
    PURGED: (
        "{n} chunks that were recorded were deleted by retention before they were held: {places}.",
        "{n} potongan yang pernah direkam sudah dimusnahkan sesuai retensi sebelum ditahan: {places}.",
    ),
    THINNED: (
        "Of {n} of them only keyframes are left; these are no originals and not in this package: {places}.",
        "Dari {n} di antaranya hanya bingkai kunci yang tersisa; itu bukan rekaman asli dan tidak ada di paket ini:"
        " {places}.",
    ),
    CARRIED: (
        "Of {n} of the purged chunks only keyframes are left, which are in this package: {places}. They are single"
        " pictures as they were recorded, with no movement between them and no sound; they are not original footage.",
        "Dari {n} potongan yang dimusnahkan itu, hanya bingkai kunci yang tersisa, dan ada di paket ini: {places}. Itu"
        " gambar tunggal sebagaimana direkam, tanpa gerakan di antaranya dan tanpa suara; bukan rekaman asli.",
    ),
    "pending": (
        "{n} chunks are not in the store yet: {places}.",
        "{n} potongan belum sampai di penyimpanan: {places}.",
    ),
    "gaps": (
        "Parts of the span have no recording: {places}.",
        "Sebagian rentang tidak ada rekamannya: {places}.",
    ),
    "open_end": (
        "Whether footage follows the last that is here cannot be said yet: {places}.",
        "Belum dapat dipastikan apakah ada rekaman sesudah yang terakhir: {places}.",
    ),
    "clock": (
        "By the clock of a recorder that was never synchronised: {places}.",
        "Menurut jam perekam yang tidak pernah disinkronkan: {places}.",
    ),
    IMPORTED: (
        "{n} chunks were brought in from another recorder; their time is as stated by whoever brought them: {places}.",
        "{n} potongan dibawa masuk dari perekam lain; waktunya menurut pembawanya: {places}.",
    ),
    SHORT: (
        "Imported files end before the length they state, cut off or not copied whole: {places}.",
        "Berkas impor berakhir sebelum panjang yang disebutnya, terpotong atau tidak tersalin utuh: {places}.",
    ),
    FILES: (
        "{n} imported files are in this package as they were brought ({places}). They may hold times or cameras outside"
        " the exhibits.",
        "{n} berkas impor ada di paket ini persis seperti yang dibawa ({places}). Berkas itu dapat berisi waktu atau"
        " kamera di luar barang bukti.",
    ),
    FILES_ERASED: (
        "{n} imported files were erased by retention with their footage and are not in this package: {places}.",
        "{n} berkas impor sudah dihapus sesuai retensi bersama rekamannya dan tidak ada di paket ini: {places}.",
    ),
    FILES_GONE: (
        "{n} imported files are lost or damaged in the store and are not in this package: {places}.",
        "{n} berkas impor hilang atau rusak di penyimpanan dan tidak ada di paket ini: {places}.",
    ),
    "withheld": (
        "Only redacted copies are in this package; originals and playable copies are withheld on purpose.",
        "Hanya salinan samaran yang ada di paket ini; rekaman asli dan salinan putar sengaja tidak disertakan.",
    ),
    "derivative_gone": (
        "{n} redacted copies are lost or damaged in the store and are not in the package: {places}.",
        "{n} salinan samaran hilang atau rusak di penyimpanan dan tidak ada di paket: {places}.",
    ),
}
# What an officer can do about it; no matter for a paper that goes to court.
_REMEDIES = {
    QUORUM: (
        "Have them sign, and export with --wait-for-witnesses.",
        "Mintakan tanda tangannya, dan ekspor dengan --wait-for-witnesses.",
    ),
    "no_footage": (
        "Print the certificate of absence for that span.",
        "Cetak keterangan ketiadaan rekaman untuk rentang itu.",
    ),
    LOST: (
        "Run `saksi fsck --repair spool`, or restore it from a copy.",
        "Jalankan `saksi fsck --repair spool`, atau pulihkan dari salinan.",
    ),
    DAMAGED: (
        "Run `saksi fsck --deep --repair spool`, or restore it from a copy.",
        "Jalankan `saksi fsck --deep --repair spool`, atau pulihkan dari salinan.",
    ),
    PURGED: (
        "Print the certificate of absence for that span.",
        "Cetak keterangan ketiadaan rekaman untuk rentang itu.",
    ),
    THINNED: (
        "Download them as a clip, which says that it is thinned.",
        "Unduh sebagai klip, yang menyatakan dirinya dijarangkan.",
    ),
    "pending": ("Export again when they have arrived.", "Ekspor lagi setelah semuanya sampai."),
    "open_end": ("Export again later.", "Ekspor lagi nanti."),
    SHORT: ("Ask whoever brought them.", "Mintakan kepada pembawanya."),
    FILES: (
        "Look at them before they leave, or export without them.",
        "Periksa dahulu sebelum diserahkan, atau ekspor tanpanya.",
    ),
    FILES_ERASED: ("Ask whoever brought them.", "Mintakan kepada pembawanya."),
    FILES_GONE: ("Restore them from a copy.", "Pulihkan dari salinan."),
    "derivative_gone": ("Make them again.", "Buat lagi."),
}
for _kind, _table in (("warning", _WORDS), ("remedy", _REMEDIES)):
    for _code, (_en, _id) in _table.items():
        register_phrase(f"export.{_kind}.{_code}", en=_en, id_=_id)
register_phrase(
    "export.warning_withheld",
    en="It concerns cameras that you do not see all of; ask whoever asked for the package.",
    id_="Menyangkut kamera yang tidak semuanya Anda lihat; tanyakan kepada yang meminta paket ini.",
)
_SHOWN = 8

Warnings = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a checkpoint stands before the policy that the archive hands out."""

    policy: Policy
    note: Note


def told(warnings: Warnings, language: str, *, cameras: bool = True) -> list[dict[str, str]]:
    """Code and words of each with what to do about it, in "id" or "en"; without `cameras` none that may name some."""
    found = []
    for one in warnings:
        if not cameras:
            found.append({"code": one["code"], "text": Phrase("export.warning_withheld").text(language)})
            continue
        remedy = Phrase(f"export.remedy.{one['code']}").text(language) if one["code"] in _REMEDIES else ""
        found.append({"code": one["code"], "text": f"{text(one, language)} {remedy}".rstrip()})
    return found


def text(warning: Mapping[str, Any], language: str) -> str:
    """What one found, without what to do about it."""
    return Phrase(f"export.warning.{warning['code']}", warning["values"]).text(language)


def find(
    gathered: Gathered,
    standing: Standing,
    derivatives_gone: Sequence[str],
    *,
    withheld: bool,
    carried: Mapping[str, str] | None = None,
    imported: Sequence[ImportedFile] = (),
    imported_absent: Sequence[Absent] = (),
) -> list[dict[str, Any]]:
    """The warnings of a package, the gravest first. `derivatives_gone` are paths of copies that it lacks.

    `withheld`: it holds derivatives alone. `carried` has the folder of each thinned chunk in it, by key, `imported` the
    imported files in it, and `imported_absent` those that it should have.
    """
    scopes = gathered.scopes
    full = [one for one in scopes if one.stored]
    found = [
        *_signatures(standing),
        {"code": "withheld", "values": {}} if withheld else None,
        _warning("no_footage", [_place(one) for one in scopes if not one.stored]),
        *(_chunks(scopes, state) for state in (LOST, DAMAGED, PURGED)),
        *thinned(scopes, carried or {}),
        _chunks(scopes, "pending"),
        _warning("derivative_gone", derivatives_gone),
        _warning("gaps", [_place(one) for one in full if _unrecorded(gathered, one)]),
        _warning("open_end", [_place(one) for one in scopes if _open(one)]),
        _imported(scopes),
        _warning(SHORT, shorter(gathered.imported.values())),
        _warning(FILES_ERASED, [one.camera for one in imported_absent if one.cause == ERASED]),
        _warning(FILES_GONE, [one.camera for one in imported_absent if one.cause != ERASED]),
        _warning(FILES, [one.path for one in imported]),
        _warning("clock", [_place(one) for one in full if _unsynchronised(one)]),
    ]
    return [one for one in found if one is not None]


def renewed(before: Warnings, standing: Standing) -> list[Mapping[str, Any]]:
    """The same of a package on another checkpoint."""
    return [*_signatures(standing), *(one for one in before if one["code"] not in (QUORUM, "no_witness"))]


def thinned(scopes: Iterable[Scope], carried: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a purge took and of which keyframes are left: those that the package has, by key in a folder, and others."""
    found: dict[str, dict[tuple[str, int], str]] = {CARRIED: {}, THINNED: {}}
    for scope in scopes:
        for one in left_proofs.left(scope):
            key = left_proofs.key_of(one)
            code, place = (CARRIED, carried[key]) if key in carried else (THINNED, one.entry.camera)
            found[code][one.entry.run, one.entry.seq] = place
    warnings = [(_warning(code, sorted(set(there.values()))), len(there)) for code, there in found.items()]
    return [{**one, "values": {**one["values"], "n": n}} for one, n in warnings if one is not None]


def _signatures(standing: Standing) -> list[dict[str, Any]]:
    checked = standing.policy.check(standing.note)
    if not checked.quorum:
        values = {"signed": len(checked.witnessed), "known": len(standing.policy.witnesses)}
        return [{"code": QUORUM, "values": values}]
    return [] if checked.witnessed else [{"code": "no_witness", "values": {}}]


def _chunks(scopes: Iterable[Scope], state: str) -> dict[str, Any] | None:
    """Each chunk once, also where two exhibits hold it."""
    chunks = {
        (chunk.entry.run, chunk.entry.seq): chunk.entry.camera
        for one in scopes
        for chunk in one.inside
        if chunk.state == state
    }
    warning = _warning(state, sorted(set(chunks.values())))
    if warning is not None:
        warning["values"]["n"] = len(chunks)
    return warning


def _imported(scopes: Iterable[Scope]) -> dict[str, Any] | None:
    chunks = {
        (chunk.entry.run, chunk.entry.seq): chunk.entry.camera
        for one in scopes
        for chunk in one.inside
        if chunk.imported
    }
    warning = _warning(IMPORTED, sorted(set(chunks.values())))
    if warning is not None:
        warning["values"]["n"] = len(chunks)
    return warning


def _unsynchronised(one: Scope) -> bool:
    ours = [chunk for chunk in one.inside if not chunk.imported]
    return bool(ours) and all(chunk.entry.clock.error_us < 0 for chunk in ours)


def _unrecorded(gathered: Gathered, one: Scope) -> bool:
    causes = {cause for _, _, cause in gathered.gaps[one.asked.exhibit, one.asked.camera]}
    return bool(causes - {LOST, DAMAGED, PURGED, "pending"})


def _open(one: Scope) -> bool:
    """Whether a run that has not ended has not reached the end of the span either."""
    if any(part.chunks and part.chunks[-1].entry.end_us >= one.asked.to_us for part in one.runs):
        return False
    return any(
        part.row["closed_at"] is None and clock.to_us(part.row["opened_at"]) < one.asked.to_us
        for part in one.runs
    )


def _warning(code: str, places: Sequence[str]) -> dict[str, Any] | None:
    if not places:
        return None
    shown = ", ".join(places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "")
    return {"code": code, "values": {"places": shown, "n": len(places)}}


def _place(one: Scope) -> str:
    return f"{one.asked.exhibit}/{one.asked.camera}"
