"""Purges: which there were and are to be, what one would take now, one at once, their certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.disposition import attachment
from archive_api.pdf import Language, pdf
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.database import Connection, query
from saksi.errors import Conflict, NotFound
from saksi.filing import purge as filing
from saksi.filing.desk import Office
from saksi.messages import register
from saksi.retention import runs, schedule
from saksi.retention.runs import PurgeRun

register(
    "retention_all_agencies",
    en=(
        "Purges are about the whole archive, and your sight is limited to agencies.",
        "Ask a records officer.",
    ),
    id_=(
        "Pemusnahan menyangkut seluruh arsip, sedangkan akses Anda terbatas pada instansi.",
        "Minta petugas arsip.",
    ),
)

router = APIRouter(tags=["retention"])
Reader = Annotated[Caller, Depends(require(Permission.RETENTION_READ))]
Writer = Annotated[Caller, Depends(require(Permission.RETENTION_WRITE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]


class NewRun(Body):
    """A purge by policy: what it would take (`dry_run`), or the purge itself, carried out at once by a worker."""

    dry_run: bool = True
    reason: str = Field("", max_length=500)
    clock_checked: str = Field(
        "", max_length=500, description="Why the clock is believed although nothing was recorded lately."
    )


@router.post("/retention/runs", status_code=202, responses={200: {"model": dict[str, Any]}})
def start(new: NewRun, here: Here, caller: Writer, response: Response) -> dict[str, Any]:
    """With `dry_run` 200 and what would go, changing nothing; else 202 and the purge, announced and due now."""
    now_us = clock.now_us()
    if new.dry_run:
        with here.database.transaction() as connection:
            found = _theirs(schedule.dry_run(connection, now_us), scope_of(connection, caller))
            note_change(connection, caller, "preview purge", {"expected": found})
        response.status_code = 200
        return {"dry_run": True, "at": instant(now_us), "expected": found}
    _whole(caller)
    signer = here.signer()
    with here.database.transaction() as connection:
        number = schedule.announce_now(
            connection, signer, asked_by=caller.person_id, reason=new.reason, clock_checked=new.clock_checked
        )
        note_change(connection, caller, "start purge", {"purge": number, "reason": new.reason})
        return described(runs.get(connection, number))


@router.get("/retention/runs", dependencies=[Depends(parameters.only("state", "kind", "limit", "cursor"))])
def list_runs(
    here: Here,
    caller: Reader,
    state: Literal["noticed", "running", "done", "cancelled"] | None = None,
    kind: Literal["policy", "pressure", "manual", "thinned"] | None = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Purges, newest first: announced ones with what is expected, done ones with what went.

    Who is limited to agencies sees the sums of those.
    """
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        found = runs.list_runs(connection, state=state, kind=kind, limit=limit, before=before)
        scope = scope_of(connection, caller)
    return {
        "items": [described(one, scope) for one in found],
        "next": parameters.write_cursor((found[-1].purge_id,) if len(found) == limit else None),
    }


@router.get("/retention/runs/{purge}", dependencies=[Depends(parameters.only())])
def one_run(purge: Id, here: Here, caller: Reader) -> dict[str, Any]:
    """One purge, and how far it is while it runs."""
    with here.database.transaction() as connection:
        return described(runs.get(connection, purge), scope_of(connection, caller))


@router.get(
    "/retention/runs/{purge}/certificate",
    dependencies=[Depends(parameters.only())],
    response_class=Response,
)
def certificate(purge: Id, here: Here, caller: Reader) -> Response:
    """The signed certificate (DSSE, in-toto): its SHA-256 is in the log's entry of the purge."""
    _whole(caller)
    with here.database.transaction() as connection:
        found = runs.get(connection, purge)
        note_change(connection, caller, "read purge certificate", {"purge": purge})
    if found.certificate is None:
        raise NotFound("certificate_none", field="purge", purge=purge, state=found.state)
    name = f"purge-{purge}-certificate.json"
    return Response(
        found.certificate,
        media_type="application/json",
        headers=attachment(name),
    )


@router.get(
    "/retention/runs/{purge}/certificate.pdf",
    dependencies=[Depends(parameters.only("lang"))],
    response_class=Response,
)
def certificate_paper(purge: Id, here: Here, caller: Reader, lang: Language = "id") -> Response:
    """BA pemusnahan: the certificate on paper, with cameras and spans, once the log's checkpoint covers it."""
    _whole(caller)
    with here.database.transaction() as connection:
        office = Office(connection=connection, settings=here.settings)
        filled = filing.paper(office, runs.get(connection, purge))
        note_change(connection, caller, "print", {"paper": "purge", "purge": purge})
    return pdf(filled, lang)


def described(run: PurgeRun, scope: frozenset[str] | None = None) -> dict[str, Any]:
    """A purge as the API tells of it; `scope`: codes of the agencies that the caller is limited to, None for all."""
    result = {name: value for name, value in run.result.items() if name != "cursor"}
    theirs = run.kind != "manual" or scope is None or _agencies(run.expected) <= scope
    return {
        "id": run.purge_id,
        "kind": run.kind,
        "state": run.state,
        "reason": (run.reason or None) if theirs else None,
        "asked_by": run.asked_by_name or None,
        "approved_by": run.approved_by_name or None,
        "by_hand": _by_hand(run) if run.kind == "manual" and theirs else None,
        "noticed": instant(run.noticed_us),
        "due": instant(run.due_us),
        "started": instant(run.started_us),
        "finished": instant(run.finished_us),
        "expected": _theirs(run.expected, scope),
        "progress": None
        if scope is not None
        else {
            "hours_gone": run.gone_hours,
            "hours_being_erased": run.claimed_hours,
            "bytes": run.taken_bytes,
        },
        "result": _theirs(result, scope),
        "error": run.last_error or None,
        "notice": None if run.notice_leaf is None else run.notice_leaf.hex(),
        "done": None if run.done_leaf is None else run.done_leaf.hex(),
        "certificate": None
        if run.certificate is None or scope is not None
        else f"/api/v1/retention/runs/{run.purge_id}/certificate",
    }


def _by_hand(run: PurgeRun) -> dict[str, Any]:
    """What an officer asked for, and until when it can be taken back."""
    wanted = run.wanted
    undo = run.state == "noticed" and run.approved_by is not None
    return {
        "cameras": wanted["cameras"],
        "from": instant(wanted["from"]),
        "to": instant(wanted["to"]),
        "basis": wanted["basis"],
        "order": wanted["order"] or None,
        "asked": instant(wanted["asked"]),
        "awaits_approval": run.state == "noticed" and run.approved_by is None,
        "undo_until": instant(run.due_us) if undo else None,
    }


def _agencies(sums: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(one["agency"] for one in sums.get("agencies", ()))


def scope_of(connection: Connection, caller: Caller) -> frozenset[str] | None:
    """Codes of the agencies that the caller is limited to; None: not limited."""
    if caller.agency_ids is None:
        return None
    rows = connection.execute(query("purge.agency_codes"), {"agencies": caller.agency_ids})
    return frozenset(row["code"] for row in rows)


def _theirs(sums: Mapping[str, Any], scope: frozenset[str] | None) -> dict[str, Any]:
    """Sums as they are, or of these agencies alone."""
    if scope is None:
        return dict(sums)
    agencies = [one for one in sums.get("agencies", ()) if one["agency"] in scope]
    names = ("cameras", "hours", "chunks", "bytes", "held_hours")
    return {
        **{name: sum(one[name] for one in agencies) for name in names if name in sums},
        "agencies": agencies,
    }


def _whole(caller: Caller) -> None:
    """A purge and its certificate are about every agency's cameras."""
    if caller.agency_ids is not None:
        raise Conflict("retention_all_agencies")
