"""`saksi camera import` as operators use it: each line is told, a bad one stops none, nothing shows a password."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from saksi.catalogue import cameras, places
from saksi.catalogue.cameras import Camera, Filter
from saksi.catalogue.database import Database
from saksi.secrets import Vault, generate_key
from tests.fixtures.commands import Done, How, as_process, in_process

HEAD = "id,name,agency,site,source,user,password,lat,lon,heading_deg,fov_deg,enabled\n"
GOOD = "one,One,dishub,,rtsp://h/1,adm,s3cret/1,-1.2,116.8,90,,\n"


@dataclass
class Office:
    """A catalogue with an agency and a site, and the list that is brought in."""

    database: Database
    settings: dict[str, str]
    list: Path
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        self.vault = Vault(self.settings["SAKSI_SECRET_KEY"])

    def bring(self, text: str, *words: str, how: How = in_process) -> Done:
        """Brings in a list of this text."""
        self.list.write_text(text)
        done = how("camera", "import", str(self.list), *words, settings=self.settings)
        assert "Traceback" not in done.stderr, done.stderr
        assert "s3cret" not in done.stdout + done.stderr
        return done

    def told(self, text: str, *words: str) -> list[dict[str, Any]]:
        """The report on each line."""
        return json.loads(self.bring(text, "--json", *words).stdout)["lines"]

    def cameras(self) -> list[Camera]:
        """What there is."""
        with self.database.transaction() as connection:
            return cameras.search(connection, Filter(), limit=5000)

    def address(self, code: str) -> str:
        """The whole address of a camera."""
        with self.database.transaction() as connection:
            (row,) = connection.execute("select * from camera where code = %s", [code]).fetchall()
        assert "s3cret" not in row["source_masked"]
        return self.vault.open(row["source_sealed"])


@pytest.fixture
def office(database: Database, database_url: str, tmp_path: Path) -> Office:
    """An agency with one site."""
    with database.transaction() as connection:
        places.add_agency(connection, code="dishub", name="Dishub", category="transport")
        places.add_agency(connection, code="polres", name="Polres", category="police")
        places.add_site(connection, code="rapak", agency="dishub", name="Simpang Rapak")
    settings = {"SAKSI_DATABASE_URL": database_url, "SAKSI_SECRET_KEY": generate_key()}
    return Office(database, settings, tmp_path / "cameras.csv")


def test_bad_lines_are_named_with_field_and_remedy_and_stop_no_good_one(office: Office) -> None:
    bad = {
        "two,Two,dishub,,file:///etc/passwd,,,-1.2,116.8,,,": ("source_malformed", "source"),
        "two,Two,dishub,,rtsp://h/2,,,-91,116.8,,,": ("degrees_impossible", "lat"),
        "two,Two,dishub,,rtsp://h/2,,,s3cret,116.8,,,": ("cell_no_number", "lat"),
        "two,Two,dishub,,rtsp://h/2,,,inf,116.8,,,": ("cell_no_number", "lat"),
        "two,Two,nobody,,rtsp://h/2,,,-1.2,116.8,,,": ("agency_unknown", "agency"),
        "two,Two,dishub,nowhere,rtsp://h/2,,,-1.2,116.8,,,": ("site_unknown", "site"),
        "two,Two,polres,rapak,rtsp://h/2,,,-1.2,116.8,,,": ("site_unknown", "site"),
        "one,Again,dishub,,rtsp://h/2,,,-1.2,116.8,,,": ("row_twice", "id"),
        ",,dishub,,rtsp://h/2,,,-1.2,116.8,,,": ("name_unusable", "name"),
        "two,Two,dishub": ("cell_empty", "source"),
        "two,Two,dishub,,rtsp://a:s3cret@h/2,adm,s3cret,-1.2,116.8,,,": ("login_twice", "user"),
        "two,Two,dishub,,rtsp://h/2,,s3cret,-1.2,116.8,,,": ("login_nameless", "user"),
        "two,Two,dishub,,rtsp://h/2,,,-1.2,116.8,,,maybe": ("cell_no_answer", "enabled"),
        "two,Two,dishub,,rtsp://h/2,,,-1.2,116.8,,,,s3cret": ("line_wide", "csv"),
        "two,T\0wo,dishub,,rtsp://h/2,,,-1.2,116.8,,,": ("cell_unprintable", "name"),
        f"two,{'x' * 200_000},dishub,,rtsp://h/2,,,-1.2,116.8,,,": ("line_broken", "csv"),
        "TWO!,Two,dishub,,rtsp://h/2,,,-1.2,116.8,,,": ("code_malformed", "id"),
    }
    last = GOOD.replace("one,One", "last,Last")
    told = office.told(HEAD + GOOD + "".join(f"{line}\n" for line in bad) + last)
    assert [(one["line"], one["done"]) for one in (told[0], told[-1])] == [
        (2, "added"),
        (len(bad) + 3, "added"),
    ]
    seen = [(one["problem"]["code"], one["problem"]["field"]) for one in told[1:-1]]
    assert seen == list(bad.values())
    assert all(one["problem"]["remedy"] for one in told[1:-1])
    assert [one.code for one in office.cameras()] == ["last", "one"]


def test_the_report_is_for_people_and_says_by_its_status_whether_all_went_in(office: Office) -> None:
    done = office.bring(HEAD + GOOD + "two,Two,dishub\n", how=as_process)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "2\tone\tadded"
    assert done.stdout.splitlines()[1].startswith("3\ttwo\trefused\tsource is empty. Fill the column source")
    assert "added 1, changed 0, unchanged 0, refused 1" in done.stderr
    assert office.bring(HEAD + GOOD).returncode == 0
    office.settings["SAKSI_LANG"] = "id"
    told = office.bring(HEAD + "two,Two,dishub\n")
    assert "ditolak\tsource kosong. Isi kolom source" in told.stdout
    with office.database.transaction() as connection:
        rows = connection.execute("select action, object from audit").fetchall()
    assert [(row["action"], row["object"]["camera"]) for row in rows] == [("add camera", "one")]


def test_the_same_list_again_changes_nothing_and_one_with_changes_only_those(office: Office) -> None:
    assert [one["done"] for one in office.told(HEAD + GOOD)] == ["added"]
    assert office.address("one") == "rtsp://adm:s3cret%2F1@h/1"
    assert [one["done"] for one in office.told(HEAD + GOOD)] == ["unchanged"]
    # A list without log-ins, and one without anything but the id, take nothing away.
    for harmless in ("one,One,dishub,,rtsp://h/1,,,,,,,", "one"):
        assert [one["done"] for one in office.told(HEAD + harmless + "\n")] == ["unchanged"], harmless
    for row, changed in {
        "one,Uno,,rapak,,,,,,,,": ["name", "site"],
        "one,,,,,adm,s3cret2,,,,,": ["source"],
        "one,,,,rtsp://h/9,adm,s3cret2,-1.3,,,70,no": ["enabled", "place", "source"],
    }.items():
        (told,) = office.told(HEAD + row + "\n")
        assert (told["done"], told["changed"]) == ("changed", changed)
    (camera,) = office.cameras()
    assert (camera.name, camera.site, camera.enabled) == ("Uno", "rapak", False)
    assert (camera.lat, camera.lon, camera.heading_deg, camera.fov_deg) == (-1.3, 116.8, 90, 70)
    assert office.address("one") == "rtsp://adm:s3cret2@h/9"
    (told,) = office.told(HEAD + "one,One,polres,,,,,,,,,\n")
    assert told["problem"]["code"] == "agency_stays"


def test_a_site_that_is_not_there_is_added_where_it_is_named(office: Office) -> None:
    head = "id,agency,site,site_name,name,source,lat,lon\n"
    rows = (
        "a,dishub,pasar,Pasar Baru,A,rtsp://h/1,-1,116",
        "b,dishub,,Terminal Timur,B,rtsp://h/2,-1,116",
        "c,dishub,,Terminal Timur,C,rtsp://h/3,-1,116",
        "d,polres,pasar,Pasar Baru,D,rtsp://h/4,-1,116",
        "e,nobody,,Entah,E,rtsp://h/5,-1,116",
    )
    told = office.told(head + "\n".join(rows) + "\n")
    assert [one["done"] for one in told] == ["added", "added", "added", "refused", "refused"]
    assert [one["problem"]["code"] for one in told[3:]] == ["site_unknown", "agency_unknown"]
    assert [(one.code, one.site, one.site_name) for one in office.cameras()] == [
        ("a", "pasar", "Pasar Baru"),
        ("b", "terminal-timur", "Terminal Timur"),
        ("c", "terminal-timur", "Terminal Timur"),
    ]
    with office.database.transaction() as connection:
        assert not places.site_exists(connection, "entah")


def test_a_dry_run_finds_the_site_that_an_earlier_line_of_it_would_add(office: Office) -> None:
    head = "id,agency,site,site_name,name,source,lat,lon\n"
    rows = (
        "a,dishub,lok-baru,Lokasi Baru,A,rtsp://h/1,-1,116",
        "b,dishub,lok-baru,,B,rtsp://h/2,-1,116",
        "c,dishub,lok-lain,Lokasi Lain,C,file:///c,-1,116",
        "d,dishub,lok-lain,,D,rtsp://h/4,-1,116",
    )
    text = head + "\n".join(rows) + "\n"
    told = office.told(text, "--dry-run")
    assert [one["done"] for one in told] == ["added", "added", "refused", "refused"]
    with office.database.transaction() as connection:
        assert not places.site_exists(connection, "lok-baru")
        assert connection.execute("select from audit").fetchone() is None
    assert office.told(text) == told


def test_a_refused_line_is_told_by_its_camera_and_by_what_its_list_calls_the_columns(office: Office) -> None:
    office.settings["SAKSI_LANG"] = "id"
    head = "Kode;Nama;Instansi;Alamat Kamera;Pengguna;Kata Sandi;Lintang;Bujur;Aktif\n"
    rows = {
        "a;A;dishub;;;;-1;116;": "a\tditolak\tAlamat Kamera kosong. Isi kolom Alamat Kamera",
        "b;;dishub;rtsp://h/2;;;-1;116;": "b\tditolak\tNama kosong. Isi kolom Nama",
        "c;C;dishub;rtsp://h/3;;;x;116;": "c\tditolak\tLintang bukan angka",
        "d;D;dishub;rtsp://h/4;;;-1;116;mungkin": "d\tditolak\tAktif bukan ya atau tidak",
        "e;E;dishub;rtsp://h/5;;;-1;116;ya;ya": "e\tditolak\tSelnya",
        "f;F;dishub;rtsp://h/6;;s3cret;-1;116;": "f\tditolak\tKata Sandi diisi tanpa Pengguna",
        "g;G;dishub;file:///g;;;-1;116;": "g\tditolak\tAlamat Kamera bukan alamat kamera",
    }
    lines = office.bring(head + "".join(f"{row}\n" for row in rows)).stdout.splitlines()
    for line, told in zip(lines, rows.values(), strict=True):
        assert told in line
    # A password with a semicolon in it: what follows stands under the next head.
    shifted = office.bring("Alamat;Pengguna;Kata Sandi;Kode\nrtsp://h/1;adm;x;s3cret;one\n")
    assert shifted.stdout.startswith("2\t-\tditolak\tSelnya")
    assert "Isi kolom alamat" in office.bring("kode;nama\nh;H\n").stdout


def test_a_dry_run_says_the_same_and_does_nothing(office: Office) -> None:
    text = HEAD + GOOD + GOOD + "two,Two,dishub\n"
    told = office.told(text, "--dry-run")
    assert [one["done"] for one in told] == ["added", "refused", "refused"]
    assert office.cameras() == []
    assert office.told(text) == told
    assert office.told(HEAD + "one,Uno\n", "--dry-run")[0]["changed"] == ["name"]
    assert office.cameras()[0].name == "One"


@pytest.mark.parametrize("encode", [lambda text: text, lambda text: "\ufeff" + text.replace("\n", "\r\n")])
def test_a_list_as_an_indonesian_spreadsheet_saves_it(office: Office, encode: Callable[[str], str]) -> None:
    head = "No;Nama;Instansi;Alamat Kamera;Pengguna;Kata Sandi;Lintang;Bujur;Arah;Aktif\n"
    done = office.bring(encode(head + "1;Simpang Rapak;dishub;rtsp://h/1;adm; s3cret;-1,243;116,826;90;ya\n"))
    assert (done.returncode, done.stdout.split("\t")[1]) == (0, "simpang-rapak"), done.stderr
    assert "not used: no" in done.stderr
    (camera,) = office.cameras()
    assert (camera.lat, camera.lon, camera.enabled) == (-1.243, 116.826, True)
    assert office.address("simpang-rapak") == "rtsp://adm:%20s3cret@h/1"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a,b\n1,2\n", "neither id nor name"),
        ("id,kode\n", "Two columns"),
        ("", "neither"),
        ("id\n\xff", "line 2"),
    ],
)
def test_what_is_no_list_is_refused_whole(office: Office, text: str, named: str) -> None:
    office.list.write_bytes(text.encode("latin-1"))
    done = in_process("camera", "import", str(office.list), settings=office.settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert named in done.stderr


def test_hundreds_of_rows_and_a_key_that_changed(office: Office) -> None:
    rows = "".join(
        f"cam-{n},Camera {n},dishub,,rtsp://h/{n},adm,s3cret{n},-7.2,112.7,,,\n" for n in range(300)
    )
    assert {one["done"] for one in office.told(HEAD + rows)} == {"added"}
    assert len(office.cameras()) == 300
    office.settings["SAKSI_SECRET_KEY"] = generate_key()
    office.vault = Vault(office.settings["SAKSI_SECRET_KEY"])
    first = HEAD + rows.splitlines()[0] + "\n"
    assert office.told(first)[0]["changed"] == ["source"]
    assert office.address("cam-0") == "rtsp://adm:s3cret0@h/0"
    assert office.told(HEAD + "cam-1,,,,,adm,s3cret,,,,,\n")[0]["problem"]["code"] == "login_homeless"
