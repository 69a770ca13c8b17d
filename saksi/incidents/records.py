"""Incidents as they are entered, corrected by new versions and withdrawn; none is ever lost.

Places have an exactness in metres and times a span where only that is known: figures leave out what is too vague for
them, and say how much that was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import cases
from saksi.catalogue.askers import Asker, sees_everything
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_code, checked_name
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register

MOST_SPAN_US = 31 * 24 * 3_600_000_000
LEAST_ACCURACY_M, MOST_ACCURACY_M = 1.0, 50_000.0
# An identity number (NIK) has sixteen digits, a telephone number nine or more: neither has any business here.
_PERSONAL = re.compile(
    r"(?<!\d)(?:\d[ .-]?){15}\d(?!\d)|(?<![\d/.-])(?:\+62|62|0)[ -]?8(?:[ -]?\d){8,11}(?!\d)"
)

register(
    "incident_unknown",
    en=("There is no incident {given}.", "List them with GET /api/v1/incidents."),
    id_=("Tidak ada kejadian {given}.", "Lihat daftarnya dengan GET /api/v1/incidents."),
)
register(
    "incident_kind_unknown",
    en=(
        "{given} is not a kind of incident.",
        "Use one of: {known}; or add it with POST /api/v1/incidents/kinds.",
    ),
    id_=(
        "{given} bukan jenis kejadian.",
        "Gunakan salah satu: {known}; atau tambahkan dengan POST /api/v1/incidents/kinds.",
    ),
)
register(
    "incident_ends_early",
    en=(
        "{field} is before the time it happened.",
        "Give the last moment at which it can have happened, or leave it out.",
    ),
    id_=(
        "{field} mendahului waktu kejadian.",
        "Beri saat terakhir kejadian itu mungkin terjadi, atau kosongkan.",
    ),
)
register(
    "incident_span_long",
    en=("The span in which it happened is longer than {days} days.", "Narrow it down, or do not enter it."),
    id_=("Rentang waktu kejadian lebih dari {days} hari.", "Persempit rentangnya, atau jangan dimasukkan."),
)
register(
    "incident_in_future",
    en=("{field} lies in the future.", "Check the day and the zone."),
    id_=("{field} berada di masa depan.", "Periksa tanggal dan zona waktunya."),
)
register(
    "incident_place",
    en=("{field} is out of range: {given}.", "Give {least} to {most}."),
    id_=("{field} di luar batas: {given}.", "Beri {least} sampai {most}."),
)
register(
    "incident_personal",
    en=(
        "{field} seems to hold an identity or telephone number.",
        "Leave out whatever tells of a person: the case holds that.",
    ),
    id_=(
        "{field} tampaknya memuat NIK atau nomor telepon.",
        "Hapus segala data pribadi: tempatnya di berkas kasus.",
    ),
)
register(
    "incident_changed",
    en=("It was changed meanwhile.", "Read it anew, and correct what it says now."),
    id_=("Kejadian ini baru saja diubah.", "Baca ulang, lalu perbaiki isinya yang sekarang."),
)
register(
    "incident_reason_missing",
    en=("A correction needs a reason.", "Say in reason why it is corrected or withdrawn."),
    id_=("Perbaikan perlu alasan.", "Sebutkan di reason mengapa diperbaiki atau ditarik."),
)
register(
    "incident_withdrawn",
    en=("It was withdrawn.", "Enter it anew if it happened after all."),
    id_=("Kejadian ini sudah ditarik.", "Masukkan lagi bila ternyata memang terjadi."),
)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One version of an incident: [from_us, to_us] is when it can have happened, both the same where that is known."""

    incident_id: int
    version: int
    kind: str
    from_us: int
    to_us: int
    lat: float
    lon: float
    accuracy_m: float
    case: str | None
    case_id: int | None
    reference: str
    source: str
    note: str
    withdrawn: bool
    reason: str
    entered_by: str
    entered_us: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Incident:
        """From a row of incidents.list or .versions."""
        return cls(
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            case=row["case_code"],
            entered_by=row["entered_by_name"],
            entered_us=clock.to_us(row["entered_at"]),
            **{
                name: row[name]
                for name in (
                    *("incident_id", "version", "kind", "lat", "lon", "accuracy_m", "case_id"),
                    *("reference", "source", "note", "withdrawn", "reason"),
                )
            },
        )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is entered of an incident; `to_us` None: the time is known."""

    kind: str
    from_us: int
    to_us: int | None = None
    lat: float
    lon: float
    accuracy_m: float
    case: str | None = None
    reference: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which incidents: what is None does not narrow. Times are of when they happened, the end not part of it."""

    from_us: int | None = None
    to_us: int | None = None
    kinds: Sequence[str] | None = None
    bbox: tuple[float, float, float, float] | None = None
    boundary: str | None = None
    near: tuple[float, float] | None = None
    radius_m: float | None = None

    def values(self) -> dict[str, object]:
        """As the statements take it."""
        south, west, north, east = self.bbox or (0.0, 0.0, 0.0, 0.0)
        lat, lon = self.near or (0.0, 0.0)
        return {
            "from": None if self.from_us is None else clock.from_us(self.from_us),
            "to": None if self.to_us is None else clock.from_us(self.to_us),
            "kinds": None if self.kinds is None else list(self.kinds),
            "box": None if self.bbox is None else f"(({west!r},{south!r}),({east!r},{north!r}))",
            "boundary": self.boundary,
            "lat": lat,
            "lon": lon,
            "radius_m": self.radius_m if self.near is not None else None,
        }


def kinds(connection: Connection) -> list[dict[str, str]]:
    """Every kind: code, name_en, name_id."""
    return [dict(row) for row in connection.execute(query("incidents.kinds"))]


def add_kind(connection: Connection, *, code: str, name_en: str, name_id: str) -> None:
    """Adds a kind. Raises BadInput for names that cannot be shown, Conflict for a code that is taken."""
    values = {
        "code": checked_code(code),
        "name_en": checked_name(name_en, "name_en"),
        "name_id": checked_name(name_id, "name_id"),
    }
    if connection.execute(query("incidents.add_kind"), values).fetchone() is None:
        raise Conflict("code_taken", field="id", given=code)


def check_kinds(connection: Connection, given: Sequence[str], field: str = "kind") -> None:
    """Raises BadInput for a kind that there is none of: a misspelt one must not look like a quiet city."""
    known = [row["code"] for row in kinds(connection)]
    for kind in given:
        if kind not in known:
            raise BadInput("incident_kind_unknown", field=field, given=kind[:63], known=", ".join(known))


def checked(connection: Connection, asker: Asker, facts: Facts) -> dict[str, object]:
    """The values of a version. Raises BadInput naming the field, NotFound for a case that is not theirs to see."""
    check_kinds(connection, [facts.kind])
    to_us = facts.from_us if facts.to_us is None else facts.to_us
    if to_us < facts.from_us:
        raise BadInput("incident_ends_early", field="to")
    if to_us - facts.from_us > MOST_SPAN_US:
        raise BadInput("incident_span_long", field="to", days=MOST_SPAN_US // (24 * 3_600_000_000))
    if facts.from_us > clock.now_us():
        raise BadInput("incident_in_future", field="at")
    for field, given, least, most in (
        ("lat", facts.lat, -90.0, 90.0),
        ("lon", facts.lon, -180.0, 180.0),
        ("accuracy_m", facts.accuracy_m, LEAST_ACCURACY_M, MOST_ACCURACY_M),
    ):
        if not least <= given <= most:
            raise BadInput("incident_place", field=field, given=given, least=least, most=most)
    texts = {name: str(getattr(facts, name)).strip() for name in ("reference", "source", "note")}
    for field, text in texts.items():
        if text:
            checked_name(text, field)
        if field != "reference" and _PERSONAL.search(text):
            raise BadInput("incident_personal", field=field)
    case = None if facts.case is None else cases.find(connection, facts.case, asker)
    return {
        "kind": facts.kind,
        "from_at": clock.from_us(facts.from_us),
        "to_at": clock.from_us(to_us),
        "lat": facts.lat,
        "lon": facts.lon,
        "accuracy_m": facts.accuracy_m,
        "case_id": None if case is None else case.case_id,
        **texts,
    }


def add(
    connection: Connection, asker: Asker, facts: Facts, *, fingerprint: bytes | None = None
) -> int | None:
    """Enters an incident; answers its id, or None where a line of the fingerprint was brought before.

    Raises BadInput naming the field, NotFound for an unknown case.
    """
    values = {
        **checked(connection, asker, facts),
        "fingerprint": fingerprint,
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    row = connection.execute(query("incidents.add"), values).fetchone()
    return None if row is None else int(row["incident_id"])


def versions(connection: Connection, asker: Asker, incident_id: int) -> list[Incident]:
    """Every version, the newest first. Raises NotFound when there is none."""
    values = {"incident_id": incident_id, **_who(asker)}
    found = [Incident.from_row(row) for row in connection.execute(query("incidents.versions"), values)]
    if not found:
        raise NotFound("incident_unknown", field="incident", given=incident_id)
    return found


def correct(
    connection: Connection,
    asker: Asker,
    before: Incident,
    facts: Facts,
    *,
    reason: str,
    withdraw: bool = False,
) -> Incident:
    """Puts a new version in the place of `before`, the one that counts; answers it.

    Raises BadInput without a reason or with facts that cannot be, Conflict when it was withdrawn or changed meanwhile.
    """
    if not reason.strip():
        raise BadInput("incident_reason_missing", field="reason")
    if before.withdrawn:
        raise Conflict("incident_withdrawn", field="incident")
    if _PERSONAL.search(reason):
        raise BadInput("incident_personal", field="reason")
    values = {
        **checked(connection, asker, facts),
        "incident_id": before.incident_id,
        "version": before.version,
        "withdrawn": withdraw,
        "reason": checked_name(reason.strip(), "reason"),
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    if facts.case is None and before.case is None:
        values["case_id"] = before.case_id  # of a case that is not theirs to see, nor to take away
    if connection.execute(query("incidents.replace"), values).fetchone() is None:
        raise Conflict("incident_changed", field="incident")
    connection.execute(query("incidents.add_version"), values)
    return versions(connection, asker, before.incident_id)[0]


def search(
    connection: Connection, asker: Asker, wanted: Filter, *, limit: int, before: tuple[int, int] | None = None
) -> list[Incident]:
    """Incidents, the newest first; `before` is (from_us, incident_id) of the last one of the page before."""
    check_kinds(connection, wanted.kinds or ())
    values = {
        **wanted.values(),
        **_who(asker),
        "limit": limit,
        "before_at": None if before is None else clock.from_us(before[0]),
        "before_id": None if before is None else before[1],
    }
    return [Incident.from_row(row) for row in connection.execute(query("incidents.list"), values)]


def _who(asker: Asker) -> dict[str, object]:
    return {"everything": sees_everything(asker), "person_id": asker.person_id}
