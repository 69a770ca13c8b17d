"""A list of incidents brought in: a bad line is told and stops no other, and the same file twice adds nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from saksi.catalogue.askers import Asker
from saksi.catalogue.database import Connection
from saksi.errors import BadInput, SaksiError
from saksi.incidents import records
from saksi.incidents.lines import IncidentList, Line
from saksi.messages import register

DONE = ("added", "known", "refused")

register(
    "incident_line_twice",
    en=("It says the same as line {line}.", "Leave one out, or give each its number in the source's books."),
    id_=(
        "Isinya sama dengan baris {line}.",
        "Hapus salah satu, atau beri masing-masing nomor dari buku sumbernya.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of one line: added, known (it was brought before) or refused, and why."""

    line: int
    done: str
    incident_id: int | None = None
    refused: SaksiError | None = None


def bring(connection: Connection, asker: Asker, listed: IncidentList) -> list[Told]:
    """Enters every line that can be, in the transaction of the caller, who may take it back: a dry run.

    A line that the catalogue refuses is told like one that cannot be read.
    """
    seen: dict[bytes, int] = {}
    return [_one(connection, asker, line, seen) for line in listed.lines]


def counts(told: list[Told]) -> dict[str, int]:
    """How many of each."""
    found = Counter(one.done for one in told)
    return {done: found[done] for done in DONE}


def _one(connection: Connection, asker: Asker, line: Line, seen: dict[bytes, int]) -> Told:
    if line.facts is None or line.fingerprint is None:
        return Told(line=line.number, done="refused", refused=line.refused)
    try:
        if line.fingerprint in seen:
            raise BadInput("incident_line_twice", field="csv", line=seen[line.fingerprint])
        added = records.add(connection, asker, line.facts, fingerprint=line.fingerprint)
    except SaksiError as refused:
        return Told(line=line.number, done="refused", refused=refused)
    seen[line.fingerprint] = line.number
    return Told(line=line.number, done="known" if added is None else "added", incident_id=added)
