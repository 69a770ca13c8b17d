"""A small archive recorded once from simulated cameras, and the API over it on a real port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from archive_api import server
from archive_api.app import create_app
from saksi import clock
from saksi.catalogue import cameras, people, places
from saksi.embedded.supervise import Endpoints
from saksi.secrets import Vault
from saksi.settings import Settings
from tests.fixtures.fix_database import as_api, copy_template, drop, named
from tests.fixtures.fix_simcam import launch
from tests.integration.archive_api.held import Held
from tests.integration.recorder.archive import Archive, wait_until

SECOND = 1_000_000
# simcam's cam1 (H.264), cam3 (H.264 with G.711) and cam6 (H.265), two of them at one corner
CAMERAS = (
    ("corner", 1, "dishub", -1.2767, 116.8372),
    ("shop", 3, "mall", -1.2775, 116.8372),
    ("bridge", 6, "dishub", -1.2400, 116.8600),
)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An archive with footage of every camera in [from_us, to_us), and the API that serves it."""

    archive: Archive
    url: str
    token: str
    from_us: int
    to_us: int

    @property
    def window(self) -> dict[str, str]:
        """The common footage as query parameters."""
        return {"from": clock.format_us(self.from_us), "to": clock.format_us(self.to_us)}


@pytest.fixture(scope="package")
def recorded(
    database_server: Endpoints,
    migrated_template: str,
    store_server: Endpoints,
    simcam_clips: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Recorded]:
    """Fourteen seconds of three cameras in chunks of five, then the recorder stops."""
    folder = tmp_path_factory.mktemp("api")
    copy_template(database_server.database_url, migrated_template, "api_tests")
    archive = Archive(named(database_server.database_url, "api_tests"), store_server, "api-tests", folder)
    simcam = launch(simcam_clips, folder / "simcam.log", cameras=6)
    vault = Vault(archive.key)
    with archive.database.transaction() as connection:
        places.add_agency(connection, code="mall", name="Mal", category="mall")
        around = [[116.8, -1.3], [116.9, -1.3], [116.9, -1.2], [116.8, -1.3]]
        places.add_area(
            connection, code="here", name="Sini", geometry={"type": "Polygon", "coordinates": [around]}
        )
        for code, number, agency, lat, lon in CAMERAS:
            cameras.add_camera(
                connection, code=code, name=f"Kamera {code}", agency=agency, lat=lat, lon=lon, heading_deg=90.0,
                source_sealed=vault.seal(simcam.url(number)), source_masked="rtsp://…",
            )  # fmt: skip
        people.add_person(connection, name="admin", password="long enough", role="admin")
        token = people.add_token(connection, name="admin", label="tests")
    running = archive.start()
    wait_until(lambda: all(len(archive.stored(code)) >= 3 for code, *_ in CAMERAS), 90, "three chunks each")
    running.stop()
    simcam.stop()
    spans = [[(c["start_at"], c["dur_us"]) for c in archive.stored(code)] for code, *_ in CAMERAS]
    from_us = max(clock.to_us(span[0][0]) for span in spans) + SECOND
    to_us = min(clock.to_us(span[-1][0]) + span[-1][1] for span in spans) - SECOND
    with served(settings_of(archive)) as url:
        yield Recorded(archive=archive, url=url, token=token, from_us=from_us, to_us=to_us)
    archive.close()
    drop(database_server.database_url, "api_tests")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An archive with nothing recorded, and the API over it: for tests that change accounts and cameras."""

    archive: Archive
    url: str
    client: httpx.Client

    def signed_in(
        self, name: str, role: str, agencies: list[str] | None = None, areas: list[str] | None = None
    ) -> httpx.Client:
        """A client with a token of a new person, whose password is the administrator's: hashing anew takes long."""
        with self.archive.database.transaction() as connection:
            scope = None if agencies is None else places.agency_ids(connection, agencies)
            inside = None if areas is None else places.area_ids(connection, areas)
            connection.execute(
                "insert into person (name, role, agency_ids, area_ids, password_hash)"
                " select %s, %s, %s, %s, password_hash from person where name = 'admin'",
                [name, role, scope, inside],
            )
            token = people.add_token(connection, name=name, label="tests")
        return signed_in(self.url, token)


def signed_in(url: str, token: str) -> httpx.Client:
    """A client that sends the token."""
    return httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.fixture
def desk(archive: Archive) -> Iterator[Desk]:
    """An empty archive of its own and an administrator's client."""
    with archive.database.transaction() as connection:
        people.add_person(connection, name="admin", password="long enough", role="admin")
        token = people.add_token(connection, name="admin", label="tests")
    with served(settings_of(archive)) as url, signed_in(url, token) as client:
        yield Desk(archive=archive, url=url, client=client)


def around(desk: Desk, camera: str, instants_us: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Puts every camera at one corner; what a camera's only neighbour is said to have, instant by instant."""
    desk.archive.execute(
        "insert into camera_place (camera_id, valid_from, lat, lon)"
        " select camera_id, '2020-01-01', -1.2, 116.8 from camera"
    )
    for at_us in instants_us:
        at = {"at": clock.format_us(at_us), "radius_m": 100}
        (item,) = desk.client.get(f"/cameras/{camera}/neighbours", params=at).json()["items"]
        yield item


def settings_of(archive: Archive, **changed: object) -> Settings:
    """The settings of an API over this archive."""
    # One person and one address ask for everything here; what limits them has tests of its own.
    unbound = dict.fromkeys(
        ("rate_searches", "rate_pictures", "rate_work", "rate_downloads", "rate_unknown"), 0
    )
    given = {"database_url": as_api(archive.database_url), **unbound, "rate_recipients": 0, **changed}
    values = archive.environment("api", **given)
    return Settings(**{name.removeprefix("SAKSI_").lower(): value for name, value in values.items()})  # type: ignore[arg-type]


class served:
    """The API in a thread on a port, of which settings may be made; at the end its answers were as stated."""

    def __init__(self, given: Settings | Callable[[str], Settings]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        settings = given(self._url) if callable(given) else given
        self._held = Held(create_app(settings))
        config = server.config(self._held, settings, log_level="warning", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> str:
        self._thread.start()
        wait_until(lambda: self._server.started, 40, "the API started")
        return self._url

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
        assert kind is not None or self._held.wrong == set(), "answers are what the document states"


@pytest.fixture
def client(recorded: Recorded) -> Iterator[httpx.Client]:
    """Logged in as an administrator."""
    with httpx.Client(
        base_url=f"{recorded.url}/api/v1", headers={"Authorization": f"Bearer {recorded.token}"}, timeout=30
    ) as client:
        yield client
