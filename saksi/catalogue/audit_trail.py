"""Reading the audit trail: who did what, and who was shown a camera's footage of a span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import code_from
from saksi.catalogue.sight import Sight
from saksi.errors import BadInput
from saksi.messages import register

# What shows pictures: an index that players read ranges by, a file, a still, the small ones of a list.
VIEWS = ("segments", "play", "ticket", "clip", "still", "pictures")
# What hands footage over besides: packages, and processed copies.
TAKEN = ("export.download", "disclosure download", "derivative")
# What `kind` stands for.
KINDS: Mapping[str, tuple[str, ...]] = {
    "view": VIEWS,
    "search": ("search", "neighbours", "whose"),
    "log-in": ("log in", "log out"),
    "export": ("export", "disclose", "print", *TAKEN),
    "hold": ("place hold", "extend hold", "ask hold release", "release hold", "withdraw hold release"),
}


register(
    "audit_backwards",
    en=("The time ends before it begins.", "Give {field} after the beginning."),
    id_=("Waktunya berakhir sebelum mulai.", "Beri {field} sesudah awalnya."),
)


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """A row of the trail. `from_us`, `to_us`: of the footage that it is about; None: of none."""

    audit_id: int
    at_us: int
    person: str
    role: str
    address: str
    action: str
    object: Mapping[str, Any]
    purpose: str
    result: str
    cameras: tuple[str, ...]
    case: str
    from_us: int | None
    to_us: int | None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> AuditRow:
        """From a row of audit.list."""
        names = ("audit_id", "person", "role", "address", "action", "object", "purpose", "result")
        return cls(
            at_us=clock.to_us(row["at"]),
            cameras=tuple(row["cameras"]),
            case=row["case_code"],
            from_us=_us(row["from_at"]),
            to_us=_us(row["to_at"]),
            **{name: row[name] for name in names},
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows; None does not narrow. `done_us` is when it was done, `span_us` the footage that it was about."""

    person: str | None = None
    camera: str | None = None
    case: str | None = None
    action: str | None = None
    kind: str | None = None
    result: str | None = None
    done_us: tuple[int | None, int | None] = (None, None)
    span_us: tuple[int | None, int | None] = (None, None)

    def __post_init__(self) -> None:
        """Raises BadInput for a time that ends before it begins."""
        for field, (from_us, to_us) in (("to", self.done_us), ("span_to", self.span_us)):
            if from_us is not None and to_us is not None and to_us < from_us:
                raise BadInput("audit_backwards", field=field)

    def values(self) -> dict[str, object]:
        """As audit.list takes it."""
        return {
            "person": self.person,
            "camera": self.camera,
            "case": None if self.case is None else code_from(self.case),
            "action": self.action,
            "actions": None if self.kind is None else list(KINDS[self.kind]),
            "result": self.result,
            "from": _at(self.done_us[0]),
            "to": _at(self.done_us[1]),
            "span_from": _at(self.span_us[0]),
            "span_to": _at(self.span_us[1]),
        }


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Someone who was shown footage of a camera in a span, for a case or none ('')."""

    person: str
    role: str
    case: str
    times: int
    first_us: int
    last_us: int
    from_us: int
    to_us: int
    actions: tuple[str, ...]
    purpose: str
    address: str


def rows(
    connection: Connection, wanted: Wanted, sight: Sight, *, limit: int, before: int | None = None
) -> list[AuditRow]:
    """The newest first; whoever is limited reads rows about cameras that they may know of, and no others."""
    values = {**wanted.values(), "sight": sight, "limit": limit, "before": before}
    return [AuditRow.from_row(row) for row in connection.execute(query("audit.list"), values, prepare=False)]


def viewers(connection: Connection, camera: str, from_us: int, to_us: int, *, limit: int) -> list[Viewer]:
    """Who was shown or given footage of this camera that lies in [from_us, to_us), the last first."""
    values = {
        "camera": camera,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "actions": [*VIEWS, *TAKEN],
        "limit": limit,
    }
    return [
        Viewer(
            person=row["person"],
            role=row["role"],
            case=row["case_code"],
            times=row["times"],
            first_us=clock.to_us(row["first_at"]),
            last_us=clock.to_us(row["last_at"]),
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            actions=tuple(row["actions"]),
            purpose=row["purpose"],
            address=row["address"],
        )
        for row in connection.execute(query("audit.viewers"), values)
    ]


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)


def _at(instant_us: int | None) -> Any:
    return None if instant_us is None else clock.from_us(instant_us)
