"""Coverage against a brute-force model: every tenth of a second is asked on its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from saksi.catalogue.timeline import Span, coverage_of, mark_held, subtract, unite

STEP = 1_000_000  # longer than the jitter tolerance, so that the model needs none
END = 60
pairs = st.lists(
    st.tuples(st.integers(0, END), st.integers(1, 20)).map(lambda p: (p[0] * STEP, (p[0] + p[1]) * STEP)),
    max_size=8,
)
reasons = st.sampled_from(["unreachable", "stalled"])


def inside(instant: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= instant < end for start, end in spans)


@given(pairs, pairs)
def test_unite_and_subtract_agree_with_asking_each_instant(whole: list, holes: list) -> None:
    left = subtract(unite(whole), unite(holes))
    for tick in range((END + 25) * 2):
        at = tick * STEP // 2
        assert inside(at, left) == (inside(at, whole) and not inside(at, holes))


@given(
    pairs,
    pairs,
    pairs,
    st.lists(st.tuples(pairs.filter(bool).map(lambda p: p[0]), reasons), max_size=4),
    st.integers(1, 80),
)
def test_each_instant_is_covered_or_explained_exactly_once(
    stretches: list, pending: list, purged: list, outages: list, now: int
) -> None:
    from_us, to_us, now_us = 5 * STEP, 55 * STEP, now * STEP
    # What is pending is always inside a stretch: both grow in one statement.
    pending = subtract(unite(pending), subtract(unite(pending), unite(stretches)))
    told = sorted((start, end, reason) for (start, end), reason in outages)
    first = min((start for start, _ in stretches), default=None)
    spans, gaps = coverage_of(
        stretches, pending, told, from_us=from_us, to_us=to_us, now_us=now_us, first_us=first,
        live_since_us=None, purged=purged,
    )  # fmt: skip
    for tick in range(90 * 2):
        at = tick * STEP // 2
        states = [span.state for span in spans if span.start_us <= at < span.end_us]
        named = [gap.reason for gap in gaps if gap.start_us <= at < gap.end_us]
        if not from_us <= at < to_us:
            assert states == named == []
        elif inside(at, stretches) or inside(at, pending):
            assert states == ["pending" if inside(at, pending) else "stored"]
            assert named == []
        elif inside(at, purged):
            assert (states, named) == (["purged"], [])
        elif at < now_us:
            assert states == []
            explained = {reason for start, end, reason in told if start <= at < end}
            assert len(named) == 1
            assert named[0] in explained if explained else named[0] in ("unknown", "not_recorded")
        else:
            assert states == named == []


def test_the_live_end_counts_as_recording_from_when_it_began() -> None:
    spans, gaps = coverage_of(
        [(0, 10 * STEP)], [], [], from_us=0, to_us=100 * STEP, now_us=30 * STEP, first_us=0,
        live_since_us=20 * STEP,
    )  # fmt: skip
    assert [(span.start_us, span.end_us, span.state) for span in spans] == [
        (0, 10 * STEP, "stored"),
        (20 * STEP, 30 * STEP, "recording"),
    ]
    assert [(gap.start_us, gap.end_us, gap.reason) for gap in gaps] == [(10 * STEP, 20 * STEP, "unknown")]


@given(pairs, pairs, st.sampled_from(["stored", "pending", "recording"]))
def test_what_is_stored_and_under_a_hold_is_held(covered: list, holds: list, state: str) -> None:
    spans = [Span(start_us=a, end_us=b, state=state) for a, b in unite(covered)]
    marked = mark_held(spans, holds)
    assert [(one.start_us, one.end_us) for one in marked] == sorted(
        (one.start_us, one.end_us) for one in marked
    )
    for tick in range((END + 25) * 2):
        at = tick * STEP // 2
        states = [one.state for one in marked if one.start_us <= at < one.end_us]
        under = "held" if state == "stored" and inside(at, holds) else state
        assert states == ([under] if inside(at, covered) else [])
