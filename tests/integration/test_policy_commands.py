"""`saksi policy` as an operator types it."""

from __future__ import annotations

from pathlib import Path

from saksi import clock
from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.secrets import generate_key
from tests.fixtures.commands import How, as_process, in_process
from tests.integration.catalogue.chains import add_camera

DAY_US = 86_400_000_000


def test_a_policy_from_the_shell(database: Database, database_url: str, tmp_path: Path) -> None:
    with database.transaction() as connection:
        add_camera(connection)
        for name, role in (
            ("ani", "investigator"),
            ("budi", "records_officer"),
            ("citra", "records_officer"),
        ):
            people.add_person(connection, name=name, password="long enough", role=role)
    settings = {
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_DATA": str(tmp_path),
    }

    def saksi(*words: str, fails: bool = False, told: bool = False, how: How = in_process) -> str:
        done = how(*words, settings=settings)
        assert (done.returncode != 0) is fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails or told else done.stdout

    effective = clock.format_us(clock.now_us() + DAY_US)
    change = ("--scope", "camera", "--subject", "cam", "--days", "7.5", "--basis", "Perwali 12/2026",
              "--effective", effective, "--by")  # fmt: skip
    assert "--by" in saksi("policy", "set", *change, "ani", fails=True)
    assert "saksi policy preview" in saksi("--lang", "id", "policy", "set", *change, "budi", fails=True)
    shown = saksi("policy", "preview", *change, "budi", how=as_process)
    assert shown.startswith("cam/cam\t0 camera-hours\t0 chunks\t0 B")
    digest = shown.rstrip().rpartition("\t")[2]
    assert saksi("policy", "set", *change, "budi", "--preview", digest) == "11\tproposed\n"
    assert "Petugas lain" in saksi("--lang", "id", "policy", "accept", "11", "--by", "budi", fails=True)
    assert "Policy 11 of the same subject is proposed" in saksi(
        "policy", "preview", *change, "budi", told=True
    )
    assert "11\tdiusulkan\tkamera\tcam\t7.5" in saksi("--lang", "id", "policy", "list")
    nobody = ("--scope", "agency", "--days", "40", "--basis", "x", "--by", "budi")
    assert "needs a subject" in saksi("policy", "set", *nobody, fails=True)
    assert saksi("policy", "accept", "11", "--by", "citra") == "11\taccepted\tcamera\tcam\tPerwali 12/2026\n"
    assert f"11\tscheduled\tcamera\tcam\t7.5\t{effective}\tPerwali 12/2026" in saksi("policy", "list")
    found = saksi("policy", "show", "--camera", "cam").splitlines()
    assert [line.split("\t")[:3] for line in found] == [
        ["cam", "30 days"], ["10", "default", "-"], [found[2].split("\t")[0], "class", "city"],
    ]  # fmt: skip
    low = ("--scope", "default", "--days", "nan", "--basis", "x", "--by", "budi")
    assert "days must be more than 0" in saksi("policy", "set", *low, fails=True)
