"""Commands beside a running `saksi up` find its servers by the data folder, and say so where none runs."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.recorder import chosen_settings
from saksi.catalogue.database import Database
from saksi.embedded.running import KEY_FILE, running_endpoints
from saksi.embedded.supervise import EmbeddedServers
from saksi.errors import Unavailable
from saksi.secrets import Vault, generate_key
from saksi.settings import settings
from tests.fixtures.commands import ROOT, Done, How, as_process, in_process

ADD = ("camera", "add", "--agency=dishub", "--source=rtsp://u:secret@h/1", "--lat=-1.2", "--lon=116.8")


def saksi(*words: str, folder: Path = ROOT, how: How = in_process, **environment: str) -> Done:
    """Runs a command in `folder` without any setting but the given ones."""
    return how(*words, settings=environment, folder=folder)


@pytest.fixture(scope="module")
def working(servers_folder: Path) -> Iterator[Path]:
    """A working folder with an installation's servers on its `data`, held by this process as `saksi up` does."""
    folder = servers_folder / "beside"
    servers = EmbeddedServers(folder / "data")
    endpoints = servers.start()
    (folder / "data" / KEY_FILE).write_text(json.dumps({"secret_key": generate_key()}))
    assert running_endpoints(folder / "data") == endpoints
    yield folder
    servers.stop()
    with pytest.raises(Unavailable, match="No Saksi runs"):
        running_endpoints(folder / "data")


def test_every_command_reaches_the_running_installation(working: Path, tmp_path: Path) -> None:
    data = working / "data"
    ways = {"option": ("--data", str(data)), "variable": (), "default": ()}
    for way, option in ways.items():
        folder = working if way == "default" else tmp_path
        setting = {"SAKSI_DATA": str(data)} if way == "variable" else {}

        def run(*words: str) -> str:
            how = as_process if way == "default" else in_process  # noqa: B023
            done = saksi(*words, *option, folder=folder, how=how, **setting)  # noqa: B023
            assert done.returncode == 0, (words, done.stderr)
            return done.stdout

        run("migrate")
        database = Database(running_endpoints(data).database_url, application="tests", max_size=1)
        with database.transaction() as connection:
            connection.execute(
                "insert into agency (code, name, category) values ('dishub', 'Dishub', 'transport')"
                " on conflict do nothing"
            )
        run("user", "add", f"budi-{way}", "--role", "investigator")
        assert len(run("token", "create", "--user", f"budi-{way}").split()) == 1
        assert run(*ADD, f"One {way}") == f"one-{way}\n"
        csv = tmp_path / "cameras.csv"
        csv.write_text(
            "id,name,agency,site,source,lat,lon,heading_deg,fov_deg\n"
            f"two-{way},Two,dishub,,rtsp://h/2,-1.2,116.8,,\n"
        )
        assert run("camera", "import", str(csv)) == f"2\ttwo-{way}\tadded\n"
        assert {f"one-{way}", f"two-{way}"} <= {
            line.split("\t")[0] for line in run("camera", "list").splitlines()
        }
        with database.transaction() as connection:
            row = connection.execute(
                "select source_sealed from camera where code = %s", (f"one-{way}",)
            ).fetchone()
        database.close()
        assert row is not None
        key = json.loads((data / KEY_FILE).read_text())["secret_key"]
        assert Vault(key).open(row["source_sealed"]) == "rtsp://u:secret@h/1"


def test_a_second_recorder_finds_the_servers_of_what_runs(
    working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Namespace(name="second", data=working / "data")
    settings.cache_clear()
    for variable in ("SAKSI_DATABASE_URL", "SAKSI_S3_URL"):
        monkeypatch.delenv(variable, raising=False)
    found, running = chosen_settings(given), running_endpoints(working / "data")
    assert found.database_url is not None
    assert (found.recorder_name, found.database_url.get_secret_value(), found.s3_url) == (
        "second", running.database_url, running.s3_url,
    )  # fmt: skip
    assert found.secret_key is not None
    with pytest.raises(Unavailable, match="No Saksi runs"):
        chosen_settings(Namespace(name=None, data=working))
    # One that is told of a database of its own is not given this store.
    done = saksi("recorder", SAKSI_DATA=str(working / "data"), SAKSI_DATABASE_URL=running.database_url)
    assert "SAKSI_SECRET_KEY is not set" in done.stderr


def test_a_setting_wins_over_what_runs(working: Path, empty_database_url: str) -> None:
    here = {"SAKSI_DATA": str(working / "data")}
    done = saksi("migrate", SAKSI_DATABASE_URL=empty_database_url, SAKSI_BUCKET="another", **here)
    assert done.returncode == 0, done.stderr
    assert "0001_first_catalogue" in done.stdout
    # Sealed with the key of what runs here, the address could not be opened over there.
    refused = saksi(*ADD, "One", SAKSI_DATABASE_URL=empty_database_url, **here)
    assert refused.returncode == 1
    assert "SAKSI_SECRET_KEY" in refused.stderr


@pytest.mark.parametrize(
    "words", [("user", "add", "x", "--role", "admin"), ("camera", "list"), ("migrate",)], ids=" ".join
)
def test_where_nothing_runs_the_folder_and_the_remedy_are_named(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    for language, remedy in (("en", "Start it with `saksi up`"), ("id", "Jalankan dengan `saksi up`")):
        done = saksi("--lang", language, *words, folder=tmp_path)
        assert done.returncode == 1
        assert done.stdout == ""
        assert str(tmp_path / "data") in done.stderr
        assert remedy in done.stderr
        assert "--data" in done.stderr
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
