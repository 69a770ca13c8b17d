"""Evidence packages as jobs: asked for, claimed by a worker, sealed or failed. Times out of a claim free it again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound
from saksi.messages import register

register(
    "export_unknown",
    en=("There is no export {export}.", "List the exports of the case."),
    id_=("Ekspor {export} tidak ada.", "Lihat daftar ekspor kasus itu."),
)


@dataclass(frozen=True, kw_only=True)
class Export:
    """One package, wanted or there.

    `case` is the code of its case; `attempts` counts claims, and so fences a worker that lost its own; `waits` are
    those that found the witnesses not there yet.
    """

    export_id: uuid.UUID
    case_id: int
    case: str
    number: int
    exhibits: Sequence[int]
    person: str
    recipient: str
    reason: str
    letter: str
    requested_us: int
    state: str
    stage: str
    done_bytes: int
    total_bytes: int
    attempts: int
    last_error: str
    package: str
    upload_id: str
    size: int | None
    sha256: str | None
    sealed_us: int | None
    warnings: Sequence[dict[str, Any]]
    wait_for_witnesses: bool
    waits: int
    derivatives: Sequence[int] | None
    only_derivatives: bool
    imported_files: bool

    @property
    def key(self) -> str:
        """Where the package lies in the object store."""
        return keys.package_key(self.export_id, self.package)

    @property
    def plan_key(self) -> str:
        """Where what was gathered is kept, so that a later try, or a re-issue, gives the same bytes."""
        return f"exports/{self.export_id}/plan.json"

    def what(self) -> dict[str, object]:
        """What names it in custody."""
        return {"export": str(self.export_id), "package": self.package, "recipient": self.recipient}

    @property
    def progress(self) -> float:
        """Share done, 0 to 1."""
        if self.state == "sealed":
            return 1.0
        return min(self.done_bytes / self.total_bytes, 1.0) if self.total_bytes else 0.0

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Export:
        """From a row of exports.one or exports.claim."""
        names = (
            "export_id case_id case number exhibits person recipient reason letter state stage done_bytes"
            " total_bytes attempts last_error package upload_id size warnings"
            " wait_for_witnesses waits derivatives only_derivatives imported_files"
        )
        return cls(
            **{name: row[name] for name in names.split()},
            requested_us=clock.to_us(row["requested_at"]),
            sha256=None if row["sha256"] is None else row["sha256"].hex(),
            sealed_us=None if row["sealed_at"] is None else clock.to_us(row["sealed_at"]),
        )


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A file of a sealed package, by which it is known again when someone brings it."""

    path: str
    kind: str
    size: int
    sha256: str
    nal_sha256: str | None
    camera_id: int
    start_us: int
    end_us: int


def ask(
    connection: Connection,
    *,
    case_id: int,
    stem: str,
    exhibits: Sequence[int],
    person: str,
    recipient: str,
    reason: str,
    letter: str = "",
    wait_for_witnesses: bool = False,
    derivatives: Sequence[int] | None = None,
    only_derivatives: bool = False,
    imported_files: bool = False,
) -> Export:
    """Puts a package on the list; `stem` begins its name, which ends with its number in the case.

    `derivatives` are numbers; None stands for all that are ready when it is built.
    """
    connection.execute(query("exports.lock_case"), {"case_id": case_id})
    export_id = uuid.uuid4()
    values = {
        "export_id": export_id,
        "case_id": case_id,
        "stem": stem,
        "exhibits": list(exhibits),
        "person": person,
        "recipient": recipient,
        "reason": reason,
        "letter": letter,
        "wait_for_witnesses": wait_for_witnesses,
        "derivatives": None if derivatives is None else list(derivatives),
        "only_derivatives": only_derivatives,
        "imported_files": imported_files,
    }
    connection.execute(query("exports.add"), values)
    return find(connection, export_id)


def find(connection: Connection, export_id: uuid.UUID) -> Export:
    """One export. Raises NotFound."""
    row = connection.execute(query("exports.one"), {"export_id": export_id}).fetchone()
    if row is None:
        raise NotFound("export_unknown", field="export", export=export_id)
    return Export.from_row(row)


def of_case(connection: Connection, case_id: int, *, limit: int, after: int = 0) -> list[Export]:
    """Exports of a case by number."""
    values = {"case_id": case_id, "limit": limit, "after": after}
    return [Export.from_row(row) for row in connection.execute(query("exports.of_case"), values)]


def claim(connection: Connection, *, claim_s: float) -> Export | None:
    """The oldest one due, claimed for `claim_s` seconds; None when nothing is due."""
    row = connection.execute(query("exports.claim"), {"claim_s": claim_s}).fetchone()
    return None if row is None else find(connection, row["export_id"])


def progress(
    connection: Connection, export: Export, *, done: int, total: int, stage: str, claim_s: float
) -> bool:
    """Tells how far it is and keeps the claim; False when another worker has it by now."""
    values = {
        "export_id": export.export_id,
        "attempts": export.attempts,
        "done": done,
        "total": total,
        "stage": stage,
        "claim_s": claim_s,
    }
    return connection.execute(query("exports.progress"), values).fetchone() is not None


def remember_upload(connection: Connection, export: Export, upload_id: str) -> None:
    """So that a later try takes up what is in the store already."""
    connection.execute(query("exports.upload"), {"export_id": export.export_id, "upload_id": upload_id})


def warn(connection: Connection, export: Export, warnings: Sequence[Mapping[str, Any]]) -> None:
    """What must be known of it before it leaves: code and values of each warning."""
    values = {
        "export_id": export.export_id,
        "attempts": export.attempts,
        "warnings": Jsonb([dict(one) for one in warnings]),
    }
    connection.execute(query("exports.warn"), values)


def try_later(connection: Connection, export: Export, error: str, pause_s: float) -> None:
    """A passing failure."""
    values = {
        "export_id": export.export_id,
        "attempts": export.attempts,
        "error": error,
        "pause_s": pause_s,
    }
    connection.execute(query("exports.later"), values)


def wait(connection: Connection, export: Export, pause_s: float) -> None:
    """The witnesses are not there yet."""
    values = {"export_id": export.export_id, "attempts": export.attempts, "pause_s": pause_s}
    connection.execute(query("exports.wait"), values)


def fail(connection: Connection, export: Export, error: str) -> bool:
    """It cannot be built; False when another worker has it by now."""
    values = {"export_id": export.export_id, "attempts": export.attempts, "error": error}
    return connection.execute(query("exports.fail"), values).fetchone() is not None


def seal(
    connection: Connection, export: Export, *, size: int, sha256: bytes, files: Iterable[ExportedFile]
) -> bool:
    """It is whole and in the store; False when another worker has it by now."""
    values = {
        "export_id": export.export_id,
        "attempts": export.attempts,
        "size": size,
        "sha256": sha256,
    }
    if connection.execute(query("exports.seal"), values).fetchone() is None:
        return False
    for one in files:
        told = {
            "export_id": export.export_id,
            "path": one.path,
            "class": one.kind,
            "size": one.size,
            "sha256": bytes.fromhex(one.sha256),
            "nal_sha256": None if one.nal_sha256 is None else bytes.fromhex(one.nal_sha256),
            "camera_id": one.camera_id,
            "start_at": clock.from_us(one.start_us),
            "end_at": clock.from_us(one.end_us),
        }
        connection.execute(query("exports.add_file"), told)
    return True
