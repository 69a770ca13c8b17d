"""Deletion by hand, never by policy: an officer asks and sees what would go, another approves, and it can be undone.

The notice is in the log with the approval; nothing goes before the grace has passed, and until it begins any records
officer takes it back. The worker then carries it out like every purge: what a hold covers by then stays.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.amounts import counted
from saksi.catalogue import cameras
from saksi.catalogue.askers import Asker
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_name
from saksi.catalogue.windows import check_span
from saksi.codes import coded
from saksi.custody.entries import NONCE_BYTES, commitment
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, Denied, NotFound
from saksi.retention import by_hand_custody, by_hand_refusals, notices, plausible, runs, windows
from saksi.retention.by_hand_preview import Preview, preview
from saksi.retention.runs import PurgeRun
from saksi.settings import Settings

MOST_CAMERAS = 100
MOST_DAYS = 366
_HOUR_US = 3_600_000_000


def look(
    connection: Connection, settings: Settings, codes: Sequence[str], from_us: int, to_us: int, asker: Asker
) -> Preview:
    """What a deletion asked for now would take and what would stay; changes nothing.

    Ages are counted to when it could go at the earliest. Raises NotFound for a camera outside the asker's agencies,
    BadInput for a span that is empty, too long or still to come, or for too many cameras.
    """
    now_us = clock.now_us()
    check_span(from_us, to_us, MOST_DAYS)
    if to_us > now_us:
        raise BadInput("deletion_future", field="to", to=clock.format_us(to_us))
    wanted = sorted(set(codes))
    if not 1 <= len(wanted) <= MOST_CAMERAS:
        raise BadInput("deletion_cameras", field="cameras", most=MOST_CAMERAS, given=len(wanted))
    for code in wanted:
        cameras.find(connection, code, asker.sight, seen_us=(from_us, to_us))
    return preview(connection, wanted, from_us, to_us, _due_us(settings, now_us))


def ask(
    connection: Connection,
    signer: Signer,
    settings: Settings,
    asker: Asker,
    who: Who,
    *,
    codes: Sequence[str],
    from_us: int,
    to_us: int,
    reason: str,
    basis: str,
    order: str = "",
    clock_checked: str = "",
) -> tuple[PurgeRun, Preview]:
    """Asks for a deletion; another officer must approve it. Nothing is in the log or goes before that.

    `basis` is the law it rests on, `order` what allows to go below a class's legal minimum. Raises as `look` does, and
    Conflict when all of it is held, when nothing is there, or for a false clock.
    """
    checked_name(reason, "reason")
    checked_name(basis, "basis")
    found = look(connection, settings, codes, from_us, to_us, asker)
    by_hand_refusals.check(found, order)
    now_us = clock.now_us()
    plausible.check(connection, now_us, confirmed=bool(clock_checked))
    wanted: dict[str, Any] = {
        "cameras": [one.camera for one in found.cameras],
        "from": from_us,
        "to": to_us,
        "basis": basis,
        "order": order,
        "asked": now_us,
    }
    if clock_checked:
        wanted["clock_checked"] = clock_checked
    number = runs.add(
        connection,
        kind="manual",
        due_us=_due_us(settings, now_us),
        now_us=now_us,
        wanted=wanted,
        expected=found.sums(),
        reason=reason,
        asked_by=asker.person_id,
    )
    run = runs.get(connection, number)
    by_hand_custody.tell(connection, signer, run, "purge.preview", who, result="asked")
    return run, found


def approve(
    connection: Connection, signer: Signer, settings: Settings, asker: Asker, who: Who, purge_id: int
) -> PurgeRun:
    """The second officer's word: from now on it is announced in the log, and due when the grace has passed.

    Raises NotFound for what is no deletion by hand or not theirs to see, Conflict when both officers are one person,
    when it was approved or taken back before, and as `ask` does for what has changed meanwhile.
    """
    run = _locked(connection, asker, purge_id)
    if run.state != "noticed":
        raise _over(connection, run)
    if run.approved_by is not None:
        raise Conflict("deletion_approved", field="purge", purge=purge_id, due=clock.format_us(run.due_us))
    if run.asked_by == asker.person_id:
        raise Conflict("deletion_second", field="purge", purge=purge_id)
    now_us = clock.now_us()
    plausible.check(connection, now_us, confirmed=bool(run.wanted.get("clock_checked")))
    due_us = _due_us(settings, now_us)
    wanted = run.wanted
    found = preview(connection, wanted["cameras"], wanted["from"], wanted["to"], due_us)
    by_hand_refusals.check(found, wanted["order"])
    values = {
        "purge_id": purge_id,
        "person_id": asker.person_id,
        "now": clock.from_us(now_us),
        "due": clock.from_us(due_us),
        "expected": Jsonb(found.sums()),
        "wanted": Jsonb({"approved": now_us}),
    }
    connection.execute(query("deletions.approve"), values)
    approved = runs.get(connection, purge_id)
    by_hand_custody.take_chains(connection, approved)
    entry = notices.tell_notice(
        connection,
        signer,
        purge_id=purge_id,
        kind="manual",
        due_us=due_us,
        now_us=now_us,
        targets=windows.of_span(connection, due_us, wanted["cameras"], wanted["from"], wanted["to"]),
        expected=found.sums(),
        basis=wanted["basis"],
        more={"young_hours": found.total("young_hours")},
    )
    by_hand_custody.tell(connection, signer, approved, "purge.approve", who, refs=[entry.leaf])
    return runs.get(connection, purge_id)


def undo(
    connection: Connection, signer: Signer, asker: Asker, who: Who, purge_id: int, *, reason: str
) -> PurgeRun:
    """Takes a deletion back before it begins; what was announced is cancelled in the log.

    The entry is bound to who did it and why by a salted commitment. Raises NotFound as `approve` does, Conflict when it
    has begun (saying what is gone) or was taken back before, BadInput without a reason.
    """
    run = _locked(connection, asker, purge_id)
    if run.state != "noticed":
        raise _over(connection, run)
    if not reason.strip():
        raise BadInput("deletion_undo_reason", field="reason", purge=purge_id)
    because = {"by": who.name, "reason": unicodedata.normalize("NFC", checked_name(reason, "reason"))}
    told: dict[str, Any] = {**because, "at": clock.now_us()}
    refs = []
    by_hand_custody.take_chains(connection, run)
    if run.notice_leaf is not None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        entry = notices.tell_cancelled(
            connection,
            signer,
            purge_id=purge_id,
            notice_leaf=run.notice_leaf,
            at_us=told["at"],
            commitment=commitment(nonce, because),
        )
        told |= {"entry": entry.leaf.hex(), "nonce": nonce.hex()}
        refs.append(entry.leaf)
    connection.execute(
        query("deletions.cancel"), {"purge_id": purge_id, "result": Jsonb({"cancelled": told})}
    )
    by_hand_custody.tell(connection, signer, run, "purge.undo", who, reason=reason, refs=refs)
    return runs.get(connection, purge_id)


def _due_us(settings: Settings, now_us: int) -> int:
    """When one approved now may begin: after the grace, and never sooner than a notice must stand."""
    return now_us + max(settings.purge_grace_hours, settings.purge_notice_hours) * _HOUR_US


def _locked(connection: Connection, asker: Asker, purge_id: int) -> PurgeRun:
    """The deletion, held until the transaction ends. Raises NotFound for what is none, or not theirs to see."""
    row = connection.execute(query("deletions.lock"), {"purge_id": purge_id}).fetchone()
    if row is None:
        raise NotFound("deletion_unknown", field="purge", purge=purge_id)
    run = runs.get(connection, purge_id)
    try:
        for code in run.wanted["cameras"]:
            cameras.find(connection, code, asker.sight, seen_us=(run.wanted["from"], run.wanted["to"]))
    except (NotFound, Denied) as error:
        raise NotFound("deletion_unknown", field="purge", purge=purge_id) from error
    return run


def _over(connection: Connection, run: PurgeRun) -> Conflict:
    """Why it can no longer be approved or taken back."""
    if run.state == "cancelled":
        return Conflict("deletion_cancelled", field="purge", purge=run.purge_id)
    gone = connection.execute(query("deletions.gone"), {"purge_id": run.purge_id}).fetchone()
    assert gone is not None
    return Conflict(
        "deletion_begun",
        field="purge",
        purge=run.purge_id,
        hours=counted(gone["hours"], "camera_hour"),
        bytes=int(gone["bytes"]),
        state=coded(run.state),
    )
