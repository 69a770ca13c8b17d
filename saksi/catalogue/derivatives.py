"""Derivatives: processed copies of a span of an exhibit, as jobs and when ready. Originals are never touched.

What is hidden is confidential: the parameters stay in the catalogue, for those with access to the case, and only a
salted commitment to them goes into custody and into the signed statement beside the copy.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.custody import OfCase, Who
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.custody.entries import NONCE_BYTES, commitment
from saksi.errors import NotFound
from saksi.messages import register

register(
    "derivative_unknown",
    en=("Case {case} has no derivative {number}.", "List them with GET /api/v1/cases/{case}/derivatives."),
    id_=(
        "Kasus {case} tidak punya turunan {number}.",
        "Lihat daftarnya dengan GET /api/v1/cases/{case}/derivatives.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Derivative:
    """A processed copy, wanted or there. `attempts` counts its claims and fences a worker that lost its own.

    `size`, `sha256` (hex), `crc32` and `statement` (derivation.json, exact bytes) are there when `state` is ready.
    """

    derivative_id: uuid.UUID
    case_id: int
    case: str
    number: int
    exhibit: int
    camera_id: int
    camera: str
    from_us: int
    to_us: int
    parameters: Mapping[str, Any] = field(repr=False)
    nonce: bytes = field(repr=False)
    reason: str
    who: Who
    asked_us: int
    state: str
    progress: float
    attempts: int
    last_error: str
    size: int | None
    sha256: str | None
    crc32: int | None
    statement: bytes | None = field(repr=False)
    ready_us: int | None

    @property
    def key(self) -> str:
        """Where the copy lies in the object store."""
        return keys.derivative_key(self.derivative_id, self.name)

    @property
    def name(self) -> str:
        """Its own name."""
        return keys.derivative_name(self.exhibit, self.camera)

    @property
    def path(self) -> str:
        """Where it stands in a package."""
        return f"data/derivative/{self.number}/{self.name}"

    @property
    def statement_path(self) -> str:
        """Where its derivation.json stands in a package."""
        return f"data/derivative/{self.number}/derivation.json"

    @property
    def commitment(self) -> str:
        """What custody and the statement say instead of the parameters."""
        return commitment(self.nonce, self.parameters)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Derivative:
        """From a row of derivatives.list."""
        names = (
            "derivative_id case_id case number exhibit camera_id camera nonce reason state progress attempts last_error"
            " size crc32 statement"
        )
        who = dict(row["who"])
        return cls(
            **{name: row[name] for name in names.split()},
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            parameters=json.loads(row["parameters"]),
            who=Who(number=who.pop("id"), **who),
            asked_us=clock.to_us(row["asked_at"]),
            sha256=None if row["sha256"] is None else row["sha256"].hex(),
            ready_us=None if row["ready_at"] is None else clock.to_us(row["ready_at"]),
        )


def ask(
    connection: Connection,
    case: OfCase,
    *,
    exhibit: int,
    camera_id: int,
    from_us: int,
    to_us: int,
    parameters: Mapping[str, object],
    reason: str,
    who: Who,
) -> Derivative:
    """Puts a copy on the list. `parameters` keep to canonical values."""
    derivative_id = uuid.uuid4()
    values = {
        "derivative_id": derivative_id,
        "case_id": case.case_id,
        "exhibit": exhibit,
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "parameters": canonical(parameters),
        "nonce": secrets.token_bytes(NONCE_BYTES),
        "reason": reason,
        "who": Jsonb(who.body()),
        "at": clock.now(),
    }
    connection.execute(query("disclosures.lock_case"), values)
    connection.execute(query("derivatives.add"), values)
    return by_id(connection, derivative_id)


def by_id(connection: Connection, derivative_id: uuid.UUID) -> Derivative:
    """One that is known to be there."""
    return _list(connection, derivative_id=derivative_id)[0]


def find(
    connection: Connection, case: OfCase, code: str, number: int, *, field: str = "number"
) -> Derivative:
    """One of a case by its number. Raises NotFound, which names the `field` that gave the number."""
    found = _list(connection, case_id=case.case_id, number=number) if 0 < number < 1 << 31 else []
    if not found:
        raise NotFound("derivative_unknown", field=field, case=code, number=number)
    return found[0]


def of_case(connection: Connection, case: OfCase, *, limit: int, after: int = 0) -> list[Derivative]:
    """Those of a case by number."""
    return _list(connection, case_id=case.case_id, limit=limit, after=after)


def derivatives_of(connection: Connection, case_id: int, exhibits: Sequence[int]) -> list[Derivative]:
    """Those that are ready of these exhibits, by number: what a package of them carries."""
    found = _list(connection, case_id=case_id, exhibits=list(exhibits))
    return [one for one in found if one.state == "ready"]


def claim(connection: Connection, *, claim_s: float) -> Derivative | None:
    """The oldest one due, claimed for `claim_s` seconds; None when nothing is due."""
    row = connection.execute(query("derivatives.claim"), {"claim_s": claim_s}).fetchone()
    return None if row is None else by_id(connection, row["derivative_id"])


def progress(connection: Connection, one: Derivative, share: float, *, claim_s: float) -> bool:
    """Tells how far it is and keeps the claim; False when another worker has it by now."""
    values = {**_claimed(one), "progress": min(max(share, 0.0), 1.0), "claim_s": claim_s}
    return connection.execute(query("derivatives.progress"), values).fetchone() is not None


def try_later(connection: Connection, one: Derivative, error: str, pause_s: float) -> None:
    """A passing failure."""
    connection.execute(query("derivatives.later"), {**_claimed(one), "error": error, "pause_s": pause_s})


def wait(connection: Connection, one: Derivative, why: str, pause_s: float) -> None:
    """It waits for footage; that is no failure."""
    connection.execute(query("derivatives.wait"), {**_claimed(one), "error": why, "pause_s": pause_s})


def fail(connection: Connection, one: Derivative, error: str) -> bool:
    """It cannot be made; False when another worker has it by now."""
    values = {**_claimed(one), "error": error}
    return connection.execute(query("derivatives.fail"), values).fetchone() is not None


def ready(
    connection: Connection, one: Derivative, *, size: int, sha256: bytes, crc32: int, statement: bytes
) -> bool:
    """It is whole and in the store; False when another worker has it by now."""
    values = {**_claimed(one), "size": size, "sha256": sha256, "crc32": crc32, "statement": statement}
    return connection.execute(query("derivatives.ready"), values).fetchone() is not None


def _claimed(one: Derivative) -> dict[str, object]:
    return {"derivative_id": one.derivative_id, "attempts": one.attempts}


def _list(
    connection: Connection,
    *,
    case_id: int | None = None,
    derivative_id: uuid.UUID | None = None,
    number: int | None = None,
    exhibits: list[int] | None = None,
    limit: int = 100_000,
    after: int = 0,
) -> list[Derivative]:
    values = {
        "case_id": case_id,
        "derivative_id": derivative_id,
        "number": number,
        "exhibits": exhibits,
        "limit": limit,
        "after": after,
    }
    return [Derivative.from_row(row) for row in connection.execute(query("derivatives.list"), values)]
