"""A list of agencies without ids means those that are known by name."""

from __future__ import annotations

from datetime import date

from saksi.catalogue import places
from saksi.catalogue.database import Database
from saksi.compliance import bring

LIST = "nama;kategori;wajib;dasar hukum\nMAL BESAR;mal;ya;Perwali 12/2026\n"


def test_a_known_name_makes_no_second_agency_and_two_of_a_name_are_told(database: Database) -> None:
    sheet = bring.listed(LIST.encode())
    with database.transaction() as connection:
        places.add_agency(connection, code="mal-lama", name="Mal Besar", category="mall")
        (told,) = bring.bring(connection, sheet, made_by="x", today=date(2026, 12, 1))
        assert (told.agency, told.done) == ("mal-lama", "changed")
        places.add_agency(connection, code="mal-baru", name="Mal besar", category="mall")
        (told,) = bring.bring(connection, sheet, made_by="x", today=date(2026, 12, 1))
        assert told.done == "refused"
        assert "mal-baru, mal-lama" in str(told.refused)
