"""The database may fall silent at any moment; nobody waits for it for ever."""

from __future__ import annotations

import pytest

from saksi import clock
from saksi.catalogue import database as catalogue
from saksi.catalogue.database import Database
from saksi.errors import Unavailable
from tests.fixtures.proxy import Proxy


def test_an_answer_that_is_held_back_is_given_up_and_the_next_session_is_a_new_one(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue._Patient, "answer_s", 2.0)
    proxy = Proxy.to(database_url)
    patient = Database(proxy.through(database_url), application="tests")
    with patient.transaction() as connection:
        before = connection.execute("select pg_backend_pid() as pid").fetchone()

    def ask() -> None:
        with patient.transaction() as connection:
            connection.execute("select 1")
            proxy.hold()
            connection.execute("select 2")

    begun_us = clock.monotonic_us()
    with pytest.raises(Unavailable):
        ask()
    assert clock.monotonic_us() - begun_us < 10_000_000
    proxy.restore()
    with patient.transaction() as connection:
        after = connection.execute("select pg_backend_pid() as pid").fetchone()
    assert after != before
    patient.close()
    proxy.close()
