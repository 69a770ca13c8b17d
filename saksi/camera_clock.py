"""How a camera's own clock runs: what it was off by over time, how fast it drifts, and when it jumped.

From chunks' clock evidence. A jump counts once the next claim confirms it, so that one wild claim is none. Where the
recorder's own clock was set, or another recorder's took its place and nothing holds the two together, the series is cut
and nothing is said of the camera.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What two claims may differ by without a jump: the network, and whole seconds of ONVIF either way.
_JITTER_US = {"rtcp": 500_000, "onvif": 1_500_000}
_MOST_DRIFT = 500e-6  # of a quartz that is no clock any more
_HOUR_US = 3_600_000_000
_RESET_US = -30 * 24 * _HOUR_US  # back to its factory's day, or to 1970
_RIGHT_US = 1_000_000
_LEAST_POINTS = 8
_LEAST_SPAN_US = _HOUR_US // 2
_MOST_BLOCKS = 48  # slopes are taken between so many medians of a stretch, whatever its length
_RESOLUTION_US = {"rtcp": 2_000, "onvif": 500_000}


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The camera's clock minus the recorder's at an instant; `source` is where it came from (chain.ClockEvidence).

    `host` names what held the recorder's clock: claims of two hosts are not compared.
    """

    at_us: int
    offset_us: int
    source: str
    host: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The camera's clock jumped by `by_us` shortly before `at_us`.

    `kind`: `reset` (back by more than a month), `hours` (whole ones: time zone, summer time), `corrected` (it is right
    since), else `set`.
    """

    at_us: int
    by_us: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a camera's clock ran from `since_us` to `until_us`, by `points` claims; `wild` more were passed over.

    `offset_us` is what it is off by now. `drift_ppm` (positive: it gains) is known to `drift_error_ppm`; None where too
    little is known.
    """

    source: str
    since_us: int
    until_us: int
    points: int
    wild: int
    offset_us: int
    drift_ppm: float | None
    drift_error_ppm: float | None
    steps: Sequence[Step]


class Follower:
    """Follows one camera's claims in the order of time, in constant memory."""

    def __init__(self) -> None:
        self.last: Claim | None = None
        self.fresh: list[Claim] = []  # what the last claim added to the series: none, itself, or two
        self.cut = False  # whether a new stretch began with it
        self.wild = 0
        self._doubted: Claim | None = None

    def take(self, claim: Claim) -> Step | None:
        """Takes the next claim; the jump that it confirms, if any."""
        last, doubted = self.last, self._doubted
        self.fresh, self.cut, step = [claim], False, None
        if last is None or (last.source, last.host) != (claim.source, claim.host):
            self.wild += doubted is not None
            self._doubted, self.cut = None, True
        elif _near(last, claim):
            self.wild += doubted is not None
            self._doubted = None
        elif doubted is not None and _near(doubted, claim):
            self.fresh, self.cut, self._doubted = [doubted, claim], True, None
            step = _step(last, doubted)
        else:
            self.wild += doubted is not None
            self._doubted, self.fresh = claim, []
            return None
        self.last = claim
        return step


def course(claims: Iterable[Claim]) -> Course | None:
    """How the clock ran, by its claims in the order of time; None without any."""
    follower = Follower()
    stretches: list[list[Claim]] = []
    steps: list[Step] = []
    for claim in claims:
        step = follower.take(claim)
        if step is not None:
            steps.append(step)
        if follower.cut:
            stretches.append([])
        if follower.fresh:
            stretches[-1] += follower.fresh
    if follower.last is None:
        return None
    source = follower.last.source
    drift, error = _drift(
        [one for one in stretches if one[0].source == source], _RESOLUTION_US.get(source, 0)
    )
    return Course(
        source=source,
        since_us=stretches[0][0].at_us,
        until_us=follower.last.at_us,
        points=sum(len(one) for one in stretches),
        wild=follower.wild,
        offset_us=round(statistics.median(claim.offset_us for claim in stretches[-1][-3:])),
        drift_ppm=drift,
        drift_error_ppm=error,
        steps=steps,
    )


def _near(before: Claim, after: Claim) -> bool:
    allowed_us = _JITTER_US.get(before.source, 0) + _MOST_DRIFT * abs(after.at_us - before.at_us)
    return abs(after.offset_us - before.offset_us) <= allowed_us


def _step(before: Claim, after: Claim) -> Step:
    by_us = after.offset_us - before.offset_us
    jitter_us = 2 * _JITTER_US.get(after.source, 0)
    hours = round(by_us / _HOUR_US)
    if by_us < _RESET_US:
        kind = "reset"
    elif hours and abs(by_us - hours * _HOUR_US) <= jitter_us:
        kind = "hours"
    elif abs(after.offset_us) <= max(_RIGHT_US, jitter_us):
        kind = "corrected"
    else:
        kind = "set"
    return Step(at_us=after.at_us, by_us=by_us, kind=kind)


def _drift(stretches: Sequence[Sequence[Claim]], resolution_us: int) -> tuple[float | None, float | None]:
    """Theil-Sen: the median of slopes between medians of blocks, within stretches, and what it is known to (ppm)."""
    slopes: list[float] = []
    for stretch in stretches:
        blocks = _blocks(stretch)
        half_us = (stretch[-1].at_us - stretch[0].at_us) / 2
        slopes += [
            (after[1] - before[1]) * 1e6 / (after[0] - before[0])
            for at, before in enumerate(blocks)
            for after in blocks[at + 1 :]
            if after[0] - before[0] >= max(half_us, 1)  # short distances tell of jitter alone
        ]
    spans_us = [one[-1].at_us - one[0].at_us for one in stretches]
    points = sum(len(one) for one in stretches)
    if not slopes or points < _LEAST_POINTS or max(spans_us) < _LEAST_SPAN_US:
        return None, None
    drift = statistics.median(slopes)
    spread = statistics.median(abs(slope - drift) for slope in slopes)
    return drift, max(3 * spread, resolution_us * 1e6 / max(spans_us))


def _blocks(stretch: Sequence[Claim]) -> list[tuple[float, float]]:
    size = -(-len(stretch) // _MOST_BLOCKS)
    parts = [stretch[at : at + size] for at in range(0, len(stretch), size)]
    return [
        (
            statistics.median(claim.at_us for claim in part),
            statistics.median(claim.offset_us for claim in part),
        )
        for part in parts
    ]
