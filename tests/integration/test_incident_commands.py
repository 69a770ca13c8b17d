"""`saksi incident`: a list is looked at first, entered with --write, and the same list twice adds nothing."""

from __future__ import annotations

from pathlib import Path

from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.secrets import generate_key
from tests.fixtures.commands import Done, in_process

LIST = """waktu;lintang;bujur;jenis;nomor;warna
23-11-2026 21:10;-1,2767;116,8372;jambret;LP/1;merah
23-11-2026 22:10;utara;116,8372;jambret;LP/2;
"""


def test_a_list_is_entered_once(database: Database, database_url: str, tmp_path: Path) -> None:
    with database.transaction() as connection:
        people.add_person(connection, name="ani", password="long enough", role="investigator")
    settings = {
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_DATA": str(tmp_path),
    }
    (tmp_path / "daftar.csv").write_text(LIST)

    def saksi(*words: str) -> Done:
        done = in_process(*words, "--by", "ani", settings=settings)
        assert "Traceback" not in done.stderr
        return done

    brought = ("incident", "import", str(tmp_path / "daftar.csv"))
    looked = saksi(*brought)
    assert looked.returncode == 1
    assert looked.stdout.startswith("3\trefused\tlat is not a number: utara.")
    assert "Columns not used: warna" in looked.stderr
    assert "Nothing is entered yet: add --write." in looked.stderr
    assert saksi("incident", "list").stdout == ""
    assert "added 1, known already 0, refused 1" in saksi(*brought, "--write").stderr
    assert "jambret" in saksi("incident", "list").stdout
    assert "LP/1" in saksi("incident", "list").stdout
    assert "added 0, known already 1, refused 1" in saksi(*brought, "--write").stderr
    gone = saksi("incident", "import", str(tmp_path / "none.csv"))
    assert "cannot be read: No such file or directory" in gone.stderr
