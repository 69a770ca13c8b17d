"""The log over the API: what a stranger with a token and our policy can check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from archive_api.app import PREFIX
from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.custody import merkle, tiles
from saksi.custody.canonical import leaf
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.policy import Policy
from saksi.custody.proofs import Proof, parse_hashes_text, verify
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import identity, sequencer
from saksi.objects.store import ObjectStore
from saksi.secrets import generate_key
from saksi.settings import Settings
from tests.integration.archive_api.conftest import served
from tests.integration.ledger.shaky import add


class Desk:
    """A client with a token of each role, and the means to let the log grow."""

    def __init__(
        self, client: httpx.Client, database: Database, store: ObjectStore, settings: Settings, office: Signer
    ):
        self._client = client
        self._database, self._store, self._settings, self._office = database, store, settings, office
        self._tokens: dict[str, str] = {}

    def grow(self, count: int) -> int:
        """More entries under a checkpoint; answers its size."""
        add(self._database, self._office, count)
        with self._database.transaction() as connection:
            key = identity.log_key(connection, self._settings)
        return sequencer.checkpoint_now(self._database, self._store, key).size

    def get(self, path: str, role: str = "auditor") -> httpx.Response:
        """GET as somebody of that role."""
        if role not in self._tokens:
            with self._database.transaction() as connection:
                people.add_person(connection, name=role, password="long enough", role=role)
                self._tokens[role] = people.add_token(connection, name=role, label="")
        headers = {"Authorization": f"Bearer {self._tokens[role]}"}
        return self._client.get(PREFIX + path, headers=headers)

    def audited(self) -> list[str]:
        """Actions in the audit."""
        with self._database.transaction() as connection:
            return [row["action"] for row in connection.execute("select action from audit order by audit_id")]

    def metrics(self) -> str:
        """The exposition."""
        return self._client.get("/metrics").text


@pytest.fixture
def desk(
    database_url: str,
    database: Database,
    store: ObjectStore,
    store_server: Endpoints,
    office: Signer,
    tmp_path: Path,
) -> Iterator[Desk]:
    """An API over a log that has nothing in it yet."""
    settings = Settings(
        data=tmp_path,
        database_url=SecretStr(database_url),
        s3_url=store_server.s3_url,
        s3_access_key=SecretStr(store_server.s3_access_key),
        s3_secret_key=SecretStr(store_server.s3_secret_key),
        bucket=store.bucket,
        secret_key=SecretStr(generate_key()),
    )
    with served(settings) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield Desk(client, database, store, settings, office)


def test_a_stranger_checks_entries_and_growth_with_the_policy_alone(desk: Desk) -> None:
    assert desk.get("/ledger/checkpoint").status_code == 404
    first = desk.grow(300)
    policy = Policy.parse(desk.get("/ledger/key").content)
    older = Note.parse(desk.get("/ledger/checkpoint").text)
    assert policy.check(older).holds
    second = desk.grow(5)
    newer = Note.parse(desk.get("/ledger/checkpoint").text)
    assert policy.check(newer).holds
    old, new = Checkpoint.parse(older.text), Checkpoint.parse(newer.text)
    assert (old.size, new.size) == (first, second) == (302, 307)
    path = parse_hashes_text(desk.get(f"/ledger/proof?old={first}").text)
    assert merkle.verify_consistency(old.size, new.size, old.root, new.root, path)
    bundle = tiles.unbundle(desk.get("/ledger/tile/entries/000").content)
    entry = leaf(bundle[17])
    for query in (f"leaf={entry.hex()}", "index=17", f"index=17&size={first}"):
        answer = desk.get(f"/ledger/proof?{query}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        proof = Proof.parse(answer.text)
        assert proof.index == 17
        assert verify(proof, entry, policy).holds
    assert {"ledger checkpoint", "ledger key", "ledger proof", "ledger tile"} <= set(desk.audited())


def test_tiles_are_those_of_the_published_size_and_no_wider(desk: Desk) -> None:
    size = desk.grow(300)

    def read(level: int, n: int, width: int) -> bytes:
        answer = desk.get("/ledger/" + tiles.tile_path(level, n, width))
        assert answer.headers["content-type"] == "application/octet-stream"
        return answer.content

    at = Checkpoint.parse(Note.parse(desk.get("/ledger/checkpoint").text).text)
    assert at.size == size
    assert tiles.Tree(size, read).root() == at.root
    for path in (
        "0/001.p/47",
        "0/001",
        "0/002",
        "1/000.p/2",
        "2/000.p/1",
        "entries/001.p/47",
        "x",
        "0/1",
    ):
        assert desk.get(f"/ledger/tile/{path}").status_code == 404, path


_REFUSED = {
    "": 422,
    "leaf=xx": 422,
    "index=0&old=1": 422,
    "index=-1": 422,
    "index=9223372036854775808": 422,
    "index=x": 422,
    "olds=1": 422,
    "index=99": 404,
    "leaf=" + "00" * 32: 404,
    "index=0&size=2": 404,
    "old=99": 404,
}


def test_a_question_that_has_no_answer_is_refused_in_words(desk: Desk) -> None:
    desk.grow(3)
    for query, status in _REFUSED.items():
        answer = desk.get(f"/ledger/proof?{query}")
        assert answer.status_code == status, (query, answer.text)
        assert answer.json()["remedy"]


def test_whoever_only_receives_packages_does_not_read_the_log(desk: Desk) -> None:
    desk.grow(1)
    for path in ("checkpoint", "key", "proof?index=0", "tile/0/000.p/1"):
        assert desk.get(f"/ledger/{path}", role="recipient").status_code == 403
        assert desk.get(f"/ledger/{path}", role="investigator").status_code == 200


def test_the_metrics_say_how_the_log_stands(desk: Desk, database: Database, office: Signer) -> None:
    assert "saksi_ledger_checkpoint_age_seconds -1.0" in desk.metrics()
    desk.grow(3)
    add(database, office, 2)
    text = desk.metrics()
    assert "saksi_ledger_size 5.0" in text
    assert "saksi_ledger_pending 2.0" in text
    assert "saksi_ledger_worm -1.0" in text
    assert "saksi_ledger_checkpoint_age_seconds -1.0" not in text
