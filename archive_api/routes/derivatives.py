"""Processed copies of exhibits: redactions asked for, watched and downloaded. The originals stay as they are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from archive_api import parameters
from archive_api.context import Context, Here
from archive_api.describe import instant
from archive_api.disposition import attachment
from archive_api.downloads import asked_range, download
from archive_api.methods import is_head
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, cases, custody, derivatives, exhibits
from saksi.catalogue.derivatives import Derivative
from saksi.errors import BadInput, Conflict
from saksi.export.redact import UNIT, Region
from saksi.messages import register

register(
    "redaction_span",
    en=(
        "The span is not inside the exhibit, or longer than {minutes} minutes.",
        "Choose a part of the exhibit.",
    ),
    id_=(
        "Rentang itu di luar barang bukti, atau lebih dari {minutes} menit.",
        "Pilih bagian dari barang bukti itu.",
    ),
)
register(
    "redaction_camera",
    en=("{camera} is not a camera of this exhibit.", "Choose one of: {cameras}."),
    id_=("{camera} bukan kamera barang bukti ini.", "Pilih salah satu: {cameras}."),
)
register(
    "redaction_region",
    en=(
        "Rectangle {number} hides nothing.",
        "Give x, y, width, height from 0 to 1 inside the picture and the span.",
    ),
    id_=(
        "Persegi {number} tidak menutup apa pun.",
        "Beri x, y, width, height dari 0 sampai 1 di dalam gambar dan rentang.",
    ),
)
register(
    "derivative_waits",
    en=("The copy is not ready; its state is {state}.", "Ask again when it says ready."),
    id_=("Salinan belum siap; keadaannya {state}.", "Minta lagi bila sudah ready."),
)

router = APIRouter(tags=["evidence"])
Reader = Annotated[Caller, Depends(require(Permission.DERIVATIVE_READ))]
Writer = Annotated[Caller, Depends(require(Permission.DERIVATIVE_WRITE))]
Number = Annotated[int, Path(ge=1, lt=1 << 31)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_MOST_MINUTES = 30


class NewRegion(Body):
    """A rectangle in parts of the picture's width and height, 0 to 1; hidden from `from` to `to`, else all the time."""

    x: Share
    y: Share
    width: Share
    height: Share
    from_: str | None = Field(None, alias="from", max_length=60)
    to: str | None = Field(None, max_length=60)


class NewRedaction(Body):
    """What to hide in a span of one camera of the exhibit, and why."""

    camera: str = Field(min_length=1, max_length=80)
    from_: str = Field(alias="from", max_length=60)
    to: str = Field(max_length=60)
    regions: list[NewRegion] = Field(min_length=1, max_length=50)
    method: Literal["blur", "fill"] = "blur"
    sound: Literal["dropped", "kept"] = "dropped"
    reason: str = Field(min_length=1, max_length=2000)


@router.post("/cases/{case}/exhibits/{number}/redactions", status_code=202)
def redact(case: str, number: Number, new: NewRedaction, here: Here, caller: Writer) -> dict[str, Any]:
    """Puts a redacted copy on the list. It is ready within about the length of the span."""
    from_us, to_us = clock.parse_rfc3339(new.from_, "from"), clock.parse_rfc3339(new.to, "to")
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        cases.lock_open(connection, found)
        exhibit = exhibits.find(connection, found, number)
        if (
            not exhibit.from_us <= from_us < to_us <= exhibit.to_us
            or to_us - from_us > _MOST_MINUTES * 60_000_000
        ):
            raise BadInput("redaction_span", field="from", minutes=_MOST_MINUTES)
        camera = cameras.find(connection, new.camera, caller.sight, seen_us=(from_us, to_us))
        named = [one.camera for one in exhibit.cameras]
        if camera.code not in named:
            raise BadInput("redaction_camera", field="camera", camera=camera.code, cameras=", ".join(named))
        asked = derivatives.ask(
            connection,
            found,
            exhibit=number,
            camera_id=camera.camera_id,
            from_us=from_us,
            to_us=to_us,
            parameters={
                "regions": [
                    _region(index, one, from_us, to_us).told() for index, one in enumerate(new.regions, 1)
                ],
                "method": new.method,
                "sound": new.sound,
            },
            reason=new.reason,
            who=caller.who(),
        )
        what = {
            "case": found.code,
            "exhibit": number,
            "camera": camera.code,
            "derivative": asked.number,
            "from": instant(from_us),
            "to": instant(to_us),
        }
        note_change(connection, caller, "redact", what)
    return described(asked)


@router.get("/cases/{case}/derivatives", dependencies=[Depends(parameters.only("limit", "cursor"))])
def listed(
    case: str, here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """The processed copies of a case by number, with what is hidden in them."""
    after = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        items = derivatives.of_case(connection, found, limit=limit, after=after or 0)
    return {
        "items": [described(one) for one in items],
        "next": parameters.write_cursor((items[-1].number,) if len(items) == limit else None),
    }


@router.get("/cases/{case}/derivatives/{number}", dependencies=[Depends(parameters.only())])
def state(case: str, number: Number, here: Here, caller: Reader) -> dict[str, Any]:
    """How far one is."""
    return described(_find(here, caller, case, number))


@router.get(
    "/cases/{case}/derivatives/{number}/derivation.json",
    dependencies=[Depends(parameters.only())],
    response_class=Response,
)
def statement(case: str, number: Number, here: Here, caller: Reader) -> Response:
    """The signed statement of what it was made of (DSSE, in-toto), as packages carry it."""
    one = _ready(_find(here, caller, case, number))
    return Response(one.statement, 200, media_type="application/json")


@router.get("/cases/{case}/derivatives/{number}/file.mp4", response_class=Response)
def file(case: str, number: Number, request: Request, here: Here, caller: Reader) -> Response:
    """The copy, by Range where one is asked for; a download from its first byte enters custody."""
    one = _ready(_find(here, caller, case, number))
    assert one.size is not None
    wanted, partial = asked_range(request, one.size, f'"{one.sha256}"')
    if wanted is not None and wanted.first == 0 and not is_head(request):
        signer = here.signer()
        with here.database.transaction() as connection:
            found = cases.find(connection, case, caller)
            what = {"derivative": number, "exhibit": one.exhibit, "sha256": one.sha256 or ""}
            custody.record(connection, signer, found, "derive", who=caller.who(), what=what, why=caller.why())
            about = {
                "case": found.code,
                "camera": one.camera,
                "from": instant(one.from_us),
                "to": instant(one.to_us),
            }
            note_change(connection, caller, "derivative", {**what, **about})
    headers = {
        **attachment(one.name),
        "ETag": f'"{one.sha256}"',
        "X-Saksi-Sha256": one.sha256 or "",
    }
    return download(
        request, here.store, one.key, one.size, "video/mp4", headers, wanted=wanted, partial=partial
    )


def described(one: Derivative) -> dict[str, Any]:
    """A copy as the API tells it to those with access to its case."""
    return {
        "number": one.number,
        "kind": "redaction",
        "exhibit": one.exhibit,
        "camera": one.camera,
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "regions": [
            {
                **{name: region[name] / UNIT for name in ("x", "y", "width", "height")},
                "from": instant(region["from"]),
                "to": instant(region["to"]),
            }
            for region in one.parameters["regions"]
        ],
        "method": one.parameters["method"],
        "sound": one.parameters["sound"],
        "commitment": one.commitment,
        "reason": one.reason,
        "asked": instant(one.asked_us),
        "asked_by": one.who.name,
        "state": one.state,
        "progress": one.progress,
        "bytes": one.size,
        "sha256": one.sha256,
        "path": one.path,
        "ready": instant(one.ready_us),
        "error": one.last_error,
    }


def _region(number: int, new: NewRegion, from_us: int, to_us: int) -> Region:
    start_us = from_us if new.from_ is None else clock.parse_rfc3339(new.from_, "from")
    end_us = to_us if new.to is None else clock.parse_rfc3339(new.to, "to")
    x, y, width, height = (round(value * UNIT) for value in (new.x, new.y, new.width, new.height))
    width, height = min(width, UNIT - x), min(height, UNIT - y)
    if width <= 0 or height <= 0 or not (start_us < end_us and start_us < to_us and end_us > from_us):
        raise BadInput("redaction_region", field="regions", number=number)
    return Region(
        x=x, y=y, width=width, height=height, from_us=max(start_us, from_us), to_us=min(end_us, to_us)
    )


def _find(here: Context, caller: Caller, case: str, number: int) -> Derivative:
    with here.database.transaction() as connection:
        found = cases.find(connection, case, caller)
        one = derivatives.find(connection, found, found.code, number)
        cameras.find(connection, one.camera, caller.sight, seen_us=(one.from_us, one.to_us))
        return one


def _ready(one: Derivative) -> Derivative:
    if one.state != "ready":
        raise Conflict("derivative_waits", state=one.state)
    return one
