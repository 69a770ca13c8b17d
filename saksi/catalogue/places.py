"""Agencies, sites and areas: who owns cameras and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.errors import BadInput, Conflict
from saksi.messages import Phrase, register, register_phrase

CATEGORIES = ("transport", "police", "city", "bank", "mall", "hospital", "hotel", "entertainment", "other")
_CODE = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")

_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

register(
    "address_malformed",
    en=("{field} is not a mail address: {given}.", "Write it as name@agency.example, or leave it empty."),
    id_=("{field} bukan alamat surel: {given}.", "Tulis seperti nama@instansi.example, atau kosongkan."),
)
register(
    "code_malformed",
    en=("{field} is not an id: {given}.", "Use lower-case letters, digits and hyphens, at most 63."),
    id_=("{field} bukan id: {given}.", "Gunakan huruf kecil, angka dan tanda hubung, paling banyak 63."),
)
register(
    "name_unusable",
    en=(
        "{field} is empty or holds characters that cannot be shown.",
        "Write something in {field} that people can read.",
    ),
    id_=(
        "{field} kosong atau berisi karakter yang tidak dapat ditampilkan.",
        "Isi {field} dengan sesuatu yang dapat dibaca.",
    ),
)
register(
    "code_taken",
    en=("{given} is taken already.", "Choose another id."),
    id_=("{given} sudah dipakai.", "Pilih id lain."),
)
register(
    "category_unknown",
    en=("{given} is not a category.", "Use one of: {known}."),
    id_=("{given} bukan kategori.", "Gunakan salah satu: {known}."),
)
register(
    "agency_unknown",
    en=(
        "There is no agency {given}.",
        "List them with `saksi agency list` (GET /api/v1/agencies), or add it with `saksi agency add`.",
    ),
    id_=(
        "Tidak ada instansi {given}.",
        "Lihat daftar dengan `saksi agency list` (GET /api/v1/agencies), atau tambahkan dengan `saksi agency add`.",
    ),
)
register(
    "site_unknown",
    en=("The agency has no site {given}.", "List them with GET /api/v1/sites."),
    id_=("Instansi itu tidak punya lokasi {given}.", "Lihat daftar dengan GET /api/v1/sites."),
)
register(
    "area_unknown",
    en=("There is no area {given}.", "List them with GET /api/v1/areas, or give a GeoJSON Polygon."),
    id_=("Tidak ada wilayah {given}.", "Lihat daftar dengan GET /api/v1/areas, atau beri Polygon GeoJSON."),
)
register(
    "polygon_malformed",
    en=(
        "{field} is not a polygon: {why}.",
        "Give a GeoJSON Polygon: one closed ring of at least four [longitude, latitude] positions.",
    ),
    id_=(
        "{field} bukan poligon: {why}.",
        "Beri Polygon GeoJSON: satu cincin tertutup dengan sedikitnya empat posisi [bujur, lintang].",
    ),
)
# Why a geometry is no polygon
for _code, _en, _id in (
    ("not_json", "it is not JSON", "bukan JSON"),
    ("polygon_type", "its type is not Polygon", "type-nya bukan Polygon"),
    ("polygon_rings", "it does not have exactly one ring", "tidak memiliki tepat satu cincin"),
    ("polygon_length", "its ring has {count} positions", "cincinnya memiliki {count} posisi"),
    ("polygon_position", "{given} is not a position", "{given} bukan posisi"),
    ("polygon_open", "its ring is not closed", "cincinnya tidak tertutup"),
):
    register_phrase(_code, en=_en, id_=_id)


def code_from(name: str) -> str:
    """An id made from a name: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")


def is_code(text: str) -> bool:
    """Whether the text can be an id at all."""
    return _CODE.fullmatch(text) is not None


def checked_code(code: str, field: str = "id") -> str:
    """`code` itself. Raises BadInput when it cannot be an id."""
    if not is_code(code):
        raise BadInput("code_malformed", field=field, given=code[:80])
    return code


def checked_name(name: str, field: str = "name") -> str:
    """`name` itself. Raises BadInput when nobody could read it: blank, or with control characters."""
    if not name.strip() or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise BadInput("name_unusable", field=field)
    return name


def add_agency(connection: Connection, *, code: str, name: str, category: str) -> None:
    """Adds an agency. Raises BadInput for a bad id or category, Conflict when the id is taken."""
    if category not in CATEGORIES:
        raise BadInput("category_unknown", field="category", given=category, known=", ".join(CATEGORIES))
    values = {"code": checked_code(code), "name": checked_name(name), "category": category}
    if connection.execute(query("cameras.add_agency"), values).fetchone() is None:
        raise Conflict("code_taken", field="id", given=code)


def set_contact(connection: Connection, agency: str, address: str) -> None:
    """The address that is told each day what will be deleted; '' for none. Raises BadInput for what is no address."""
    values = {"code": agency, "contact_email": checked_address(address, "contact_email")}
    if connection.execute(query("cameras.set_contact"), values).fetchone() is None:
        raise BadInput("agency_unknown", field="agency", given=agency[:80])


def checked_address(address: str, field: str) -> str:
    """`address` itself. Raises BadInput when it is neither empty nor a mail address."""
    if address and (len(address) > 254 or _ADDRESS.fullmatch(address) is None):
        raise BadInput("address_malformed", field=field, given=address[:80])
    return address


def agency_exists(connection: Connection, code: str) -> bool:
    """Whether there is such an agency."""
    return connection.execute(query("cameras.agency"), {"code": code}).fetchone() is not None


def check_scope(connection: Connection, agency: str, scope: Sequence[int] | None) -> None:
    """Raises BadInput unless whoever is limited to the agencies `scope` (None: all) may know of `agency`."""
    if scope is None:
        return
    row = connection.execute(query("cameras.agency"), {"code": agency}).fetchone()
    if row is None or row["agency_id"] not in scope:
        raise BadInput("agency_unknown", field="agency", given=agency)


def agency_ids(connection: Connection, codes: Sequence[str]) -> list[int]:
    """The catalogue's own ids of these agencies. Raises BadInput for one that is not there."""
    rows = connection.execute(query("people.agencies"), {"codes": list(codes)})
    known: dict[str, int] = {row["code"]: row["agency_id"] for row in rows}
    for code in codes:
        if code not in known:
            raise BadInput("agency_unknown", field="agency", given=code)
    return [known[code] for code in codes]


def area_ids(connection: Connection, codes: Sequence[str]) -> list[int]:
    """The catalogue's own ids of these areas. Raises BadInput for one that is not there."""
    rows = connection.execute(query("people.areas"), {"codes": list(codes)})
    known: dict[str, int] = {row["code"]: row["area_id"] for row in rows}
    for code in codes:
        if code not in known:
            raise BadInput("area_unknown", field="area", given=code)
    return [known[code] for code in codes]


def area_codes(connection: Connection, person_id: int) -> list[str]:
    """The areas that a person is limited to, as people know them, sorted."""
    return [row["code"] for row in connection.execute(query("people.area_codes"), {"person_id": person_id})]


def agency_codes(connection: Connection, agency_ids: Sequence[int]) -> list[str]:
    """Ids as people know them, sorted."""
    rows = connection.execute(query("cameras.agency_codes"), {"agency_ids": list(agency_ids)})
    return [row["code"] for row in rows]


def list_agencies(
    connection: Connection, *, sight: Sight, limit: int, after: str = ""
) -> list[dict[str, Any]]:
    """Agencies by id: code, name, category."""
    values = {"sight": sight, "limit": limit, "after": after}
    return connection.execute(query("cameras.agencies"), values).fetchall()


def add_site(
    connection: Connection,
    *,
    code: str,
    agency: str,
    name: str,
    address: str = "",
    lat: float | None = None,
    lon: float | None = None,
) -> None:
    """Adds a site of an agency. Raises BadInput for an unknown agency, Conflict when the id is taken."""
    if not agency_exists(connection, agency):
        raise BadInput("agency_unknown", field="agency", given=agency)
    values = {
        "code": checked_code(code),
        "agency": agency,
        "name": checked_name(name),
        "address": address,
        "lat": lat,
        "lon": lon,
    }
    if connection.execute(query("cameras.add_site"), values).fetchone() is None:
        raise Conflict("code_taken", field="id", given=code)


def site_exists(connection: Connection, code: str, agency: str | None = None) -> bool:
    """Whether there is such a site, and one of `agency` if that is given."""
    row = connection.execute(query("cameras.site"), {"code": code}).fetchone()
    return row is not None and agency in (None, row["agency"])


def list_sites(connection: Connection, *, sight: Sight, limit: int, after: str = "") -> list[dict[str, Any]]:
    """Sites by id: code, name, address, lat, lon, agency."""
    values = {"sight": sight, "limit": limit, "after": after}
    return connection.execute(query("cameras.sites"), values).fetchall()


def add_area(connection: Connection, *, code: str, name: str, geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Adds an area from a GeoJSON Polygon; answers the geometry kept. Raises BadInput when it is none."""
    boundary = polygon(geometry, "geometry")
    # Only what was checked: other members may hold what the catalogue cannot keep or JSON cannot say.
    ring = [position[:2] for position in geometry["coordinates"][0]]
    kept = {"type": "Polygon", "coordinates": [ring]}
    values = {
        "code": checked_code(code),
        "name": checked_name(name),
        "boundary": boundary,
        "geojson": Jsonb(kept),
    }
    if connection.execute(query("cameras.add_area"), values).fetchone() is None:
        raise Conflict("code_taken", field="id", given=code)
    return kept


def list_areas(connection: Connection, *, limit: int, after: str = "") -> list[dict[str, Any]]:
    """Areas by id: code, name, geojson."""
    return connection.execute(query("cameras.areas"), {"limit": limit, "after": after}).fetchall()


def area_boundary(connection: Connection, code: str) -> str:
    """The boundary of an area as PostgreSQL's polygon text. Raises BadInput for an unknown area."""
    row = connection.execute(query("cameras.boundary"), {"code": code}).fetchone()
    if row is None:
        raise BadInput("area_unknown", field="area", given=code)
    boundary: str = row["boundary"]
    return boundary


def polygon(geometry: object, field: str) -> str:
    """PostgreSQL's polygon text of a GeoJSON Polygon (RFC 7946 section 3.1.6; holes are not supported)."""
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Polygon":
        raise BadInput("polygon_malformed", field=field, why=Phrase("polygon_type"))
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        raise BadInput("polygon_malformed", field=field, why=Phrase("polygon_rings"))
    ring = rings[0]
    if not 4 <= len(ring) <= 2000:
        raise BadInput("polygon_malformed", field=field, why=Phrase("polygon_length", {"count": len(ring)}))
    points: list[str] = []
    for position in ring:
        if not _is_position(position):
            why = Phrase("polygon_position", {"given": ascii(position)[:40]})
            raise BadInput("polygon_malformed", field=field, why=why)
        points.append(f"({float(position[0])!r},{float(position[1])!r})")
    if points[0] != points[-1]:
        raise BadInput("polygon_malformed", field=field, why=Phrase("polygon_open"))
    return f"({','.join(points)})"


def _is_position(position: object) -> bool:
    if not isinstance(position, list) or len(position) < 2:
        return False
    lon, lat = position[:2]
    if isinstance(lon, bool) or isinstance(lat, bool):
        return False
    return (
        isinstance(lon, int | float)
        and isinstance(lat, int | float)
        and -180 <= lon <= 180
        and -90 <= lat <= 90
    )
