"""Where each run stands, as this process remembers it: the tips that pulses tell and that seals are held against.

Fed with every fact before it is told, so nothing that happens to the catalogue changes what is remembered here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from recorder.facts import ChunkSealed, Fact, RunClosed, RunOpened
from recorder.recovery import Recovered
from saksi.catalogue.pulses import Standing


@dataclass(slots=True)
class _Run:
    camera: str
    seq: int
    tip: bytes
    open: bool
    whole: bool  # whether every tip from the last seal on is known
    tips: dict[int, bytes] = field(default_factory=dict)
    end_us: int = 0  # of its footage
    pulsed: int = -1  # how far a pulse told it
    sealed: int = 0  # how far seals go


class Tips:
    """Runs of this process, and those it found on the spool. Safe to use from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._runs: dict[str, _Run] = {}
        # By camera: the tip of the latest run that ended here, and where its footage ends (microseconds UTC).
        self.ends: dict[str, tuple[bytes, int]] = {}

    def note(self, facts: Iterable[Fact]) -> None:
        """Remembers what is about to be told."""
        with self._guard:
            for fact in facts:
                self._note(fact)

    def found(self, recovered: Recovered) -> None:
        """Remembers a run of an earlier process; before its facts are told."""
        tips = {sealed.entry.seq: sealed.tip for sealed in recovered.sealed}
        if not tips:
            tips = {0: recovered.opening.tip()}
        seq = max(tips)
        run = _Run(recovered.opening.camera, seq, tips[seq], open=False, whole=False, tips=tips)
        with self._guard:
            self._runs.setdefault(recovered.opening.run, run)
            if recovered.closed is not None and recovered.sealed:
                ends_us = max(sealed.entry.end_us for sealed in recovered.sealed)
                if ends_us >= self.ends.get(run.camera, (b"", 0))[1]:
                    self.ends[run.camera] = recovered.closed.tip, ends_us

    def standings(self) -> list[Standing]:
        """What a pulse must tell: every open run, and ended ones whose last chunks no pulse has told yet."""
        with self._guard:
            return [
                Standing(camera=one.camera, run=run, seq=one.seq, tip=one.tip, open=one.open)
                for run, one in self._runs.items()
                if one.open or one.pulsed < one.seq
            ]

    def pulsed(self, told: Sequence[Standing], runs: frozenset[str]) -> None:
        """A pulse answered for these `runs` of what was to be `told`."""
        with self._guard:
            for standing in told:
                if standing.run in runs and standing.run in self._runs:
                    self._runs[standing.run].pulsed = standing.seq
            self._forget()

    def agrees(self, run: str, seq: int, tip: bytes) -> bool:
        """Whether this is the run's tip at `seq`, as far as we remember it."""
        with self._guard:
            known = self._runs.get(run)
            if known is None:
                return False
            return known.tips.get(seq) == tip if known.whole or seq in known.tips else True

    def known(self) -> list[str]:
        """Runs that we may seal: we recorded them."""
        with self._guard:
            return list(self._runs)

    def sealed(self, seqs: Mapping[str, int]) -> None:
        """Seals go up to these chunks; tips before them are not needed any more."""
        with self._guard:
            for run, seq in seqs.items():
                known = self._runs.get(run)
                if known is not None and seq > known.sealed:
                    known.sealed = seq
                    known.tips = {one: tip for one, tip in known.tips.items() if one >= seq}
            self._forget()

    def _note(self, fact: Fact) -> None:
        if isinstance(fact, RunOpened):
            opening = fact.opening
            if opening.run not in self._runs:
                tip = opening.tip()
                self._runs[opening.run] = _Run(opening.camera, 0, tip, open=True, whole=True, tips={0: tip})
        elif isinstance(fact, ChunkSealed):
            known = self._runs.get(fact.sealed.entry.run)
            if known is not None and fact.sealed.entry.seq > known.seq:
                known.seq, known.tip = fact.sealed.entry.seq, fact.sealed.tip
                known.tips[known.seq] = known.tip
                known.end_us = fact.sealed.entry.end_us
        elif isinstance(fact, RunClosed):
            known = self._runs.get(fact.closed.closing.run)
            if known is not None:
                known.open = False
                if known.end_us:
                    self.ends[known.camera] = fact.closed.tip, known.end_us

    def _forget(self) -> None:
        over = [
            run
            for run, one in self._runs.items()
            if not one.open and one.pulsed >= one.seq and one.sealed >= one.seq
        ]
        for run in over:
            del self._runs[run]
