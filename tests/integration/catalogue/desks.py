"""People, a camera and an enrolled key, for the catalogue's tests of cases, holds and custody."""

from __future__ import annotations

from dataclasses import dataclass

from saksi import clock
from saksi.catalogue import cameras, cases, exhibits, holding, ledger, people
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.exhibits import Exhibit
from saksi.catalogue.holds import Hold, HoldSpan
from saksi.catalogue.people import Person
from saksi.custody.signing import Signer
from tests.integration.catalogue.chains import SECOND, add_camera

OFFICE = Signer.from_seed(bytes([7]) * 32)
HOUR = 3600 * SECOND
NUMBER = "LP/B/123/XI/2026/SPKT"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An investigator and two officers before one camera and an empty log."""

    database: Database
    camera_id: int
    ani: Person
    budi: Person
    citra: Person
    from_us: int

    @classmethod
    def of(cls, database: Database) -> Desk:
        """Sets it up."""
        with database.transaction() as connection:
            ledger.enrol(connection, OFFICE, role="office")
            camera_id = add_camera(connection)
            roles = {"ani": "investigator", "budi": "records_officer", "citra": "records_officer"}
            for name, role in roles.items():
                people.add_person(
                    connection, name=f"{name.title()} Wijaya", password="long enough", role=role,
                    unit="Polresta Balikpapan", rank="AIPDA", service_number=f"8510{len(name)}77",
                )  # fmt: skip
            found = {name: people.named(connection, f"{name.title()} Wijaya") for name in roles}
        return cls(database=database, camera_id=camera_id, from_us=clock.now_us() - 24 * HOUR, **found)

    def who(self, person: Person) -> Who:
        """As custody tells of them."""
        return Who.of(person, auth="session", address="10.0.0.7")

    def span(self, start: int = 0, end: int = HOUR) -> HoldSpan:
        """A span of the camera, microseconds after `from_us`."""
        return HoldSpan(
            camera_id=self.camera_id, camera="cam", from_us=self.from_us + start, to_us=self.from_us + end
        )

    def open_case(
        self, connection: Connection, number: str = NUMBER, title: str = "Curanmor Pasar Segar"
    ) -> CaseFile:
        """A case of Ani's."""
        return cases.add(connection, OFFICE, self.ani, self.who(self.ani), number=number, title=title)

    def hold(self, connection: Connection, *spans: HoldSpan, case: CaseFile | None = None) -> Hold:
        """A hold of Ani's."""
        hold, _ = holding.place(
            connection, OFFICE, self.ani, self.who(self.ani), spans=spans or [self.span()], reason="request",
            case=case,
        )  # fmt: skip
        return hold

    def exhibit(self, connection: Connection, case: CaseFile, start: int = 0, end: int = HOUR) -> Exhibit:
        """An exhibit of the camera."""
        found = cameras.find(connection, "cam")
        return exhibits.add(
            connection, OFFICE, case, self.ani, self.who(self.ani), found=[found], from_us=self.from_us + start,
            to_us=self.from_us + end, note="gerbang barat",
        )  # fmt: skip
