"""`saksi user link` and `unlink`: one way in at a time, on the machine of the archive."""

from __future__ import annotations

from pathlib import Path

from saksi.catalogue.database import Database
from saksi.secrets import generate_key
from tests.fixtures.commands import Done, in_process


def test_a_person_is_linked_shown_and_given_a_password_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    settings = {
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_DATA": str(tmp_path),
    }

    def saksi(*words: str) -> Done:
        done = in_process(*words, settings=settings)
        assert "Traceback" not in done.stderr
        return done

    assert saksi("user", "add", "ani", "--role", "investigator").returncode == 0
    refused = saksi("user", "link", "ani", "--subject", "6f1c")
    assert refused.returncode != 0
    assert "provider is not set up" in refused.stderr
    settings |= {
        "SAKSI_OIDC_ISSUER": "https://masuk.example/realms/kota",
        "SAKSI_OIDC_PERSON_CLAIM": "preferred_username",
    }
    assert "one of the two" in saksi("user", "link", "ani").stderr
    assert saksi("user", "link", "ani", "--expected", "ani.s").returncode == 0
    assert "(ani.s)" in saksi("user", "list").stdout
    assert saksi("user", "link", "ani", "--subject", "6f1c").returncode == 0
    assert saksi("user", "list").stdout.rstrip().endswith("6f1c")
    assert "no password here" in saksi("user", "reset-password", "ani").stderr
    given = saksi("user", "unlink", "ani")
    assert len(given.stdout.strip()) == 16
    with database.transaction() as connection:
        rows = connection.execute("select action, object from audit order by audit_id").fetchall()
    assert [row["action"] for row in rows] == ["add person", "link person", "link person", "unlink person"]
    assert given.stdout.strip() not in str(rows)
