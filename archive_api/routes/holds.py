"""Holds: evidence locks on spans of cameras. Placing takes one officer, releasing two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from archive_api import describe_cases, parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, cases, holding, holds, sight
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Why
from saksi.catalogue.database import Connection
from saksi.catalogue.holds import Hold, HoldSpan
from saksi.catalogue.windows import check_span
from saksi.errors import NotFound
from saksi.retention import reach, store_lock

router = APIRouter(tags=["holds"])
Reader = Annotated[Caller, Depends(require(Permission.HOLD_READ))]
Writer = Annotated[Caller, Depends(require(Permission.HOLD_WRITE))]
Releaser = Annotated[Caller, Depends(require(Permission.HOLD_RELEASE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]


class Span(Body):
    """Footage of one camera. The end may lie ahead: what comes until then is held too."""

    camera: str = Field(max_length=63)
    from_: str = Field(alias="from", max_length=60, description="RFC 3339 with a zone.")
    to: str = Field(max_length=60)


class NewHold(Body):
    """What to hold, why, on which legal reference, and when to look whether it is still needed."""

    spans: list[Span] = Field(min_length=1, max_length=holding.MOST_SPANS)
    reason: str = Field(min_length=1, max_length=500)
    reference: str = Field("", max_length=500, description="Letter, order or article it rests on.")
    review_on: date | None = Field(None, description="A day to come; unset: in 180 days.")
    case: str | None = Field(None, max_length=100)


class Extension(Body):
    """What more to hold, until when to review."""

    spans: list[Span] = Field(default_factory=list, max_length=holding.MOST_SPANS)
    review_on: date | None = None
    reason: str = Field("", max_length=500)


class Release(Body):
    """Why it is no longer needed, which the first officer says; on which legal basis."""

    reason: str = Field("", max_length=500)
    basis: str = Field("", max_length=500)


@router.post("/holds", status_code=201)
def place(new: NewHold, here: Here, caller: Writer) -> dict[str, Any]:
    """Places a hold: what it covers is not purged until two officers release it.

    `there` and `gone` say exactly what it still reaches: a purge that had begun on the span may have taken some of it.
    """
    signer = here.signer()
    with here.database.transaction() as connection:
        case = None if new.case is None else cases.find(connection, new.case, caller)
        if case is not None:
            cases.lock_open(connection, case)
        made, _ = holding.place(
            connection,
            signer,
            caller,
            caller.who(),
            spans=_spans(connection, caller, new.spans),
            reason=new.reason,
            reference=new.reference,
            review_on=new.review_on,
            case=case,
            why=Why(reason=new.reason, basis=new.reference),
        )
        note_change(connection, caller, "place hold", _told(made))
        found = reach.reach(connection, made.spans)
        told = described(connection, caller, [made])[0]
    return {**told, **describe_cases.reached(found)}


@router.get(
    "/holds", dependencies=[Depends(parameters.only("case", "camera", "state", "due", "limit", "cursor"))]
)
def list_holds(
    here: Here,
    caller: Reader,
    case: Annotated[str | None, Query(max_length=100)] = None,
    camera: Annotated[str | None, Query(max_length=63)] = None,
    state: Literal["active", "release_asked", "released"] | None = None,
    due: Annotated[bool, Query(description="Only those whose review date has come.")] = False,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Holds that you see, newest first."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        of = None if case is None else cases.find_for_custody(connection, case, caller).case_id
        on = None if camera is None else cameras.find(connection, camera, caller.sight).camera_id
        found = holds.list_holds(
            connection,
            caller,
            case_id=of,
            camera_id=on,
            state=state,
            due_on=clock.now().date() if due else None,
            limit=limit,
            before=before,
        )
        items = described(connection, caller, found)
    return {
        "items": items,
        "next": parameters.write_cursor((found[-1].hold_id,) if len(found) == limit else None),
    }


@router.get("/holds/{hold}", dependencies=[Depends(parameters.only())])
def one_hold(hold: Id, here: Here, caller: Reader) -> dict[str, Any]:
    """One hold, and whether the store itself locks what it covers (`store_lock`: none, owed, on or failed)."""
    with here.database.transaction() as connection:
        found = holds.find(connection, hold, caller)
        lock = store_lock.of_hold(connection, found)
        told = described(connection, caller, [found])[0]
    return {**told, "store_lock": describe_cases.store_lock(lock)}


@router.post("/holds/{hold}/extend")
def extend(hold: Id, more: Extension, here: Here, caller: Writer) -> dict[str, Any]:
    """Covers more, or is reviewed later; a hold never shrinks. `there` and `gone` are of the spans that were added."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found, case = _own(connection, caller, hold)
        extended = holding.extend(
            connection,
            signer,
            found,
            caller.who(),
            spans=_spans(connection, caller, more.spans),
            review_on=more.review_on,
            case=case,
            why=Why(reason=more.reason or caller.purpose),
        )
        note_change(connection, caller, "extend hold", _told(extended))
        reached = reach.reach(connection, _spans(connection, caller, more.spans))
        told = described(connection, caller, [extended])[0]
    return {**told, **describe_cases.reached(reached)}


@router.post("/holds/{hold}/release")
def release(hold: Id, asked: Release, here: Here, caller: Releaser) -> dict[str, Any]:
    """The first officer's call asks for the release, with the reason; another officer's call approves it."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found, case = _own(connection, caller, hold)
        after = holding.release(
            connection,
            signer,
            found,
            caller,
            caller.who(),
            reason=asked.reason,
            case=case,
            why=Why(reason=caller.purpose, basis=asked.basis),
        )
        action = "release hold" if after.state == "released" else "ask hold release"
        note_change(connection, caller, action, _told(after))
        return described(connection, caller, [after])[0]


@router.delete("/holds/{hold}/release")
def withdraw(hold: Id, here: Here, caller: Releaser) -> dict[str, Any]:
    """Takes back a release that was asked for; the hold goes on."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found, case = _own(connection, caller, hold)
        after = holding.withdraw_release(connection, signer, found, caller.who(), case=case, why=caller.why())
        note_change(connection, caller, "withdraw hold release", _told(after))
        return described(connection, caller, [after])[0]


def described(connection: Connection, caller: Caller, found: Sequence[Hold]) -> list[dict[str, Any]]:
    """Holds as the caller is told of them: with the spans that they may see."""
    shown = sight.seen(connection, caller.sight, (span.key() for one in found for span in one.spans))
    return [describe_cases.hold(one, shown) for one in found]


def _own(connection: Connection, caller: Caller, hold_id: int) -> tuple[Hold, CaseFile | None]:
    """A hold to be changed, and its case. It may cover nothing that they may not see."""
    found = holds.find(connection, hold_id, caller)
    if not found.within(connection, caller.sight):
        raise NotFound("hold_unknown", field="hold", hold=hold_id)
    return found, None if found.case_code is None else cases.find(connection, found.case_code, None)


def _spans(connection: Connection, caller: Caller, asked: list[Span]) -> list[HoldSpan]:
    spans = []
    for one in asked:
        from_us, to_us = clock.parse_rfc3339(one.from_, "from"), clock.parse_rfc3339(one.to, "to")
        check_span(from_us, to_us, holding.MOST_DAYS)
        camera = cameras.find(connection, one.camera, caller.sight, seen_us=(from_us, to_us))
        spans.append(HoldSpan(camera_id=camera.camera_id, camera=camera.code, from_us=from_us, to_us=to_us))
    return spans


def _told(hold: Hold) -> dict[str, object]:
    spans = [[span.camera, clock.format_us(span.from_us), clock.format_us(span.to_us)] for span in hold.spans]
    return {"hold": hold.hold_id, "case": hold.case_code, "state": hold.state, "spans": spans}
