"""Verdict 4 of an audit export: every row is the one in the log, under entries without a gap, and none is left out.

An entry of chain `audit` says how many rows it has and the root over their leaves; a leaf hashes a row's nonce before
its body. Each entry names the leaf hash of the one before it, so that the proof of the last one binds them all.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Optional

from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Report, instant
from saksi.custody.verifier.hashes import Malformed, canonical_json, leaf_hash, need, tree_root, unhex
from saksi.custody.verifier.material import STATEMENT, Entry, Material

TRAIL_ROWS, TRAIL_TABLE = "data/audit.jsonl", "data/audit.csv"
MOST_TRAIL_LINE = 1 << 25
MOST_TRAIL_LEAVES = 1 << 20
MOST_LATE_US = 600_000_000  # rows reach the log within seconds; what is missing of more than this is told
WRITERS = ("office", "export", "log")
ROW_TEXTS = ("person", "role", "address", "action", "object", "purpose", "result", "case")
FORMULA = ("=", "+", "-", "@")


def check_rows(report: Report, container: Container, material: Material) -> None:
    """Verdict 4 of an audit export."""
    verdict = report[4]
    if material.statement is None or material.entries is None:
        return
    if TRAIL_ROWS not in container.sizes:
        report[1].add("missing", TRAIL_ROWS)
        verdict.add("not_read", TRAIL_ROWS)
        return
    walk = TrailWalk(report, material)
    walk.table = lines_of(container, TRAIL_TABLE) if TRAIL_TABLE in container.sizes else iter(())
    walk.table_line()  # heads
    number = 0
    try:
        for number, line in enumerate(lines_of(container, TRAIL_ROWS), 1):
            walk.number = number
            try:
                walk.take(line)
            except Malformed as error:
                verdict.add("trail_malformed", "%s:%d" % (TRAIL_ROWS, number), "package format", error)
    except Malformed as error:
        verdict.add("trail_malformed", "%s:%d" % (TRAIL_ROWS, number + 1), "package format", error)
    walk.finish()


def lines_of(container: Container, path: str) -> Iterator[bytes]:
    """Lines without their newlines, however large the file is. Raises Malformed for one too long or not ended."""
    rest = b""
    for block in container.blocks(path):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > MOST_TRAIL_LINE:
            raise Malformed("a line of more than %d bytes" % MOST_TRAIL_LINE)
        yield from lines
    if rest:
        raise Malformed("no newline at the end")


def parse_line(line: bytes) -> Dict[str, Any]:
    """One line: canonical JSON, so that it says one thing only. Raises Malformed."""
    try:
        told = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(told, dict) or canonical_json(told) != line:
        raise Malformed("JSON that is not in its canonical form")
    return told


class TrailWalk:
    """From line to line, with the entry that is open and what was counted."""

    def __init__(self, report: Report, material: Material) -> None:
        self.logged, self.verdict = report[3], report[4]
        self.told, self.keys = material.told, material.keys or {}
        chain = [entry for entry in material.of_kind("audit") if entry.told["chain"] == "audit"]
        self.proven: Dict[int, Entry] = {entry.told["seq"]: entry for entry in chain}
        self.whole = not self.told["filter"] and not self.told["limited"]
        self.table: Iterator[bytes] = iter(())
        self.table_holds = True
        self.number = 0
        self.entry: Optional[Dict[str, Any]] = None
        self.entry_leaf = b""
        self.leaves: List[bytes] = []
        self.entries = self.shown = self.withheld = self.outside = 0
        self.first_at = self.last_at = 0

    @property
    def where(self) -> str:
        """The entry that is open."""
        return "audit:%d" % (self.entry["seq"] if self.entry else 0)

    def take(self, line: bytes) -> None:
        """The next line. Raises Malformed."""
        told = parse_line(line)
        if set(told) == {"entry"}:
            self.close_entry()
            self.open_entry(told["entry"])
        elif self.entry is None:
            raise Malformed("a row before any entry")
        elif set(told) == {"leaf"}:
            self.add_leaf(unhex(told["leaf"], 32))
            self.withheld += 1
            if self.whole:
                self.verdict.add("trail_withheld", self.where, self.entry["body"]["n"], told["leaf"])
        elif set(told) == {"leaf", "nonce", "row"}:
            self.take_row(unhex(told["leaf"], 32), unhex(told["nonce"], 16), told["row"])
        else:
            raise Malformed("neither an entry, a row nor a leaf")

    def add_leaf(self, leaf: bytes) -> None:
        """A leaf under the entry that is open."""
        if len(self.leaves) >= MOST_TRAIL_LEAVES:
            raise Malformed("too many leaves under one entry")
        self.leaves.append(leaf)

    def open_entry(self, told: Any) -> None:
        """The next entry follows the one before it, and its writer may write the chain."""
        need(told, {"t": str, "chain": str, "seq": int, "prev": str, "at": int, "by": str, "body": dict})
        need(told["body"], {"first": int, "last": int, "n": int, "root": str})
        unhex(told["body"]["root"], 32)
        if told["chain"] != "audit" or told["t"] != "saksi/audit/1":
            raise Malformed("an entry of another chain")
        leaf = leaf_hash(canonical_json(told))
        where = "audit:%d" % told["seq"]
        proven = self.proven.get(told["seq"])
        if proven is not None and proven.leaf != leaf:
            self.verdict.add("trail_entry", where, proven.leaf, leaf)
        if self.entry is None:
            if told["seq"] != self.told["entries"]["first"] or proven is None:
                self.verdict.add("trail_gap", where, "audit:%d" % self.told["entries"]["first"], where)
            self.first_at = told["at"]
        elif told["seq"] != self.entry["seq"] + 1 or told["prev"] != self.entry_leaf.hex():
            self.verdict.add("trail_gap", where, "%d/%s" % (self.entry["seq"] + 1, self.entry_leaf.hex()),
                             "%d/%s" % (told["seq"], told["prev"]))  # fmt: skip
        if self.keys.get(told["by"], {}).get("role") not in WRITERS:
            self.logged.add("entry_key", where, "audit", told["by"])
        self.entry, self.entry_leaf, self.leaves = told, leaf, []
        self.entries, self.last_at = self.entries + 1, told["at"]

    def close_entry(self) -> None:
        """What stands under the entry is what it says: so many leaves, under its root."""
        if self.entry is None:
            return
        body = self.entry["body"]
        if not self.leaves and body["n"] > 0:
            self.withheld += body["n"]
            if self.whole:
                self.verdict.add("trail_withheld", self.where, body["n"], 0)
            return
        if len(self.leaves) != body["n"]:
            self.verdict.add("trail_count", self.where, body["n"], len(self.leaves))
        if tree_root(self.leaves) != bytes.fromhex(body["root"]):
            self.verdict.add("trail_root", self.where, body["root"], tree_root(self.leaves))

    def take_row(self, leaf: bytes, nonce: bytes, row: Any) -> None:
        """A row is the one that its leaf was made of, was asked for, and stands in the table as it is."""
        need(row, {"id": int, "at": int, "cameras": list, **dict.fromkeys(ROW_TEXTS, str)})
        need(row, {name: int for name in ("from", "to") if name in row})
        if not all(isinstance(one, str) for one in row["cameras"]):
            raise Malformed("cameras that are not names")
        where = "audit %d" % row["id"]
        self.add_leaf(leaf)
        found = leaf_hash(nonce + canonical_json(row))
        if found != leaf:
            self.verdict.add("trail_row", where, leaf, found)
        span = self.told["covers"]["from"] <= row["at"] < self.told["asked"]["to"]
        if not self.whole and not (span and fits(row, self.told["filter"])):
            self.verdict.add("trail_not_asked", where)
        self.hold_table(table_cells(row))
        self.shown += 1
        self.outside += not span

    def hold_table(self, wanted: bytes) -> None:
        """The table's next line is that of this row. What follows the first one that is not, is not looked at."""
        line = self.table_line()
        if self.table_holds and (line is None or line[: len(wanted)] != wanted):
            self.table_holds = False
            where = "%s:%d" % (TRAIL_TABLE, self.shown + 2)
            self.verdict.add("trail_table", where, wanted.decode(), shown_line(line))

    def table_line(self) -> Optional[bytes]:
        """The next line of the table; None where it has no more, or none that can be read."""
        try:
            return next(self.table, None)
        except Malformed:
            return None

    def finish(self) -> None:
        """The last entry, the ends of the span, and what the statement counted."""
        self.close_entry()
        told, ends = self.told, self.told["entries"]
        last = self.entry["seq"] if self.entry else 0
        if last != ends["last"] or last not in self.proven:
            self.verdict.add(
                "trail_gap", "audit:%d" % ends["last"], "audit:%d" % ends["last"], "audit:%d" % last
            )
        self.check_ends()
        counted = (self.shown, self.withheld, self.entries)
        stated = (told["rows"], told["withheld"], ends["last"] - ends["first"] + 1)
        if counted != stated:
            self.verdict.add("trail_counts", STATEMENT, stated, counted)
        if self.table_holds and self.table_line() is not None:
            self.verdict.add(
                "trail_table", "%s:%d" % (TRAIL_TABLE, self.shown + 2), "", "more lines than rows"
            )
        self.verdict.facts.update(
            entries=self.entries, rows=self.shown, withheld=self.withheld, outside=self.outside,
            later=told["later"], whole=self.whole, limited=told["limited"], sealed=[self.first_at, self.last_at],
            covers=[told["covers"]["from"], told["covers"]["to"]], asked=[told["asked"]["from"], told["asked"]["to"]],
        )  # fmt: skip

    def check_ends(self) -> None:
        """No row of the span can be under an earlier entry, and none that the log had in time under a later one."""
        first, covers, asked = self.told["entries"]["first"], self.told["covers"], self.told["asked"]
        before = self.proven.get(first - 1)
        if first > 1 and (before is None or before.told["at"] >= covers["from"]):
            found = instant(before.told["at"]) if before else "no such entry"
            self.verdict.add(
                "trail_starts_late", "audit:%d" % (first - 1), "before " + instant(covers["from"]), found
            )
        if covers["from"] != asked["from"] or covers["to"] > asked["to"] or self.last_at < covers["to"]:
            self.verdict.add(
                "trail_ends_early", self.where, "to " + instant(covers["to"]), instant(self.last_at)
            )
        elif asked["to"] - covers["to"] > MOST_LATE_US:
            self.verdict.add(
                "trail_open", self.where, "to " + instant(asked["to"]), "to " + instant(covers["to"])
            )


def fits(row: Dict[str, Any], wanted: Dict[str, Any]) -> bool:
    """Whether a row is one that the filter lets through."""
    same = all(row[name] == wanted[name] for name in ("person", "case", "result") if name in wanted)
    camera = "camera" not in wanted or wanted["camera"] in row["cameras"]
    action = "actions" not in wanted or row["action"] in wanted["actions"]
    starts = "span_from" not in wanted or row.get("to", 0) > wanted["span_from"]
    ends = "span_to" not in wanted or ("from" in row and row["from"] < wanted["span_to"])
    return bool(same and camera and action and starts and ends)


def table_cells(row: Dict[str, Any]) -> bytes:
    """The cells of a row's line in the table that follow from the row, with the comma behind them."""
    spans = [instant(row[name]) if name in row else "" for name in ("from", "to")]
    cells = [str(row["id"]), instant(row["at"])]
    cells += [row[name] for name in ("person", "role", "address", "action", "result", "case")]
    cells += [" ".join(row["cameras"]), *spans, row["purpose"], row["object"]]
    return "".join(cell_of(one) + "," for one in cells).encode()


def cell_of(text: str) -> str:
    """A cell as the format writes it: in quotes, on one line, no formula."""
    flat = "".join(" " if one < " " else one for one in text).replace('"', '""')
    return '"%s%s"' % ("'" if flat.startswith(FORMULA) else "", flat)


def shown_line(line: Optional[bytes]) -> str:
    """A line of the table as a finding shows it."""
    return "" if line is None else line.decode("utf-8", "replace")
