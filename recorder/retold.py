"""What an earlier process recorded, told again: the catalogue may know all, some or nothing of it."""

from __future__ import annotations

from collections.abc import Callable

from recorder.facts import ChunkDropped, ChunkSealed, Fact, RunClosed, RunOpened
from recorder.recovery import Recovered
from recorder.sidecar import Sealed
from recorder.spool import Spool


def facts_of(recovered: Recovered, spool: Spool, ship: Callable[[Sealed], None]) -> list[Fact]:
    """Everything the catalogue may not know of a run that was found in the spool."""
    told: list[Fact] = [RunOpened(opening=recovered.opening)]
    told += [
        ChunkSealed(sealed=sealed, recorder=recovered.opening.recorder, ship=ship, refuse=_over)
        for sealed in recovered.sealed
        if sealed.entry.seq not in recovered.confirmed
    ]
    told += [ChunkDropped(sealed=s) for s in recovered.sealed if s.entry.seq in recovered.dropped]
    if recovered.closed is not None:
        told.append(RunClosed(closed=recovered.closed, spool=spool))
    return told


def _over(_run: str) -> None:
    """A run found in the spool is closed already; a refusal of its chunks changes nothing."""
