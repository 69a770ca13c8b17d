"""Bookmarks: a person's marks in footage, of their own or in a case; those in a case are told to its custody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import cases, custody
from saksi.catalogue.askers import Asker
from saksi.catalogue.cameras import Camera
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_name
from saksi.catalogue.windows import check_span
from saksi.custody.signing import Signer
from saksi.errors import NotFound
from saksi.messages import register

register(
    "bookmark_unknown",
    en=("You have no bookmark {bookmark}.", "List yours with GET /api/v1/bookmarks."),
    id_=("Anda tidak punya penanda {bookmark}.", "Lihat milik Anda dengan GET /api/v1/bookmarks."),
)

MOST_DAYS = 31


@dataclass(frozen=True, kw_only=True)
class Bookmark:
    """A mark at `from_us`, or over [from_us, to_us)."""

    bookmark_id: int
    person: str
    camera: str
    from_us: int
    to_us: int | None
    label: str
    case_code: str | None
    case_number: str | None
    made_us: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Bookmark:
        """From a row of bookmarks.list."""
        return cls(
            from_us=clock.to_us(row["from_at"]),
            to_us=None if row["to_at"] is None else clock.to_us(row["to_at"]),
            made_us=clock.to_us(row["made_at"]),
            **{
                name: row[name]
                for name in ("bookmark_id", "person", "camera", "label", "case_code", "case_number")
            },
        )


def add(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    *,
    camera: Camera,
    from_us: int,
    to_us: int | None,
    label: str,
    case: CaseFile | None = None,
    why: Why | None = None,
) -> Bookmark:
    """Makes a mark. Raises BadInput for an empty span or label, Conflict in a closed case."""
    _check(from_us, to_us)
    if case is not None:
        cases.lock_open(connection, case)
    values = {
        "person_id": asker.person_id,
        "camera_id": camera.camera_id,
        "from": clock.from_us(from_us),
        "to": None if to_us is None else clock.from_us(to_us),
        "label": checked_name(label, "label"),
        "case_id": None if case is None else case.case_id,
        "at": clock.now(),
    }
    row = connection.execute(query("bookmarks.add"), values).fetchone()
    assert row is not None
    made = find(connection, asker, row["bookmark_id"])
    _tell(connection, signer, case, "bookmark.add", made, who, why)
    return made


def find(connection: Connection, asker: Asker, bookmark_id: int) -> Bookmark:
    """One's own mark. Raises NotFound for any other."""
    found = list_bookmarks(connection, asker, bookmark_id=bookmark_id, limit=1)
    if not found:
        raise NotFound("bookmark_unknown", field="bookmark", bookmark=bookmark_id)
    return found[0]


def list_bookmarks(
    connection: Connection,
    asker: Asker,
    *,
    case: CaseFile | None = None,
    camera_id: int | None = None,
    limit: int,
    before: int | None = None,
    bookmark_id: int | None = None,
) -> list[Bookmark]:
    """One's own marks, or everyone's in a case, newest first; of footage that one may not see none."""
    values = {
        "person_id": asker.person_id,
        "case_id": None if case is None else case.case_id,
        "camera_id": camera_id,
        "bookmark_id": bookmark_id,
        "sight": asker.sight,
        "before": before,
        "limit": limit,
    }
    return [Bookmark.from_row(row) for row in connection.execute(query("bookmarks.list"), values)]


def change(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    mark: Bookmark,
    *,
    from_us: int,
    to_us: int | None,
    label: str,
    case: CaseFile | None,
    why: Why | None = None,
) -> Bookmark:
    """Moves or renames one's own mark; `case` is the mark's own. Raises as `add` does."""
    _check(from_us, to_us)
    if case is not None:
        cases.lock_open(connection, case)
    values = {
        "bookmark_id": mark.bookmark_id,
        "from": clock.from_us(from_us),
        "to": None if to_us is None else clock.from_us(to_us),
        "label": checked_name(label, "label"),
    }
    connection.execute(query("bookmarks.change"), values)
    changed = find(connection, asker, mark.bookmark_id)
    _tell(connection, signer, case, "bookmark.edit", changed, who, why)
    return changed


def drop(
    connection: Connection,
    signer: Signer,
    who: Who,
    mark: Bookmark,
    *,
    case: CaseFile | None,
    why: Why | None = None,
) -> None:
    """Takes one's own mark away; what custody told of it stays. Raises Conflict in a closed case."""
    if case is not None:
        cases.lock_open(connection, case)
    connection.execute(query("bookmarks.drop"), {"bookmark_id": mark.bookmark_id})
    _tell(connection, signer, case, "bookmark.remove", mark, who, why)


def _check(from_us: int, to_us: int | None) -> None:
    if to_us is not None:
        check_span(from_us, to_us, MOST_DAYS)


def _tell(
    connection: Connection,
    signer: Signer,
    case: CaseFile | None,
    event: str,
    mark: Bookmark,
    who: Who,
    why: Why | None,
) -> None:
    if case is None:
        return
    what: dict[str, object] = {
        "bookmark": mark.bookmark_id,
        "camera": mark.camera,
        "from": mark.from_us,
        "label": mark.label,
    }
    if mark.to_us is not None:
        what["to"] = mark.to_us
    custody.record(connection, signer, case, event, who=who, what=what, why=why)
