"""`saksi camera` and `saksi user` as an operator types them: what is refused is named, and nothing is half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from saksi.catalogue import cameras, places
from saksi.catalogue.cameras import Filter
from saksi.catalogue.database import Database
from saksi.secrets import Vault, generate_key
from tests.fixtures.commands import Done, How, as_process, in_process
from tests.fixtures.fix_simcam import SimcamStart

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def saksi(database: Database, database_url: str):
    """Runs a command against a fresh catalogue with one agency."""
    with database.transaction() as connection:
        places.add_agency(connection, code="dishub", name="Dishub", category="transport")
    settings = {"SAKSI_DATABASE_URL": database_url, "SAKSI_SECRET_KEY": generate_key()}

    def run(*words: str, typed: str = "", how: How = in_process, language: str = "en") -> Done:
        return how(*words, settings={**settings, "SAKSI_LANG": language}, typed=typed)

    run.vault = Vault(settings["SAKSI_SECRET_KEY"])
    return run


def known(database: Database) -> list[str]:
    """Ids of the cameras there are."""
    with database.transaction() as connection:
        return [one.code for one in cameras.search(connection, Filter(), limit=100)]


def test_a_file_that_is_not_there_is_named(saksi, tmp_path: Path) -> None:
    done = saksi("camera", "import", str(tmp_path / "none.csv"))
    assert done.returncode == 1
    assert "none.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"), [("--source", "file:///etc/passwd"), ("--lat", "91"), ("--fov", "0")]
)
def test_a_camera_that_makes_no_sense_is_not_added(
    saksi, database: Database, option: str, value: str
) -> None:
    options = {
        "--agency": "dishub",
        "--source": "rtsp://h/1",
        "--lat": "-1.2",
        "--lon": "116.8",
        option: value,
    }
    done = saksi("camera", "add", "One", *(f"{name}={given}" for name, given in options.items()))
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert known(database) == []


ADD_ONE = ("camera", "add", "One", "--agency=dishub", "--lat=-1.2", "--lon=116.8")


@pytest.mark.parametrize(
    ("source", "typed"),
    [("-", "rtsp://u:secret@h/1\n"), ("-", "rtsp://u:secret@h/1"), ("rtsp://u:secret@h/1", "")],
)
def test_an_address_is_an_argument_or_a_line_on_standard_input(
    saksi, database: Database, source: str, typed: str
) -> None:
    done = saksi(*ADD_ONE, "--source", source, typed=typed)
    assert done.stdout.split() == ["one"], done.stderr
    with database.transaction() as connection:
        (row,) = connection.execute("select source_sealed, source_masked from camera").fetchall()
    assert saksi.vault.open(row["source_sealed"]) == "rtsp://u:secret@h/1"
    assert "secret" not in row["source_masked"]


@pytest.mark.parametrize("words", [(*ADD_ONE, "--source", "-"), ("camera", "test", "-")])
@pytest.mark.parametrize("typed", ["", "\n"])
def test_an_address_that_does_not_come_is_missed(
    saksi, database: Database, words: tuple[str, ...], typed: str
) -> None:
    done = saksi(*words, typed=typed)
    assert done.returncode == 1
    assert "standard input" in done.stderr
    assert "Traceback" not in done.stderr
    assert known(database) == []


def test_a_terminal_is_asked_for_an_address_and_does_not_show_it() -> None:
    """The terminal's side of a pseudo-terminal sees all that a person would."""
    controller, terminal = os.openpty()
    words = [sys.executable, "-m", "cli", "camera", "test", "-"]
    with subprocess.Popen(
        words, stdin=terminal, stdout=terminal, stderr=terminal, cwd=ROOT, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SAKSI_LANG": "id"},
    ) as process:  # fmt: skip
        os.close(terminal)
        seen = b""
        while b"Alamat kamera: " not in seen:
            seen += os.read(controller, 1000)
        os.write(controller, b"rtsp://u:secret@127.0.0.1:1/x\n")
        with suppress(OSError):  # the end of a terminal that its process has left
            while more := os.read(controller, 1000):
                seen += more
        assert process.wait(30) == 1
    os.close(controller)
    assert "Kamera tidak terjangkau" in seen.decode()
    assert "secret" not in seen.decode()


def test_a_new_person_gets_a_password_and_a_token_that_stand_alone(saksi) -> None:
    made = saksi("user", "add", "ani", "--role", "agency_operator", "--agency", "dishub")
    assert len(made.stdout.split()) == 1, made.stderr
    token = saksi("token", "create", "--user", "ani", how=as_process)
    assert len(token.stdout.split()) == 1, token.stderr


def test_a_new_installation_gets_its_agencies_and_cameras_by_command(saksi, database: Database) -> None:
    made = saksi("agency", "add", "Bank Kaltim", "--category", "bank", how=as_process)
    assert made.stdout == "bank-kaltim\n", made.stderr
    assert saksi("agency", "list", language="id").stdout == (
        "bank-kaltim\tbank\tBank Kaltim\ndishub\tperhubungan\tDishub\n"
    )
    assert saksi(*ADD_ONE[:3], "--agency=bank-kaltim", *ADD_ONE[4:], "--source=rtsp://h/1").stdout == "one\n"
    listed = saksi("camera", "list", language="id")
    assert listed.stdout.startswith("one\t")
    assert listed.stderr == "id\tkeadaan\trekaman sampai\tnama\n"
    with database.transaction() as connection:
        rows = connection.execute("select action, object from audit order by at").fetchall()
    assert [(row["action"], row["object"]) for row in rows] == [
        ("add agency", {"agency": "bank-kaltim"}), ("add camera", {"camera": "one"}),
    ]  # fmt: skip
    for wrong, word in (
        (("Bank Kaltim", "--category", "bank"), "taken"),
        (("X", "--category", "y"), "hospital"),
    ):
        assert word in saksi("agency", "add", *wrong).stderr
    offered = saksi("agency", "add", "--help").stdout
    assert all(category in offered for category in places.CATEGORIES)


def test_an_unknown_agency_is_named(saksi) -> None:
    done = saksi("user", "add", "ani", "--role", "agency_operator", "--agency", "nobody")
    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert "saksi agency add" in done.stderr


def test_an_agency_operator_without_an_agency_is_refused(saksi) -> None:
    done = saksi("user", "add", "ani", "--role", "agency_operator", typed="")
    assert done.returncode == 1
    assert "--agency" in done.stderr


def test_a_camera_that_can_be_recorded_is_described(saksi, start_simcam: SimcamStart) -> None:
    done = saksi("camera", "test", "--seconds", "1", start_simcam(cameras=1).url(1))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["codec"], told["keyframe_interval_s"], told["lost"]) == ("h264", 2.0, 0)
    assert abs(told["camera_clock_offset_ms"]) < 500
    assert told["gb_per_day"] == pytest.approx(told["mbps"] * 10.8, rel=0.01)
    assert told["recorded"] == {"video": "h264", "audio": None, "through": "rtp"}
    assert told["advice"] == []


def test_a_camera_that_does_not_tell_its_time_is_advised_about(saksi, start_simcam: SimcamStart) -> None:
    url = start_simcam(cameras=1, user="adm", password="s3cret").url(1, nosr=1)
    done = saksi("camera", "test", "--seconds", "1", "-", typed=f"{url}\n", language="id")
    assert "s3cret" not in done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["keyframe_interval_s"] == 2.0, "it is looked at until a second keyframe came"
    assert [one["code"] for one in told["advice"]] == ["clock_untold"]
    assert "server NTP" in told["advice"][0]["remedy"]


def test_a_camera_without_keyframes_is_no_healthy_one(saksi, start_simcam: SimcamStart) -> None:
    url = start_simcam(cameras=1).url(1, nokey=1)
    for language, remedy in (("en", "interval of 1 to 2 seconds"), ("id", "interval keyframe (I-frame) 1")):
        done = saksi("--lang", language, "camera", "test", "--seconds", "3", url)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "keyframe" in done.stderr.splitlines()[0]
        assert "3 s" in done.stderr.splitlines()[0]
        assert remedy in done.stderr


@pytest.mark.parametrize("name", ["", "  ", "a\nb"])
def test_a_name_that_nobody_could_read_is_refused_without_a_word_of_secrets(
    saksi, database: Database, name: str
) -> None:
    camera = ("--id=one", "--agency=dishub", "--source=rtsp://u:secret@h/1", "--lat=-1.2", "--lon=116.8")
    for words in (("user", "add", name, "--role", "admin"), ("camera", "add", name, *camera)):
        for language, remedy in (("en", "people can read"), ("id", "yang dapat dibaca")):
            done = saksi("--lang", language, *words)
            assert done.returncode == 1
            assert done.stdout == ""
            what, do = done.stderr.splitlines()
            assert what.startswith("saksi: name ")
            assert remedy in do
            assert "argon2" not in done.stderr
    assert known(database) == []


def test_what_only_the_catalogue_refuses_is_told_without_its_row(saksi, database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("alter table person add constraint no_budi check (name <> 'budi')")
    done = saksi("user", "add", "budi", "--role", "admin")
    assert done.returncode == 1
    assert "no_budi" in done.stderr
    assert "argon2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_who_is_added_and_gets_a_token_is_audited_without_the_secrets(saksi, database: Database) -> None:
    made = saksi("user", "add", "ani", "--role=agency_operator", "--agency=dishub")
    token = saksi("token", "create", "--user=ani", "--label=vms")
    assert saksi("user", "add", "ani", "--role=admin").returncode != 0  # refused: no row
    with database.transaction() as connection:
        rows = connection.execute("select action, object, address from audit order by at").fetchall()
    assert [(row["action"], row["object"]) for row in rows] == [
        ("add person", {"name": "ani", "role": "agency_operator", "agencies": ["dishub"]}),
        ("add token", {"name": "ani", "label": "vms", "days": 365, "scopes": None}),
    ]
    assert all(row["address"].endswith("@localhost") for row in rows)
    for secret in (made.stdout.strip(), token.stdout.strip()):
        assert secret
        assert secret not in str(rows)
