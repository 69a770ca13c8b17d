"""`saksi thin` as an operator types it: two officers, what waits, keyframes kept, originals purged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from cli.main import main
from saksi import clock
from saksi.catalogue import ledger, people
from saksi.embedded.supervise import Endpoints
from saksi.retention import notices, thinned_purge
from saksi.secrets import generate_key
from saksi.settings import settings
from tests.integration.catalogue.chains import OFFICE
from tests.integration.retention.archive import Archive, hour_start, keep_days
from tests.integration.retention.real import record


@pytest.fixture
def saksi(
    archive: Archive,
    database_url: str,
    store_server: Endpoints,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Callable[..., str]]:
    """saksi("thin", "list") answers what it printed; with `fails`, what it refused with."""
    given = {
        "SAKSI_DATA": str(archive.folder),
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_S3_URL": store_server.s3_url,
        "SAKSI_S3_ACCESS_KEY": store_server.s3_access_key,
        "SAKSI_S3_SECRET_KEY": store_server.s3_secret_key,
        "SAKSI_BUCKET": archive.store.bucket,
        "LC_ALL": "C",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()

    def run(*words: str, fails: bool = False) -> str:
        done = main(words)
        told = capsys.readouterr()
        assert (done != 0) is fails, (words, told.out, told.err)
        return told.err if fails else told.out

    yield run
    settings.cache_clear()


def announce(archive: Archive) -> tuple[int, str]:
    """The nightly purge of thinned originals, announced as a worker would whose cameras record; number and due."""
    due_us = clock.now_us() + 3_600_000_000
    with archive.database.transaction() as connection:
        targets = thinned_purge.windows(connection, due_us)
        number = notices.announce(
            connection, OFFICE.signer, kind="thinned", due_us=due_us, now_us=clock.now_us(), targets=targets,
            wanted={"after": {}}, reason="", asked_by=None,
        )  # fmt: skip
    return number, clock.format_us(due_us)


def test_thinning_from_the_shell(archive: Archive, saksi: Callable[..., str]) -> None:
    keep_days(archive.database, 30, minimum=4)
    with archive.database.transaction() as connection:
        for name, role in (
            ("ani", "investigator"),
            ("budi", "records_officer"),
            ("citra", "records_officer"),
        ):
            people.add_person(connection, name=name, password="long enough", role=role)
        ledger.enrol(connection, OFFICE.signer, role="office")
    recorded = record(archive, "a", hour_start(10), 3)
    size = sum(entry.size for entry, _ in recorded)

    policy = ("thin", "set", "--scope", "camera", "--subject", "a", "--mode", "keyframes", "--basis", "Perwali 12",
              "--by")  # fmt: skip
    assert "--by" in saksi(*policy, "ani", "--after-days", "5", fails=True)
    assert "wajib menyimpan aslinya 4 hari" in saksi(
        "--lang", "id", *policy, "budi", "--after-days", "3", fails=True
    )
    assert "--after-days" in saksi(*policy, "budi", fails=True)
    assert "more than 0" in saksi(*policy, "budi", "--after-days", "nan", fails=True)
    told = saksi(*policy, "budi", "--after-days", "5").splitlines()
    assert told == ["1\tproposed", f"1 camera-hours are old enough\t{size} B"]
    assert "second officer" in saksi("thin", "accept", "1", "--by", "budi", fails=True)
    assert saksi("thin", "waiting") == "no purge of thinned originals is announced\n"
    ending = (
        "thin",
        "set",
        "--scope",
        "camera",
        "--subject",
        "a",
        "--end",
        "--basis",
        "Perwali 13",
        "--by",
        "budi",
    )
    assert "Nothing is thinned there" in saksi(*ending, fails=True)  # a proposal is withdrawn, not ended
    assert "basis is empty" in saksi(*policy[:-2], " ", "--by", "budi", "--after-days", "5", fails=True)
    assert saksi("thin", "accept", "1", "--by", "citra") == "1\taccepted\n"
    (line,) = saksi("thin", "list").splitlines()
    assert line.split("\t")[:6] == ["1", "accepted", "camera", "a", "keyframes", "5"]
    actions = archive.all_of(
        "select person, action from audit where action like '%thinning' order by audit_id"
    )
    assert [tuple(row.values()) for row in actions] == [
        ("budi", "propose thinning"),
        ("citra", "accept thinning"),
    ]

    waits = saksi("thin", "waiting").splitlines()[0].split("\t")
    assert waits[:4] == ["a", "keyframes", "5 days", f"to thin 3 chunks, {size} B"]
    assert saksi("thin", "now").startswith(f"thinned\t3 chunks\t{size} B\t→ ")
    assert len(archive.objects("chunks/")) == 3
    assert f"thinned, original still there 3 chunks, {size} B" in saksi("thin", "waiting")
    announced, due = announce(archive)
    assert f"purge {announced} is due {due}" in saksi("thin", "waiting")
    # An archive that has been silent for days is not believed unless somebody looked at the clock.
    assert "clock" in saksi("thin", "now", "--purge", fails=True)
    assert len(archive.objects("chunks/")) == 3
    done = json.loads(saksi("thin", "now", "--purge", "--clock-checked", "uji", "--by", "budi", "--json"))
    assert done["thinned"]["chunks"] == 0
    assert (done["purge"]["kind"], done["purge"]["state"], done["purge"]["result"]["chunks"]) == (
        "thinned",
        "done",
        3,
    )
    assert (len(archive.objects("chunks/")), len(archive.objects("thinned/"))) == (0, 3)
    (left, ahead) = saksi("thin", "waiting").splitlines()
    assert "only keyframes left 3 chunk" in left
    assert ahead == f"purge {announced}, announced for {due}, has nothing left to take"
    assert "tidak ada lagi yang dimusnahkannya" in saksi("--lang", "id", "thin", "waiting")
    assert "no original is there to go" in saksi("thin", "now", "--purge")

    assert saksi(*ending) == "2\taccepted\n"
    assert "tidak ada penjarangan" in saksi("--lang", "id", *ending, fails=True)
    assert len(saksi("thin", "list").splitlines()) == 2
    assert "sudah disetujui" in saksi("--lang", "id", "thin", "withdraw", "1", "--by", "budi", fails=True)
    assert saksi("thin", "waiting").startswith("a\t-\t-\tto thin 0 chunk")
