"""Compliance in SQL is what plain Python counts, tick by tick, over anything that may have happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue.database import Connection, Database
from saksi.compliance import figures
from saksi.compliance.figures import Measured
from tests.integration.compliance import city
from tests.integration.compliance.city import BEGIN_US, END_US, NOW_US, SECOND

TICK = SECOND // 4
N = 160
LOW, HIGH = 40, 120  # the window, in ticks
REASONS = ("unreachable", "auth_failed", "recorder_down", "spool_full", "stalled")
Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What happened to one camera, in ticks: live runs with what was dropped of them, imports, outages, service."""

    runs: list[tuple[list[Pair], list[Pair]]]
    imported: list[Pair]
    outages: list[tuple[int, int, str]]
    service: list[Pair]


def pairs(most: int, longest: int = 60) -> st.SearchStrategy[list[Pair]]:
    return st.lists(
        st.tuples(st.integers(0, N), st.integers(1, longest)).map(lambda one: (one[0], one[0] + one[1])),
        max_size=most,
        unique_by=lambda one: one[0],
    )


def told() -> st.SearchStrategy[Told]:
    outages = st.lists(
        st.tuples(st.integers(0, N), st.integers(1, 50), st.sampled_from(REASONS)).map(
            lambda one: (one[0], one[0] + one[1], one[2])
        ),
        max_size=5,
    )
    service = (
        st.lists(st.integers(0, N), min_size=1, max_size=4, unique=True)
        .map(sorted)
        .map(lambda edges: [(a, b) for a, b in zip(edges[::2], [*edges[1::2], N * 10], strict=False)])
    )
    return st.builds(
        Told,
        runs=st.lists(st.tuples(pairs(4), pairs(2, 12)), max_size=3),
        imported=pairs(2),
        outages=outages,
        service=service,
    )


def covered(one: Told) -> list[bool]:
    """Tick by tick whether there is footage; holes of two ticks (half a second) are none."""
    footage = [False] * (N * 2)
    for stretches, dropped in one.runs:
        for start, end in stretches:
            if end <= LOW or start >= HIGH:
                continue
            for tick in range(start, end):
                gone = any(a <= tick < b and b > LOW and a < HIGH for a, b in dropped)
                footage[tick] = footage[tick] or not gone
    for length in (1, 2):
        for tick in range(1, N * 2 - length):
            hole = footage[tick : tick + length]
            if not any(hole) and footage[tick - 1] and footage[tick + length]:
                footage[tick : tick + length] = [True] * length
    return footage


def reckoned(one: Told) -> tuple[int, int, Counter[str], tuple[int, int, str] | None]:
    """Ticks due and recorded, those missing by reason, and the longest gap."""
    footage = covered(one)
    due = [any(a <= tick < b for a, b in one.service) for tick in range(N * 2)]
    missing: Counter[str] = Counter()
    gaps: list[list[tuple[int, str]]] = []
    for tick in range(LOW, HIGH):
        if not due[tick] or footage[tick]:
            continue
        named = min((out for out in one.outages if out[0] <= tick < out[1]), default=(0, 0, "unknown"))
        missing[named[2]] += 1
        if gaps and gaps[-1][-1][0] == tick - 1:
            gaps[-1].append((tick, named[2]))
        else:
            gaps.append([(tick, named[2])])
    longest = None
    if gaps:
        most = max(gaps, key=len)
        causes = Counter(reason for _, reason in most if reason != "unknown")
        cause = min(causes, key=lambda reason: (-causes[reason], reason)) if causes else "unknown"
        longest = (most[0][0], most[-1][0] + 1, cause)
    in_window = [tick for tick in range(LOW, HIGH) if due[tick]]
    return len(in_window), sum(footage[tick] for tick in in_window), missing, longest


def enter(connection: Connection, camera: int, one: Told) -> None:
    connection.execute("delete from camera_service where camera_id = %s", [camera])
    for start, end in one.service:
        connection.execute(
            "insert into camera_service values (%s, %s, %s)",
            [camera, clock.from_us(at(start)), clock.from_us(at(end))],
        )
    for epoch, (stretches, dropped) in enumerate(one.runs):
        run = city.add_run(connection, camera, epoch)
        for start, end in stretches:
            city.record(connection, camera, run, at(start), at(end))
        for seq, (start, end) in enumerate(dropped):
            connection.execute(
                "insert into chunk_dropped (run_no, seq, camera_id, start_at, end_at) values (%s, %s, %s, %s, %s)",
                [run, seq, camera, clock.from_us(at(start)), clock.from_us(at(end))],
            )
    if one.imported:
        run = city.add_run(connection, camera, origin="import")
        for start, end in one.imported:
            city.record(connection, camera, run, at(start), at(end))
    for start, end, reason in one.outages:
        city.fail(connection, camera, at(start), at(end), reason)


def at(tick: int) -> int:
    return BEGIN_US + tick * TICK


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(told(), min_size=1, max_size=3))
def test_the_figures_are_what_python_counts(database: Database, cameras: list[Told]) -> None:
    with database.transaction() as connection, connection.transaction(force_rollback=True):
        agency = city.add_agency(connection, "mal")
        for number, one in enumerate(cameras):
            camera = city.add_camera(connection, agency, f"cam{number}")
            enter(connection, camera, one)
        found = figures.report(connection, at(LOW), at(HIGH), now_us=NOW_US, zone="WITA")
    for line, one in zip(found.cameras, cameras, strict=True):
        due, recorded, missing, longest = reckoned(one)
        got = line.measured
        gap = got.longest
        assert (got.due_us, got.recorded_us) == (due * TICK, recorded * TICK)
        assert got.missing == {reason: ticks * TICK for reason, ticks in missing.items()}
        assert (None if gap is None else (gap.start_us, gap.end_us, gap.reason)) == (
            None if longest is None else (at(longest[0]), at(longest[1]), longest[2])
        )
    assert found.lines[0].measured == figures.summed([line.measured for line in found.cameras])


def test_terms_of_a_month_judge_that_month_and_our_own_faults_are_not_theirs(database: Database) -> None:
    day = 86_400 * SECOND
    with database.transaction() as connection:
        agency = city.add_agency(connection, "mal")
        site = city.add_site(connection, agency, "atrium")
        good = city.add_camera(connection, agency, "good", site_id=site)
        bad = city.add_camera(connection, agency, "bad", site_id=site)
        for camera, gap_us, reason in ((good, 3 * day, "recorder_down"), (bad, 2 * day, "auth_failed")):
            run = city.add_run(connection, camera)
            city.record(connection, camera, run, BEGIN_US, END_US - gap_us)
            city.fail(connection, camera, END_US - gap_us, END_US, reason)
        for from_day, uptime in (("2026-01-01", 95), ("2026-11-20", 99.9), ("2026-12-01", 90)):
            connection.execute(
                "insert into agency_terms (agency_id, from_day, obliged, basis, cameras, uptime_percent, made_by)"
                " values (%s, %s, true, 'Perwali', 3, %s, 'x')",
                [agency, from_day, uptime],
            )
        connection.execute(
            "insert into agency_terms (agency_id, site_id, from_day, uptime_percent, made_by)"
            " values (%s, %s, '2026-06-01', 99, 'x')",
            [agency, site],
        )
        found = figures.report(connection, BEGIN_US, END_US, now_us=NOW_US, zone="WITA")
        before = figures.report(
            connection, BEGIN_US - 900 * day, BEGIN_US - 870 * day, now_us=NOW_US, zone="WITA"
        )
    whole, atrium = found.lines
    assert (whole.measured.recorded_percent, whole.measured.uptime_percent) == (91.66, 96.49)
    verdicts = {one.rule: (one.agreed, one.found, one.kept) for one in whole.verdicts}
    assert verdicts == {"cameras": (3, 2, False), "uptime": (95, 96.49, True)}
    assert [(one.rule, one.agreed, one.kept) for one in atrium.verdicts] == [("uptime", 99, False)]
    assert whole.measured.longest is not None
    assert (whole.measured.longest.camera, whole.measured.longest.reason) == ("good", "recorder_down")
    states = {line.camera: line.state for line in found.cameras}
    assert states == {"good": "kept", "bad": "broken"}
    assert before.lines[0].verdicts == (), "nothing was agreed then"
    assert isinstance(whole.measured, Measured)


def test_what_is_recorded_now_and_not_announced_yet_is_no_gap(database: Database) -> None:
    now_us = clock.now_us()
    with database.transaction() as connection:
        agency = city.add_agency(connection, "mal")
        camera = city.add_camera(connection, agency, "cam", since_us=now_us - 3600 * SECOND)
        run = city.add_run(connection, camera)
        connection.execute(
            "update run set stretch_start = %s, last_end = %s where run_no = %s",
            [clock.from_us(now_us - 3600 * SECOND), clock.from_us(now_us - 50 * SECOND), run],
        )
        asked = (now_us - 7200 * SECOND, now_us + 7200 * SECOND)
        silent = figures.report(connection, *asked, now_us=now_us, zone="WITA").cameras[0].measured
        connection.execute(
            "insert into camera_status (camera_id, state, since, last_frame_at, recorder, seen_at)"
            " values (%s, 'recording', %s, now(), 'r', now())",
            [camera, clock.from_us(now_us - 3600 * SECOND)],
        )
        shown = figures.report(connection, *asked, now_us=clock.now_us(), zone="WITA").cameras[0].measured
    assert (silent.due_us, silent.missing) == (3600 * SECOND, {"unknown": 50 * SECOND})
    assert (shown.due_us, shown.missing, shown.recorded_percent) == (3550 * SECOND, {}, 100.0)


def test_a_camera_is_due_while_it_is_switched_on(database: Database) -> None:
    with database.transaction() as connection:
        camera = city.add_camera(connection, city.add_agency(connection, "mal"), "cam")
        for enabled in (False, False, True):
            connection.execute("update camera set enabled = %s where camera_id = %s", [enabled, camera])
    with database.transaction() as connection:
        rows = connection.execute(
            "select camera_id, from_at, to_at = 'infinity' as open,"
            " to_at <= lead(from_at) over (order by from_at) as apart from camera_service order by from_at"
        ).fetchall()
    assert [(row["camera_id"], row["open"], row["apart"]) for row in rows] == [
        (camera, False, True), (camera, True, None),
    ]  # fmt: skip
    assert clock.to_us(rows[0]["from_at"]) == BEGIN_US


def test_clocks_of_an_hour_are_told_with_its_seal(database: Database) -> None:
    """The camera's furthest hour, by its median; what a recorder says whose own clock nothing holds does not count."""
    hour = 3600 * SECOND
    with database.transaction() as connection:
        camera = city.add_camera(connection, city.add_agency(connection, "mal"), "cam")
        run = city.add_run(connection, camera)
        connection.execute("select add_chunk_day('2026-11-01')")
        connection.execute(
            "insert into init_segment (sha256, codec, codecs, width, height, audio, body)"
            " values (sha256('i'), 'h264', 'avc1', 640, 360, 'none', 'i')"
        )
        told = [  # hour, offset, error, source, camera's
            (9, 100_000, 5_000, 1, 1), (9, 120_000, 9_000, 1, 1), (9, 9_000_000, 4_000, 1, 1),
            (10, -700_000, 20_000, 1, 3), (11, 60_000_000, -1, 0, 1), (12, 0, 8_000, 1, 0),
        ]  # fmt: skip
        for seq, (at_hour, offset_us, error_us, source, camera_clock) in enumerate(told, start=1):
            connection.execute(
                "insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id,"
                " clock_offset_us, clock_error_us, residual_us, camera_offset_us, clock_source, camera_clock, ended,"
                " sha256, fragments) values (%s, %s, %s, %s, 60000000, 1, 1, 0, 1, 0, %s, 0, %s, %s, %s, 0,"
                " sha256('c'), 'f')",
                [
                    camera, run, clock.from_us(BEGIN_US + at_hour * hour + seq * 60 * SECOND), seq,
                    error_us, offset_us, source, camera_clock,
                ],
            )  # fmt: skip
        for at_hour in (9, 10, 11, 12):
            connection.execute(
                "insert into seal (camera_id, hour, part, run_no, first_seq, last_seq, n, bytes, frames, spans,"
                " chain_in, chain_out, root) values (%s, %s, 1, %s, 1, 1, 1, 1, 1,"
                " tstzmultirange(tstzrange(%s, now())), %s, %s, %s)",
                [camera, begin := clock.from_us(BEGIN_US + at_hour * hour), run, begin, *[b"\0" * 32] * 3],
            )
        connection.execute(
            "insert into agency_terms (agency_id, from_day, obliged, clock_error_ms, made_by)"
            " select agency_id, '2026-01-01', false, 680, 'x' from agency where code = 'mal'"
        )
        line = figures.report(connection, BEGIN_US, END_US, now_us=NOW_US, zone="WITA").cameras[0]
    clocks = line.measured.clocks
    assert (clocks.recorder_error_us, clocks.camera_offset_us, clocks.surely_off_us) == (
        20_000,
        -700_000,
        680_000,
    )
    (verdict,) = line.verdicts
    assert (verdict.rule, verdict.found, verdict.kept) == ("clock", 680.0, True), (
        "20 ms may be the recorder's own"
    )
