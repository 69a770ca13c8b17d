"""A purge of synthetic footage: its notice, its tombstones under one root, and its end, all in the city's log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import inclusion_path, root
from tests.evidence.installation import Installation
from tests.evidence.ledger import Logged

PURGE, POLICY = 41, 3
Place = tuple[str, int]


@dataclass
class Purge:
    """What a purge told the log; `done` only once it was done."""

    notice: Logged
    lines: list[dict[str, Any]] = field(default_factory=list)
    done: Logged | None = None

    def rows(self, stated: Iterable[Place]) -> list[dict[str, Any]]:
        """Lines of meta/tombstones.jsonl over the chunks that a package states as purged."""
        if self.done is None:
            return []
        leaves, wanted = [leaf(canonical(line)) for line in self.lines], set(stated)
        return [
            {
                "done": self.done.leaf.hex(),
                "position": position,
                "line": line,
                "path": [one.hex() for one in inclusion_path(leaves, position)],
            }
            for position, line in enumerate(self.lines)
            if any((line["run"], seq) in wanted for a, b in line["seqs"] for seq in range(a, b + 1))
        ]


def bury(
    city: Installation,
    places: set[Place],
    at_us: int,
    *,
    number: int = PURGE,
    done: bool = True,
    seal: str = "",
) -> Purge:
    """A purge that took these chunks, and some of a camera that no package is of; `seal` instead of the true ones."""
    notice = city.ledger.append(
        city.office, "purge", "purge", {"event": "notice", "purge": number, "due": at_us}, at_us
    )
    purge = Purge(notice, [*_tombstones(city, places, number), *_others(number)])
    for line in purge.lines:
        line["seal"] = seal or line["seal"]
    purge.lines.sort(key=lambda line: (line["camera"], line["hour"], line["part"], line["run"]))
    if done:
        top = root([leaf(canonical(line)) for line in purge.lines]).hex()
        body = {
            "event": "done",
            "purge": number,
            "kind": "policy",
            "tombstones": {"n": len(purge.lines), "root": top},
        }
        refs = [notice.leaf.hex()]
        purge.done = city.ledger.append(city.office, "purge", "purge", body, at_us + 1000, refs)
    return purge


def _tombstones(city: Installation, places: set[Place], number: int) -> Iterable[dict[str, Any]]:
    for run in (run for camera in city.cameras for run in camera.runs):
        for logged, _ in run.seals:
            body: Any = logged.entry.body
            gone = [one for one in run.chunks[body["first"] - 1 : body["last"]] if one.place in places]
            if gone:
                yield {
                    **_line(body["camera"], body["hour"], body["part"], run.name, body["root"], number),
                    "seqs": [[one.entry.seq, one.entry.seq] for one in gone],
                    "spans": [[one.entry.start_us, one.entry.end_us] for one in gone],
                    "n": len(gone),
                    "bytes": sum(one.entry.size for one in gone),
                }


def _others(number: int) -> Iterable[dict[str, Any]]:
    for part in range(3):
        told = _line("cam-0", 0, part, "00000000-0000-4000-8000-000000000000", "ab" * 32, number)
        yield {**told, "seqs": [[1, 9]], "spans": [[0, 9]], "n": 9, "bytes": 900}


def _line(camera: str, hour: int, part: int, run: str, seal: str, number: int) -> dict[str, Any]:
    return {
        "t": "saksi/tombstone/1",
        "camera": camera,
        "hour": hour,
        "part": part,
        "run": run,
        "seal": seal,
        "policy": POLICY,
        "purge": number,
    }
