"""What 50 people who search at the same time wait for: 2,000 cameras, 10 million chunks, the real API.

The API runs as it does in production: one process, `saksi api`, as its own database role. Each person has a session
and limits of their own (all cameras, an agency, several, areas, grants for a case), asks what an investigator asks and
pauses 1 to 3 s between an answer and the next request; afterwards the same without pauses tells how much the machine
can do. The client runs on the same processors; its share is told. Not there: recorders, workers and the store, whose
addresses are signed and not fetched. The goal is a limit: 95 of 100 answers within 150 ms, whatever was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

from bench import Result, _city
from bench._browsers import Browser
from bench._investigator import Investigator, Person, Span, Tally
from bench._processes import cpu_s, machine_s, tree
from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints

LIMIT_S = 0.150
_LIMITS = """
select p.person_id, p.name, case when p.agency_ids is null and p.area_ids is null then 'all'
  when exists (select from sight_grant g where g.person_id = p.person_id) then 'grants'
  when p.area_ids is not null then 'areas' when cardinality(p.agency_ids) = 1 then 'agency' else 'agencies' end
  as limits,
  array(select c.code from camera c where p.agency_ids is null and p.area_ids is null
        or footage_own_v1(p.person_id, c.camera_id, c.agency_id, %(begin)s, %(to)s)) as cameras,
  array(select f.code from case_file f join case_member m using (case_id) where m.person_id = p.person_id) as cases
from person p where p.role = 'investigator' order by p.person_id limit %(people)s"""
_GRANTED = """
select k.code, g.from_at, g.to_at
from sight_grant g join sight_grant_camera using (grant_id) join camera k using (camera_id)
where g.person_id = %(person_id)s"""
_AWAKE = (
    "update camera_status set seen_at = now() + interval '1 hour', last_frame_at = now() + interval '1 hour'"
)


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    _city.options(options)
    options.add_argument("--seconds", type=float, default=90.0, help="of people who pause")
    options.add_argument("--flood-seconds", type=float, default=20.0, help="of people who do not")
    chosen = options.parse_args()
    size = _city.Size()
    if chosen.small:
        size, chosen.seconds, chosen.flood_seconds = _city.Size.small(), 3.0, 1.0
    with _city.servers(chosen.keep, "investigators") as (endpoints, folder):
        result = measure(endpoints, folder, size, chosen)
    result.show(as_json=chosen.json)


def measure(endpoints: Endpoints, folder: Path, size: _city.Size, chosen: argparse.Namespace) -> Result:
    """Fills, serves, and lets them ask."""
    until = _city.filled(endpoints.database_url, size, folder)
    span = Span(begin=until - timedelta(days=size.days), kept=until - timedelta(hours=size.hours), to=until)
    persons = signed_in(endpoints.database_url, size, span)
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute(_AWAKE)
        counts = _counts(connection)
        postgres = _parent(connection.info.backend_pid)
    _city.say("asking")
    with served(endpoints, folder) as (port, api):
        paced = asyncio.run(_run(persons, span, port, chosen.seconds, (api, postgres), pauses=True))
        flood = asyncio.run(_run(persons, span, port, chosen.flood_seconds, (api, postgres), pauses=False))
    every = sorted(one for kind in paced.tally.seconds.values() for one in kind)
    ratio = quantile(every, 95) / LIMIT_S
    details = {
        "people": len(persons),
        **counts,
        "requests": len(every),
        "requests_s": round(len(every) / paced.wall_s, 1),
        "all_ms": told(every),
        "kinds_ms": {kind: told(spent) for kind, spent in sorted(paced.tally.seconds.items())},
        "processors": paced.processors(),
        "megabytes": round(paced.tally.bytes / 1e6, 1),
        "without_pauses_requests_s": round(sum(map(len, flood.tally.seconds.values())) / flood.wall_s, 1),
        "without_pauses_all_ms": told([one for kind in flood.tally.seconds.values() for one in kind]),
        "without_pauses_processors": flood.processors(),
        "limit_ms": LIMIT_S * 1000,
    }
    return Result(name="investigators", peer="its limit", goal=1.0, runs=[round(ratio, 4)], details=details)


class _Phase:
    """One stretch of asking: what was answered, how long it took, and whose processor time."""

    def __init__(self, tally: Tally, wall_s: float, used_s: Mapping[str, float]) -> None:
        self.tally = tally
        self.wall_s = wall_s
        self.used_s = used_s

    def processors(self) -> dict[str, float]:
        """Processors in use on average, by whose they were."""
        return {name: round(spent / self.wall_s, 2) for name, spent in self.used_s.items()}


async def _run(
    persons: list[Person], span: Span, port: int, seconds: float, pids: tuple[int, int], *, pauses: bool
) -> _Phase:
    """Everyone at once; what is answered in the first tenth warms up and is not counted."""
    tally, loop = Tally(), asyncio.get_running_loop()
    browsers = [Browser("127.0.0.1", port, person.token) for person in persons]
    warm = max(1.0, seconds / 10)
    until = loop.time() + warm + seconds
    workers = [
        asyncio.create_task(Investigator(person, browser, span, tally, seed).work(until, pauses=pauses))
        for seed, (person, browser) in enumerate(zip(persons, browsers, strict=True))
    ]
    await asyncio.sleep(warm)
    before = _used(*pids)
    began, tally.counting = loop.time(), True
    await asyncio.sleep(seconds)
    tally.counting, wall_s = False, loop.time() - began
    after = _used(*pids)
    await asyncio.gather(*workers)
    for browser in browsers:
        browser.close()
    return _Phase(tally, wall_s, {name: after[name] - before[name] for name in after})


def _used(api: int, postgres: int) -> dict[str, float]:
    ours = {"api": cpu_s([api]), "postgres": cpu_s(tree(postgres)), "client": time.process_time()}
    return {**ours, "others": machine_s() - sum(ours.values())}


def signed_in(url: str, size: _city.Size, span: Span) -> list[Person]:
    """Each with a session of a day, as after a log-in."""
    database = Database(url, application="bench", max_size=1)
    with database.transaction() as connection:
        places = {row["code"]: (row["lat"], row["lon"]) for row in connection.execute(_PLACES)}
        asked = {"begin": span.begin, "to": span.to, "people": size.people}
        persons = [
            Person(
                name=row["name"],
                limits=row["limits"],
                token=people.start_session(connection, row["person_id"], timedelta(days=1)),
                cameras=[(code, *places[code]) for code in row["cameras"]],
                cases=row["cases"],
                granted=[
                    (one["code"], one["from_at"], one["to_at"])
                    for one in connection.execute(_GRANTED, row).fetchall()
                ],
            )
            for row in connection.execute(_LIMITS, asked).fetchall()
        ]
    database.close()
    assert all(person.cameras for person in persons), [one.name for one in persons if not one.cameras]
    return persons


_PLACES = """
select c.code, p.lat, p.lon from camera c join camera_place p using (camera_id) where p.valid_to = 'infinity'"""


@contextlib.contextmanager
def served(endpoints: Endpoints, folder: Path) -> Iterator[tuple[int, int]]:
    """The API as a process of its own; its port and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SAKSI_")},
        "SAKSI_DATABASE_URL": endpoints.api_database_url,
        "SAKSI_S3_URL": "http://127.0.0.1:9",
        "SAKSI_S3_ACCESS_KEY": "bench",
        "SAKSI_S3_SECRET_KEY": "bench-secret",
        "SAKSI_SECRET_KEY": Fernet.generate_key().decode(),
        "SAKSI_DATA": str(folder),
    }
    command = [
        str(Path(sys.executable).with_name("saksi")),
        "api",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with (folder / "api.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        _await(f"http://127.0.0.1:{port}/api/v1/health/live", process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        if process.poll() is not None:
            raise SystemExit("the API ended; see api.log")
        time.sleep(0.1)
    raise SystemExit("the API does not answer")


def _counts(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    """Rows as the statistics have them."""
    rows = connection.execute(
        "select case when relname ~ '^chunk_2' then 'chunk' else relname end, sum(reltuples)::bigint from pg_class"
        " where relkind = 'r' and (relname ~ '^chunk_2' or relname = any(%s::text[])) group by 1",
        [["camera", "coverage_run", "seal", "tombstone", "thumbnail", "audit"]],
    )
    return {f"rows_{name}": int(str(count)) for name, count in rows}


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def quantile(spent: list[float], percent: int) -> float:
    """Seconds within which so many of a hundred were answered."""
    return (
        statistics.quantiles(spent, n=100, method="inclusive")[percent - 1] if len(spent) > 1 else sum(spent)
    )


def told(spent: list[float]) -> dict[str, float]:
    """Milliseconds."""
    return {
        "n": len(spent),
        **{f"p{percent}": round(quantile(spent, percent) * 1000, 1) for percent in (50, 95, 99)},
        "max": round(max(spent, default=0) * 1000, 1),
    }


if __name__ == "__main__":
    main()
