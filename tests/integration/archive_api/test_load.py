"""Many requests at once: each kind has its bound, and the process says that it lives whatever the others do."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg

from saksi.catalogue import disclosures, people
from tests.integration.archive_api.conftest import Desk

GATE = {"name": "Gate", "agency": "dishub", "source": "rtsp://127.0.0.1/x", "lat": -1.2, "lon": 116.8}


def at_once(count: int, ask: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to `count` requests made at the same time."""
    barrier = threading.Barrier(count)

    def one(_number: int) -> httpx.Response:
        barrier.wait(30)
        return ask()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def test_seals_that_wait_leave_threads_for_everyone_else(desk: Desk) -> None:
    assert desk.client.post("/cameras", json=GATE).status_code == 201
    url, headers = f"{desk.url}/api/v1/cameras/gate/seal?timeout_s=3", desk.client.headers
    answers = at_once(28, lambda: httpx.post(url, headers=headers, timeout=60))
    assert Counter(answer.status_code for answer in answers) == {504: 16, 503: 12}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "too_many_at_once"
            assert answer.json()["remedy"]
            assert int(answer.headers["retry-after"]) > 0


def test_it_says_that_it_lives_while_every_thread_waits(desk: Desk) -> None:
    with psycopg.connect(desk.archive.database_url) as holding, ThreadPoolExecutor(1) as crowd:
        holding.execute("lock table person in access exclusive mode")
        url, headers = f"{desk.url}/api/v1/me", desk.client.headers
        waiting = crowd.submit(at_once, 60, lambda: httpx.get(url, headers=headers, timeout=60))
        threading.Event().wait(2)
        assert httpx.get(f"{desk.url}/health/live", timeout=20).json() == {"status": "ok"}
        assert not waiting.done()
        holding.rollback()
        assert len(waiting.result(60)) == 60


def test_a_crowd_of_log_ins_takes_a_bounded_part_of_the_memory(real_passwords: None, desk: Desk) -> None:
    """The API runs in this process, so its memory is ours; each password takes 64 MiB to check."""
    with desk.archive.database.transaction() as connection:
        assert people.password_hash(connection, "admin").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert disclosures.passphrase_hash("long enough").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    url, given = f"{desk.url}/api/v1/session", {"name": "admin", "password": "wrong"}
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.01):
            most = max(most, _resident_mb())

    before, watching = _resident_mb(), threading.Thread(target=watch)
    watching.start()
    answers = at_once(40, lambda: httpx.post(url, json=given, timeout=60))
    done.set()
    watching.join(10)
    assert most - before < 450
    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) <= {401, 503}
    assert counted[401] >= 16


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20
