"""A hold and a purge of the same footage at once, in real transactions: exactly one wins each chunk, and both know."""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor

from saksi import clock
from saksi.catalogue.holds import HoldSpan
from saksi.retention import claim, reach, schedule
from saksi.retention.claim import Due
from saksi.retention.reach import Reach
from saksi.retention.windows import Window
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.retention.archive import HOUR, SECOND, Archive, hour_start, keep_days

ROUNDS = int(os.environ.get("SAKSI_RACE_ROUNDS", "60"))  # 1000 before a release
LENGTH = 20 * 60 * SECOND


def test_exactly_one_wins_each_chunk(archive: Archive) -> None:
    keep_days(archive.database, 3)
    start = hour_start(ROUNDS / 24 + 5)
    archive.record("a", start, 3 * ROUNDS, length_us=LENGTH, pictures=False, objects=False)
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        number = schedule.announce_now(connection, OFFICE, asked_by=None, clock_checked="a test")
    chance = random.Random(4)
    won = {"hold": 0, "purge": 0, "split": 0}
    both = threading.Barrier(2)

    def hold(at_us: int, wait_s: float) -> Reach:
        span = HoldSpan(camera_id=archive.ids["a"], camera="a", from_us=at_us, to_us=at_us + HOUR)
        both.wait()
        threading.Event().wait(wait_s)
        with archive.database.transaction() as connection:
            placed = desk.hold(connection, span)
            return reach.reach(connection, placed.spans)

    def purge(at_us: int, to_us: int, wait_s: float) -> int:
        window = Window(
            camera_id=archive.ids["a"], camera="a", agency="a", from_us=at_us, cutoff_us=to_us, policy_id=None
        )
        both.wait()
        threading.Event().wait(wait_s)
        with archive.database.transaction() as connection:
            due = [Due(window=window, hour=clock.from_us(at_us))]
            return claim.claim_hours(connection, number, due).chunks

    with ThreadPoolExecutor(2) as pool:
        for turn in range(ROUNDS):
            at_us = start + turn * HOUR
            purged = at_us + (
                HOUR if turn % 3 else LENGTH
            )  # of every third hour only the first chunk is over
            first = pool.submit(hold, at_us, chance.choice((0, 0, 0.001, 0.003)))
            second = pool.submit(purge, at_us, purged, chance.choice((0, 0, 0.001, 0.003)))
            found, taken = first.result(), second.result()
            there = {
                clock.to_us(row["start_at"])
                for row in archive.all_of(
                    "select start_at from chunk where camera_id = %s and start_at >= %s and start_at < %s",
                    archive.ids["a"],
                    clock.from_us(at_us),
                    clock.from_us(at_us + HOUR),
                )
            }
            assert len(there) + taken == 3, "each chunk is there or taken, never both and never neither"
            told_gone = {
                one.from_us + step * LENGTH
                for one in found.gone
                for step in range((one.to_us - one.from_us) // LENGTH)
            }
            assert told_gone == {at_us, at_us + LENGTH, at_us + 2 * LENGTH} - there, (
                "what the hold was told is what happened"
            )
            # Whoever came second found what the first had done: a hold that was told of no loss has lost nothing.
            if found.gone:
                won["purge" if not there else "split"] += 1
            else:
                assert taken == 0
                won["hold"] += 1
    assert min(won["hold"], won["purge"] + won["split"]) > ROUNDS // 20, f"both must have had a chance: {won}"
