"""A whole demo city and a real Chromium before it; every page is held to its origins and a quiet console."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from saksi import clock
from tests.acceptance.city import City, cameras, get, segments

STATIC = Path(__file__).parents[2] / "archive_api" / "static" / "index.html"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FOOTAGE_S = 40
FRAGMENT_S = 2
HOLED = "melawai-parkir"


def browser_path() -> str | None:
    """The machine's own Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="package")
def browser() -> Iterator:
    """Chromium, started once."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make setup")
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium, or set up with make test")
    if not STATIC.is_file():
        pytest.skip("the console is not built: make setup")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@dataclass(frozen=True, kw_only=True)
class Known:
    """A city with footage: where it is, who may enter, and forty seconds that every camera has."""

    url: str
    store: str
    user: str
    password: str
    since_us: int
    until_us: int

    def link(self, camera: str, **more: str) -> str:
        """The address that opens `camera` on the common footage."""
        since, until = clock.format_us(self.since_us), clock.format_us(self.until_us)
        return f"{self.url}/#camera={camera}&from={since}&to={until}" + "".join(
            f"&{name}={value}" for name, value in more.items()
        )


@pytest.fixture(scope="package")
def city(browser: object, tmp_path_factory: pytest.TempPathFactory, simcam_clips: Path) -> Iterator[City]:
    """A running demo city (after `browser`, so that nothing starts where the tests are skipped)."""
    running = City(
        tmp_path_factory.mktemp("city"),
        SAKSI_SIMCAM_CACHE=str(simcam_clips),
        SAKSI_CHUNK_SECONDS="10",
        # Five seconds more than the player leaves before it renews: it does so all the time here.
        SAKSI_MEDIA_URL_SECONDS="35",
    )
    try:
        running.wait_until_ready(90)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def known(city: City) -> Known:
    """Waits until every camera has FOOTAGE_S seconds in one piece."""
    first = json.loads((city.data / "first-run.json").read_text())
    with city.client() as client:
        since_us, until_us = _common_footage(client)
        window = clock.format_us(since_us), clock.format_us(until_us)
        store = urlsplit(segments(client, cameras(client)[0], *window)[0]["url"])
    return Known(
        url=first["url"],
        store=f"{store.scheme}://{store.netloc}",
        user=first["user"],
        password=first["password"],
        since_us=since_us,
        until_us=until_us,
    )


def _common_footage(client: httpx.Client) -> tuple[int, int]:
    deadline = time.monotonic() + 120
    while True:
        now_us = clock.now_us()
        window = {"from": clock.format_us(now_us - 600_000_000), "to": clock.format_us(now_us)}
        spans, told = [], []
        for camera in cameras(client):
            item = get(client, "/footage", camera=camera, **window)["items"][0]
            spans += [span for span in item["coverage"] if span["state"] == "stored"][-1:]
            told.append((camera, item["coverage"], item["gaps"]))
        if len(spans) == 6:
            since_us = max(clock.parse_rfc3339(span["start"], "start") for span in spans) + 1_000_000
            until_us = min(clock.parse_rfc3339(span["end"], "end") for span in spans)
            if until_us - since_us >= FOOTAGE_S * 1_000_000:
                return until_us - FOOTAGE_S * 1_000_000, until_us
        assert time.monotonic() < deadline, f"not {FOOTAGE_S} s of footage of every camera: {told}"
        time.sleep(1)


@pytest.fixture(scope="package")
def hole(city: City, known: Known) -> tuple[int, int]:
    """Switches the camera HOLED off and on; answers the hole this makes, once footage goes on after it."""
    with city.client() as client:
        for enabled in (False, True):
            assert client.patch(f"/cameras/{HOLED}", json={"enabled": enabled}).status_code == 200
            if not enabled:
                time.sleep(6)  # how long the hole is to be, not a wait for something
        deadline = time.monotonic() + 60
        while True:
            window = {"from": clock.format_us(known.until_us), "to": clock.format_us(clock.now_us())}
            found = get(client, "/footage", camera=HOLED, **window)["items"][0]
            stored = [span for span in found["coverage"] if span["state"] == "stored"]
            off = [gap for gap in found["gaps"] if gap["reason"] == "disabled"]
            if off:
                begins_us, ends_us = (clock.parse_rfc3339(off[0][side], side) for side in ("start", "end"))
                if stored and clock.parse_rfc3339(stored[-1]["end"], "end") > ends_us + 5_000_000:
                    return begins_us, ends_us
            assert time.monotonic() < deadline, f"no footage after the hole: {found}"
            time.sleep(1)


@pytest.fixture
def switched_off(city: City) -> Iterator[str]:
    """The camera HOLED, switched off for a while."""
    with city.client() as client:
        for enabled in (False, True):
            assert client.patch(f"/cameras/{HOLED}", json={"enabled": enabled}).status_code == 200
            if not enabled:
                yield HOLED


@dataclass
class Watched:
    """What a page did that a person does not see."""

    origins: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    #: What a test breaks on purpose, as Chromium writes it on the console.
    expected: str = "nothing"


@pytest.fixture
def watched() -> Watched:
    """What the visitor's page did."""
    return Watched()


@pytest.fixture
def page(browser: object, known: Known, watched: Watched) -> Iterator:
    """A fresh visitor; at the end: no request elsewhere, nothing on the console."""
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 1366, "height": 768}, locale="en-US", accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("request", lambda request: watched.origins.add(_origin(request.url)))
    page.on("console", lambda message: _listen(watched, message))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield page
    page.close()
    context.close()
    assert watched.origins - {known.url, known.store, "blob", "data"} == set()
    assert [text for text in watched.complaints if watched.expected not in text] == []


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return parts.scheme if parts.scheme in {"blob", "data"} else f"{parts.scheme}://{parts.netloc}"


def _listen(watched: Watched, message: object) -> None:
    text, where = message.text, message.location.get("url", "")  # type: ignore[attr-defined]
    # Asking who is signed in is the only way to learn that nobody is; refused log-ins are a test's own doing.
    expected = "401" in text and where.endswith(("/api/v1/me", "/api/v1/session"))
    if message.type in {"error", "warning"} and not expected:  # type: ignore[attr-defined]
        watched.complaints.append(f"{text} ({where})")


@pytest.fixture
def sign_in(page: object, known: Known) -> Callable[..., object]:
    """sign_in(address): goes there, signs in through the form that stands there, and answers the page."""

    def through_form(address: str | None = None) -> object:
        _sign_in(page, known, address or known.url)
        return page

    return through_form


@pytest.fixture(scope="package")
def session(browser: object, known: Known) -> list[dict[str, object]]:
    """Cookies of somebody who signed in once, for all tests that are not about coming in and going out."""
    context = browser.new_context()  # type: ignore[attr-defined]
    _sign_in(context.new_page(), known, known.url)
    cookies: list[dict[str, object]] = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def visit(page: object, known: Known, session: list[dict[str, object]]) -> Callable[..., object]:
    """visit(address): a fresh visitor who is signed in goes there; answers the page."""

    def go(address: str | None = None) -> object:
        page.context.add_cookies(session)  # type: ignore[attr-defined]
        page.goto(address or known.url)  # type: ignore[attr-defined]
        page.wait_for_selector(".card")  # type: ignore[attr-defined]
        return page

    return go


def _sign_in(page: object, known: Known, address: str) -> None:
    page.goto(address)  # type: ignore[attr-defined]
    page.fill("#name", known.user)  # type: ignore[attr-defined]
    page.fill("#password", known.password)  # type: ignore[attr-defined]
    page.keyboard.press("Enter")  # type: ignore[attr-defined]
    page.wait_for_selector(".card")  # type: ignore[attr-defined]
