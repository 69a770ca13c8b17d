"""One row of a list of cameras brought into the catalogue: added, changed where it differs, or left alone.

What a row leaves empty stays as it is, so that the same list can be brought in again and again, and a list without
passwords takes none away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from saksi import clock
from saksi.catalogue import cameras, places, site_networks
from saksi.catalogue.camera_input import check_place, checked_source
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import Connection, query
from saksi.errors import BadInput, IntegrityError
from saksi.messages import register
from saksi.onboarding.login import COLUMNS, has_login, with_login, without_login
from saksi.retention import admission
from saksi.secrets import Vault, mask_url

MOST_NAME = 200
MOST_SOURCE = 2000

register(
    "cell_empty",
    en=("{field} is empty.", "Fill the column {field}: a new camera needs it."),
    id_=("{field} kosong.", "Isi kolom {field}: kamera baru memerlukannya."),
)
register(
    "cell_long",
    en=("{field} is longer than {most} characters.", "Shorten it; a quotation mark may be missing."),
    id_=("{field} lebih dari {most} karakter.", "Pendekkan; mungkin ada tanda kutip yang kurang."),
)
register(
    "agency_stays",
    en=(
        "{field} is not that of the camera {camera}.",
        "A camera stays with its agency: add it under another id.",
    ),
    id_=(
        "{field} bukan instansi kamera {camera}.",
        "Kamera tetap pada instansinya: tambahkan dengan id lain.",
    ),
)
register(
    "login_homeless",
    en=("{user} is given without an address to log in to.", "Fill the column {source} too."),
    id_=("{user} diisi tanpa alamat yang dituju.", "Isi juga kolom {source}."),
)


@dataclass(frozen=True, kw_only=True)
class CameraRow:
    """What a list says of one camera; '' and None: nothing. The angles are degrees.

    A site that is not there is added where the row has its name; its id is made from that where none is given.
    """

    code: str = ""
    name: str = ""
    agency: str = ""
    site: str = ""
    site_name: str = ""
    source: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    lat: float | None = None
    lon: float | None = None
    heading_deg: float | None = None
    fov_deg: float | None = None
    enabled: bool | None = None

    @property
    def id(self) -> str:
        """The camera that is meant: the id given, else the one that its name makes."""
        return self.code or places.code_from(self.name)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a row; `changed` names what was given anew."""

    done: Literal["added", "changed", "unchanged"]
    changed: tuple[str, ...] = ()


def bring(connection: Connection, vault: Vault, row: CameraRow) -> Outcome:
    """Adds the camera of `row`, or changes what differs. Raises what it is refused for, before anything is changed."""
    _check_lengths(row)
    if not row.code:
        places.checked_name(row.name)
    code = places.checked_code(row.id)
    known = connection.execute(query("cameras.sealed"), {"code": code}).fetchone()
    if known is None:
        return _add(connection, vault, code, _with_site(connection, row, row.agency))
    camera = cameras.find(connection, code)
    return _change(
        connection, vault, camera, known["source_sealed"], _with_site(connection, row, camera.agency)
    )


def _with_site(connection: Connection, row: CameraRow, agency: str) -> CameraRow:
    """The row with the id of its site, which is there then."""
    if not row.site_name:
        return row
    site = row.site or places.code_from(row.site_name)
    if agency and not places.site_exists(connection, site):
        places.add_site(connection, code=site, agency=agency, name=row.site_name)
    return replace(row, site=site)


def _add(connection: Connection, vault: Vault, code: str, row: CameraRow) -> Outcome:
    admission.check(connection)
    source = checked_source(with_login(_given(row, "source"), row.user, row.password))
    name, agency = _given(row, "name"), _given(row, "agency")
    site_networks.check_source(connection, source, site=row.site or None)
    if row.lat is None or row.lon is None:
        raise BadInput("cell_empty", field="lat" if row.lat is None else "lon")
    cameras.add_camera(
        connection,
        code=code,
        name=name,
        agency=agency,
        site=row.site or None,
        source_sealed=vault.seal(source),
        source_masked=mask_url(source),
        lat=row.lat,
        lon=row.lon,
        heading_deg=row.heading_deg,
        fov_deg=row.fov_deg,
    )
    if row.enabled is False:
        cameras.change_camera(connection, code, enabled=False)
    return Outcome(done="added")


def _change(connection: Connection, vault: Vault, known: Camera, sealed: str, row: CameraRow) -> Outcome:
    if row.agency and row.agency != known.agency:
        raise BadInput("agency_stays", field="agency", camera=known.code)
    source = _new_source(vault, sealed, row)
    if source is not None:
        site_networks.check_source(connection, source, site=row.site or None, camera=known.code)
    if row.enabled and not known.enabled:
        admission.check(connection)
    changed = tuple(_differing(known, row)) + (("source",) if source is not None else ())
    if not changed:
        return Outcome(done="unchanged")
    cameras.change_camera(
        connection,
        known.code,
        name=row.name or None,
        site=row.site or None,
        enabled=row.enabled,
        source_sealed=None if source is None else vault.seal(source),
        source_masked=None if source is None else mask_url(source),
    )
    if "place" in changed:
        _move(connection, known, row)
    return Outcome(done="changed", changed=changed)


def _differing(known: Camera, row: CameraRow) -> Iterator[str]:
    if row.name and row.name != known.name:
        yield "name"
    if row.site and row.site != known.site:
        yield "site"
    if row.enabled is not None and row.enabled != known.enabled:
        yield "enabled"
    for angle in ("lat", "lon", "heading_deg", "fov_deg"):
        given = getattr(row, angle)
        if given is not None and given != getattr(known, angle):
            yield "place"
            return


def _move(connection: Connection, known: Camera, row: CameraRow) -> None:
    """The camera stands there from now on; what the row does not say stays."""
    angles = {}
    for name in ("lat", "lon", "heading_deg", "fov_deg"):
        given = getattr(row, name)
        angles[name] = getattr(known, name) if given is None else given
    if angles["lat"] is None or angles["lon"] is None:
        raise BadInput("cell_empty", field="lat" if angles["lat"] is None else "lon")
    check_place(**angles)
    cameras.place(connection, known.camera_id, clock.now_us(), **angles)


def _new_source(vault: Vault, sealed: str, row: CameraRow) -> str | None:
    """The address that the row gives the camera; None where it has that one, or none is given."""
    try:
        before = vault.open(sealed)
    except IntegrityError:
        before = ""  # sealed with a key that is gone: a row with the whole address mends it
    if not row.source and not row.user and not row.password:
        return None
    base = row.source or without_login(before)
    if not base:
        raise BadInput("login_homeless", field="source", **COLUMNS)
    given = checked_source(with_login(base, row.user, row.password))
    if given == before or (not has_login(given) and given == without_login(before)):
        return None
    return given


def _given(row: CameraRow, name: str) -> str:
    value: str = getattr(row, name)
    if not value:
        raise BadInput("cell_empty", field=name)
    return value


def _check_lengths(row: CameraRow) -> None:
    for name, most in (
        ("code", 63),
        ("name", MOST_NAME),
        ("site_name", MOST_NAME),
        ("source", MOST_SOURCE),
        ("user", 200),
        ("password", 200),
    ):
        if len(getattr(row, name)) > most:
            raise BadInput("cell_long", field="id" if name == "code" else name, most=most)
