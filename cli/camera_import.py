"""`saksi camera import`: a whole list, line by line; a bad line is told and stops no other."""

from __future__ import annotations

import getpass
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.camera_csv import Line, read
from cli.language import language, say
from cli.opened import opened_database
from cli.words import end_progress, head, progress
from saksi.catalogue import audit
from saksi.catalogue.database import Connection, Database
from saksi.errors import BadInput, SaksiError, Unavailable
from saksi.messages import register
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


class _DryRun(Exception):
    """Takes back what a row has just done."""


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
    with opened_database(data) as database:
        seen: dict[str, int] = {}
        for line in found.lines:
            try:
                told.append(_one(database, vault, line, seen, dry_run))
            except Unavailable as error:
                gone = error
                break
            if as_json:
                progress(say(f"line {line.number}", f"baris {line.number}"))
            else:
                print(_text(told[-1]))
    end_progress()
    counts = Counter(one.done for one in told)
    if as_json:
        print(json.dumps(_document(told, counts, found.ignored, dry_run), indent=2, ensure_ascii=False))
    else:
        print(", ".join(f"{say(*words)} {counts[done]}" for done, words in _DONE.items()), file=sys.stderr)
    if gone is not None:
        raise gone
    return int(counts["refused"] > 0)


def _one(database: Database, vault: Vault, line: Line, seen: dict[str, int], dry_run: bool) -> Told:
    camera = ""
    outcome: Outcome | None = None
    refused: SaksiError | None = line.refused
    if line.row is not None:
        camera = line.row.id
        try:
            if camera in seen:
                raise BadInput("row_twice", field="id", camera=camera, line=seen[camera])
            outcome = _brought(database, vault, line.row, dry_run)
            seen[camera] = line.number
        except Unavailable:
            raise
        except SaksiError as error:
            refused = error
    return Told(line=line.number, camera=camera, outcome=outcome, refused=refused)


def _brought(database: Database, vault: Vault, row: CameraRow, dry_run: bool) -> Outcome:
    """Each in a transaction of its own, so that what the report says is done is done."""
    outcome: Outcome | None = None
    try:
        with database.transaction() as connection:
            outcome = bring(connection, vault, row)
            if outcome.done != "unchanged":
                _note(connection, row, outcome)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    assert outcome is not None
    return outcome


def _note(connection: Connection, row: CameraRow, outcome: Outcome) -> None:
    action = "add camera" if outcome.done == "added" else "change camera"
    audit.record(
        connection,
        person="",
        role="",
        address=f"{getpass.getuser()}@localhost",
        action=action,
        object={
            "camera": row.id,
            "changed": list(outcome.changed),
            "from": "list",
            **({"site_name": row.site_name} if row.site_name else {}),
        },
    )


def _introduce(ignored: tuple[str, ...], dry_run: bool) -> None:
    if ignored:
        names = ", ".join(ignored)[:300]
        print(say(f"Columns not used: {names}", f"Kolom tidak dipakai: {names}"), file=sys.stderr)
    if dry_run:
        print(say("Dry run: nothing is changed.", "Uji coba: tidak ada yang diubah."), file=sys.stderr)
    head("line, id, done, what", "baris, id, hasil, keterangan")


def _text(one: Told) -> str:
    if one.refused is not None:
        what = " ".join(one.refused.explain(language()))
    else:
        assert one.outcome is not None
        what = ", ".join(one.outcome.changed)
    return "\t".join((str(one.line), one.camera or "-", say(*_DONE[one.done]), what)).rstrip("\t")


def _document(
    told: list[Told], counts: Counter[str], ignored: tuple[str, ...], dry_run: bool
) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "counts": {done: counts[done] for done in _DONE},
        "ignored": list(ignored),
        "lines": [_line(one) for one in told],
    }


def _line(one: Told) -> dict[str, Any]:
    told: dict[str, Any] = {"line": one.line, "id": one.camera or None, "done": one.done}
    if one.outcome is not None and one.outcome.changed:
        told["changed"] = list(one.outcome.changed)
    if one.refused is not None:
        what, remedy = one.refused.explain(language())
        told["problem"] = {
            "code": one.refused.code, "field": one.refused.field, "what": what, "remedy": remedy
        }  # fmt: skip
    return told
