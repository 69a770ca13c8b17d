"""`saksi doctor` when things are bad, which is when it is run: it ends soon, names each fault and says what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from saksi import __version__, clock
from saksi.catalogue import health
from saksi.catalogue.database import Connection, Database
from saksi.doctor import words
from saksi.doctor.finding import finding, worst
from saksi.doctor.looking import look
from saksi.doctor.machine import check_spool
from saksi.messages import _MESSAGES
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings
from tests.fixtures.commands import Done, as_process, in_process
from tests.fixtures.fix_oidc import Provider

CLOSED = {
    "SAKSI_DATABASE_URL": "postgresql://saksi:s3cret@127.0.0.1:1/saksi",
    "SAKSI_BROKER_URL": "redis://:s3cret@127.0.0.1:1/0",
    "SAKSI_S3_URL": "http://127.0.0.1:1",
    "SAKSI_S3_ACCESS_KEY": "ak",
    "SAKSI_S3_SECRET_KEY": "s3cret",
    "SAKSI_SECRET_KEY": generate_key(),
}


def seen(done: Done) -> dict[tuple[str, str], dict[str, Any]]:
    """Findings by area and code."""
    assert "s3cret" not in done.stdout + done.stderr
    return {(one["area"], one["code"]): one for one in json.loads(done.stdout)["findings"]}


def test_what_does_not_answer_is_named_each_with_its_remedy(tmp_path: Path) -> None:
    settings = {**CLOSED, "SAKSI_DATA": str(tmp_path), "SAKSI_CHUNK_SECOND": "s3cret"}
    done = as_process("doctor", "--json", settings=settings, timeout_s=90)
    assert done.returncode == 1, done.stderr
    told = seen(done)
    for found in (
        ("database", "database_unavailable"),
        ("broker", "broker_silent"),
        ("store", "store_unavailable"),
        ("fleet", "fleet_unseen"),
        ("settings", "setting_unknown"),
    ):
        assert told[found]["remedy"], found
    assert "SAKSI_CHUNK_SECOND" in told["settings", "setting_unknown"]["what"]
    assert json.loads(done.stdout)["settings"]["SAKSI_DATABASE_URL"] == "**********"
    spoken = in_process("doctor", settings={**settings, "SAKSI_LANG": "id"})
    assert "BURUK\tdatabase\tBasis data tidak menjawab." in spoken.stdout
    assert "s3cret" not in spoken.stdout


def add_cameras(connection: Connection, count: int) -> None:
    """The cameras c1, c2 and so on of one agency."""
    connection.execute("insert into agency (code, name, category) values ('dishub', 'Dishub', 'transport')")
    connection.execute(
        "insert into camera (code, name, agency_id, source_sealed, source_masked)"
        " select 'c' || n, 'C', (select agency_id from agency), 'x', 'rtsp://h' from generate_series(1, %s) n",
        [count],
    )


def test_recorders_without_room_for_all_cameras_or_for_one_to_fail_are_told(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    settings = {**CLOSED, "SAKSI_DATA": str(tmp_path), "SAKSI_DATABASE_URL": database_url}
    with database.transaction() as connection:
        add_cameras(connection, 6)
        connection.execute(
            "insert into site (code, name, agency_id) select 'pasar', 'Pasar', agency_id from agency"
        )
        connection.execute(
            "update camera set site_id = (select site_id from site) where code in ('c1', 'c2')"
        )
    everybodys = [(5, None), (5, None)]
    for offered, codes in (
        ([(5, None)], {"room_none"}),
        (everybodys, {"room_for_no_failure"}),
        ([(6, None), (6, None)], set()),
        ([(5, None), (64, "pasat"), (64, "")], {"room_none", "site_unknown", "recorder_for_nothing"}),
        ([*everybodys, (64, "pasar"), (64, "pasar")], set()),
    ):
        with database.transaction() as connection:
            connection.execute("delete from recorder")
            for capacity, site in offered:
                sites = [site] if site else []
                connection.execute(
                    "insert into recorder (name, version, instance, capacity, alive_until, sites, others)"
                    " values (gen_random_uuid()::text, %s, 'y', %s, 'infinity', %s, %s)",
                    [__version__, capacity, sites, site is None],
                )
            alive = health.recorders(connection)
        told = seen(in_process("doctor", "--json", settings=settings))
        assert {found for area, found in told if area == "recorders"} - {"recorders_alive"} == codes, offered
    assert (health.room(alive), {one.eligible for one in alive}) == (12, {None, 2})


def test_what_somebody_must_get_up_for_is_bad_and_the_rest_a_warning(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    settings = {**CLOSED, "SAKSI_DATA": str(tmp_path), "SAKSI_DATABASE_URL": database_url}
    with database.transaction() as connection:
        add_cameras(connection, 10)
        connection.execute(
            "insert into camera_status (camera_id, state, reason, since, recorder) select camera_id,"
            " case when code = 'c1' then 'failed' else 'recording' end, case when code = 'c1' then 'unreachable' end,"
            " now(), 'north' from camera"
        )
        connection.execute("insert into recorder (name, version) values ('south', 'x')")  # ended in order
        connection.execute(
            "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip,"
            " sealed_end) select gen_random_uuid(), camera_id, 1, 'south', 'claimed', z, now(), z, z, now()"
            " from camera, (select decode(repeat('00', 32), 'hex') as z) zero where code = 'c1'"
        )
        connection.execute(
            "insert into chunk_pending (run_no, seq, camera_id, start_at, end_at)"
            " select run_no, n, camera_id, now() - interval '1 min', now() from run, generate_series(1, 28) n"
        )
        connection.execute(
            "insert into outage (camera_id, start_at, end_at, reason, recorder) select camera_id,"
            " now() - interval '3 days', now() - interval '2 days', 'spool_full', 'south' from run"
        )
    told = seen(in_process("doctor", "--json", settings=settings))
    assert ("cameras", "cameras_many") not in told
    assert told["cameras", "cameras_missing"]["severity"] == "warning"
    assert told["footage", "footage_dropped"]["severity"] == "warning"
    assert "28 chunks" in (unsent := told["footage", "footage_unsent"])["what"]
    assert ("south" in unsent["what"], unsent["severity"]) == (True, "warning")
    assert ("footage", "footage_on_its_way") not in told

    with database.transaction() as connection:
        connection.execute(
            "update camera_status set state = 'failed', reason = 'stalled' where camera_id ="
            " (select camera_id from camera where code = 'c2')"
        )
        connection.execute(  # what goes now is days old
            "insert into chunk_dropped (run_no, seq, camera_id, start_at, end_at)"
            " select run_no, 99, camera_id, now() - interval '3 days', now() - interval '2 days' from run"
        )
    told = seen(in_process("doctor", "--json", settings=settings))
    many = told["cameras", "cameras_many"]
    assert (many["severity"], "2 of 10" in many["what"]) == ("bad", True)
    assert told["footage", "footage_dropping"]["severity"] == "bad"


def test_what_hangs_is_left_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        at = f"127.0.0.1:{silent.getsockname()[1]}"
        hanging = {name: value.replace("127.0.0.1:1", at) for name, value in CLOSED.items()}
        asked = ("doctor", "--seconds", "1", "--json", "--data", str(tmp_path))
        done = as_process(*asked, settings=hanging, timeout_s=90)
    told = seen(done)
    bad = {area for (area, _), one in told.items() if one["severity"] == "bad"}
    assert bad >= {"database", "broker", "store"}
    assert ("store", "hung") in told
    assert ("clock", "clock_free") in told or ("clock", "clock_held") in told


def test_one_look_that_fails_takes_no_other_with_it() -> None:
    def broken() -> Iterator[Any]:
        yield finding("a", "ok", "files_closed")
        raise RuntimeError("s3cret")

    found = look({"a": broken, "b": lambda: [finding("b", "info", "spool_none", folder="x")]}, seconds=5)
    assert [(one.area, one.code) for one in found] == [
        ("a", "doctor_files_closed"),
        ("a", "doctor_broke"),
        ("b", "doctor_spool_none"),
    ]
    assert worst(found) == "bad"
    assert "s3cret" not in "".join(one.explain("en")[0] for one in found)


def test_a_catalogue_that_is_behind_and_a_key_that_does_not_fit(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.transaction() as connection:
        connection.execute("delete from migration where name = '0028_health'")
        connection.execute("insert into migration (name) values ('9999_later')")
        connection.execute(
            "insert into agency (code, name, category) values ('dishub', 'Dishub', 'transport')"
        )
        connection.execute(
            "insert into camera (code, name, agency_id, source_sealed, source_masked) values"
            " ('gate', 'Gate', (select agency_id from agency), %s, 'rtsp://h')",
            [Vault(generate_key()).seal("rtsp://h")],
        )
        connection.execute(
            "insert into recorder (name, version, instance, seen_at)"
            " values ('north', '0.0.1', 'x', now() - interval '1 hour')"
        )
        connection.execute(
            "insert into outage (camera_id, start_at, end_at, reason, recorder) select camera_id,"
            " now() - interval '8 days', now() - interval '6 days', 'spool_full', 'north' from camera"
        )
    waiting = tmp_path / "spool" / "gate" / "run"
    waiting.mkdir(parents=True)
    for suffix in ("entry", "mp4"):
        (waiting / f"00000001.{suffix}").write_bytes(bytes(1000))
        os.utime(waiting / f"00000001.{suffix}", (clock.now_us() / 1e6 - 3600,) * 2)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "log.key").write_text("x")
    settings = {**CLOSED, "SAKSI_DATA": str(tmp_path), "SAKSI_DATABASE_URL": database_url}
    told = seen(in_process("doctor", "--json", settings=settings))
    assert "0028_health" in told["database", "not_migrated"]["what"]
    assert "9999_later" in told["database", "migrated_further"]["what"]
    assert "1 of 1" in told["keys", "key_differs"]["what"]
    assert told["keys", "file_open"]["remedy"] == f"Run: chmod 600 {tmp_path}/keys/log.key"
    assert "north" in told["recorders", "recorder_silent"]["what"]
    assert told["recorders", "recorders_none"]["severity"] == "bad"
    missing = told["cameras", "cameras_missing"]
    assert (missing["severity"], "gate" in missing["what"]) == ("bad", True)
    assert ("database", "clocks_agree") in told
    dropped = told["footage", "footage_dropped"]
    assert "took 1440 min of 1 camera in" in dropped["what"]
    assert dropped["severity"] == "warning", "nothing was dropped in this hour"
    assert "SAKSI_SPOOL_LIMIT_BYTES" in dropped["remedy"]
    assert "1 chunks" in told["spool", "spool_waits"]["what"]


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """A small disk of its own at `folder`; skips where this user may not mount one."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_a_read_only_one_and_one_without_inodes_are_told_apart(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    chosen = Settings(spool=spool, spool_reserve_bytes=100_000, spool_high_water_bytes=100_000)

    def codes() -> set[str]:
        return {one.code.removeprefix("doctor_") for one in check_spool(chosen)}

    assert codes() == {"spool_none"}
    with disk(spool, "size=8m,nr_inodes=100k"):
        assert codes() == {"spool_room", "spool_writes"}
        assert os.listdir(spool) == []
        (spool / "full").write_bytes(bytes(8 << 20))
        assert codes() == {"spool_tight", "spool_full"}
        (spool / "full").unlink()
        subprocess.run(["mount", "-o", "remount,ro", spool], check=True)
        assert codes() == {"spool_room", "spool_refuses"}
        subprocess.run(["mount", "-o", "remount,rw,nr_inodes=100", spool], check=True)
        assert "spool_inodes" in codes()


def test_every_finding_speaks_both_languages() -> None:
    for code, (en, en_remedy, id_, id_remedy) in words._WORDS.items():
        assert en != id_, code
        assert bool(en_remedy) == bool(id_remedy), code
        assert f"doctor_{code}" in _MESSAGES
        for one, other in ((en, id_), (en_remedy, id_remedy)):
            assert set(_blanks(one)) == set(_blanks(other)), code


def _blanks(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


def test_a_provider_is_looked_at_and_half_of_its_settings_are_named(
    tmp_path: Path, provider: Provider
) -> None:
    def told(**changed: str) -> dict[tuple[str, str], dict[str, Any]]:
        given = provider.settings("https://arsip.example/api/v1/session/oidc/callback")
        settings = {f"SAKSI_{name.upper()}": str(value) for name, value in given.items()} | changed
        done = in_process("doctor", "--json", settings={"SAKSI_DATA": str(tmp_path), **settings})
        assert provider.client.secret not in done.stdout
        return seen(done)

    assert told()["provider", "provider_answers"]["severity"] == "ok"
    assert "SAKSI_OIDC_CALLBACK" in told(SAKSI_OIDC_CALLBACK="")["provider", "oidc_setting"]["what"]
    provider.says = {"id_token_signing_alg_values_supported": ["HS256", "none"]}
    assert told()["provider", "provider_algorithms"]["remedy"]
    provider.close()
    assert told()["provider", "oidc_unreachable"]["severity"] == "bad"
