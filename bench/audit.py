"""How long the audit trail takes to answer at ten million rows: `GET /audit` by each filter, and who watched a camera.

Three years of a city's rows, a third of them searches that name fifteen cameras each; asked one after the other through
the real API, with values drawn anew each time: frequent ones, rare ones, and some that nothing matches. The goal is a
limit: 95 of 100 answers of every kind within 150 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from bench import Result, _city
from bench._browsers import Browser
from bench.investigators import quantile, served, told
from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.embedded.supervise import Endpoints

LIMIT_S = 0.150
_LIMITED = """
insert into person (name, password_hash, role, agency_ids) values ('auditor', 'none', 'auditor', null),
 ('auditor of two agencies', 'none', 'auditor', array[3, 7]) returning person_id"""
Draw = Callable[[random.Random], Mapping[str, object]]


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    _city.options(options)
    options.add_argument("--times", type=int, default=40, help="of each kind of question")
    chosen = options.parse_args()
    size = replace(_city.Size(), hours=3, days=5, audit_rows=10_000_000)
    if chosen.small:
        size, chosen.times = _city.Size.small(), 2
    with _city.servers(chosen.keep, "audit") as (endpoints, folder):
        result = measure(endpoints, folder, size, chosen.times)
    result.show(as_json=chosen.json)


def measure(endpoints: Endpoints, folder: Path, size: _city.Size, times: int) -> Result:
    """Fills, serves and asks."""
    until = _city.filled(endpoints.database_url, size, folder)
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("delete from session")
        found = connection.execute(
            "select person_id from person where role = 'auditor' order by 1"
        ).fetchall()
        found = found or connection.execute(_LIMITED).fetchall()
    database = Database(endpoints.database_url, application="bench", max_size=1)
    with database.transaction() as session:
        all_, some = (people.start_session(session, row[0], timedelta(days=1)) for row in found)
    database.close()
    _city.say("asking")
    with served(endpoints, folder) as (port, _):
        spent = asyncio.run(_asked(port, (all_, some), questions(size, until), times))
    slowest = max(quantile(seconds, 95) for seconds in spent.values())
    return Result(
        name="audit",
        peer="its limit",
        goal=1.0,
        runs=[round(slowest / LIMIT_S, 4)],
        details={
            "rows": size.audit_rows,
            "kinds_ms": {kind: told(seconds) for kind, seconds in spent.items()},
            "limit_ms": LIMIT_S * 1000,
        },
    )


async def _asked(
    port: int, tokens: tuple[str, str], kinds: Mapping[str, tuple[str, Draw]], times: int
) -> dict[str, list[float]]:
    """Seconds of each; who is limited asks a few of them, too."""
    chance, spent = random.Random(7), {}
    for token, name in zip(tokens, ("", ", two agencies"), strict=True):
        browser = Browser("127.0.0.1", port, token)
        for kind, (path, draw) in kinds.items():
            if name and kind not in _BY_LIMITED:
                continue
            seconds = []
            for _ in range(times):
                given = dict(draw(chance))
                answer = await browser.get(f"{path.format(**given)}?{_query(path, given)}")
                if answer.status != 200:
                    raise RuntimeError(f"{kind}: {answer.status} {answer.body[:300]!r}")
                seconds.append(answer.seconds)
            spent[kind + name] = seconds
        browser.close()
    return spent


_BY_LIMITED = ("newest", "person", "camera")


def questions(size: _city.Size, until: datetime) -> dict[str, tuple[str, Draw]]:
    """What is asked for, by its name."""
    begin = until - timedelta(seconds=10) * size.audit_rows

    def at(chance: random.Random, length: timedelta) -> tuple[str, str]:
        start = begin + (until - begin - length) * chance.random()
        return _text(start), _text(start + length)

    def span(chance: random.Random, days: float, prefix: str = "") -> dict[str, str]:
        start, end = at(chance, timedelta(days=days) if size.audit_rows > 10_000 else timedelta(minutes=5))
        return {f"{prefix}from": start, f"{prefix}to": end}

    def camera(chance: random.Random) -> str:
        return f"cam-{1 + int(chance.random() ** 2 * size.cameras):05d}"

    def person(chance: random.Random) -> str:
        return f"penyidik-{1 + int(chance.random() ** 2 * 200):02d}"

    return {
        "newest": ("/audit", lambda _: {}),
        "person": ("/audit", lambda c: {"person": person(c)}),
        "camera": ("/audit", lambda c: {"camera": camera(c)}),
        "case": ("/audit", lambda c: {"case": f"lp-{c.randrange(3500)}-xi-2026"}),
        "frequent action": ("/audit", lambda c: {"action": c.choice(("segments", "search", "log in"))}),
        "rare action": ("/audit", lambda c: {"action": c.choice(("change user", "place hold", "no such"))}),
        "kind": ("/audit", lambda c: {"kind": c.choice(("view", "search", "log-in", "export", "hold"))}),
        "result": ("/audit", lambda c: {"result": c.choice(("denied", "failed"))}),
        "an hour": ("/audit", lambda c: span(c, 1 / 24)),
        "a day": ("/audit", lambda c: span(c, 1)),
        "footage of an hour": ("/audit", lambda c: span(c, 1 / 24, "span_")),
        "person and camera": ("/audit", lambda c: {"person": person(c), "camera": camera(c)}),
        "person and kind": ("/audit", lambda c: {"person": person(c), "kind": c.choice(("view", "export"))}),
        "camera and footage of an hour": ("/audit", lambda c: {"camera": camera(c), **span(c, 1 / 24, "span_")}),
        "viewers of an hour": ("/cameras/{camera}/viewers", lambda c: {"camera": camera(c), **span(c, 1 / 24)}),
        "viewers of a week": ("/cameras/{camera}/viewers", lambda c: {"camera": camera(c), **span(c, 7)}),
    }  # fmt: skip


def _query(path: str, given: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in given.items() if "{" + name + "}" not in path})


def _text(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    main()
