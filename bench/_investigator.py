"""What an investigator at the console asks, one thing after another, and how long each answer took."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bench._browsers import Answer, Browser

_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)
PAUSE_S = (1.0, 3.0)  # between an answer and the next request


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks: cameras that they see by code, with places; cases of theirs; spans granted for one."""

    name: str
    limits: str
    token: str
    cameras: Sequence[tuple[str, float, float]]
    cases: Sequence[str]
    granted: Sequence[tuple[str, datetime, datetime]]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Chunks from `kept` to `to`; stretches from `begin` on."""

    begin: datetime
    kept: datetime
    to: datetime


@dataclass(kw_only=True)
class Tally:
    """Seconds by kind of request, and what else was counted."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bytes: int = 0
    counting: bool = False

    def take(self, kind: str, answer: Answer) -> None:
        """Anything but 200 is a fault of the bench or of the API, and ends it."""
        if answer.status != 200:
            raise RuntimeError(f"{kind}: {answer.status} {answer.body[:300]!r}")
        if self.counting:
            self.seconds[kind].append(answer.seconds)
            self.bytes += len(answer.body)


class Investigator:
    """One person's day, drawn by a seed of their own."""

    def __init__(self, person: Person, browser: Browser, span: Span, tally: Tally, seed: int) -> None:
        self._person = person
        self._browser = browser
        self._span = span
        self._tally = tally
        self._chance = random.Random(seed)

    async def work(self, until: float, *, pauses: bool) -> None:
        """Asks until the loop's clock says `until`; without pauses the next thing at once."""
        loop = asyncio.get_running_loop()
        if pauses:
            await asyncio.sleep(self._chance.uniform(0, PAUSE_S[1]))
        while loop.time() < until:
            async for kind, answer in self._task():
                self._tally.take(kind, answer)
                if pauses:
                    await asyncio.sleep(self._chance.uniform(*PAUSE_S))
                if loop.time() >= until:
                    return

    def _task(self) -> AsyncIterator[tuple[str, Answer]]:
        tasks = (self._corner, self._browse, self._camera, self._case)
        return self._chance.choices(tasks, weights=(4, 2, 3, 2))[0]()

    async def _corner(self) -> AsyncIterator[tuple[str, Answer]]:
        """What was recorded within 300 m in half an hour; then who stood around one of the cameras."""
        code, lat, lon = self._any()
        begin = self._instant()
        here = {"near": f"{lat:.5f},{lon:.5f}", "radius_m": 300}
        found = await self._get("/footage", **here, **_window(begin, _HALF_HOUR))
        yield "search 300 m", found
        yield "neighbours", await self._get(f"/cameras/{code}/neighbours", at=_at(begin), radius_m=300)
        if self._chance.random() < 0.5:
            yield "segments", await self._get(f"/cameras/{code}/segments", **_window(begin, _HALF_HOUR))

    async def _browse(self) -> AsyncIterator[tuple[str, Answer]]:
        """The list of cameras with their pictures, page by page; or by words."""
        if self._chance.random() < 0.3:
            words = f"lokasi {self._chance.randrange(60)}"
            yield "cameras by words", await self._get("/cameras", q=words, limit=50)
            return
        cursor: str | None = None
        for _ in range(4):
            more = {} if cursor is None else {"cursor": cursor}
            page = await self._get("/cameras", limit=50, **more)
            yield "camera page", page
            cursor = page.json()["next"]
            if cursor is None:
                return

    async def _camera(self) -> AsyncIterator[tuple[str, Answer]]:
        """A camera's day, then its chunks of six hours in pages, then what a player loads."""
        code, _, _ = self._any()
        begin = self._instant(_DAY)
        yield "timeline 24 h", await self._get("/footage", camera=code, **_window(begin, _DAY))
        if begin < self._span.kept:
            return
        cursor: str | None = None
        for _ in range(3):
            more = {} if cursor is None else {"cursor": cursor}
            six = _window(begin, _DAY / 4)
            page = await self._get(f"/cameras/{code}/segments", **six, limit=100, **more)
            yield "segments, a page of 100", page
            cursor = page.json()["next"]
            if cursor is None:
                break
        if page.json()["items"]:
            first = datetime.fromisoformat(page.json()["items"][-1]["start"])
            yield "playlist", await self._get(f"/cameras/{code}/index.m3u8", **_window(first, _HALF_HOUR / 6))

    async def _case(self) -> AsyncIterator[tuple[str, Answer]]:
        """Their cases, the exhibits of one, and footage that was granted for it."""
        yield "cases", await self._get("/cases", limit=50)
        if self._person.cases:
            case = self._chance.choice(self._person.cases)
            yield "exhibits", await self._get(f"/cases/{case}/exhibits")
        if self._person.granted:
            code, begin, _ = self._chance.choice(self._person.granted)
            yield "segments", await self._get(f"/cameras/{code}/segments", **_window(begin, _HALF_HOUR))

    def _any(self) -> tuple[str, float, float]:
        return self._chance.choice(self._person.cameras)

    def _instant(self, length: timedelta = _HALF_HOUR) -> datetime:
        """Of ten questions nine are about what is still there."""
        begin = self._span.begin if self._chance.random() < 0.1 else self._span.kept
        room = max(timedelta(0), self._span.to - length - begin)
        return begin + timedelta(seconds=int(room.total_seconds() * self._chance.random()))

    async def _get(self, path: str, **asked: object) -> Answer:
        return await self._browser.get(f"{path}?{urlencode(asked)}" if asked else path)


def _window(begin: datetime, length: timedelta) -> dict[str, str]:
    return {"from": _at(begin), "to": _at(begin + length)}


def _at(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
