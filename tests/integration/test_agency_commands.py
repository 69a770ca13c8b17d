"""`saksi agency`: terms by command, and a list of obliged agencies out of a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.secrets import generate_key
from tests.fixtures.commands import Done, in_process

LIST = """Nama;Kategori;Wajib;Dasar hukum;Kamera wajib;Ketersediaan;Retensi hari;Narahubung;Telepon;Catatan
Bank Kota;bank;ya;Perwali 12/2026 pasal 4;12;99,5;30;Sari;0542-123456;x
Mal Besar;mal;ya;;8;99;30;;;
RS Umum;rumah sakit;wajib;Perwali 12/2026 pasal 4;delapan;99;30;;;
Hotel Pantai;hotel;tidak;;;;;Dewi;;
Bank Kota;bank;ya;Perwali 12/2026 pasal 4;12;99,5;30;;;
Klub Malam;diskotek;ya;Perwali 12/2026 pasal 4;4;99;14;;;
"""


def test_a_list_is_looked_at_first_and_bad_lines_name_their_remedy(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.transaction() as connection:
        people.add_person(connection, name="budi", password="long enough", role="records_officer")
        people.add_person(connection, name="ani", password="long enough", role="investigator")
    settings = {
        "SAKSI_DATABASE_URL": database_url,
        "SAKSI_SECRET_KEY": generate_key(),
        "SAKSI_DATA": str(tmp_path),
    }
    (tmp_path / "daftar.csv").write_text(LIST)
    brought = ("agency", "import", str(tmp_path / "daftar.csv"), "--by")

    def saksi(*words: str) -> Done:
        done = in_process(*words, settings=settings)
        assert "Traceback" not in done.stderr
        return done

    assert "compliance.write" in saksi(*brought, "ani").stderr
    looked = saksi(*brought, "budi")
    assert looked.returncode == 1
    lines = [line.split("\t") for line in looked.stdout.splitlines()]
    assert [cells[:3] for cells in lines] == [
        ["2", "bank-kota", "added"],
        ["3", "mal-besar", "refused"],
        ["4", "rs-umum", "refused"],
        ["5", "hotel-pantai", "refused"],
        ["6", "bank-kota", "refused"],
        ["7", "klub-malam", "refused"],
    ]
    for (*_, why), said in zip(
        lines[1:], ("regulation", "digits", "phone", "line 2", "hospital"), strict=True
    ):
        assert said in why
    assert "Columns not used: catatan" in looked.stderr
    assert saksi("agency", "list").stdout == ""
    (tmp_path / "daftar.csv").write_text("\n".join(LIST.splitlines()[:2]))
    assert saksi(*brought, "budi", "--write").returncode == 0
    assert "known already 1" in saksi(*brought, "budi", "--write").stderr
    assert saksi("agency", "list").stdout == "bank-kota\tbank\tBank Kota\n"
    (shown,) = saksi("agency", "terms", "bank-kota").stdout.splitlines()
    assert shown.split("\t")[1:] == [
        "yes", "Perwali 12/2026 pasal 4", "12", "99.5", "30", "-", "budi", "-",
    ]  # fmt: skip
    refused = saksi(
        "agency", "set-terms", "bank-kota", "--obliged", "no", "--from", "2026-13-01", "--by", "budi"
    )
    assert (refused.returncode, "2026-11-23" in refused.stderr) == (1, True)
    assert saksi("agency", "set-terms", "bank-kota", "--obliged", "no", "--by", "budi").returncode == 0
    assert len(saksi("agency", "terms", "bank-kota").stdout.splitlines()) == 2
    with database.transaction() as connection:
        rows = connection.execute("select action, person from audit order by audit_id").fetchall()
    assert [(row["action"], row["person"]) for row in rows] == [
        ("import terms", "budi"), ("import terms", "budi"), ("set terms", "budi"),
    ]  # fmt: skip
    report = ("compliance", "--month", "2026-11", "--by", "budi", "--out")
    assert saksi(*report, str(tmp_path / "laporan.pdf")).returncode == 0
    assert (tmp_path / "laporan.pdf").read_bytes().startswith(b"%PDF")
    assert saksi(*report, str(tmp_path / "laporan.csv"), "--agency", "bank-kota").returncode == 0
    head, line = (tmp_path / "laporan.csv").read_text().splitlines()
    assert head.startswith("month,until,month_over,of,agency,")
    assert line.split(",")[3:5] == ["agency", "bank-kota"]
    refused = saksi(*report, str(tmp_path / "laporan.xls"))
    assert (refused.returncode, "--out report.pdf" in refused.stderr) == (1, True)
    with database.transaction() as connection:
        rows = connection.execute("select object from audit where action = 'compliance report'").fetchall()
    assert [row["object"]["format"] for row in rows] == ["pdf", "csv"]
