"""Pulses: their lines have the entry's root, they quote a checkpoint of ours, and runs stand where they say."""

from __future__ import annotations

import hashlib
from itertools import chain, permutations

from saksi import clock
from saksi.catalogue import ledger_tree, pulses
from saksi.catalogue.database import Connection, query
from saksi.custody import notes
from saksi.custody.entries import Entry
from saksi.custody.notes import Note
from saksi.custody.strict import Malformed
from saksi.ledger.check.findings import Report

# A recorder knows of chunks before the catalogue does; for so long at most, once its pulses get through.
AHEAD_US = 3600 * 1_000_000
_MOST_LINES = 4  # cosignatures whose every order is tried: which came first was not always kept


class PulseCheck:
    """Remembers the last checkpoint that was quoted: many pulses quote the same."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._size, self._quotable = -1, frozenset[str]()

    def hold(self, connection: Connection, entry: Entry, where: str) -> None:
        """One pulse against its row, the checkpoint that it quotes, and the runs that it names."""
        self._report.count("pulses")
        row = connection.execute(query("tree.pulse_of"), {"leaf": entry.leaf()}).fetchone()
        if row is None:
            self._report.add("pulse_row", where)
            return
        told, found = (entry.chain, entry.at_us), (f"recorder/{row['recorder']}", clock.to_us(row["at"]))
        if told != found:
            self._report.add("pulse_row", where, told, found)
        lines = bytes(row["lines"])
        root = pulses.root_of(connection, lines)
        if root is None or root.hex() != entry.body.get("root"):
            self._report.add("pulse_lines", where, entry.body.get("root"), root or "")
            return
        self._hold_checkpoint(connection, entry, where)
        self._hold_runs(connection, entry, lines, where)

    def _hold_checkpoint(self, connection: Connection, entry: Entry, where: str) -> None:
        size, digest = entry.body.get("checkpoint_size"), entry.body.get("checkpoint")
        if size == 0 and digest == "":
            return
        if isinstance(size, int) and size != self._size:
            self._size, self._quotable = size, _quotable(connection, size)
        if digest not in self._quotable:
            self._report.add("pulse_checkpoint", where, f"checkpoint {size} with cosignatures", digest)

    def _hold_runs(self, connection: Connection, entry: Entry, lines: bytes, where: str) -> None:
        told = pulses.standings(lines)
        for row in connection.execute(query("rows.named_runs"), {"run_nos": list(told)}):
            seq, tip = told[row["run_no"]]
            if seq > row["last_seq"] and entry.at_us < clock.now_us() - AHEAD_US:
                self._report.add("run_behind", f"run {row['run']}: {where}", seq, row["last_seq"])
            known = [row[of] for at, of in _TIPS if seq == row[at] and row[of] is not None]
            if known and tip not in known:
                self._report.add("run_tip", f"run {row['run']}: {where}", tip, known[0])


_TIPS = (("last_seq", "tip"), ("last_seq", "closed_tip"), ("sealed_seq", "sealed_tip"))


def _quotable(connection: Connection, size: int) -> frozenset[str]:
    """Digests of the checkpoint of this size with any of the cosignatures that have come in by now."""
    kept = ledger_tree.at(connection, size)
    if kept is None:
        return frozenset()
    try:
        note = Note.parse(kept.note)
        lines = ledger_tree.cosigned(connection, kept).lines[len(note.lines) :]
    except Malformed:
        return frozenset()  # which the checkpoint's own check tells
    orders = [lines[:count] for count in range(len(lines) + 1)]
    if len(lines) <= _MOST_LINES:
        orders = list(chain.from_iterable(permutations(lines, count) for count in range(len(lines) + 1)))
    whole = (notes.with_lines(note, order).whole() for order in orders)
    return frozenset(hashlib.sha256(one.encode()).hexdigest() for one in whole)
