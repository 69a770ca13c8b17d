"""A small city of real processes, watched by whoever keeps it running: what it says of its health, and that none of its
logs, answers, metrics and commands says a camera's password.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from saksi import clock
from saksi.catalogue import cameras, people
from saksi.embedded.places import free_ports
from saksi.embedded.supervise import Endpoints
from saksi.secrets import Vault, mask_url
from tests.fixtures.commands import ROOT, Done, in_process
from tests.fixtures.fix_database import copy_template, drop, named
from tests.fixtures.fix_simcam import launch
from tests.integration.recorder.archive import Archive, wait_until

PASSWORD = "Raha5ia-Negara"


@dataclass(frozen=True, kw_only=True)
class City:
    """Processes over an archive, where they log, and an administrator's client."""

    archive: Archive
    settings: dict[str, str]
    client: httpx.Client
    metrics: str
    logs: Path

    def command(self, *words: str, typed: str = "") -> Done:
        """A command beside them, whose words hold no password."""
        done = in_process(*words, settings=self.settings, typed=typed)
        assert PASSWORD not in done.stdout + done.stderr, words
        return done

    def health(self, camera: str) -> dict[str, Any]:
        """What the API says of a camera."""
        answer = self.client.get(f"/cameras/{camera}/health")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def city(
    database_server: Endpoints,
    migrated_template: str,
    store_server: Endpoints,
    broker_url: str,
    simcam_clips: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[City]:
    """One camera that is recorded and four that cannot be, each with a password in its address."""
    folder = tmp_path_factory.mktemp("watched")
    copy_template(database_server.database_url, migrated_template, "watched")
    archive = Archive(named(database_server.database_url, "watched"), store_server, "watched", folder)
    simcam = launch(simcam_clips, folder / "simcam.out", cameras=1, user="adm", password=PASSWORD)
    elsewhere = f"{simcam.host}:{simcam.port}"
    addresses = {
        "good": simcam.url(1),
        "wrong": f"rtsp://adm:{PASSWORD}x@{elsewhere}/cam1",
        "gone": f"rtsp://adm:{PASSWORD}@127.0.0.1:1/cam1",
        "path": f"rtsp://127.0.0.1:1/user=adm&password={PASSWORD}&channel=1",
        "http": f"http://adm:{PASSWORD}@{elsewhere}/video.mjpg?token={PASSWORD}",
    }
    with archive.database.transaction() as connection:
        for number, (code, address) in enumerate(addresses.items()):
            cameras.add_camera(
                connection, code=code, name=code, agency="dishub", lat=-1.2 - number / 100, lon=116.8,
                source_sealed=Vault(archive.key).seal(address), source_masked=mask_url(address),
            )  # fmt: skip
        people.add_person(connection, name="admin", password="long enough", role="admin")
        token = people.add_token(connection, name="admin", label="tests")
    port, metrics_port = free_ports(2)
    settings = archive.environment(
        "watched", broker_url=broker_url, recorder_metrics_port=metrics_port, data=folder, chunk_seconds=2
    )
    logs = folder / "log"
    logs.mkdir()
    plan = {"recorder": ["recorder"], "worker": ["worker"], "api": ["api", "--port", str(port)]}
    with ExitStack() as stack:
        stack.callback(simcam.stop)
        stack.enter_context(_processes(plan, settings, logs))
        client = stack.enter_context(
            httpx.Client(
                base_url=f"http://127.0.0.1:{port}/api/v1",
                headers={"Authorization": f"Bearer {token}", "X-Purpose": "tests"},
                timeout=30,
            )
        )
        wait_until(lambda: _answers(client), 60, "the API answers")
        wait_until(lambda: archive.stored("good"), 60, "footage of the good camera")
        wait_until(
            lambda: len(archive.execute("select outage_id from outage where end_at is null")) == 4,
            30,
            "four outages",
        )
        yield City(
            archive=archive,
            settings={**settings, "SAKSI_PORT": str(port)},
            client=client,
            metrics=f"http://127.0.0.1:{metrics_port}/metrics",
            logs=logs,
        )
    archive.close()
    drop(database_server.database_url, "watched")


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/live").status_code == 200
    except httpx.ConnectError:
        return False


@contextmanager
def _processes(plan: dict[str, list[str]], settings: dict[str, str], logs: Path) -> Iterator[None]:
    running = []
    for name, words in plan.items():
        with (logs / f"{name}.log").open("wb") as out:
            command, environment = [sys.executable, "-m", "cli", *words], {**os.environ, **settings}
            running.append(subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=environment))
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def test_a_camera_that_is_recorded_says_how_well(city: City) -> None:
    wait_until(lambda: city.health("good")["keyframe_interval_s"], 20, "a second keyframe was told")
    wait_until(lambda: city.health("good")["status"]["fps"], 20, "a rate was told")
    told = city.health("good")
    assert (told["status"]["state"], told["recorder"], told["outage"]) == ("recording", "watched", None)
    assert told["keyframe_interval_s"] == pytest.approx(2.0, abs=0.7)
    assert (told["lost"], told["reconnects"]) == (0, 0)
    assert told["status"]["fps"] == pytest.approx(25, abs=6)
    assert told["status"]["mbps"] > 0
    assert told["lag_s"] < 10
    assert set(told["pending"]) == {"chunks", "oldest"}


def test_a_camera_that_is_not_says_why_since_when_and_what_was_before(city: City) -> None:
    for camera, reason in {"wrong": "auth_failed", "gone": "unreachable", "path": "unreachable"}.items():
        told = city.health(camera)
        assert (told["status"]["state"], told["outage"]["reason"]) == ("failed", reason), camera
        assert told["outage"]["end"] is None
        assert told["lag_s"] is None
    now = {"from": clock.format_us(clock.now_us() - 3_600_000_000), "to": clock.format_us(clock.now_us())}
    (item,) = city.client.get("/cameras/wrong/outages", params=now).json()["items"]
    assert (item["reason"], item["end"]) == ("auth_failed", None)
    assert "Correct them in the camera's address" in item["detail"]
    assert city.client.get("/cameras/none/outages", params=now).status_code == 404


def test_outages_come_page_by_page_with_the_latest_first(city: City) -> None:
    city.archive.execute(
        "insert into outage (camera_id, start_at, end_at, reason, recorder)"
        " select camera_id, at, at + interval '1 minute', 'stalled', 'x' from camera,"
        " generate_series('2026-01-01'::timestamptz, '2026-01-01 04:00', '1 hour') at where code = 'good'"
    )
    asked = {"from": "2026-01-01T00:00:30Z", "to": "2026-01-01T04:00:00Z", "limit": 3}
    first = city.client.get("/cameras/good/outages", params=asked).json()
    rest = city.client.get("/cameras/good/outages", params={**asked, "cursor": first["next"]}).json()
    assert [item["start"][11:13] for item in first["items"] + rest["items"]] == ["03", "02", "01", "00"]
    assert rest["next"] is None
    bad = city.client.get("/cameras/good/outages", params={**asked, "cursor": "bm8"})
    assert (bad.status_code, bad.json()["code"]) == (422, "cursor_malformed")


def test_the_fleet_is_told_in_numbers_to_whoever_may_see_all_of_it(city: City) -> None:
    told = city.client.get("/fleet").json()
    assert sum(told["cameras"].values()) == 5
    assert told["cameras"]["recording"] == 1
    assert {group["reason"] for group in told["outages_open"]} >= {"auth_failed", "unreachable"}
    (recorder,) = told["recorders"]
    assert (recorder["name"], recorder["alive"], recorder["recording"]) == ("watched", True, 1)
    assert told["unsent"] == []
    assert recorder["lag_s"] is not None
    assert recorder["spool"]["free_bytes"] > 0
    assert recorder["clock"]["source"] in ("ntp", "free")
    with city.archive.database.transaction() as connection:
        connection.execute(
            "insert into agency (code, name, category) values ('mall', 'Mal', 'mall') on conflict do nothing"
        )
        people.add_person(
            connection, name="mall", password="long enough", role="agency_operator", agencies=["mall"]
        )
        token = people.add_token(connection, name="mall", label="")
    limited = city.client.get("/fleet", headers={"Authorization": f"Bearer {token}"}).json()
    assert (sum(limited["cameras"].values()), limited["recorders"], limited["outages_open"]) == (0, None, [])
    assert limited["unsent"] is None
    hidden = city.client.get("/cameras/good/health", headers={"Authorization": f"Bearer {token}"})
    assert hidden.status_code == 404


def test_monitoring_sees_the_fleet_without_naming_a_camera_and_each_recorder_its_own(city: City) -> None:
    fleet = httpx.get(str(city.client.base_url).replace("/api/v1/", "/metrics"), timeout=30).text
    assert 'saksi_fleet_cameras{state="recording"} 1.0' in fleet
    assert 'saksi_fleet_recorders{state="alive"} 1.0' in fleet
    assert "saksi_fleet_pending_age_seconds" in fleet
    assert "good" not in fleet
    own = httpx.get(city.metrics, timeout=30).text
    for series in ("lost_units_total", "reconnects_total", "keyframe_interval_seconds", "frames_total"):
        assert f'saksi_recorder_{series}{{camera="good"}}' in own, series
    assert "saksi_recorder_catalogue_lag_seconds_count" in own


def test_the_doctor_finds_what_is_wrong_and_nothing_else(city: City) -> None:
    done = city.command("doctor", "--json")
    told = json.loads(done.stdout)
    found = {(one["area"], one["code"]): one for one in told["findings"]}
    for well in (
        ("database", "database_answers"),
        ("database", "clocks_agree"),
        ("broker", "broker_answers"),
        ("store", "store_answers"),
        ("spool", "spool_writes"),
        ("keys", "key_opens"),
        ("keys", "files_closed"),
        ("recorders", "recorders_alive"),
        ("log", "checkpoint_made"),
    ):
        assert well in found, done.stdout
        assert found[well]["severity"] == "ok"
    assert [code for (_, code), one in found.items() if one["severity"] == "bad"] == ["cameras_many"]
    assert done.returncode == 1, "four of five cameras"
    missing = [one for one in told["findings"] if one["code"] == "cameras_missing"]
    assert {one["what"].split(" (")[0] for one in missing} >= {
        "1 camera not recorded: the camera refuses the log-in",
        "3 cameras not recorded: the camera cannot be reached",
    }
    city.archive.execute(
        "insert into recorder (name, version, instance, seen_at) values ('lost', 'x', 'y', now() - interval '1 h')"
    )
    again = city.command("doctor")
    assert again.returncode == 1
    assert "BAD\trecorders\tThe recorder lost is silent" in again.stdout
    city.archive.execute("delete from recorder where name = 'lost'")


def test_no_password_of_a_camera_leaves_the_catalogue(city: City) -> None:
    """Last, when everything has run and failed for a while."""
    document = httpx.get(str(city.client.base_url).replace("/api/v1/", "/openapi.json"), timeout=30)
    window = {"from": clock.format_us(clock.now_us() - 600_000_000), "to": clock.format_us(clock.now_us())}
    answers = {"/openapi.json": document.text, "metrics": httpx.get(city.metrics, timeout=30).text}
    for path, methods in document.json()["paths"].items():
        if "get" in methods and path.startswith("/api/v1"):
            for camera in ("good", "wrong", "path", "http") if "{camera}" in path else ("",):
                route = path.removeprefix("/api/v1").replace("{camera}", camera)
                asked = {name["name"] for name in methods["get"].get("parameters", [])} & window.keys()
                answer = city.client.get(route, params={name: window[name] for name in asked})
                answers[route] = answer.text
    assert len(answers) > 40
    assert "***" in answers["/cameras"]
    changed = city.client.patch("/cameras/gone", json={"source": f"rtsp://adm:{PASSWORD}@127.0.0.1:2/a@b"})
    assert changed.status_code == 422
    answers["patch"] = changed.text
    answers["audit"] = json.dumps(city.archive.execute("select object::text from audit"))
    answers["rows"] = json.dumps(
        city.archive.execute(
            "select source_masked, detail from camera left join camera_status using (camera_id)"
        )
    )
    answers["outages"] = json.dumps(city.archive.execute("select detail from outage"))
    for log in city.logs.iterdir():
        answers[log.name] = log.read_text()
        assert answers[log.name], f"{log.name} should have said something"
    assert [name for name, text in answers.items() if PASSWORD in text] == []
    for words, typed in (
        (("camera", "list"), ""),
        (("camera", "test", "--seconds", "1", "-"), f"rtsp://adm:{PASSWORD}@127.0.0.1:1/x\n"),
        (("camera", "test", "--seconds", "1", "-"), f"ftp://adm:{PASSWORD}@127.0.0.1:1/x\n"),
        (("camera", "discover", "127.0.0.1:1", "--user", "adm"), f"{PASSWORD}\n"),
        (
            ("camera", "add", "x", "--agency", "dishub", "--lat=0", "--lon=0", "--source", "-"),
            f"rtsp://h:{PASSWORD}@/x\n",
        ),
        (("settings",), ""),
    ):
        city.command(*words, typed=typed)
