"""What the log is told of a purge: a notice of what will go before, and what went after, in chain `purge`.

Both name nobody: who asked for a purge and who approved it stands in the catalogue and on the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, query
from saksi.catalogue.ledger import Appended
from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import root
from saksi.custody.signing import Signer
from saksi.retention import policies, runs, windows
from saksi.retention.windows import Window

CHAIN = "purge"
KIND = "purge"


def announce(
    connection: Connection,
    signer: Signer,
    *,
    kind: str,
    due_us: int,
    now_us: int,
    targets: Sequence[Window],
    wanted: Mapping[str, Any],
    reason: str = "",
    basis: str = "",
    asked_by: int | None = None,
    approved_by: int | None = None,
    expected: Mapping[str, Any] | None = None,
) -> int:
    """Announces a purge in the log and in the catalogue; answers its number. Nothing goes before `due_us`.

    `expected` is what `expect` said of the targets, for whoever asked already.
    """
    expected = expected or expect(connection, targets, kind=kind)
    purge_id = runs.add(
        connection,
        kind=kind,
        due_us=due_us,
        now_us=now_us,
        wanted=wanted,
        expected=expected,
        reason=reason,
        asked_by=asked_by,
        approved_by=approved_by,
    )
    tell_notice(
        connection,
        signer,
        purge_id=purge_id,
        kind=kind,
        due_us=due_us,
        now_us=now_us,
        targets=targets,
        expected=expected,
        basis=basis,
    )
    return purge_id


def tell_notice(
    connection: Connection,
    signer: Signer,
    *,
    purge_id: int,
    kind: str,
    due_us: int,
    now_us: int,
    targets: Sequence[Window],
    expected: Mapping[str, Any],
    basis: str = "",
    more: Mapping[str, object] | None = None,
) -> Appended:
    """The notice in the log of a purge that is in the catalogue already."""
    known = policies.in_force(connection, due_us)
    body = {
        "event": "notice",
        "purge": purge_id,
        "kind": kind,
        "due": due_us,
        "ahead_us": due_us - now_us,
        "basis": basis,
        "policies": {"n": known.count, "sha256": known.sha256.hex()},
        "holds": holds_in_force(connection),
        "expected": {name: expected[name] for name in ("cameras", "hours", "chunks", "bytes", "held_hours")},
        "windows": {"n": len(targets), "root": root([leaf(_told(one)) for one in targets]).hex()},
        **(more or {}),
    }
    entry = ledger.append(connection, signer, kind=KIND, chain=CHAIN, body=body, at_us=now_us)
    connection.execute(query("purge.noticed"), {"purge_id": purge_id, "entry_id": entry.entry_id})
    return entry


def expect(connection: Connection, targets: Sequence[Window], *, kind: str = "policy") -> dict[str, Any]:
    """What would go by the cutoffs right now, to the chunk, in all and by agency; hours held, if in part, are counted.

    Of the kind `thinned`, chunks of which thinned ones are there.
    """
    asked = query("thinning.expected") if kind == "thinned" else query("purge.expected")
    rows = connection.execute(asked, windows.columns(targets)).fetchall()
    agencies = [
        {
            "agency": row["agency"],
            "cameras": row["cameras"],
            "hours": row["hours"],
            "chunks": int(row["chunks"]),
            "bytes": int(row["bytes"]),
            "held_hours": row["held_hours"],
            "oldest": None if row["oldest"] is None else clock.format_us(clock.to_us(row["oldest"])),
            "newest": None if row["newest"] is None else clock.format_us(clock.to_us(row["newest"])),
        }
        for row in rows
    ]
    totals = {name: _sum(agencies, name) for name in ("cameras", "hours", "chunks", "bytes", "held_hours")}
    return {**totals, "agencies": agencies}


def tell_done(
    connection: Connection, signer: Signer, *, notice_leaf: bytes, body: Mapping[str, object], at_us: int
) -> Appended:
    """The entry of what went."""
    told = {"event": "done", **body}
    return ledger.append(
        connection, signer, kind=KIND, chain=CHAIN, body=told, refs=[notice_leaf], at_us=at_us
    )


def tell_cancelled(
    connection: Connection, signer: Signer, *, purge_id: int, notice_leaf: bytes, at_us: int, commitment: str
) -> Appended:
    """The entry that a purge which was announced does not come; `commitment` binds it to who took it back, and why."""
    body = {"event": "cancelled", "purge": purge_id, "commitment": commitment}
    return ledger.append(
        connection, signer, kind=KIND, chain=CHAIN, body=body, refs=[notice_leaf], at_us=at_us
    )


def holds_in_force(connection: Connection) -> dict[str, object]:
    """How many spans are under a hold, and the RFC 6962 root over them by hold, camera and time."""
    lines = [
        canonical(
            {
                "hold": row["hold_id"],
                "camera": row["camera"],
                "from": clock.to_us(row["from_at"]),
                "to": clock.to_us(row["to_at"]),
            }
        )
        for row in connection.execute(query("purge.holds_in_force"))
    ]
    return {"n": len(lines), "root": root([leaf(line) for line in lines]).hex()}


def _told(one: Window) -> bytes:
    """A window as its line: what of a camera is announced to go."""
    return canonical({"camera": one.camera, "from": one.from_us, "cutoff": one.cutoff_us})


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)
