"""The embedded servers: started, stopped, killed, and started again on the same data."""

from __future__ import annotations

import psycopg

from saksi.embedded.supervise import Endpoints


def test_it_starts_a_database_that_wants_its_password(database_server: Endpoints) -> None:
    with psycopg.connect(database_server.database_url) as connection:
        assert connection.execute("show server_version_num").fetchone() >= ("180000",)
