"""Exhibits: a span of cameras that belongs to a case. Making one places a hold on its span, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue import cameras, cases, custody, footage, holding
from saksi.catalogue.askers import Asker
from saksi.catalogue.cameras import Camera, Filter
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.holds import HoldSpan
from saksi.catalogue.places import is_code
from saksi.catalogue.sight import Sight, Span
from saksi.catalogue.windows import check_span
from saksi.custody.signing import Signer
from saksi.errors import BadInput, NotFound
from saksi.messages import register

register(
    "exhibit_unknown",
    en=("Case {case} has no exhibit {number}.", "List them with GET /api/v1/cases/{case}/exhibits."),
    id_=(
        "Kasus {case} tidak punya barang bukti {number}.",
        "Lihat daftarnya dengan GET /api/v1/cases/{case}/exhibits.",
    ),
)
register(
    "exhibit_where",
    en=("It must be said once which cameras.", "Give exactly one of cameras, near (with radius_m) and area."),
    id_=(
        "Kamera mana harus disebut satu kali.",
        "Beri tepat satu dari cameras, near (dengan radius_m) dan area.",
    ),
)
register(
    "exhibit_without_cameras",
    en=("No camera stood there at that time.", "Widen the radius or the area, or name the cameras."),
    id_=("Tidak ada kamera di situ pada waktu itu.", "Perluas radius atau wilayah, atau sebutkan kameranya."),
)
register(
    "exhibit_cameras_many",
    en=("That names more than {most} cameras.", "Narrow it, or make several exhibits."),
    id_=("Itu menyebut lebih dari {most} kamera.", "Persempit, atau buat beberapa barang bukti."),
)
register(
    "span_ahead",
    en=(
        "The span ends at {to}, which is still to come.",
        "Give a to that has passed; to keep what comes, place a hold.",
    ),
    id_=(
        "Rentang berakhir {to}, yang belum terjadi.",
        "Beri to yang sudah lewat; untuk yang akan datang buat penahanan.",
    ),
)

MOST_DAYS = 31
MOST_CAMERAS = holding.MOST_SPANS


@dataclass(frozen=True, kw_only=True)
class ExhibitCamera:
    """A camera of an exhibit, as it was called and where it stood when the span begins."""

    camera_id: int
    camera: str
    name: str
    lat: float | None
    lon: float | None
    heading_deg: float | None
    fov_deg: float | None


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """An exhibit. `number` counts within the case; `chosen` tells how its cameras were named."""

    exhibit_id: int
    number: int
    from_us: int
    to_us: int
    note: str
    chosen: dict[str, Any]
    hold_id: int
    made_by: str
    made_us: int
    cameras: tuple[ExhibitCamera, ...]

    def span(self, camera: ExhibitCamera) -> Span:
        """As sight asks about one of its cameras."""
        return camera.camera_id, self.from_us, self.to_us

    def spans(self) -> list[Span]:
        """The same of all of them."""
        return [self.span(one) for one in self.cameras]


def resolve(
    connection: Connection,
    sight: Sight,
    seen_us: tuple[int, int],
    *,
    codes: Sequence[str] = (),
    wanted: Filter | None = None,
) -> list[Camera]:
    """The cameras named by `codes`, or those that `wanted` finds, where they stood as `seen_us` begins; by code.

    Raises NotFound for a camera that they may not know of, Denied for one whose span they may not see, BadInput for
    none or too many.
    """
    for code in codes:
        if not is_code(code):
            raise NotFound("camera_unknown", field="cameras", camera=code[:80])
    if codes:
        asked = Filter(sight=sight, seen_us=seen_us, codes=sorted(set(codes)), at_us=seen_us[0])
    else:
        assert wanted is not None
        asked = wanted
    found = cameras.search(connection, asked, limit=MOST_CAMERAS + 1)
    if len(found) > MOST_CAMERAS or len(set(codes)) > MOST_CAMERAS:
        raise BadInput("exhibit_cameras_many", field="cameras" if codes else "radius_m", most=MOST_CAMERAS)
    for code in sorted(set(codes) - {one.code for one in found}):
        cameras.find(connection, code, sight, seen_us=seen_us, field="cameras")  # raises what there is to say
    if not found:
        raise BadInput("exhibit_without_cameras", field="cameras")
    return sorted(found, key=lambda one: one.code)


def check_window(from_us: int, to_us: int) -> None:
    """Raises BadInput for a span that no exhibit can have: empty, reversed, too long, or not over yet."""
    check_span(from_us, to_us, MOST_DAYS)
    if to_us > clock.now_us():
        raise BadInput("span_ahead", field="to", to=clock.format_us(to_us))


def add(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    *,
    found: Sequence[Camera],
    from_us: int,
    to_us: int,
    note: str = "",
    chosen: dict[str, Any] | None = None,
    why: Why | None = None,
) -> Exhibit:
    """Makes an exhibit of cameras that `resolve` found, with the hold on its span. Raises Conflict in a closed case."""
    check_window(from_us, to_us)
    cases.lock_open(connection, case)
    row = connection.execute(query("exhibits.next_number"), {"case_id": case.case_id}).fetchone()
    assert row is not None
    number: int = row["number"]
    spans = [
        HoldSpan(camera_id=one.camera_id, camera=one.code, from_us=from_us, to_us=to_us) for one in found
    ]
    hold, entry = holding.place(
        connection, signer, asker, who, spans=spans, reason=f"{case.number} #{number}", case=case, why=why
    )
    values = {
        "case_id": case.case_id,
        "number": number,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "note": note,
        "chosen": Jsonb(chosen or {"cameras": [one.code for one in found]}),
        "hold_id": hold.hold_id,
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    added = connection.execute(query("exhibits.add"), values).fetchone()
    assert added is not None
    for one in found:
        fields = ("camera_id", "name", "lat", "lon", "heading_deg", "fov_deg")
        connection.execute(
            query("exhibits.add_camera"), {**added, **{name: getattr(one, name) for name in fields}}
        )
    what = {
        "exhibit": number,
        "hold": hold.hold_id,
        "spans": [list(span.told()) for span in spans],
        "places": [place_told(one.code, one) for one in found],
        "note": note,
    }
    custody.record(connection, signer, case, "exhibit.add", who=who, what=what, why=why, refs=[entry.leaf])
    return find(connection, case, number)


def find(connection: Connection, case: CaseFile, number: int) -> Exhibit:
    """The exhibit of this number. Raises NotFound when the case has none."""
    found = list_exhibits(connection, case, number=number, limit=1) if 0 < number < 1 << 31 else []
    if not found:
        raise NotFound("exhibit_unknown", field="exhibit", case=case.code, number=number)
    return found[0]


def list_exhibits(
    connection: Connection, case: CaseFile, *, limit: int = 100_000, after: int = 0, number: int | None = None
) -> list[Exhibit]:
    """The exhibits of a case by number, from the one after `after` on."""
    values = {"case_id": case.case_id, "after": after, "number": number, "limit": limit}
    rows = connection.execute(query("exhibits.list"), values).fetchall()
    of: dict[int, list[ExhibitCamera]] = defaultdict(list)
    for row in connection.execute(
        query("exhibits.cameras"), {"exhibits": [row["exhibit_id"] for row in rows]}
    ):
        fields = ("camera_id", "name", "lat", "lon", "heading_deg", "fov_deg")
        of[row["exhibit_id"]].append(
            ExhibitCamera(camera=row["code"], **{name: row[name] for name in fields})
        )
    return [
        Exhibit(
            exhibit_id=row["exhibit_id"],
            number=row["number"],
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            note=row["note"],
            chosen=row["chosen"],
            hold_id=row["hold_id"],
            made_by=row["made_by_name"],
            made_us=clock.to_us(row["made_at"]),
            cameras=tuple(of[row["exhibit_id"]]),
        )
        for row in rows
    ]


def without_footage(connection: Connection, exhibit: Exhibit) -> list[str]:
    """Codes of the cameras of which there is nothing in the span, neither in the store nor on its way."""
    ids = [one.camera_id for one in exhibit.cameras]
    known = footage.coverage(connection, ids, exhibit.from_us, exhibit.to_us)
    return [
        one.camera
        for one in exhibit.cameras
        if one.camera_id not in known or not known[one.camera_id].coverage
    ]


def purged_before(connection: Connection, exhibit: Exhibit) -> list[tuple[str, int, int]]:
    """Code and span of what a purge had taken of its cameras before; nothing else has those times any more."""
    ids = [one.camera_id for one in exhibit.cameras]
    known = footage.coverage(connection, ids, exhibit.from_us, exhibit.to_us)
    return [
        (one.camera, span.start_us, span.end_us)
        for one in exhibit.cameras
        for span in known[one.camera_id].coverage
        if span.state == "purged"
    ]


def touched(connection: Connection, case: CaseFile, camera_id: int, from_us: int, to_us: int) -> list[int]:
    """Numbers of the exhibits that hold any of a camera's [from_us, to_us)."""
    values = {
        "case_id": case.case_id,
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    return [row["number"] for row in connection.execute(query("exhibits.touched"), values)]


def place_told(code: str, camera: Camera | ExhibitCamera) -> dict[str, object]:
    """Where it stood, as whole numbers of 1e-7 and 1e-2 degrees: canonical bytes have no fractions."""
    told: dict[str, object] = {"camera": code}
    for name, value, scale in (
        ("lat_e7", camera.lat, 1e7),
        ("lon_e7", camera.lon, 1e7),
        ("heading_cdeg", camera.heading_deg, 100),
    ):
        if value is not None:
            told[name] = round(value * scale)
    return told
