"""Cameras: adding, changing, finding them by place, owner, state and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.around import square
from saksi.catalogue.camera_input import check_place
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import (
    CATEGORIES,
    agency_exists,
    checked_code,
    checked_name,
    is_code,
    site_exists,
)
from saksi.catalogue.sight import Sight, knows_agency
from saksi.errors import BadInput, Conflict, Denied, NotFound
from saksi.messages import register
from saksi.secrets import mask_url

STATES = ("recording", "connecting", "failed", "stopped", "unknown")


register(
    "status_unknown",
    en=("{given} is not a status.", "Use one of: {known}."),
    id_=("{given} bukan status.", "Gunakan salah satu: {known}."),
)

register(
    "span_outside_sight",
    en=(
        "You may not see {camera} in all of that span.",
        "Ask for less (GET /api/v1/me/grants tells what was granted), or ask a records officer for a grant.",
    ),
    id_=(
        "Anda tidak boleh melihat {camera} dalam seluruh rentang itu.",
        "Minta rentang lebih sempit (lihat GET /api/v1/me/grants) atau minta izin kepada petugas arsip.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class CameraState:
    """How a camera is doing. `state` is recording, connecting, failed, stopped (always when it is switched off),
    or unknown when nobody tells.
    """

    state: str
    reason: str | None
    detail: str | None
    since_us: int | None
    codec: str
    width: int
    height: int
    fps: float
    mbps: float
    last_frame_us: int | None


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera with its place at the asked instant. `camera_id` is the catalogue's own, `code` everyone's."""

    camera_id: int
    code: str
    name: str
    agency: str
    agency_name: str
    category: str
    site: str | None
    site_name: str | None
    lat: float | None
    lon: float | None
    heading_deg: float | None
    fov_deg: float | None
    distance_m: float | None
    enabled: bool
    source_masked: str
    state: CameraState
    last_end_us: int | None
    thumbnail_key: str | None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Camera:
        """From a row of cameras.search."""
        state = CameraState(
            state=row["state"],
            reason=row["reason"],
            detail=row["detail"],
            since_us=_us(row["since"]),
            codec=row["codec"] or "",
            width=row["width"] or 0,
            height=row["height"] or 0,
            fps=row["fps"] or 0.0,
            mbps=row["mbps"] or 0.0,
            last_frame_us=_us(row["last_frame_at"]),
        )
        names = ("camera_id", "code", "name", "agency", "agency_name", "category", "site", "site_name", "lat", "lon",
                 "heading_deg", "fov_deg", "distance_m", "enabled", "thumbnail_key")  # fmt: skip
        return cls(
            state=state,
            last_end_us=_us(row["last_end"]),
            source_masked=mask_url(row["source_masked"]),  # again: a row may be older than today's rules
            **{name: row[name] for name in names},
        )


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What to look for; None does not narrow. `sight` is who is asking, not what is asked.

    `seen_us`: only cameras whose footage of all of [from, to) they may see; else those they may know of at `at_us`.
    """

    sight: Sight = None
    seen_us: tuple[int, int] | None = None
    codes: Sequence[str] | None = None
    near: tuple[float, float] | None = None
    radius_m: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    boundary: str | None = None
    agency: str | None = None
    category: str | None = None
    status: str | None = None
    q: str | None = None
    at_us: int | None = None


def search(
    connection: Connection, wanted: Filter, *, limit: int, after: tuple[float, str] = (-1.0, "")
) -> list[Camera]:
    """Cameras nearest first (by id without a place to be near to). `after` is the last one's (distance, id)."""
    _check(connection, wanted)
    lat, lon = wanted.near or (None, None)
    after_m, after_code = after
    box = wanted.bbox
    if box is None and wanted.near is not None and wanted.radius_m is not None:
        box = square(*wanted.near, wanted.radius_m)
    values = {
        "sight": wanted.sight,
        "seen_from": None if wanted.seen_us is None else clock.from_us(wanted.seen_us[0]),
        "seen_to": None if wanted.seen_us is None else clock.from_us(wanted.seen_us[1]),
        "codes": None if wanted.codes is None else list(wanted.codes),
        "lat": lat,
        "lon": lon,
        "radius_m": wanted.radius_m if wanted.near else None,
        "box": None if box is None else "(({1!r},{0!r}),({3!r},{2!r}))".format(*box),
        "boundary": wanted.boundary,
        "agency": wanted.agency,
        "category": wanted.category,
        "status": wanted.status,
        "q": None if wanted.q is None else f"%{_literally(wanted.q)}%",
        "at": clock.from_us(clock.now_us() if wanted.at_us is None else wanted.at_us),
        "after_m": after_m,
        "after": after_code,
        "limit": limit,
    }
    # Planned for these values each time: one plan for any filter reads every camera and sorts them, 0.6 s in a city.
    found = connection.execute(query("cameras.search"), values, prepare=False)
    return [Camera.from_row(row) for row in found]


def find(
    connection: Connection,
    code: str,
    sight: Sight = None,
    *,
    at_us: int | None = None,
    seen_us: tuple[int, int] | None = None,
    field: str = "camera",
) -> Camera:
    """The camera with this id, at its place of `at_us`; with `seen_us` for its footage of all of [from, to).

    Raises NotFound where there is none that `sight` may know of, Denied where it is known and that span not to be seen.
    """
    if not is_code(code):
        raise NotFound("camera_unknown", field=field, camera=code[:80])
    wanted = Filter(codes=[code], sight=sight, seen_us=seen_us, at_us=at_us)
    for one in search(connection, wanted, limit=1):
        return one
    if seen_us is not None and search(connection, Filter(codes=[code], sight=sight), limit=1):
        raise Denied("span_outside_sight", field=field, camera=code)
    raise NotFound("camera_unknown", field=field, camera=code)


def camera_exists(connection: Connection, code: str) -> bool:
    """Whether there is such a camera."""
    return bool(search(connection, Filter(codes=[code]), limit=1))


def add_camera(
    connection: Connection,
    *,
    code: str,
    name: str,
    agency: str,
    source_sealed: str,
    source_masked: str,
    lat: float,
    lon: float,
    site: str | None = None,
    heading_deg: float | None = None,
    fov_deg: float | None = None,
    valid_from_us: int | None = None,
) -> int:
    """Adds a camera standing at a place from `valid_from_us` (default: since 2000) on; answers its catalogue id."""
    checked_name(name)  # before the id, which is made from it
    if not agency_exists(connection, agency):
        raise BadInput("agency_unknown", field="agency", given=agency)
    if site is not None and not site_exists(connection, site, agency):
        raise BadInput("site_unknown", field="site", given=site)
    values = {
        "code": checked_code(code),
        "name": name,
        "agency": agency,
        "site": site,
        "source_sealed": source_sealed,
        "source_masked": source_masked,
    }
    check_place(lat, lon, heading_deg, fov_deg)
    row = connection.execute(query("cameras.add_camera"), values).fetchone()
    if row is None:
        raise Conflict("code_taken", field="id", given=code)
    camera_id: int = row["camera_id"]
    valid_from = clock.EARLIEST_US if valid_from_us is None else valid_from_us
    place(connection, camera_id, valid_from, lat, lon, heading_deg, fov_deg)
    return camera_id


def change_camera(
    connection: Connection,
    code: str,
    *,
    name: str | None = None,
    site: str | None = None,
    enabled: bool | None = None,
    source_sealed: str | None = None,
    source_masked: str | None = None,
) -> int:
    """Changes what is given. Raises NotFound for an unknown camera, BadInput for a site that its agency does not have;
    answers its catalogue id.
    """
    if site is not None and not site_exists(connection, site, find(connection, code).agency):
        raise BadInput("site_unknown", field="site", given=site)
    values = {
        "code": code,
        "name": None if name is None else checked_name(name),
        "site": site,
        "enabled": enabled,
        "source_sealed": source_sealed,
        "source_masked": source_masked,
    }
    row = connection.execute(query("cameras.change"), values).fetchone()
    if row is None:
        raise NotFound("camera_unknown", field="camera", camera=code)
    camera_id: int = row["camera_id"]
    return camera_id


def place(
    connection: Connection,
    camera_id: int,
    from_us: int,
    lat: float,
    lon: float,
    heading_deg: float | None,
    fov_deg: float | None,
) -> None:
    """From `from_us` on the camera stands here; searches before that use where it stood then."""
    check_place(lat, lon, heading_deg, fov_deg)
    values = {
        "camera_id": camera_id,
        "valid_from": clock.from_us(from_us),
        "lat": lat,
        "lon": lon,
        "heading_deg": heading_deg,
        "fov_deg": fov_deg,
    }
    connection.execute(query("cameras.place"), values)


def recorded_at(connection: Connection, camera_ids: Sequence[int], at_us: int) -> dict[int, str]:
    """Which of these cameras were recorded at the instant, and whether that is "stored", "thinned" or "purged"."""
    values = {"cameras": list(camera_ids), "at": clock.from_us(at_us)}
    rows = connection.execute(query("cameras.recorded_at"), values)
    return {row["camera_id"]: row["state"] for row in rows}


def _check(connection: Connection, wanted: Filter) -> None:
    """A misspelt filter must not look like a city without cameras."""
    if wanted.status is not None and wanted.status not in STATES:
        raise BadInput("status_unknown", field="status", given=wanted.status[:40], known=", ".join(STATES))
    if wanted.category is not None and wanted.category not in CATEGORIES:
        known = ", ".join(CATEGORIES)
        raise BadInput("category_unknown", field="category", given=wanted.category[:40], known=known)
    if wanted.agency is not None and not knows_agency(connection, wanted.sight, wanted.agency):
        raise BadInput("agency_unknown", field="agency", given=wanted.agency[:80])


def _literally(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)
