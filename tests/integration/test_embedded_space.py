"""Space of deleted objects comes back from the embedded store, without versions and with them."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from pathlib import Path

import pytest
from minio.versioningconfig import ENABLED, VersioningConfig

from cli.main import main
from saksi.embedded.supervise import Endpoints
from saksi.embedded.vacuum import left, used_bytes, vacuum, vacuum_own, words
from saksi.errors import Unavailable
from saksi.objects.erase import erase
from saksi.objects.store import ObjectStore
from saksi.settings import Settings
from tests.fixtures.fix_store import store_on

MB = 1_000_000


@pytest.fixture
def data(servers_folder: Path, store_server: Endpoints) -> Path:
    """The data folder of the session's store."""
    return servers_folder / "store"


def leave_rubbish(server: Endpoints, bucket: str, installation: str) -> None:
    """A bucket of which all is deleted, as other tests leave them: a vacuum gives that back at any rate."""
    body = bytes(3 * MB)
    with closing(store_on(server, bucket)) as other:
        other.ensure_bucket(installation)
        other.put("chunks/rubbish", body, sha256=hashlib.sha256(body).digest())
        erase(other, ["chunks/rubbish"])


def test_a_vacuum_gives_back_what_was_erased(
    data: Path,
    store: ObjectStore,
    store_server: Endpoints,
    installation: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    leave_rubbish(store_server, f"{store.bucket}-rubbish", installation)
    empty = used_bytes(data)
    keys = [f"chunks/{number:08d}" for number in range(12)]
    for number, key in enumerate(keys):
        if number == 6:
            store._sdk.set_bucket_versioning(store.bucket, VersioningConfig(ENABLED))
        body = os.urandom(2 * MB)
        store.put(key, body, sha256=hashlib.sha256(body).digest())
    full = used_bytes(data)
    erase(store, keys[:1])
    vacuum(data, garbage=0.9)
    stays = left(data, 0.9)
    assert stays > 1.5 * MB, "it says what it leaves, and why nothing is seen of what was erased"
    assert "90%" in words(stays, 0.9, "id")
    erase(store, keys[::2])
    freed = vacuum(data)
    assert freed.after <= full - 11 * MB
    erase(store, keys)
    assert main(["storage", "vacuum", "--data", str(data)]) == 0
    assert used_bytes(data) <= empty + 2 * MB
    assert "MB after" in capsys.readouterr().out


def test_only_the_own_store_is_vacuumed(data: Path, store: ObjectStore, tmp_path: Path) -> None:
    own = Settings(data=data, s3_url=store.url)
    assert vacuum_own(own, seconds=60) is not None
    assert vacuum_own(own.model_copy(update={"s3_url": "https://s3.example"}), seconds=60) is None
    assert vacuum_own(own.model_copy(update={"data": tmp_path}), seconds=60) is None
    with pytest.raises(Unavailable, match="No Saksi runs"):
        vacuum(tmp_path)


def test_a_store_is_checked_by_command_and_nothing_is_left_of_it(
    data: Path, store: ObjectStore, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {bucket.name for bucket in store._sdk.list_buckets()}
    assert main(["storage", "check", "--data", str(data)]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["pass"] * 11
    assert {bucket.name for bucket in store._sdk.list_buckets()} == before
