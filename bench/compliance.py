"""What a month's compliance of a city costs, against reckoning it from the rows of chunks.

Ours: figures.report over 2,000 cameras and 30 days (about 180,000 stretches, as many outages, 1.4 million camera-hours
of clocks), on a real PostgreSQL, every agency, site and camera judged; it may take 2 s. Peer: the plain statement over
chunk rows (lag over a camera's chunks, a minute each) for some of the cameras, in proportion to all. The shares that
both find of those cameras are compared. `ratio` is our seconds over the peer's.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import Result
from saksi import clock
from saksi.catalogue.database import Database, migrate
from saksi.compliance import figures
from saksi.embedded.supervise import EmbeddedServers

GOAL = 0.1
DAYS = 30
DAY_US = 86_400_000_000
_AGREE_US = 600_000_000
_FILL = (Path(__file__).parent / "compliance_fill.sql").read_text().split("\n\n")[1:]
_PEER = """
with gaps as (
  select camera_id, least(dur_us, 1000000 * extract(epoch from %(to)s::timestamptz - start_at)) as dur_us,
         extract(epoch from start_at - lag(start_at + dur_us * interval '1 us')
                   over (partition by camera_id order by start_at)) as gap_s,
         clock_error_us, abs(camera_offset_us) as offset_us
  from chunk where camera_id = any(%(cameras)s) and start_at >= %(from)s and start_at < %(to)s
)
select camera_id, sum(dur_us)::float8 as recorded_us, max(gap_s) as longest_s, max(clock_error_us), max(offset_us)
from gaps group by camera_id
"""


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options.add_argument("--cameras", type=int, default=2000)
    options.add_argument("--peer-cameras", type=int, default=20)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="saksi-bench-compliance-") as folder:
        Path(folder).chmod(0o711)
        servers = EmbeddedServers(Path(folder) / "servers", broker=False)
        try:
            result = measure(servers.start().database_url, chosen)
        finally:
            servers.stop()
    result.show(as_json=chosen.json)


def measure(url: str, chosen: argparse.Namespace) -> Result:
    """Fills a catalogue, then reckons in turn as we do and from chunks."""
    migrate(url)
    to_us = (clock.now_us() // DAY_US - 2) * DAY_US
    from_us = to_us - DAYS * DAY_US
    print("filling the catalogue", file=sys.stderr, flush=True)
    values = {"from": clock.from_us(from_us), "cameras": chosen.cameras, "peer_cameras": chosen.peer_cameras}
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _FILL:
            connection.execute(statement.encode(), values)
        connection.execute("vacuum analyze")
    database = Database(url, application="bench", max_size=1)
    ours, theirs = [], []
    for _ in range(chosen.runs):
        began = time.perf_counter()
        with database.transaction() as connection:
            found = figures.report(connection, from_us, to_us, now_us=clock.now_us(), zone="WITA")
        ours.append(time.perf_counter() - began)
        theirs.append(_peer(database, found, from_us, to_us, chosen))
    database.close()
    assert len(found.cameras) == chosen.cameras
    return Result(
        name="compliance",
        peer="the same from chunk rows",
        goal=GOAL,
        runs=[round(mine / peer, 5) for mine, peer in zip(ours, theirs, strict=True)],
        details={
            "cameras": chosen.cameras,
            "days": DAYS,
            "seconds": round(statistics.median(ours), 3),
            "slowest_s": round(max(ours), 3),
            "budget_s": 2.0,
            "from_chunks_s": round(statistics.median(theirs), 1),
            "lines": len(found.lines) + len(found.cameras),
            "recorded_percent": figures.summed([one.measured for one in found.cameras]).recorded_percent,
        },
    )


def _peer(
    database: Database, found: figures.Report, from_us: int, to_us: int, chosen: argparse.Namespace
) -> float:
    """Seconds for all cameras, from those that have chunk rows; what both say of each must agree."""
    few = list(range(1, chosen.peer_cameras + 1))
    values = {"cameras": few, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    began = time.perf_counter()
    with database.transaction() as connection:
        rows = connection.execute(_PEER, values).fetchall()
    seconds = (time.perf_counter() - began) * chosen.cameras / len(few)
    shares = {one.camera: one.measured for one in found.cameras}
    for row in rows:
        mine = shares[f"cam-{row['camera_id']:05d}"].recorded_us
        # A chunk that begins before the window is in ours alone; jitter and what was dropped are in its rows.
        assert abs(mine - row["recorded_us"]) < _AGREE_US, (mine, row)
    return seconds


if __name__ == "__main__":
    main()
