"""Pulses: every minute a recorder says in the log where each of its runs stands, by its own clock and its own memory.

So stillness is on record when it happens, and footage that appears later under an earlier time is found out: it is not
under that minute's pulse. An entry carries one root over all runs; the lines stay here, so that each can be proved.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from saksi import clock
from saksi.catalogue import ledger, ledger_tree
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, query
from saksi.catalogue.ledger import Appended
from saksi.custody.canonical import canonical, leaf
from saksi.custody.entries import Entry
from saksi.custody.merkle import inclusion_path, root
from saksi.errors import IntegrityError
from saksi.messages import register

register(
    "pulse_lines_differ",
    en=(
        "The lines kept of the pulse {entry} do not have its root.",
        "Rows were changed in the database; keep it as it is and run `saksi ledger verify`.",
    ),
    id_=(
        "Baris yang disimpan dari denyut {entry} tidak memiliki akarnya.",
        "Baris diubah di basis data; jangan ubah apa pun, lalu jalankan `saksi ledger verify`.",
    ),
)

_LINE = struct.Struct(">ii32s")
_MOST_AFTER = 120  # pulses looked through for a run that was named late


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a run stands, as its recorder remembers it. `open` is False for one that has ended."""

    camera: str
    run: str
    seq: int
    tip: bytes
    open: bool


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The recorder's clocks at a pulse, microseconds; `step_us` is how far the wall clock was set since the last one.

    `boot_us` runs since the machine started and is never set; see saksi.clock.
    """

    source: str
    offset_us: int
    error_us: int
    wall_us: int
    boot_us: int
    step_us: int = 0

    @classmethod
    def now(cls, step_us: int = 0) -> Reading:
        """What they show at this moment."""
        host = clock.host_clock()
        return cls(
            source=host.source,
            offset_us=host.offset_us,
            error_us=host.error_us,
            wall_us=clock.now_us(),
            boot_us=clock.boot_us(),
            step_us=step_us,
        )


@dataclass(frozen=True, kw_only=True)
class Written:
    """A pulse that was added, and the runs that it answers for."""

    entry: Appended
    runs: frozenset[str]


def write(
    connection: Connection,
    author: Author,
    recorder: str,
    standings: Sequence[Standing],
    reading: Reading,
    *,
    missed: int = 0,
) -> Written:
    """Adds one pulse over these runs; `missed` is how many could not be written since the last one.

    A run that the catalogue has not been told of yet waits for the next pulse. An ended one of which the catalogue
    knows more than we do is passed over for good: a later line must not say less than an earlier one.
    """
    numbers = {
        row["run"]: row
        for row in connection.execute(query("pulses.runs"), {"runs": [one.run for one in standings]})
    }
    known = [one for one in standings if one.run in numbers]
    told = sorted(
        (one for one in known if one.open or one.seq >= numbers[one.run]["last_seq"]),
        key=lambda one: (one.camera, one.run),
    )
    leaves = [_leaf(one.camera, one.run, one.seq, one.tip) for one in told]
    body = {"n": len(told), "root": root(leaves).hex(), "clock": _clock(reading), **_checkpoint(connection)}
    if missed:
        body["missed"] = missed
    entry = ledger.append(
        connection, author.signer, kind="pulse", chain=author.chain, body=body, at_us=reading.wall_us
    )
    values = {
        "entry_id": entry.entry_id,
        "recorder": recorder,
        "at": clock.from_us(reading.wall_us),
        "lines": b"".join(_LINE.pack(numbers[one.run]["run_no"], one.seq, one.tip) for one in told),
    }
    connection.execute(query("pulses.add"), values)
    return Written(entry=entry, runs=frozenset(one.run for one in known))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One run in a pulse."""

    run_no: int
    camera: str
    run: str
    seq: int
    tip: bytes


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """A pulse as kept. `entry_leaf` is the leaf hash of its entry in the log, `entry` the entry itself."""

    entry_id: int
    entry_leaf: bytes
    entry: Entry
    recorder: str
    at_us: int
    lines: Sequence[Line]

    def seq_of(self, run_no: int) -> int | None:
        """How far the pulse says the run was; None when it does not name it."""
        position = self._places.get(run_no)
        return None if position is None else self.lines[position].seq

    @cached_property
    def _places(self) -> dict[int, int]:
        return {one.run_no: position for position, one in enumerate(self.lines)}

    @cached_property
    def _leaves(self) -> list[bytes]:
        leaves = [_leaf(one.camera, one.run, one.seq, one.tip) for one in self.lines]
        if root(leaves).hex() != self.entry.body["root"]:
            raise IntegrityError("pulse_lines_differ", entry=self.entry_id)
        return leaves


def line(pulse: Pulse, run_no: int) -> tuple[int, dict[str, str | int], list[bytes]]:
    """Position, content and inclusion path (RFC 6962) of a run's line under the root of a pulse that names it.

    Raises KeyError when the pulse does not name the run, IntegrityError when its lines do not have its root.
    """
    position = pulse._places[run_no]
    path = inclusion_path(pulse._leaves, position)
    one = pulse.lines[position]
    return position, _content(one.camera, one.run, one.seq, one.tip), path


def around(connection: Connection, last_seqs: Mapping[int, int], from_us: int, to_us: int) -> list[Pulse]:
    """Pulses that name any of these runs, by time: the last before the window, those in it, the first after it,
    and as many more as it takes until each run (its number → seq of its last chunk of interest) was named that far.

    A run that its recorder named late (it was down) is looked for in what that recorder told next, for a bounded while.
    """
    recorders: dict[int, list[str]] = {
        row["run_no"]: row["names"]
        for row in connection.execute(query("pulses.recorders"), {"run_nos": list(last_seqs)})
    }
    names = sorted({name for told in recorders.values() for name in told})
    window = {"recorders": names, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    rows = connection.execute(query("pulses.around"), window).fetchall()
    for name in names:
        wanted = {run_no: last_seqs[run_no] for run_no, told in recorders.items() if name in told}
        rows += _late(connection, name, wanted, rows, to_us)
    found = [row for row in rows if not last_seqs.keys().isdisjoint(seqs(row["lines"]))]
    return _pulses(connection, sorted(found, key=lambda row: (row["at"], row["entry_id"])))


def _late(
    connection: Connection,
    recorder: str,
    wanted: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    to_us: int,
) -> list[dict[str, Any]]:
    own = [row for row in rows if row["recorder"] == recorder]
    owing = dict(wanted)
    for row in own:
        _strike_out(owing, row)
    if not own or clock.to_us(own[-1]["at"]) < to_us:
        return []  # nothing was told after the window yet
    found: list[dict[str, Any]] = []
    values = {"recorder": recorder, "at": own[-1]["at"], "entry_id": own[-1]["entry_id"]}
    if owing:
        for row in connection.execute(query("pulses.after"), {**values, "limit": _MOST_AFTER}).fetchall():
            if owing and _strike_out(owing, row):
                found.append(row)
    return found


def _strike_out(owing: dict[int, int], row: Mapping[str, Any]) -> bool:
    """Takes off the runs that a pulse names far enough; whether there were any."""
    told = seqs(row["lines"])
    named = [run_no for run_no, seq in owing.items() if told.get(run_no, -1) >= seq]
    for run_no in named:
        del owing[run_no]
    return bool(named)


def _pulses(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Pulse]:
    numbers = sorted(set[int]().union(*(seqs(row["lines"]) for row in rows)))
    named = {row["run_no"]: row for row in connection.execute(query("pulses.named"), {"run_nos": numbers})}
    return [
        Pulse(
            entry_id=row["entry_id"],
            entry_leaf=row["leaf"],
            entry=Entry.parse(row["bytes"]),
            recorder=row["recorder"],
            at_us=clock.to_us(row["at"]),
            lines=[
                Line(
                    run_no=run_no,
                    camera=named[run_no]["camera"],
                    run=named[run_no]["run"],
                    seq=seq,
                    tip=tip,
                )
                for run_no, seq, tip in _LINE.iter_unpack(row["lines"])
            ],
        )
        for row in rows
    ]


def root_of(connection: Connection, lines: bytes) -> bytes | None:
    """The root over packed lines as they are kept; None when they name a run that the catalogue does not have."""
    told = list(_LINE.iter_unpack(lines))
    numbers = {"run_nos": [run_no for run_no, _, _ in told]}
    named = {row["run_no"]: row for row in connection.execute(query("pulses.named"), numbers)}
    if any(run_no not in named for run_no, _, _ in told):
        return None
    return root([_leaf(named[no]["camera"], named[no]["run"], seq, tip) for no, seq, tip in told])


def standings(lines: bytes) -> dict[int, tuple[int, bytes]]:
    """Number of each run → how far it was and its tip there, of packed lines."""
    return {run_no: (seq, tip) for run_no, seq, tip in _LINE.iter_unpack(lines)}


def seqs(lines: bytes) -> dict[int, int]:
    """Number of each run → how far it was, of packed lines."""
    return {run_no: seq for run_no, seq, _ in _LINE.iter_unpack(lines)}


def _content(camera: str, run: str, seq: int, tip: bytes) -> dict[str, str | int]:
    return {"camera": camera, "run": run, "seq": seq, "tip": tip.hex()}


def _leaf(camera: str, run: str, seq: int, tip: bytes) -> bytes:
    return leaf(canonical(_content(camera, run, seq, tip)))


def _clock(reading: Reading) -> dict[str, str | int]:
    told: dict[str, str | int] = {
        "source": reading.source,
        "offset_us": reading.offset_us,
        "error_us": reading.error_us,
        "wall": reading.wall_us,
        "boot": reading.boot_us,
    }
    if reading.step_us:
        told["step_us"] = reading.step_us
    return told


def _checkpoint(connection: Connection) -> dict[str, object]:
    """The newest checkpoint that a witness signed, else the newest published; none before there is a first."""
    kept = ledger_tree.newest_cosigned(connection) or ledger_tree.newest_published(connection)
    if kept is None:
        return {"checkpoint": "", "checkpoint_size": 0}
    # With the cosignatures that are there: a note that nobody had cosigned yet would date nothing.
    note = ledger_tree.cosigned(connection, kept).whole()
    return {"checkpoint": hashlib.sha256(note.encode()).hexdigest(), "checkpoint_size": kept.size}
