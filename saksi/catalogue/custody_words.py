"""What happened, as a sentence for people: each custody event in Indonesian and English.

All of it is taken from the event's body; what a body lacks is left out, so that those of old stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from saksi.catalogue import custody_values as values

# event: English, Indonesian. A part in brackets stands only where all of its blanks are filled. The blanks are the
# fields of `what` and those that `_blanks` makes of the body.
_WORDS = {
    "case.open": ("{who} opened the case[ {number}][: {title}]", "{who} membuka kasus[ {number}][: {title}]"),
    "case.edit": ("{who} changed the case[: {edits}]", "{who} mengubah kasus[: {edits}]"),
    "member.add": ("{who} gave {name} access[ ({role})]", "{who} memberi akses kepada {name}[ ({role})]"),
    "member.remove": ("{who} took access from {name}", "{who} mencabut akses {name}"),
    "exhibit.add": (
        "{who} made exhibit {exhibit} of {spans}[: {note}]",
        "{who} membuat barang bukti {exhibit} dari {spans}[: {note}]",
    ),
    "bookmark.add": ("{who} marked {spans}[: {label}]", "{who} menandai {spans}[: {label}]"),
    "bookmark.edit": (
        "{who} changed a mark: {spans}[: {label}]",
        "{who} mengubah penanda: {spans}[: {label}]",
    ),
    "bookmark.remove": (
        "{who} removed a mark: {spans}[: {label}]",
        "{who} menghapus penanda: {spans}[: {label}]",
    ),
    "hold.place": (
        "{who} placed hold {hold}[ on {spans}][, to be reviewed on {review}][: {reason}][ ({basis})]",
        "{who} membuat penahanan {hold}[ atas {spans}][, ditinjau {review}][: {reason}][ ({basis})]",
    ),
    "hold.extend": (
        "{who} extended hold {hold}[: {spans}][, to be reviewed on {review}][: {because}]",
        "{who} memperpanjang penahanan {hold}[: {spans}][, ditinjau {review}][: {because}]",
    ),
    "hold.release.ask": (
        "{who} asked for the release of hold {hold}[ on {spans}][: {because}][ ({basis})]",
        "{who} meminta pelepasan penahanan {hold}[ atas {spans}][: {because}][ ({basis})]",
    ),
    "hold.release.withdraw": (
        "{who} withdrew the request to release hold {hold}[: {because}]",
        "{who} menarik permintaan pelepasan penahanan {hold}[: {because}]",
    ),
    "hold.release": (
        "hold {hold}[ on {spans}] was released, asked for by {who}[, approved by {approved}][: {because}][ ({basis})]",
        "penahanan {hold}[ atas {spans}] dilepas atas permintaan {who}[, disetujui {approved}]"
        "[: {because}][ ({basis})]",
    ),
    "request": (
        "{who} received a request[ from {requester}][, letter {letter}][: {because}]",
        "{who} menerima permintaan[ dari {requester}][, surat {letter}][: {because}]",
    ),
    "search": ("{who} searched[ {spans}][: {because}]", "{who} mencari rekaman[ {spans}][: {because}]"),
    "view": (
        "{who} looked at {spans}[ (exhibit {exhibits})][: {because}]",
        "{who} melihat {spans}[ (barang bukti {exhibits})][: {because}]",
    ),
    "view clip": (
        "{who} took a copy of the clip {spans}[ (exhibit {exhibits})][: {because}]",
        "{who} mengambil salinan klip {spans}[ (barang bukti {exhibits})][: {because}]",
    ),
    "play": (
        "{who} played {spans}[ (exhibit {exhibits})][: {because}]",
        "{who} memutar {spans}[ (barang bukti {exhibits})][: {because}]",
    ),
    "still": (
        "{who} took a still of {spans}[ (exhibit {exhibits})][: {because}]",
        "{who} mengambil gambar diam {spans}[ (barang bukti {exhibits})][: {because}]",
    ),
    "derive": (
        "{who} took a processed copy[: derivative {derivative}][ of exhibit {exhibit}][: {because}]",
        "{who} mengambil salinan olahan[: turunan {derivative}][ dari barang bukti {exhibit}][: {because}]",
    ),
    "redact": (
        "{who} had exhibit {exhibit} redacted as derivative {derivative}[: {spans}][: {because}]",
        "{who} menyamarkan barang bukti {exhibit} sebagai turunan {derivative}[: {spans}][: {because}]",
    ),
    "import": (
        "{who} brought in {name}, from {source}: {spans}, a time that was stated, not measured[; {short}]",
        "{who} membawa masuk {name}, dari {source}: {spans}, waktu yang dinyatakan, bukan diukur[; {short}]",
    ),
    "grant.give": (
        "{who} let {name} see {spans}[: {because}]",
        "{who} mengizinkan {name} melihat {spans}[: {because}]",
    ),
    "grant.end": (
        "{who} ended the grant to {name} of {spans}[: {because}]",
        "{who} mengakhiri izin {name} atas {spans}[: {because}]",
    ),
    "print": ("{who} printed: {paper}[ {number}]", "{who} mencetak: {paper}[ {number}]"),
    "note": ("{who} noted[: {text}]", "{who} mencatat[: {text}]"),
    "access.denied": (
        "{who} was refused {refused}[ {package}][ for {recipient}][: {denial}]",
        "{who} ditolak {refused}[ {package}][ untuk {recipient}][: {denial}]",
    ),
    "export.request": (
        "{who} requested package[ {package}][ of exhibit {exhibits}][ for {recipient}][, letter {letter}]"
        "[, {imported}][: {because}]",
        "{who} meminta paket[ {package}][ dari barang bukti {exhibits}][ untuk {recipient}][, surat {letter}]"
        "[, {imported}][: {because}]",
    ),
    "export.approve": (
        "{who} approved package[ {package}][ for {recipient}][: {because}]",
        "{who} menyetujui paket[ {package}][ untuk {recipient}][: {because}]",
    ),
    "export.build": (
        "{who} built package[ {package}][ of exhibit {exhibits}][ for {recipient}][, {lacking}][, {imported}]",
        "{who} menyusun paket[ {package}][ dari barang bukti {exhibits}][ untuk {recipient}][, {lacking}]"
        "[, {imported}]",
    ),
    "export.build failed": (
        "{who} could not build package[ {package}][: {failure}]",
        "{who} gagal menyusun paket[ {package}][: {failure}]",
    ),
    "export.download": (
        "{who} downloaded package[ {package}][ by link {disclosure}][ for {recipient}][: {because}]",
        "{who} mengunduh paket[ {package}][ lewat tautan {disclosure}][ untuk {recipient}][: {because}]",
    ),
    "export.deliver": (
        "{package} was delivered whole to {who}[ by link {disclosure}]",
        "{package} terkirim utuh kepada {who}[ lewat tautan {disclosure}]",
    ),
    "receive": (
        "{name}, {office}, acknowledged receipt of {package}[ (receipt {receipt})][: {remarks}][; {differs}]",
        "{name}, {office}, mengakui penerimaan {package}[ (tanda terima {receipt})][: {remarks}][; {differs}]",
    ),
    "verify": (
        "{verifier} verified package[ {package}][: {verdicts}]",
        "{verifier} memeriksa paket[ {package}][: {verdicts}]",
    ),
    "share": (
        "{who} made a link to {package} for {recipient}[ ({role})][, open until {until}][: {note}]",
        "{who} membuat tautan ke {package} untuk {recipient}[ ({role})][, terbuka sampai {until}][: {note}]",
    ),
    "share.revoke": (
        "{who} took back the link to {package} for {recipient}[: {reason}]",
        "{who} mencabut tautan ke {package} untuk {recipient}[: {reason}]",
    ),
    "purge.preview": (
        "{who} asked to delete {spans} by hand[, of exhibit {exhibits}][ (purge {purge})][: {because}][ ({basis})]",
        "{who} meminta penghapusan manual {spans}[, dari barang bukti {exhibits}][ (pemusnahan {purge})][: {because}]"
        "[ ({basis})]",
    ),
    "purge.approve": (
        "{who} approved the deletion by hand of {spans}[, of exhibit {exhibits}][ (purge {purge})][, due on {due}]"
        "[: {because}][ ({basis})]",
        "{who} menyetujui penghapusan manual {spans}[, dari barang bukti {exhibits}][ (pemusnahan {purge})]"
        "[, jatuh tempo {due}][: {because}][ ({basis})]",
    ),
    "purge.undo": (
        "{who} took back the deletion by hand of {spans}[, of exhibit {exhibits}][ (purge {purge})][: {because}]",
        "{who} membatalkan penghapusan manual {spans}[, dari barang bukti {exhibits}][ (pemusnahan {purge})]"
        "[: {because}]",
    ),
    "purge.execute": (
        "{who} carried out the deletion by hand of {spans}[, of exhibit {exhibits}][ (purge {purge})]"
        "[, {hours} camera-hours]",
        "{who} melaksanakan penghapusan manual {spans}[, dari barang bukti {exhibits}][ (pemusnahan {purge})]"
        "[, {hours} jam-kamera]",
    ),
}
_ARCHIVE = ("the Saksi system", "sistem Saksi")
_APPROVED = ("{told}, approved by {approved}", "{told}, disetujui {approved}")
_ENDED = ("{told}; result: {ended}", "{told}; hasil: {ended}")
_BECAUSE = ("{told}; reason: {because}", "{told}; alasan: {because}")
_SAY_RESULT = {"denial", "differs", "failure", "verdicts"}
_PLAIN_RESULTS = ("", "ok", "asked", "withdrawn", "denied")
_PART = re.compile(r"\[([^\]]*)\]")
_BLANK = re.compile(r"\{(\w+)\}")


def sentence(body: Mapping[str, Any], language: str, zone: str = "UTC") -> str:
    """The event of this body in "id" or "en", without the time, which the caller shows; spans in the time of `zone`."""
    at = 1 if language == "id" else 0
    event = str(body.get("event", ""))
    if event == "export.build" and result(body, language):
        event = "export.build failed"
    if took_clip(body):
        event = "view clip"
    words = _WORDS.get(event, ("{who}: {event}", "{who}: {event}"))[at]
    blanks = {**_plain(body.get("what", {})), **_blanks(body, language, zone)}

    def part(found: re.Match[str]) -> str:
        names = _BLANK.findall(found[1])
        return found[1] if all(blanks.get(name) not in (None, "") for name in names) else ""

    told = _filled(_PART.sub(part, words), blanks)
    named = set(_BLANK.findall(words))
    if blanks["approved"] and "approved" not in named:
        told = _filled(_APPROVED[at], {**blanks, "told": told})
    if blanks["because"] and not named & {"because", "reason"}:
        told = _filled(_BECAUSE[at], {**blanks, "told": told})
    if body.get("result", "") not in _PLAIN_RESULTS and not named & _SAY_RESULT:
        told = _filled(_ENDED[at], {"ended": result(body, language), "told": told})
    return told


def result(body: Mapping[str, Any], language: str) -> str:
    """What became of it, in words; empty where it was done as it was meant."""
    return values.result(str(body.get("result", "")), language)


def took_clip(body: Mapping[str, Any]) -> bool:
    """Whether what custody calls a view was a clip, which leaves as a file that its taker keeps."""
    return body.get("event") == "view" and body.get("what", {}).get("shown") == "clip"


def is_archive(who: Mapping[str, Any]) -> bool:
    """Whether the archive itself acted, and nobody who bears its name: "saksi" alone reads as a witness."""
    known = {name for name, value in who.items() if value}
    return who.get("name") == "saksi" and known <= {"name", "auth"} and who.get("auth", "") in ("", "system")


def person(who: Mapping[str, Any], language: str) -> str:
    """Rank, name, service number and unit, as far as they are known; the archive itself is the Saksi system."""
    if is_archive(who):
        return _ARCHIVE[1 if language == "id" else 0]
    named = " ".join(part for part in (who.get("rank", ""), who.get("name", "")) if part)
    more = ", ".join(part for part in (who.get("id", ""), who.get("unit", "")) if part)
    return f"{named} ({more})" if more else named


def _blanks(body: Mapping[str, Any], language: str, zone: str) -> dict[str, str]:
    what, why = body.get("what", {}), body.get("why", {})
    who = person(body.get("who", {}), language)
    because = str(why.get("reason", ""))
    verifier = ", ".join(part for part in (what.get("name", ""), what.get("office", "")) if part)
    link = "disclosure" in what
    return {
        "who": who,
        "event": str(body.get("event", "")),
        "approved": ", ".join(person(one, language) for one in body.get("approved_by", [])),
        "because": because,
        "reason": str(what.get("reason", "")) or because,
        "letter": str(why.get("letter", "")),
        "basis": str(why.get("basis", "")) or str(what.get("reference", "")),
        # A link is given to its recipient, who then is the one that acts.
        "recipient": "" if link and str(what.get("recipient", "")) in who else str(what.get("recipient", "")),
        "verifier": verifier or who,
        "spans": values.spans(what, language, zone),
        "exhibits": values.exhibits(what.get("exhibits", []), language, zone),
        "edits": values.edits(what, language),
        "verdicts": values.verdicts(what.get("verdicts", {}), language) or result(body, language),
        "until": values.moment(what.get("until"), language, zone),
        "due": values.moment(what.get("due"), language, zone),
        "review": values.day(what.get("review_on")),
        "paper": values.paper(str(what.get("paper", "")), language),
        "role": values.role(str(what.get("role", "")), language),
        "refused": values.refused(what, language, zone),
        "denial": result(body, language) if link else "",
        "differs": result(body, language),
        "lacking": values.lacking(what, language),
        "imported": values.imported(what, language),
        "short": values.short(what, language),
        "failure": values.failure(what, str(body.get("result", "")), language),
    }


def _plain(what: Mapping[str, Any]) -> dict[str, str]:
    """Single values; zero is none, as numbers of links and receipts begin at one."""
    return {name: str(value) for name, value in what.items() if isinstance(value, str | int) and value}


def _filled(words: str, blanks: Mapping[str, str]) -> str:
    """Blanks are replaced once: what fills them may hold braces of its own."""
    return _BLANK.sub(lambda found: blanks.get(found[1], "") or "?", words)
