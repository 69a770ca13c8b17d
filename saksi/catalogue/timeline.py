"""Spans of time and what can be done with them: unite, subtract, name gaps. Pure; microseconds UTC throughout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

JITTER_US = 500_000  # a shorter hole is jitter between chunks, not a gap


@dataclass(frozen=True, kw_only=True)
class Span:
    """Footage from `start_us` to `end_us`; `state` is stored, held, pending, recording, purged or thinned."""

    start_us: int
    end_us: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """No footage from `start_us` to `end_us`, and why."""

    start_us: int
    end_us: int
    reason: str


Pair = tuple[int, int]


def unite(pairs: Iterable[Pair], tolerance_us: int = 0) -> list[Pair]:
    """Sorted pairs without overlaps; holes up to `tolerance_us` are closed."""
    united: list[Pair] = []
    for start_us, end_us in sorted(pairs):
        if united and start_us <= united[-1][1] + tolerance_us:
            united[-1] = (united[-1][0], max(united[-1][1], end_us))
        else:
            united.append((start_us, end_us))
    return united


def subtract(whole: Iterable[Pair], holes: Sequence[Pair]) -> list[Pair]:
    """What of the sorted pairs `whole` lies outside the sorted, disjoint `holes`."""
    left: list[Pair] = []
    first = 0
    for start_us, end_us in whole:
        while first < len(holes) and holes[first][1] <= start_us:
            first += 1
        for hole_start, hole_end in islice(holes, first, None):
            if hole_start >= end_us:
                break
            if hole_start > start_us:
                left.append((start_us, hole_start))
            start_us = max(start_us, hole_end)
        if start_us < end_us:
            left.append((start_us, end_us))
    return left


def clip(pairs: Iterable[Pair], from_us: int, to_us: int) -> list[Pair]:
    """The parts of the pairs inside [from_us, to_us)."""
    cut = ((max(start, from_us), min(end, to_us)) for start, end in pairs)
    return [(start, end) for start, end in cut if start < end]


def cause_of(gap: Pair, outages: Iterable[tuple[int, int, str]]) -> str:
    """The reason of the outage that covers most of a gap (of equals, the first to begin); "unknown" when none does."""
    overlaps = [
        (min(end_us, gap[1]) - max(start_us, gap[0]), -start_us, reason)
        for start_us, end_us, reason in outages
    ]
    longest = max(overlaps, default=(0, 0, ""))
    return longest[2] if longest[0] > 0 else "unknown"


def mark_held(spans: Iterable[Span], held: Iterable[Pair]) -> list[Span]:
    """The same spans, split where holds begin and end: what is stored and under one is "held"."""
    return _marked(spans, "stored", "held", unite(held))


def mark_thinned(spans: Iterable[Span], left: Iterable[Pair]) -> list[Span]:
    """The same of what was purged: where keyframes are left of it, it is "thinned"."""
    return _marked(spans, "purged", "thinned", unite(left))


def _marked(spans: Iterable[Span], state: str, other: str, where: list[Pair]) -> list[Span]:
    marked: list[Span] = []
    for span in spans:
        if span.state != state or not where:
            marked.append(span)
            continue
        under = clip(where, span.start_us, span.end_us)
        pieces = [(a, b, other) for a, b in under]
        pieces += [(a, b, state) for a, b in subtract([(span.start_us, span.end_us)], under)]
        marked += [Span(start_us=a, end_us=b, state=name) for a, b, name in sorted(pieces)]
    return marked


def coverage_of(
    stretches: Iterable[Pair],
    pending: Iterable[Pair],
    outages: Iterable[tuple[int, int, str]],
    *,
    from_us: int,
    to_us: int,
    now_us: int,
    first_us: int | None,
    live_since_us: int | None,
    purged: Iterable[Pair] = (),
) -> tuple[list[Span], list[Gap]]:
    """Coverage and gaps of one camera in [from_us, to_us), never beyond `now_us`.

    Stretches of overlapping runs are united; what of `purged` no stretch has as well is "purged". A gap is split where
    an outage begins or ends; what no outage explains is "not_recorded" before the camera's first footage, "recording"
    from `live_since_us` on (the end of what is announced, while frames keep coming), and "unknown" elsewhere.
    """
    end_us = min(to_us, now_us)
    kept, gone = unite(stretches, JITTER_US), unite(purged, JITTER_US)
    covered = clip(unite([*kept, *gone], JITTER_US), from_us, to_us)
    gone = clip(subtract(gone, kept), from_us, to_us)
    waiting = unite(clip(pending, from_us, to_us))
    there = subtract(subtract(covered, gone), waiting)
    spans = [Span(start_us=a, end_us=b, state="stored") for a, b in there]
    spans += [Span(start_us=a, end_us=b, state="pending") for a, b in waiting]
    spans += [Span(start_us=a, end_us=b, state="purged") for a, b in gone]
    gaps: list[Gap] = []
    holes = subtract([(from_us, end_us)] if from_us < end_us else [], covered)
    told = _disjoint(outages)
    gaps += _explained(holes, told)
    for start, end in subtract(holes, [(a, b) for a, b, _ in told]):
        live_from = end if live_since_us is None else min(max(start, live_since_us), end)
        if live_from < end:
            spans.append(Span(start_us=live_from, end_us=end, state="recording"))
        if start < live_from:
            before_all = first_us is None or live_from <= first_us
            gaps.append(
                Gap(start_us=start, end_us=live_from, reason="not_recorded" if before_all else "unknown")
            )
    spans.sort(key=lambda span: span.start_us)
    long = [gap for gap in gaps if gap.end_us - gap.start_us > JITTER_US]
    return spans, sorted(long, key=lambda gap: gap.start_us)


def _disjoint(outages: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Outages in order; where two overlap, the one that began first names the time."""
    pieces: list[tuple[int, int, str]] = []
    for a, b, reason in sorted(outages):
        start_us = max(a, pieces[-1][1]) if pieces else a
        if start_us < b:
            pieces.append((start_us, b, reason))
    return pieces


def _explained(holes: Sequence[Pair], outages: Sequence[tuple[int, int, str]]) -> list[Gap]:
    """The parts of sorted, disjoint holes that sorted, disjoint outages explain; one pass over both."""
    gaps: list[Gap] = []
    first = 0
    for start_us, end_us in holes:
        while first < len(outages) and outages[first][1] <= start_us:
            first += 1
        for a, b, reason in islice(outages, first, None):
            if a >= end_us:
                break
            gaps.append(Gap(start_us=max(a, start_us), end_us=min(b, end_us), reason=reason))
    return gaps
