"""Keterangan ketiadaan rekaman: what catalogue and log say of a camera's span, piece by piece.

A piece was recorded and is there, was recorded and destroyed by a purge or lost, was never recorded for a reason that
stands on record, or cannot be told. The store itself is not read again, and the paper says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from saksi import clock
from saksi.catalogue import footage
from saksi.catalogue.cameras import Camera
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import query
from saksi.catalogue.timeline import JITTER_US, clip, mark_held, subtract, unite
from saksi.errors import BadInput
from saksi.filing import destroyed
from saksi.filing.desk import Office, case_ref
from saksi.filing.destroyed import Destroyed
from saksi.messages import register
from saksi.papers import model, parts

register(
    "absence_pieces",
    en=(
        "The span falls into {pieces} pieces, more than {most}.",
        "Ask for shorter spans, one after the other.",
    ),
    id_=(
        "Rentang itu terbagi menjadi {pieces} bagian, lebih dari {most}.",
        "Minta rentang lebih pendek, satu per satu.",
    ),
)

_MOST = 60
_DETAILS = {
    "stored": (
        "Menurut katalog ada dalam penyimpanan; objeknya tidak dibaca ulang untuk surat ini.",
        "In the store according to the catalogue; the objects were not read again for this paper.",
    ),
    "held": (
        "Ditahan sebagai bukti (penahanan {holds}). Menurut katalog ada dalam penyimpanan; objeknya tidak dibaca ulang "
        "untuk surat ini.",
        "Held as evidence (hold {holds}). In the store according to the catalogue; the objects were not read again for "
        "this paper.",
    ),
    "pending": (
        "Tercatat; rekamannya masih dalam perjalanan dari perekam.",
        "On record; the footage is still on its way from the recorder.",
    ),
    "recording": ("Sedang direkam saat surat ini dibuat.", "Being recorded as this paper is made."),
    "thinned": (
        "Bingkai kuncinya disimpan: gambar diam tanpa gerak di antaranya dan tanpa suara, dapat dilihat dan disertakan "
        "dalam paket bukti.",
        "Their keyframes were kept: still pictures without the movement between them and without sound, which can be "
        "seen and go into packages.",
    ),
    "left": (
        "Dipegang perekam {recorder}, yang belum memberi tahu bagaimana rekamannya berakhir: rekaman bagian ini "
        "mungkin masih ada pada cakramnya, yang belum dibaca.",
        "Held by the recorder {recorder}, which has not told how its recording ended: footage of this may still be on "
        "its disk, which has not been read.",
    ),
    "dropped": (
        "Terekam, lalu dibuang oleh perekam yang kehabisan tempat, sebelum sampai ke penyimpanan.",
        "Recorded, then dropped by a recorder that had run out of room, before it reached the store.",
    ),
}
_DESTROYED = ("purged", "thinned")  # the originals
# What a timeline calls a gap, as papers call it.
_CAUSES = {"not_recorded": "before_first"}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of the span: `state` of the timeline, "gap" or "dropped"; `destroyed` where a purge took it."""

    start_us: int
    end_us: int
    state: str
    reason: str = ""
    destroyed: Destroyed | None = None
    left: str = ""  # the recorder that may have footage of it, and tells nothing


def absence(
    office: Office,
    camera: Camera,
    from_us: int,
    to_us: int,
    *,
    case: CaseFile | None,
    asker: parts.Person,
    purpose: str,
    language: str,
) -> model.Absence:
    """The certificate. Raises BadInput when the span falls into more pieces than a paper can hold."""
    pieces = _pieces(office, camera, from_us, to_us)
    if len(pieces) > _MOST:
        raise BadInput("absence_pieces", field="from", pieces=len(pieces), most=_MOST)
    holds = _holds(office, camera, from_us, to_us)
    made_us = clock.now_us()
    return model.Absence(
        issue=office.issue(f"KKR-{camera.code}-{clock.from_us(made_us):%Y%m%d%H%M%S}", made_us=made_us),
        case=None if case is None else case_ref(case),
        request=parts.Request(by=asker, received_us=made_us, purpose=purpose),
        findings=tuple(_finding(office, camera, one, holds, language) for one in pieces),
        ledger=office.ledger(),
        keys=office.keys(),
        signatories=(
            parts.Signatory(capacity="maker", person=asker),
            parts.Signatory(capacity="records_officer"),
        ),
    )


def _pieces(office: Office, camera: Camera, from_us: int, to_us: int) -> list[Piece]:
    """The whole span in order of time, each part once."""
    known = footage.coverage(office.connection, [camera.camera_id], from_us, to_us)[camera.camera_id]
    held = [(start, end) for start, end, _ in _holds(office, camera, from_us, to_us)]
    found = [
        Piece(start_us=one.start_us, end_us=one.end_us, state=one.state)
        for one in mark_held(known.coverage, held)
        if one.state not in _DESTROYED
    ]
    for one in known.coverage:
        if one.state in _DESTROYED:
            parted = destroyed.pieces(office.connection, camera.camera_id, one.start_us, one.end_us)
            found += [
                Piece(start_us=x.start_us, end_us=x.end_us, state=one.state, destroyed=x) for x in parted
            ]
    window = {
        "cameras": [camera.camera_id],
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    rows = office.connection.execute(query("footage.dropped"), window)
    lost = unite((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])) for row in rows)
    for gap in known.gaps:
        whole = (gap.start_us, gap.end_us)
        found += [
            Piece(start_us=a, end_us=b, state="dropped", reason="dropped") for a, b in clip(lost, *whole)
        ]
        for a, b in subtract([whole], lost):
            if b - a > JITTER_US:
                found += _gap(office, camera, Piece(start_us=a, end_us=b, state="gap", reason=gap.reason))
    return sorted(found, key=lambda one: (one.start_us, one.end_us))


def _gap(office: Office, camera: Camera, gap: Piece) -> list[Piece]:
    """A gap, less what cannot be told because whoever held the camera fell silent and has not come back."""
    if gap.reason not in ("recorder_down", "unknown"):
        return [gap]
    values = {
        "camera_id": camera.camera_id,
        "from": clock.from_us(gap.start_us),
        "to": clock.from_us(gap.end_us),
    }
    row = office.connection.execute(query("papers.left_run"), values).fetchone()
    if row is None:
        return [gap]
    since_us = clock.to_us(row["since"])
    known = [replace(gap, end_us=since_us)] if since_us - gap.start_us > JITTER_US else []
    return [*known, replace(gap, start_us=known[0].end_us if known else gap.start_us, left=row["recorder"])]


def _finding(
    office: Office,
    camera: Camera,
    piece: Piece,
    holds: Sequence[tuple[int, int, int]],
    language: str,
) -> model.Finding:
    start_us, end_us, state = piece.start_us, piece.end_us, piece.state
    values = {
        "camera_id": camera.camera_id,
        "from": clock.from_us(start_us),
        "to": clock.from_us(end_us),
    }
    seals = _seals(office, values)
    copies = office.connection.execute(query("papers.packages_over"), values)
    over = sorted({hold for start, end, hold in holds if start < end_us and end > start_us})
    told = "left" if piece.left else state
    detail = _DETAILS[told][language != "id"] if told in _DETAILS else ""
    return model.Finding(
        camera=parts.Camera(
            id=camera.code,
            name=camera.name,
            site=camera.site_name or "",
            agency=camera.agency_name,
            latitude=camera.lat,
            longitude=camera.lon,
            heading_deg=camera.heading_deg,
        ),
        span=parts.Span(start_us=start_us, end_us=end_us),
        state="unknown" if piece.left else _state(state, piece.reason),
        cause="" if piece.left else _CAUSES.get(piece.reason, piece.reason),
        detail=detail.format(holds=", ".join(map(str, over)), recorder=piece.left),
        recorded_us=min((one.at_us for one in seals if one.at_us), default=None)
        if state not in ("gap", "recording")
        else None,
        seals=tuple(seals),
        copies=tuple(row["package"] for row in copies),
        **(
            {}
            if piece.destroyed is None
            else destroyed.facts(office.connection, camera.camera_id, piece.destroyed)
        ),
    )


def _state(state: str, reason: str) -> str:
    if state == "dropped":
        return "lost"
    if state in _DESTROYED:
        return state
    if state != "gap":
        return "present"
    return "unknown" if reason == "unknown" else "never_recorded"


def _seals(office: Office, values: dict[str, Any]) -> list[parts.EntryRef]:
    rows = office.connection.execute(query("papers.seals_over"), values)
    return [
        parts.EntryRef(index=row["idx"], leaf=row["leaf"].hex(), at_us=clock.to_us(row["at"])) for row in rows
    ]


def _holds(office: Office, camera: Camera, from_us: int, to_us: int) -> list[tuple[int, int, int]]:
    window = {
        "cameras": [camera.camera_id],
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    return [
        (clock.to_us(row["start_at"]), clock.to_us(row["end_at"]), row["hold_id"])
        for row in office.connection.execute(query("holds.covering"), window)
    ]
