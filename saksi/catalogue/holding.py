"""Placing, extending and releasing holds: each is an entry of chain `hold`, and an event of the case's custody if any.

A release is asked for by one officer and approved by another; until then the hold stands as it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from saksi import clock
from saksi.catalogue import custody
from saksi.catalogue.askers import Asker
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Event, Who, Why
from saksi.catalogue.custody_names import HOLD_CHAIN, chain_of
from saksi.catalogue.database import Connection, query
from saksi.catalogue.holds import Hold, HoldSpan, get, lock_cameras
from saksi.catalogue.places import checked_name
from saksi.catalogue.windows import check_span
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict
from saksi.messages import register

register(
    "hold_released",
    en=("Hold {hold} was released already.", "Place a new one if the footage is still needed."),
    id_=("Penahanan {hold} sudah dilepas.", "Buat yang baru bila rekamannya masih diperlukan."),
)
register(
    "hold_needs_second",
    en=(
        "You asked for the release of hold {hold} yourself.",
        "Another officer must approve it with the same request.",
    ),
    id_=(
        "Anda sendiri yang meminta pelepasan penahanan {hold}.",
        "Petugas lain harus menyetujuinya dengan permintaan yang sama.",
    ),
)
register(
    "hold_not_asked",
    en=("Nobody asks for the release of hold {hold}.", "There is nothing to withdraw."),
    id_=("Tidak ada permintaan pelepasan penahanan {hold}.", "Tidak ada yang perlu ditarik."),
)
register(
    "hold_release_reason",
    en=(
        "Nobody has asked for the release of hold {hold} yet, and no reason is given.",
        "Give a {field}: why it is no longer needed. Another officer then approves it and needs none.",
    ),
    id_=(
        "Belum ada yang meminta pelepasan penahanan {hold}, dan alasannya tidak diberikan.",
        "Isi {field}: mengapa penahanan tidak diperlukan lagi. Petugas lain lalu menyetujuinya tanpa alasan.",
    ),
)
register(
    "hold_unchanged",
    en=("This adds nothing to the hold.", "Give spans that it does not cover yet, or a later review_on."),
    id_=(
        "Ini tidak menambah apa pun pada penahanan.",
        "Beri rentang yang belum dicakup, atau review_on yang lebih lambat.",
    ),
)
register(
    "hold_spans_none",
    en=("Nothing says what to hold.", "Give at least one camera and a span."),
    id_=("Tidak disebutkan apa yang ditahan.", "Beri sedikitnya satu kamera dan rentang waktu."),
)
register(
    "hold_spans_many",
    en=("A hold takes at most {most} spans.", "Place several."),
    id_=("Satu penahanan paling banyak {most} rentang.", "Buat beberapa."),
)
register(
    "hold_review_past",
    en=("The review date {given} is not after today.", "Give a day to come."),
    id_=("Tanggal peninjauan {given} tidak sesudah hari ini.", "Beri tanggal yang akan datang."),
)

MOST_SPANS = 500  # an entry of the log names them all
MOST_DAYS = 366
REVIEW_DAYS = 180  # when no other date is given


def place(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    *,
    spans: Sequence[HoldSpan],
    reason: str,
    reference: str = "",
    review_on: date | None = None,
    case: CaseFile | None = None,
    why: Why | None = None,
) -> tuple[Hold, Event]:
    """Places a hold, told in chain `hold` and, for a case, in its custody; answers it with its entry of chain `hold`.

    The end of a span may lie ahead: what is recorded until then is held as it comes. Raises BadInput for spans or a
    review date that make no sense.
    """
    checked = _checked_spans(spans)
    checked_name(reason, "reason")
    now = clock.now()
    values = {
        "case_id": None if case is None else case.case_id,
        "reason": reason,
        "reference": reference,
        "review_on": _checked_review(review_on, now.date()),
        "person_id": asker.person_id,
        "at": now,
    }
    lock_cameras(connection, {span.camera_id for span in checked})
    row = connection.execute(query("holds.add"), values).fetchone()
    assert row is not None
    _add_spans(connection, row["hold_id"], checked)
    hold = get(connection, row["hold_id"])
    return hold, _tell(connection, signer, hold, "place", checked, who, case, why)


def extend(
    connection: Connection,
    signer: Signer,
    hold: Hold,
    who: Who,
    *,
    spans: Sequence[HoldSpan] = (),
    review_on: date | None = None,
    case: CaseFile | None,
    why: Why | None = None,
) -> Hold:
    """Covers more, or is to be reviewed later; never less. `case` is the hold's own. Raises Conflict when released."""
    _locked(connection, hold)
    known = {span.told() for span in hold.spans}
    checked = _checked_spans(spans) if spans else []
    new = [span for span in checked if span.told() not in known]
    if not new and review_on is None:
        raise BadInput("hold_unchanged", field="spans")
    if len(known) + len(new) > MOST_SPANS * 4:
        raise BadInput("hold_spans_many", field="spans", most=MOST_SPANS * 4)
    if review_on is not None:
        values = {"hold_id": hold.hold_id, "review_on": _checked_review(review_on, clock.now().date())}
        connection.execute(query("holds.review"), values)
    lock_cameras(connection, {span.camera_id for span in new})
    _add_spans(connection, hold.hold_id, new)
    extended = get(connection, hold.hold_id)
    _tell(connection, signer, extended, "extend", new, who, case, why)
    return extended


def release(
    connection: Connection,
    signer: Signer,
    hold: Hold,
    asker: Asker,
    who: Who,
    *,
    reason: str = "",
    case: CaseFile | None,
    why: Why | None = None,
) -> Hold:
    """The first officer's call asks and gives the reason, the second officer's releases.

    Raises Conflict when it was released already, or when both are one person; BadInput without a reason to ask.
    """
    locked = _locked(connection, hold)
    if locked["release_asked_by"] is None:
        if not reason.strip():
            raise BadInput("hold_release_reason", field="reason", hold=hold.hold_id)
        values = {"hold_id": hold.hold_id, "person_id": asker.person_id, "at": clock.now()}
        asked = {"reason": checked_name(reason, "reason"), "auth": who.auth, "address": who.address}
        connection.execute(query("holds.ask_release"), {**values, **asked})
        _tell_case(connection, signer, hold, case, "hold.release.ask", who, _because(why, reason), "asked")
        return get(connection, hold.hold_id)
    if locked["release_asked_by"] == asker.person_id:
        raise Conflict("hold_needs_second", field="hold", hold=hold.hold_id)
    connection.execute(
        query("holds.release"), {"hold_id": hold.hold_id, "person_id": asker.person_id, "at": clock.now()}
    )
    released = get(connection, hold.hold_id)
    first = Who(
        name=locked["name"],
        role=locked["role"],
        unit=locked["unit"],
        rank=locked["rank"],
        number=locked["service_number"],
        auth=locked["release_auth"],
        address=locked["release_address"],
    )
    because = _because(why, released.release_reason)
    _tell(connection, signer, released, "release", released.spans, first, case, because, [who])
    return released


def withdraw_release(
    connection: Connection,
    signer: Signer,
    hold: Hold,
    who: Who,
    *,
    case: CaseFile | None,
    why: Why | None = None,
) -> Hold:
    """Takes back what was asked for; the hold goes on. Raises Conflict when nobody asks."""
    if _locked(connection, hold)["release_asked_by"] is None:
        raise Conflict("hold_not_asked", field="hold", hold=hold.hold_id)
    connection.execute(query("holds.withdraw_release"), {"hold_id": hold.hold_id})
    _tell_case(connection, signer, hold, case, "hold.release.withdraw", who, why, "withdrawn")
    return get(connection, hold.hold_id)


def _because(why: Why | None, reason: str) -> Why:
    given = why or Why()
    return Why(reason=reason or given.reason, report=given.report, letter=given.letter, basis=given.basis)


def _locked(connection: Connection, hold: Hold) -> dict[str, Any]:
    """The hold's row, held until the transaction ends. Raises Conflict when it was released."""
    row = connection.execute(query("holds.lock"), {"hold_id": hold.hold_id}).fetchone()
    if row is None or row["released_at"] is not None:
        raise Conflict("hold_released", field="hold", hold=hold.hold_id)
    return row


def _tell_case(
    connection: Connection,
    signer: Signer,
    hold: Hold,
    case: CaseFile | None,
    event: str,
    who: Who,
    why: Why | None,
    result: str,
) -> None:
    """Tells a case's custody of what is no entry of chain `hold`: the hold itself has not changed."""
    if case is not None:
        what = {"hold": hold.hold_id, "spans": [list(span.told()) for span in hold.spans]}
        custody.record(connection, signer, case, event, who=who, what=what, why=why, result=result)


def _tell(
    connection: Connection,
    signer: Signer,
    hold: Hold,
    action: str,
    spans: Sequence[HoldSpan],
    who: Who,
    case: CaseFile | None,
    why: Why | None,
    approved_by: Sequence[Who] = (),
) -> Event:
    """The entry of chain `hold`, and the case's custody event that refers to it."""
    if case is not None:
        custody.take_chains(connection, [chain_of(case.number), HOLD_CHAIN])
    told = [span.told() for span in spans]
    what = {
        "hold": hold.hold_id,
        "case": "" if case is None else case.number,
        "spans": [list(one) for one in told],
        "reason": hold.reason,
        "reference": hold.reference,
        "review_on": hold.review_on.isoformat(),
    }
    entry = custody.record_hold(
        connection, signer, hold.hold_id, action, told, who=who, what=what, why=why, approved_by=approved_by
    )
    if case is not None:
        custody.record(
            connection, signer, case, f"hold.{action}", who=who, what=what, why=why, approved_by=approved_by,
            refs=[entry.leaf],
        )  # fmt: skip
    return entry


def _add_spans(connection: Connection, hold_id: int, spans: Sequence[HoldSpan]) -> None:
    for span in spans:
        values = {
            "hold_id": hold_id,
            "camera_id": span.camera_id,
            "from": clock.from_us(span.from_us),
            "to": clock.from_us(span.to_us),
            "at": clock.now(),
        }
        connection.execute(query("holds.add_span"), values)


def _checked_spans(spans: Sequence[HoldSpan]) -> list[HoldSpan]:
    """Each once, in order."""
    if not spans:
        raise BadInput("hold_spans_none", field="spans")
    if len(spans) > MOST_SPANS:
        raise BadInput("hold_spans_many", field="spans", most=MOST_SPANS)
    for span in spans:
        check_span(span.from_us, span.to_us, MOST_DAYS)
    return [span for _, span in sorted({span.told(): span for span in spans}.items())]


def _checked_review(review_on: date | None, today: date) -> date:
    if review_on is None:
        return today + timedelta(days=REVIEW_DAYS)
    if review_on <= today:
        raise BadInput("hold_review_past", field="review_on", given=review_on.isoformat())
    return review_on
