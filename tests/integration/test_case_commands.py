"""`saksi case` and `saksi hold` as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from saksi import clock
from saksi.catalogue import custody, people
from saksi.catalogue.cases import find
from saksi.catalogue.database import Database
from saksi.secrets import generate_key
from tests.fixtures.commands import How, as_process, in_process
from tests.integration.catalogue.chains import add_camera

NUMBER = "LP/B/123/XI/2026/SPKT"


@pytest.fixture
def saksi(database: Database, database_url: str, tmp_path: Path):
    """Runs a command against a catalogue with one camera, an investigator and two officers."""
    with database.transaction() as connection:
        add_camera(connection)
        for name, role in (
            ("ani", "investigator"),
            ("budi", "records_officer"),
            ("citra", "records_officer"),
        ):
            people.add_person(connection, name=name, password="long enough", role=role, rank="AIPTU")
    settings = {
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_DATA": str(tmp_path),
    }

    def run(*words: str, fails: bool = False, how: How = in_process) -> str:
        done = how(*words, settings=settings)
        assert (done.returncode != 0) is fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails else done.stdout

    return run


def test_a_case_and_its_hold_from_the_shell(saksi, database: Database, tmp_path: Path) -> None:
    opened = saksi("case", "add", NUMBER, "--title", "Curanmor", "--by", "ani", how=as_process)
    assert opened == "lp-b-123-xi-2026-spkt\n"
    assert f"open\t0\t{NUMBER}\tCuranmor" in saksi("case", "list")
    now_us = clock.now_us()
    span = ("--from", clock.format_us(now_us - 3_600_000_000), "--to", clock.format_us(now_us))
    place = ("hold", "place", "--camera", "cam", *span, "--reason", "permintaan", "--by")
    hold = saksi(*place, "ani", "--case", NUMBER).strip()
    listed = saksi("hold", "list", "--case", NUMBER)
    assert f"{hold}\tactive" in listed
    assert "store_lock=none (the archive has not looked yet" in listed
    assert saksi("hold", "release", hold, "--by", "budi", "--reason", "selesai") == "release_asked\n"
    assert "Another officer" in saksi("hold", "release", hold, "--by", "budi", fails=True)
    assert saksi("hold", "release", hold, "--by", "citra") == "released\n"
    shown = saksi("--lang", "id", "case", "show", NUMBER)
    assert f"AIPTU ani membuka kasus {NUMBER}: Curanmor" in shown
    assert "disetujui AIPTU citra" in shown
    with database.transaction() as connection:
        case = find(connection, NUMBER, None)
        assert custody.check(connection, case) + custody.check_holds(connection) == []
        assert {one.body["who"]["auth"] for one in custody.events(connection, case)} == {"command line"}
    assert (tmp_path / "keys" / "office.key").stat().st_mode & 0o077 == 0


def test_who_may_not_is_told_so(saksi) -> None:
    assert "hold.release" in saksi("hold", "release", "1", "--by", "ani", fails=True)
    assert "There is no person" in saksi("case", "add", "LP/2", "--title", "X", "--by", "nobody", fails=True)
    assert "There is no hold 7" in saksi("hold", "release", "7", "--by", "budi", fails=True)
    assert "There is no case" in saksi("case", "show", "LP/9", fails=True)


def test_a_person_has_a_unit_a_rank_and_a_number(saksi, database: Database) -> None:
    saksi(
        "user",
        "add",
        "dedi",
        "--role",
        "investigator",
        "--unit",
        "Polresta",
        "--rank",
        "BRIPKA",
        "--id",
        "85101234",
    )
    with database.transaction() as connection:
        person = people.named(connection, "dedi")
    assert (person.unit, person.rank, person.service_number) == ("Polresta", "BRIPKA", "85101234")
