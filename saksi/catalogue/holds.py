"""Holds: evidence locks on spans of cameras. What one covers is never purged; two officers end it, never one.

Protocol between holds and purges, so that footage is never both held and gone: each takes `lock_cameras` first, and
reads what the other left in a statement after that. A purge then skips what `held_v1` says is covered and claims the
rest before it commits; a hold is placed whole, and what a purge had claimed before is told by the footage's own state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from saksi import clock
from saksi.catalogue.askers import Asker, sees_everything
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight, Span, seen
from saksi.errors import NotFound
from saksi.messages import register

register(
    "hold_unknown",
    en=("There is no hold {hold}.", "List those you see with GET /api/v1/holds or `saksi hold list`."),
    id_=(
        "Tidak ada penahanan {hold}.",
        "Lihat yang dapat Anda lihat dengan GET /api/v1/holds atau `saksi hold list`.",
    ),
)

STATES = ("active", "release_asked", "released")


@dataclass(frozen=True, kw_only=True)
class HoldSpan:
    """Footage of one camera in [from_us, to_us)."""

    camera_id: int
    camera: str
    from_us: int
    to_us: int

    def key(self) -> Span:
        """As sight asks about it."""
        return self.camera_id, self.from_us, self.to_us

    def told(self) -> tuple[str, int, int]:
        """As entries and custody tell it."""
        return self.camera, self.from_us, self.to_us


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold. `state` is active, release_asked or released; times are microseconds UTC."""

    hold_id: int
    case_id: int | None
    case_code: str | None
    case_number: str | None
    reason: str
    reference: str
    review_on: date
    placed_by: str
    placed_us: int
    spans: tuple[HoldSpan, ...]
    release_asked_by: str | None
    release_asked_us: int | None
    release_reason: str
    released_by: str | None
    released_us: int | None

    @property
    def state(self) -> str:
        """Where it stands between being placed and being released."""
        if self.released_us is not None:
            return "released"
        return "active" if self.release_asked_us is None else "release_asked"

    def within(self, connection: Connection, sight: Sight) -> bool:
        """Whether all that it covers may be seen with this sight."""
        spans = frozenset(span.key() for span in self.spans)
        return sight is None or seen(connection, sight, spans) == spans

    @classmethod
    def from_row(cls, row: dict[str, Any], spans: Sequence[HoldSpan]) -> Hold:
        """From a row of holds.list and those of holds.spans."""
        return cls(
            spans=tuple(spans),
            placed_by=row["placed_by_name"],
            placed_us=clock.to_us(row["placed_at"]),
            release_asked_by=row["release_asked_by_name"],
            release_asked_us=_us(row["release_asked_at"]),
            released_by=row["released_by_name"],
            released_us=_us(row["released_at"]),
            **{
                name: row[name]
                for name in ("hold_id", "case_id", "case_code", "case_number", "reason", "reference", "review_on",
                             "release_reason")
            },
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What a hold in force covers of a window."""

    camera_id: int
    hold_id: int
    from_us: int
    to_us: int


def lock_cameras(connection: Connection, camera_ids: Iterable[int]) -> None:
    """Keeps holds and purges of these cameras apart until the transaction ends; see the module's own words."""
    connection.execute(query("holds.lock_cameras"), {"cameras": list(camera_ids)})


def share_camera(connection: Connection, camera_id: int) -> None:
    """Keeps purges of a camera out until the transaction ends: for adding what follows footage that is there."""
    connection.execute(query("holds.share_camera"), {"camera_id": camera_id})


def held(connection: Connection, camera_id: int, from_us: int, to_us: int) -> bool:
    """Whether a hold in force covers any of [from_us, to_us): the same function that a purge asks."""
    values = {"camera_id": camera_id, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    row = connection.execute(query("holds.held"), values).fetchone()
    assert row is not None
    return bool(row["held"])


def covering(connection: Connection, camera_id: int, from_us: int, to_us: int) -> list[Covered]:
    """The spans of holds in force that touch [from_us, to_us) of a camera, in order of time."""
    values = {"cameras": [camera_id], "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    return [
        Covered(
            camera_id=row["camera_id"],
            hold_id=row["hold_id"],
            from_us=clock.to_us(row["start_at"]),
            to_us=clock.to_us(row["end_at"]),
        )
        for row in connection.execute(query("holds.covering"), values)
    ]


def get(connection: Connection, hold_id: int) -> Hold:
    """The hold of this id, whoever asks. Raises NotFound when there is none."""
    return _one(_list(connection, None, hold_id=hold_id, limit=1), hold_id)


def find(connection: Connection, hold_id: int, asker: Asker) -> Hold:
    """The hold of this id. Raises NotFound when there is none that `asker` sees."""
    return _one(_list(connection, asker, hold_id=hold_id, limit=1), hold_id)


def list_holds(
    connection: Connection,
    asker: Asker | None,
    *,
    case_id: int | None = None,
    camera_id: int | None = None,
    state: str | None = None,
    due_on: date | None = None,
    limit: int,
    before: int | None = None,
) -> list[Hold]:
    """Holds that `asker` (None: the machine's own operator) sees, newest first; `due_on`: to be reviewed by then."""
    return _list(
        connection,
        asker,
        case_id=case_id,
        camera_id=camera_id,
        state=state,
        due_on=due_on,
        limit=limit,
        before=before,
    )


def _list(connection: Connection, asker: Asker | None, *, limit: int, **wanted: Any) -> list[Hold]:
    everything = (
        asker is None or sees_everything(asker) or (asker.role == "auditor" and asker.agency_ids is None)
    )
    values = {
        **dict.fromkeys(("hold_id", "case_id", "camera_id", "state", "due_on", "before")),
        **wanted,
        "everything": everything,
        "person_id": 0 if asker is None else asker.person_id,
        "officer": asker is not None and asker.role in ("admin", "records_officer", "auditor"),
        "sight": None if asker is None else asker.sight,
        "limit": limit,
    }
    rows = connection.execute(query("holds.list"), values).fetchall()
    spans: dict[int, list[HoldSpan]] = defaultdict(list)
    for row in connection.execute(query("holds.spans"), {"holds": [row["hold_id"] for row in rows]}):
        spans[row["hold_id"]].append(
            HoldSpan(
                camera_id=row["camera_id"],
                camera=row["code"],
                from_us=clock.to_us(row["from_at"]),
                to_us=clock.to_us(row["to_at"]),
            )
        )
    return [Hold.from_row(row, spans[row["hold_id"]]) for row in rows]


def _one(found: Sequence[Hold], hold_id: int) -> Hold:
    if not found:
        raise NotFound("hold_unknown", field="hold", hold=hold_id)
    return found[0]


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)
