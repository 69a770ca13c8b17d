"""Benchmarks, `python -m bench.NAME`: our cost against a peer's on the same work in the same run."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """One benchmark's outcome. `ratio` is ours over the peer's, the median of `runs`: smaller is better."""

    name: str
    peer: str
    goal: float
    runs: Sequence[float]
    details: Mapping[str, object]

    @property
    def ratio(self) -> float:
        """The median run."""
        return statistics.median(self.runs)

    def show(self, *, as_json: bool) -> None:
        """Prints one JSON object, or a few lines for people."""
        if as_json:
            print(json.dumps({**asdict(self), "ratio": round(self.ratio, 4)}))
            return
        verdict = "reached" if self.ratio <= self.goal else "MISSED"
        print(f"{self.name}: {self.ratio:.3f} of {self.peer} (goal {self.goal}: {verdict})")
        for key, value in self.details.items():
            print(f"  {key}: {value}")
