"""What happened, as a sentence for people: each custody event in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.messages import Phrase, register_phrase

# event: English, Indonesian; {who}, {spans} and the fields of `what` fill the blanks
_WORDS = {
    "case.open": ("{who} opened the case: {title}", "{who} membuka kasus: {title}"),
    "case.edit": ("{who} changed the case: {edits}", "{who} mengubah kasus: {edits}"),
    "member.add": ("{who} gave {name} access", "{who} memberi akses kepada {name}"),
    "member.remove": ("{who} took access from {name}", "{who} mencabut akses {name}"),
    "exhibit.add": (
        "{who} made exhibit {exhibit} of {spans}",
        "{who} membuat barang bukti {exhibit} dari {spans}",
    ),
    "bookmark.add": ("{who} marked {spans}: {label}", "{who} menandai {spans}: {label}"),
    "bookmark.edit": ("{who} changed a mark: {spans}: {label}", "{who} mengubah penanda: {spans}: {label}"),
    "bookmark.remove": (
        "{who} removed a mark: {spans}: {label}",
        "{who} menghapus penanda: {spans}: {label}",
    ),
    "hold.place": ("{who} placed hold {hold} on {spans}", "{who} membuat penahanan {hold} atas {spans}"),
    "hold.extend": ("{who} extended hold {hold}: {spans}", "{who} memperpanjang penahanan {hold}: {spans}"),
    "hold.release.ask": (
        "{who} asked for the release of hold {hold}",
        "{who} meminta pelepasan penahanan {hold}",
    ),
    "hold.release.withdraw": (
        "{who} withdrew the request to release hold {hold}",
        "{who} menarik permintaan pelepasan penahanan {hold}",
    ),
    "hold.release": (
        "hold {hold} was released, asked for by {who}, approved by {approved}",
        "penahanan {hold} dilepas atas permintaan {who}, disetujui {approved}",
    ),
    "request": ("{who} received a request", "{who} menerima permintaan"),
    "search": ("{who} searched", "{who} mencari rekaman"),
    "view": ("{who} looked at {spans}", "{who} melihat {spans}"),
    "play": ("{who} played {spans}", "{who} memutar {spans}"),
    "still": ("{who} took a still of {spans}", "{who} mengambil gambar diam {spans}"),
    "derive": ("{who} derived a copy", "{who} membuat turunan"),
    "redact": (
        "{who} had exhibit {exhibit} redacted as derivative {derivative}: {spans}",
        "{who} menyamarkan barang bukti {exhibit} sebagai turunan {derivative}: {spans}",
    ),
    "print": ("{who} printed a paper: {paper} {number}", "{who} mencetak dokumen: {paper} {number}"),
    "note": ("{who} noted something", "{who} membuat catatan"),
    "access.denied": ("{who} was denied access", "{who} ditolak aksesnya"),
    "export.request": ("{who} requested an export", "{who} meminta ekspor"),
    "export.approve": ("{who} approved an export", "{who} menyetujui ekspor"),
    "export.build": ("{who} built an export{lacking}", "{who} menyusun ekspor{lacking}"),
    "export.download": ("{who} downloaded an export", "{who} mengunduh ekspor"),
    "export.deliver": ("{package} was delivered to {who}", "{package} terkirim kepada {who}"),
    "receive": (
        "{name}, {office}, acknowledged receipt of {package}",
        "{name}, {office}, mengakui penerimaan {package}",
    ),
    "verify": ("{who} verified an export", "{who} memeriksa ekspor"),
    "share": (
        "{who} made a link to {package} for {recipient}",
        "{who} membuat tautan ke {package} untuk {recipient}",
    ),
    "share.revoke": (
        "{who} took back the link to {package} for {recipient}",
        "{who} mencabut tautan ke {package} untuk {recipient}",
    ),
}
for _event, (_en, _id) in _WORDS.items():
    register_phrase(f"custody.{_event}", en=_en, id_=_id)
_SHOWN = 5
_LACKING = {
    "en": ", without {n} chunks that the store has lost or damaged: {chunks}",
    "id": ", tanpa {n} potongan yang hilang atau rusak di penyimpanan: {chunks}",
}
_MORE = {"en": "and {n} more", "id": "dan {n} lagi"}


def sentence(body: Mapping[str, Any], language: str) -> str:
    """The event of this body in "id" or "en", without the time, which the caller shows in its own zone."""
    what: Mapping[str, Any] = body.get("what", {})
    values = {
        **what,
        "who": person(body.get("who", {})),
        "approved": ", ".join(person(one) for one in body.get("approved_by", [])),
        "edits": ", ".join(sorted(what)),
        "spans": _spans(what, language),
        "lacking": _lacking(what, language),
    }
    return Phrase(f"custody.{body.get('event', '')}", values).text(language)


def person(who: Mapping[str, Any]) -> str:
    """Rank, name, service number and unit, as far as they are known."""
    named = " ".join(part for part in (who.get("rank", ""), who.get("name", "")) if part)
    more = ", ".join(part for part in (who.get("id", ""), who.get("unit", "")) if part)
    return f"{named} ({more})" if more else named


def _spans(what: Mapping[str, Any], language: str) -> str:
    spans = what.get("spans") or (
        [[what["camera"], what["from"], what.get("to")]] if "camera" in what else []
    )
    told = [
        f"{camera} {clock.format_us(start)}" + ("" if end is None else f"/{clock.format_us(end)}")
        for camera, start, end in spans[:_SHOWN]
    ]
    if len(spans) > _SHOWN:
        told.append(_MORE[language].format(n=len(spans) - _SHOWN))
    return ", ".join(told)


def _lacking(what: Mapping[str, Any], language: str) -> str:
    """What an export could not take along; nothing where it had all."""
    if not what.get("absent"):
        return ""
    told = [f"{camera} {run}/{seq}" for camera, run, seq, _ in what.get("chunks", [])[:_SHOWN]]
    if what["absent"] > len(told):
        told.append(_MORE[language].format(n=what["absent"] - len(told)))
    return _LACKING[language].format(n=what["absent"], chunks=", ".join(told))
