"""A hole in a package, told in pieces: what was recorded and is gone apart from what never was."""

from __future__ import annotations

from saksi.export.gaps import split

SECOND = 1_000_000


def at(*spans: tuple[float, float, str]) -> list[tuple[int, int, str]]:
    return [(round(start * SECOND), round(end * SECOND), cause) for start, end, cause in spans]


def test_a_hole_is_told_without_space_between_its_pieces() -> None:
    gone = at((10, 20, "lost"), (20.1, 30, "lost"), (30, 40, "damaged"))
    told = at((40, 70, "stalled"))
    assert split((5 * SECOND, 70 * SECOND), gone, told) == at(
        (5, 10, "unknown"), (10, 30, "lost"), (30, 40, "damaged"), (40, 70, "stalled")
    )


def test_jitter_beside_a_chunk_that_is_gone_is_of_its_gap() -> None:
    assert split((9_600_000, 20_300_000), at((10, 20, "lost")), []) == [(9_600_000, 20_300_000, "lost")]


def test_a_chunk_that_is_gone_reaches_over_the_ends_of_the_hole() -> None:
    assert split((12 * SECOND, 15 * SECOND), at((0, 9, "lost"), (10, 20, "damaged")), []) == at(
        (12, 15, "damaged")
    )


def test_without_chunks_that_are_gone_the_longest_outage_names_all_of_it() -> None:
    told = at((0, 4, "stalled"), (4, 10, "unreachable"))
    assert split((0, 10 * SECOND), [], told) == at((0, 10, "unreachable"))
