"""Lines that tell of thinned chunks: in the store, under their roots, and the rows and tombstones of each held to them.

A row may be gone only where a purge took it, or where its original is there to be thinned again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Database, query
from saksi.catalogue.timeline import unite
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.ledger.check.purges import numbers, pairs
from saksi.ledger.check.thinnings import leaf_of
from saksi.objects.store import ObjectStore
from saksi.scrub.listing import by_camera

Chunk = tuple[str, int]  # run, number


@dataclass(frozen=True, kw_only=True)
class ThinnedLines:
    """With `deep` all lines are read; else those of days of which rows alone do not say it all."""

    report: Report
    database: Database
    store: ObjectStore
    deep: bool = False

    def all(self) -> None:
        """Every camera and day."""
        with self.database.transaction() as connection:
            cameras = {row["code"]: row["camera_id"] for row in connection.execute(query("objects.cameras"))}
        for camera, listed in by_camera(self.store.list(keys.THINNINGS), keys.THINNINGS, cameras):
            there = {key for key, _ in listed}
            if camera in cameras:
                self._camera(camera, cameras[camera], there)

    def _camera(self, camera: str, camera_id: int, there: set[str]) -> None:
        with self.database.transaction() as connection:
            rows = connection.execute(query("rows.thinnings"), {"camera_id": camera_id}).fetchall()
        self.report.count("thinning lines", len(rows))
        for day, group in groupby(rows, key=lambda row: row["day"]):
            batches = {keys.thinning_key(camera, clock.to_us(day), bytes(row["root"])): row for row in group}
            told = sum(row["n"] for row in batches.values())
            left = sum(row["rows"] for row in batches.values())
            taken = next(iter(batches.values()))["taken"]
            settled = left == told or (left == 0 and taken == told)
            if self.deep or not settled or not batches.keys() <= there:
                self._day({"camera_id": camera_id, "day": day, "batch_id": None}, batches)

    def _day(self, day: dict[str, Any], batches: Mapping[str, Mapping[str, Any]]) -> None:
        lines: dict[str, list[bytes]] = {}
        for key, row in batches.items():
            try:
                body = self.store.get(key)
            except NotFound:
                self.report.add("object_missing", key, f"lines of {row['n']} thinned chunks", "nothing")
                continue
            found = body.split(b"\n")
            top = root([leaf(one) for one in found[:-1]])
            if top != row["root"] or found[-1]:
                self.report.add("object_differs", key, row["root"], top)
            else:
                lines[key] = found[:-1]
        if len(lines) < len(batches):
            return
        with self.database.transaction() as connection:
            connection.execute(query("tree.one_snapshot"))
            rows = connection.execute(query("rows.thinned_of_day"), day).fetchall()
            stones = connection.execute(query("rows.thinned_stones"), day).fetchall()
        self._rows(rows, {row["batch_id"]: lines[key] for key, row in batches.items()}, batches)
        told = {_chunk(one): (key, one) for key, part in lines.items() for one in map(json.loads, part)}
        self._stones(stones, told)
        buried = {(stone["run"], seq) for stone in stones for seq in numbers(stone)}
        gone = told.keys() - {(str(row["run"]), row["seq"]) for row in rows} - buried
        for chunk in sorted(gone - self._forgotten([told[one][1] for one in gone])):
            self.report.add(
                "thinned_row", f"{told[chunk][0]} chunk {chunk[1]}", "a row, or what took it", "none"
            )

    def _rows(
        self,
        rows: Sequence[Mapping[str, Any]],
        lines: Mapping[int, Sequence[bytes]],
        batches: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Each row that the log was told of is a line of its batch."""
        leaves = {number: {leaf(one) for one in part} for number, part in lines.items()}
        names = {row["batch_id"]: key for key, row in batches.items()}
        for row in rows:
            number = row["batch_id"]
            if number in leaves and leaf_of(row) not in leaves[number]:
                self.report.add(
                    "thinned_row", f"{names[number]} chunk {row['seq']}", "a line of it", leaf_of(row)
                )

    def _stones(
        self, stones: Sequence[Mapping[str, Any]], told: Mapping[Chunk, tuple[str, dict[str, Any]]]
    ) -> None:
        """Bytes and times that a purge says it took are those of the lines."""
        for stone in stones:
            lined = [told[stone["run"], seq] for seq in numbers(stone) if (stone["run"], seq) in told]
            spans = unite((one["start"], one["end"]) for _, one in lined)
            expected = f"{sum(one['thinned']['bytes'] for _, one in lined)} bytes, {spans}"
            found = f"{stone['bytes']} bytes, {pairs(stone)}"
            if expected != found:
                where = lined[0][0] if lined else f"thinned tombstone of run {stone['run']}"
                self.report.add("tombstone_row", f"{where} purge {stone['purge_id']}", expected, found)

    def _forgotten(self, lines: Sequence[Mapping[str, Any]]) -> set[Chunk]:
        """Those whose original is there, or went otherwise."""
        values = {
            "runs": [one["run"] for one in lines],
            "seqs": [one["seq"] for one in lines],
            "starts": [clock.from_us(one["start"]) for one in lines],
        }
        with self.database.transaction() as connection:
            rows = connection.execute(query("rows.thinned_forgotten"), values).fetchall()
        return {(str(row["run"]), row["seq"]) for row in rows}


def _chunk(line: Mapping[str, Any]) -> Chunk:
    return line["run"], line["seq"]
