"""The embedded servers: started, stopped, killed, and started again on the same data."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from saksi.embedded.supervise import EmbeddedServers, Endpoints
from saksi.errors import Conflict, Unavailable
from saksi.objects.store import ObjectStore
from tests.fixtures.processes import pid_of, processes_on

BODY = b"footage"
SERVERS = ("postgres", "valkey", "seaweed")


@pytest.fixture
def data(servers_folder: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder that does not exist yet, with a space and a comma in its path."""
    return servers_folder / "a 'data' folder, \"once\" \\ *" / request.node.name


def remember(endpoints: Endpoints) -> None:
    """Leaves something in each server."""
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("create table note (word text)")
        connection.execute("insert into note values ('saksi')")
    with closing(redis.Redis.from_url(endpoints.broker_url)) as broker:
        broker.set("note", "saksi")
        broker.execute_command("WAITAOF", 1, 0, 3000)
    with closing(store_of(endpoints)) as store:
        store.ensure_bucket("here")
        store.put("note", BODY, sha256=hashlib.sha256(BODY).digest())


def recall(endpoints: Endpoints) -> tuple[object, object, bytes]:
    """What `remember` left."""
    with psycopg.connect(endpoints.database_url) as connection:
        row = connection.execute("select word from note").fetchone()
    with closing(redis.Redis.from_url(endpoints.broker_url)) as broker:
        word = broker.get("note")
    with closing(store_of(endpoints)) as store:
        return row, word, store.get("note")


REMEMBERED = (("saksi",), b"saksi", BODY)


def store_of(endpoints: Endpoints) -> ObjectStore:
    return ObjectStore(endpoints.s3_url, endpoints.s3_access_key, endpoints.s3_secret_key, "notes")


def wait_until_none_is_left(data: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := processes_on(data):
        if time.monotonic() > deadline:
            pytest.fail("\n".join(left))
        time.sleep(0.05)


def test_a_restart_keeps_data_credentials_and_addresses(data: Path) -> None:
    servers = EmbeddedServers(data)
    first = servers.start()
    assert servers.alive() == dict.fromkeys(SERVERS, True)
    remember(first)
    began = time.monotonic()
    servers.stop()
    assert time.monotonic() - began < 6
    assert processes_on(data) == []
    assert servers.alive() == {}
    second = servers.start()
    assert second == first
    assert recall(second) == REMEMBERED
    servers.stop()
    servers.stop()  # harmless


_SUPERVISOR = """
import sys, pathlib, threading
from saksi.embedded.supervise import EmbeddedServers
print(EmbeddedServers(pathlib.Path(sys.argv[1])).start(), flush=True)
threading.Event().wait()
"""


@pytest.fixture
def supervisor(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has started the servers on `data`."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR, str(data)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    with process:
        assert process.stdout.readline().startswith("Endpoints("), "the supervisor did not start the servers"
        yield process
        process.kill()


def test_servers_follow_a_killed_supervisor_and_start_again(
    data: Path, supervisor: subprocess.Popen[str]
) -> None:
    assert len(processes_on(data)) >= 4
    supervisor.kill()
    supervisor.wait()
    wait_until_none_is_left(data, 5)
    servers = EmbeddedServers(data)
    remember(servers.start())
    servers.stop()


def test_leftovers_that_ignore_their_end_are_stopped_at_the_next_start(
    data: Path, supervisor: subprocess.Popen[str]
) -> None:
    stopped = [pid_of(data, server) for server in SERVERS]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)  # so that they cannot follow the supervisor
    os.kill(stopped[2], signal.SIGCONT)
    supervisor.kill()
    supervisor.wait()
    assert {pid_of(data, server) for server in ("postgres", "valkey")} == set(stopped[:2])
    servers = EmbeddedServers(data)
    endpoints = servers.start()
    assert not set(stopped) & {pid_of(data, server) for server in SERVERS}
    remember(endpoints)
    servers.stop()
    assert processes_on(data) == []


def test_two_supervisors_never_share_a_folder(data: Path, supervisor: subprocess.Popen[str]) -> None:
    with pytest.raises(Conflict) as caught:
        EmbeddedServers(data).start()
    assert str(data) in caught.value.diagnostics("en")
    assert supervisor.poll() is None
    assert len(processes_on(data)) >= 4


@pytest.mark.parametrize("killed", SERVERS)
def test_a_killed_server_is_brought_back_by_another_start(data: Path, killed: str) -> None:
    servers = EmbeddedServers(data)
    first = servers.start()
    remember(first)
    others = {server: pid_of(data, server) for server in SERVERS if server != killed}
    os.kill(pid_of(data, killed), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while servers.alive()[killed]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    second = servers.start()
    assert recall(second) == REMEMBERED
    assert {server: pid_of(data, server) for server in others} == others
    servers.stop()
    assert processes_on(data) == []


def test_only_our_own_user_reads_the_secrets(data: Path) -> None:
    servers = EmbeddedServers(data, store=False)
    servers.start()
    servers.stop()
    secrets = data / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert len(set(json.loads(secrets.read_text()).values())) >= 3
    # Under root PostgreSQL's user must pass through; it can neither list nor read.
    assert stat.S_IMODE(data.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    open_to_others = [
        path
        for path in data.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077 and "postgres" not in path.relative_to(data).parts
    ]
    assert open_to_others == []
    assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700


def test_wrong_passwords_are_refused(database_server: Endpoints, broker_url: str) -> None:
    user, rest = database_server.database_url.split("@")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{user[:-1]}x@{rest}", connect_timeout=3)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@{rest}", connect_timeout=3)
    for url in (broker_url.replace("@", "x@"), "redis://" + broker_url.split("@")[1]):
        with closing(redis.Redis.from_url(url)) as broker, pytest.raises(redis.AuthenticationError):
            broker.ping()


def test_the_catalogue_role_is_no_superuser(database_server: Endpoints) -> None:
    with psycopg.connect(database_server.database_url) as connection:
        row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
        assert row == (False,)
        settings = connection.execute(
            "select name, setting from pg_settings"
            " where name in ('fsync', 'max_connections', 'server_encoding')"
        ).fetchall()
        assert dict(settings) == {"fsync": "on", "max_connections": "100", "server_encoding": "UTF8"}


def test_a_lost_password_is_told_from_a_dead_server(data: Path) -> None:
    servers = EmbeddedServers(data, broker=False, store=False)
    servers.start()
    servers.stop()
    (data / "secrets.json").unlink()
    with pytest.raises(Unavailable) as caught:
        servers.start()
    assert caught.value.code == "postgres_password"
    assert processes_on(data) == []


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(data: Path) -> None:
    servers = EmbeddedServers(data, broker=False, store=False)
    servers.start()
    servers.stop()
    (data / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Unavailable) as caught:
        servers.start()
    assert str(data / "log" / "postgres.log") in caught.value.diagnostics("id")
    assert "no_such_setting" in caught.value.diagnostics("en")
    assert processes_on(data) == []


def test_a_taken_port_is_left_to_its_owner(data: Path) -> None:
    servers = EmbeddedServers(data, database=False, store=False)
    first = servers.start()
    servers.stop()
    port = json.loads((data / "run" / "valkey.json").read_text())["resp"]
    with socket.create_server(("127.0.0.1", port)):
        second = servers.start()
    assert first.broker_url != second.broker_url
    servers.stop()


def test_an_initdb_cut_short_is_begun_anew(data: Path) -> None:
    draft = data / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    (data / "secrets.json").write_text("{}")
    servers = EmbeddedServers(data, broker=False, store=False)
    servers.start()
    servers.stop()
    assert not draft.exists()
