"""What tests of the log share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.objects.store import ObjectStore
from tests.integration.ledger.shaky import ShakyDatabase, ShakyStore, Steps, recording_key

OFFICE = Signer.from_seed(bytes([7]) * 32)


@pytest.fixture
def log() -> LogKey:
    """The key of the log; it remembers what it signed."""
    return recording_key()


@pytest.fixture
def office() -> Signer:
    """Somebody who adds entries."""
    return OFFICE


@pytest.fixture
def shaky_database(database_url: str) -> Iterator[ShakyDatabase]:
    """A database in which any step can fail."""
    database = ShakyDatabase(database_url, application="tests")
    database.steps = Steps()
    yield database
    database.close()


@pytest.fixture
def shaky_store(store: ObjectStore, store_server: Endpoints) -> Iterator[ShakyStore]:
    """The same bucket as `store`, in which any step can fail."""
    shaky = ShakyStore(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, store.bucket
    )
    shaky.steps = Steps()
    yield shaky
    shaky.close()
