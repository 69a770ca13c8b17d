"""When footage is thinned: policies beside those of retention, none of them there unless somebody asks.

One officer proposes, another one accepts; to end thinning, one is enough, as more is kept then. The originals are never
thinned before the legal minimum of their class has passed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_name
from saksi.codes import coded
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, NotFound
from saksi.fmp4.thin import MODES
from saksi.messages import register
from saksi.retention.windows import Window

CHAIN = "thinning"
KIND = "thinned"
SCOPES = ("default", "agency", "site", "camera")
_DAY_US = 86_400_000_000

register(
    "thinning_unknown",
    en=(
        "There is no thinning policy {thinning}.",
        "List them: saksi thin list, or GET /api/v1/retention/thinning.",
    ),
    id_=(
        "Tidak ada kebijakan penjarangan {thinning}.",
        "Lihat daftarnya: saksi thin list, atau GET /api/v1/retention/thinning.",
    ),
)
register(
    "thinning_subject",
    en=("There is no {scope} {subject}.", "Name one that exists; the scope default takes none."),
    id_=("Tidak ada {scope} {subject}.", "Sebut yang ada; lingkup default tidak memakai nama."),
)
register(
    "thinning_mode",
    en=(
        "Thinning mode and age do not fit.",
        "Give mode keyframes or one_a_second with after_days (--after-days); neither ends it (--end).",
    ),
    id_=(
        "Mode dan umur penjarangan tidak cocok.",
        "Beri mode keyframes atau one_a_second dengan after_days (--after-days), atau kosongkan keduanya (--end).",
    ),
)
register(
    "thinning_below_minimum",
    en=(
        "{cameras} cameras there must keep the original for {minimum} days, and thinning would begin after {given}.",
        "Give after_days of {minimum} or more.",
    ),
    id_=(
        "{cameras} kamera di sana wajib menyimpan aslinya {minimum} hari, sedangkan penjarangan mulai hari {given}.",
        "Beri after_days {minimum} atau lebih.",
    ),
)
register(
    "thinning_not_there",
    en=("Nothing is thinned there that {field} could end.", "See what is: saksi thin list."),
    id_=(
        "Di sana tidak ada penjarangan yang dapat diakhiri ({field}).",
        "Lihat yang berlaku: saksi thin list.",
    ),
)
register(
    "thinning_decided",
    en=("Thinning policy {thinning} is {state} already.", "Propose a new one."),
    id_=("Kebijakan penjarangan {thinning} sudah {state}.", "Ajukan yang baru."),
)
register(
    "thinning_same_officer",
    en=("Who proposed a thinning cannot accept it.", "Ask a second officer."),
    id_=("Pengusul penjarangan tidak boleh menyetujuinya sendiri.", "Minta petugas kedua."),
)


@dataclass(frozen=True, kw_only=True)
class Thinning:
    """A version. `mode` and `after_us` None: nothing is thinned there. Times are microseconds UTC."""

    thinning_id: int
    scope: str
    subject: str
    agency_id: int | None
    mode: str | None
    after_us: int | None
    basis: str
    reason: str
    state: str
    proposed_by: int
    proposed_name: str
    proposed_us: int
    decided_by: int | None
    decided_name: str
    decided_us: int | None


def propose(
    connection: Connection,
    signer: Signer,
    *,
    scope: str,
    subject: str,
    mode: str | None,
    after_us: int | None,
    basis: str,
    reason: str,
    by: int,
    agency_ids: Sequence[int] | None = None,
) -> Thinning:
    """A policy that waits for a second officer, told in the log; one that ends thinning counts at once.

    Whoever sees only some agencies (`agency_ids`) sets policies of these, and no default.

    Raises BadInput for a mode without an age, a blank basis, an age below the legal minimum of any camera that it would
    reach, NotFound for a subject that is not there, and Conflict for an end where nothing is thinned or proposed.
    """
    if (mode is None) != (after_us is None) or (mode is not None and mode not in MODES):
        raise BadInput("thinning_mode", field="mode")
    basis = unicodedata.normalize("NFC", checked_name(basis, "basis"))
    found = connection.execute(query("thinning.subject"), {"scope": scope, "subject": subject}).fetchone()
    if found is None or not _within(found["owner"], agency_ids):
        raise NotFound("thinning_subject", field="subject", scope=coded(scope), subject=subject[:80])
    ids = {name: found[name] for name in ("agency_id", "site_id", "camera_id")}
    now_us = clock.now_us()
    if after_us is not None:
        _check_minimum(connection, scope, ids, after_us, now_us)
    elif connection.execute(query("thinning.to_end"), {**ids, "scope": scope}).fetchone() is None:
        raise Conflict("thinning_not_there", field="end")
    row = connection.execute(query("thinning.next_id")).fetchone()
    assert row is not None
    told = {
        "thinning": row["thinning_id"], "scope": scope, "subject": subject, "mode": mode or "", "after": after_us or 0,
        "basis": basis,
    }  # fmt: skip
    entry_id = None if mode is None else _tell(connection, signer, "propose", told, now_us)
    values = {
        **ids, **row, "scope": scope, "mode": mode, "after_us": after_us, "basis": basis, "reason": reason, "by": by,
        "now": clock.from_us(now_us), "proposal_entry": entry_id,
    }  # fmt: skip
    connection.execute(query("thinning.propose"), values)
    made = get(connection, row["thinning_id"])
    return made if mode is not None else _accept(connection, signer, made, by)


def accept(connection: Connection, signer: Signer, thinning_id: int, *, by: int) -> Thinning:
    """It counts from now on, told in the log. Raises NotFound, and Conflict for a decided one or the proposer."""
    found = get(connection, thinning_id)
    if found.proposed_by == by:
        raise Conflict("thinning_same_officer", field="thinning")
    return _accept(connection, signer, found, by)


def withdraw(connection: Connection, signer: Signer, thinning_id: int, *, by: int) -> Thinning:
    """It never counts, told in the log. Raises NotFound, and Conflict when it was decided."""
    found, now_us = get(connection, thinning_id), clock.now_us()
    _open(found)
    entry_id = _tell(connection, signer, "withdraw", _told(found), now_us)
    _decide(connection, thinning_id, "withdrawn", by, now_us, entry_id)
    return get(connection, thinning_id)


def get(
    connection: Connection, thinning_id: int, *, agency_ids: Sequence[int] | None = None, change: bool = False
) -> Thinning:
    """One version. Raises NotFound, also for one that is not of these agencies; the default is nobody's to `change`."""
    found = list_all(connection, thinning_id=thinning_id, agency_ids=agency_ids)
    if not found or (change and not _within(found[0].agency_id, agency_ids)):
        raise NotFound("thinning_unknown", field="thinning", thinning=thinning_id)
    return found[0]


def list_all(
    connection: Connection,
    *,
    thinning_id: int | None = None,
    agency_ids: Sequence[int] | None = None,
    limit: int = 500,
) -> list[Thinning]:
    """Versions, newest first: defaults, and those of these agencies (None: all)."""
    values = {
        "thinning_id": thinning_id,
        "agencies": None if agency_ids is None else list(agency_ids),
        "limit": limit,
    }
    same = ("thinning_id", "scope", "subject", "agency_id", "mode", "after_us", "basis", "reason", "state")
    return [
        Thinning(
            **{name: row[name] for name in same},
            proposed_by=row["proposed_by"],
            proposed_name=row["proposed_name"],
            proposed_us=clock.to_us(row["proposed_at"]),
            decided_by=row["decided_by"],
            decided_name=row["decided_name"] or "",
            decided_us=None if row["decided_at"] is None else clock.to_us(row["decided_at"]),
        )
        for row in connection.execute(query("thinning.policies"), values)
    ]


def windows(
    connection: Connection, at_us: int, announced: Mapping[str, int] | None = None
) -> list[tuple[Window, str]]:
    """What of each camera is old enough to be thinned at an instant, with the mode.

    `announced` is the age that a notice said (code → microseconds): the longer of both counts, and what was not
    announced stays. A version that was accepted after an instant does not count for it.
    """
    found = []
    for row in connection.execute(query("thinning.cameras"), {"at": clock.from_us(at_us)}):
        after_us = row["after_us"]
        if announced is not None:
            if row["code"] not in announced:
                continue
            after_us = max(after_us, int(announced[row["code"]]))
        window = Window(
            camera_id=row["camera_id"],
            camera=row["code"],
            agency=row["agency"],
            from_us=0,
            cutoff_us=max(at_us - after_us, 0),
            policy_id=None,
        )
        found.append((window, row["mode"]))
    return found


def ages(connection: Connection, at_us: int) -> dict[str, int]:
    """Code of each camera that is thinned → from which age on, microseconds: what a notice announces."""
    rows = connection.execute(query("thinning.cameras"), {"at": clock.from_us(at_us)})
    return {row["code"]: row["after_us"] for row in rows}


def asking(connection: Connection, purge_id: int) -> list[dict[str, object]]:
    """The versions by which a purge of thinned originals took them, as the log was told of each."""
    rows = connection.execute(query("thinning.asking"), {"purge_id": purge_id}).fetchall()
    return [_told(get(connection, row["thinning_id"])) for row in rows]


def reaches(connection: Connection, one: Thinning) -> dict[str, int]:
    """How many camera-hours and bytes of originals are old enough for it by now, held ones too; nothing is changed."""
    now_us = clock.now_us()
    values = {
        "scope": one.scope,
        "subject": one.subject,
        "before": clock.from_us(max(now_us - (one.after_us or now_us), 0)),
    }
    row = connection.execute(query("thinning.reaches"), values).fetchone()
    assert row is not None
    return {"hours": row["hours"], "bytes": int(row["bytes"])}


def _within(agency_id: int | None, agency_ids: Sequence[int] | None) -> bool:
    return agency_ids is None or agency_id in agency_ids


def _check_minimum(
    connection: Connection, scope: str, ids: Mapping[str, int | None], after_us: int, now_us: int
) -> None:
    values = {**ids, "scope": scope, "after_us": after_us, "at": clock.from_us(now_us)}
    row = connection.execute(query("thinning.below_minimum"), values).fetchone()
    assert row is not None
    if row["n"]:
        minimum, given = (f"{value / _DAY_US:g}" for value in (row["min_us"], after_us))
        raise BadInput(
            "thinning_below_minimum", field="after_days", cameras=row["n"], minimum=minimum, given=given
        )


def _open(found: Thinning) -> None:
    if found.state != "proposed":
        raise Conflict(
            "thinning_decided", field="thinning", thinning=found.thinning_id, state=coded(found.state)
        )


def _accept(connection: Connection, signer: Signer, found: Thinning, by: int) -> Thinning:
    _open(found)
    now_us = clock.now_us()
    entry_id = _tell(connection, signer, "policy", _told(found), now_us)
    _decide(connection, found.thinning_id, "accepted", by, now_us, entry_id)
    return get(connection, found.thinning_id)


def _told(found: Thinning) -> dict[str, object]:
    return {
        "thinning": found.thinning_id,
        "scope": found.scope,
        "subject": found.subject,
        "mode": found.mode or "",
        "after": found.after_us or 0,
        "basis": found.basis,
    }


def _tell(connection: Connection, signer: Signer, event: str, told: Mapping[str, object], at_us: int) -> int:
    """The entry of a step: `propose`, `policy` when it counts from now on, `withdraw`."""
    body = {"event": event, **told}
    return ledger.append(connection, signer, kind=KIND, chain=CHAIN, body=body, at_us=at_us).entry_id


def _decide(
    connection: Connection, thinning_id: int, state: str, by: int, now_us: int, entry_id: int | None
) -> None:
    values: dict[str, Any] = {
        "thinning_id": thinning_id, "state": state, "by": by, "now": clock.from_us(now_us), "entry_id": entry_id,
    }  # fmt: skip
    if connection.execute(query("thinning.decide"), values).fetchone() is None:
        raise Conflict("thinning_decided", field="thinning", thinning=thinning_id, state=coded("decided"))
