"""`saksi camera import`: a whole list, line by line; a bad line is told and stops no other."""

from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.camera_csv import CameraList, Line, read
from cli.language import language, say
from cli.officer import note_unnamed
from cli.opened import opened_database
from cli.words import end_progress, head, progress
from saksi.catalogue.database import Connection, Database
from saksi.errors import BadInput, SaksiError, Unavailable
from saksi.messages import register, words
from saksi.onboarding.rows import CameraRow, Outcome, bring
from saksi.secrets import Vault

_DONE = {
    "added": ("added", "ditambah"),
    "changed": ("changed", "diubah"),
    "unchanged": ("unchanged", "tetap"),
    "refused": ("refused", "ditolak"),
}

register(
    "row_twice",
    en=("The camera {camera} stands on line {line} already.", "Keep one of the two lines."),
    id_=("Kamera {camera} sudah ada pada baris {line}.", "Sisakan salah satu baris."),
)


Turn = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of one line."""

    line: int
    camera: str
    outcome: Outcome | None
    refused: SaksiError | None

    @property
    def done(self) -> str:
        """added, changed, unchanged or refused."""
        return "refused" if self.outcome is None else self.outcome.done


def bring_all(path: Path, data: Path | None, vault: Vault, *, dry_run: bool, as_json: bool) -> int:
    """Brings in every line that can be, and reports on each; 1 when one was refused, else 0.

    Raises Unavailable, after the report so far, when the catalogue goes away: the same list brought in again goes on.
    """
    found = read(path)
    told: list[Told] = []
    gone: Unavailable | None = None
    if not as_json:
        _introduce(found.ignored, dry_run)
    try:
        with opened_database(data) as database, _turns(database, dry_run) as turn:
            seen: dict[str, int] = {}
            for line in found.lines:
                told.append(_one(turn, vault, line, seen))
                if as_json or dry_run:
                    progress(say(f"line {line.number}", f"baris {line.number}"))
                else:
                    print(_text(told[-1], found.heads))
    except Unavailable as error:
        gone = error
    end_progress()
    counts = Counter(one.done for one in told)
    if as_json:
        print(json.dumps(_document(told, counts, found, dry_run), indent=2, ensure_ascii=False))
    else:
        for one in told if dry_run else ():
            print(_text(one, found.heads))
        print(", ".join(f"{say(*words)} {counts[done]}" for done, words in _DONE.items()), file=sys.stderr)
    if gone is not None:
        raise gone
    return int(counts["refused"] > 0)


@contextlib.contextmanager
def _turns(database: Database, dry_run: bool) -> Iterator[Turn]:
    """What gives each line a transaction of its own, so that what the report says is done is done.

    In a dry run they stand in one that is taken back: a line finds what those before it brought, such as a site.
    Nobody's reader may hold that one up, so its lines are printed when it is over.
    """
    if not dry_run:
        yield database.transaction
        return
    with database.transaction() as connection, connection.transaction(force_rollback=True):

        @contextlib.contextmanager
        def turn() -> Iterator[Connection]:
            with connection.transaction():
                yield connection

        yield turn


def _one(turn: Turn, vault: Vault, line: Line, seen: dict[str, int]) -> Told:
    outcome: Outcome | None = None
    refused: SaksiError | None = line.refused
    if line.row is not None:
        try:
            if line.camera in seen:
                raise BadInput("row_twice", field="id", camera=line.camera, line=seen[line.camera])
            with turn() as connection:
                outcome = bring(connection, vault, line.row)
                if outcome.done != "unchanged":
                    _note(connection, line.row, outcome)
            seen[line.camera] = line.number
        except Unavailable:
            raise
        except SaksiError as error:
            outcome, refused = None, error
    return Told(line=line.number, camera=line.camera, outcome=outcome, refused=refused)


def _note(connection: Connection, row: CameraRow, outcome: Outcome) -> None:
    action = "add camera" if outcome.done == "added" else "change camera"
    what: dict[str, object] = {"camera": row.id, "changed": list(outcome.changed), "from": "list"}
    if row.site_name:
        what["site_name"] = row.site_name
    note_unnamed(connection, action, what)


def _introduce(ignored: tuple[str, ...], dry_run: bool) -> None:
    if ignored:
        names = ", ".join(ignored)[:300]
        print(say(f"Columns not used: {names}", f"Kolom tidak dipakai: {names}"), file=sys.stderr)
    if dry_run:
        print(say("Dry run: nothing is changed.", "Uji coba: tidak ada yang diubah."), file=sys.stderr)
    head("line, id, done, what", "baris, id, hasil, keterangan")


def _text(one: Told, heads: Mapping[str, str]) -> str:
    if one.refused is not None:
        what = " ".join(_explained(one.refused, heads))
    else:
        assert one.outcome is not None
        what = ", ".join(one.outcome.changed)
    return "\t".join((str(one.line), one.camera or "-", say(*_DONE[one.done]), what)).rstrip("\t")


def _explained(error: SaksiError, heads: Mapping[str, str]) -> tuple[str, str]:
    """Its words, with columns called as the list calls them."""
    names: dict[str, object] = {
        name: heads[name] for name in ("source", "user", "password") if name in error.values
    }
    field = heads.get(error.field or "", error.field or "")
    return words(error.code, language(), {**error.values, **names, "field": field})


def _document(told: list[Told], counts: Counter[str], found: CameraList, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "counts": {done: counts[done] for done in _DONE},
        "ignored": list(found.ignored),
        "lines": [_line(one, found.heads) for one in told],
    }


def _line(one: Told, heads: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"line": one.line, "id": one.camera or None, "done": one.done}
    if one.outcome is not None and one.outcome.changed:
        told["changed"] = list(one.outcome.changed)
    if one.refused is not None:
        what, remedy = _explained(one.refused, heads)
        told["problem"] = {
            "code": one.refused.code, "field": one.refused.field, "what": what, "remedy": remedy
        }  # fmt: skip
    return told
