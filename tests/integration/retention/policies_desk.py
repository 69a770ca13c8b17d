"""Two officers before two agencies, a site and four cameras, for the tests of retention policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import cameras, chunks, ledger, people, places, seals
from saksi.catalogue.authors import Author
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.people import Person
from saksi.custody.signing import Signer
from saksi.retention import policies, policy_change, policy_setting
from saksi.retention.policies import Policy
from saksi.retention.policy_lengths import DAY_US
from saksi.retention.policy_preview import Preview
from tests.integration.catalogue.chains import SECOND, Chain

OFFICE = Signer.from_seed(bytes([7]) * 32)
AUTHOR = Author(chain="office", signer=OFFICE)
HOUR = 3600 * SECOND
MINUTE = 60 * SECOND
# camera, agency, site
CAMERAS = (("k1", "dishub", "terminal"), ("k2", "dishub", None), ("b1", "bank", None), ("b2", "bank", None))


def later(days: float = 1) -> str:
    """A time so many days ahead, as people write it."""
    return clock.format_us(clock.now_us() + round(days * DAY_US))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Budi proposes, Citra accepts; Dewi is an officer of the bank alone."""

    database: Database
    budi: Person
    citra: Person
    dewi: Person

    @classmethod
    def of(cls, database: Database) -> Desk:
        """Sets it up."""
        with database.transaction() as connection:
            ledger.enrol(connection, OFFICE, role="office")
            for code, category in (("dishub", "transport"), ("bank", "bank")):
                if not places.agency_exists(connection, code):
                    places.add_agency(connection, code=code, name=code, category=category)
            places.add_site(connection, code="terminal", agency="dishub", name="Terminal")
            for code, agency, site in CAMERAS:
                cameras.add_camera(
                    connection, code=code, name=code, agency=agency, site=site, lat=-1.2, lon=116.8,
                    source_sealed="x", source_masked="x",
                )  # fmt: skip
            for name in ("budi", "citra", "dewi"):
                connection.execute(
                    "insert into person (name, role, agency_ids, password_hash) select %s, 'records_officer', %s, 'x'",
                    [name, places.agency_ids(connection, ["bank"]) if name == "dewi" else None],
                )
            found = {name: people.named(connection, name) for name in ("budi", "citra", "dewi")}
        return cls(database=database, **found)

    def preview(self, person: Person | None = None, **wanted: Any) -> Preview:
        """The dry run of a change."""
        asker = person or self.budi
        with self.database.transaction() as connection:
            return policy_setting.preview(connection, asker, _change(connection, asker, wanted))

    def put(self, person: Person | None = None, *, preview: bytes | None = None, **wanted: Any) -> Policy:
        """Sets or proposes."""
        asker = person or self.budi
        with self.database.transaction() as connection:
            change = _change(connection, asker, wanted)
            made, _ = policy_setting.put(
                connection, OFFICE, asker, _who(asker), change, preview_sha256=preview
            )
            return made

    def propose(self, **wanted: Any) -> Policy:
        """A shortening change with its preview."""
        wanted = {"effective": later(), **wanted}
        return self.put(preview=self.preview(**wanted).sha256, **wanted)

    def accept(self, policy: Policy, person: Person | None = None) -> policy_setting.Accepted:
        """The second officer's word."""
        asker = person or self.citra
        with self.database.transaction() as connection:
            return policy_setting.accept(
                connection, OFFICE, asker, _who(asker), policy.policy_id, asker.agency_ids
            )

    def withdraw(self, policy: Policy, person: Person | None = None) -> Policy:
        """Takes it back."""
        asker = person or self.budi
        with self.database.transaction() as connection:
            return policy_setting.withdraw(
                connection, OFFICE, asker, _who(asker), policy.policy_id, asker.agency_ids
            )

    def days(self, camera: str, at_us: int | None = None) -> float:
        """How long this camera's footage is kept at an instant."""
        with self.database.transaction() as connection:
            found = cameras.find(connection, camera)
            counts = policies.of_cameras(connection, at_us or clock.now_us())[found.camera_id]
        return counts.keep_us / DAY_US

    def counts(self) -> list[int]:
        """Rows of everything that a change of policies writes to."""
        with self.database.transaction() as connection:
            return [
                connection.execute(f"select count(*) as n from {table}").fetchone()["n"]  # type: ignore[call-overload, index]
                for table in ("retention_policy", "policy_event", "ledger_entry", "policy_preview")
            ]

    def record(self, camera: str, from_us: int, minutes: int) -> None:
        """Sealed footage, a chunk a minute."""
        chain = Chain(camera, from_us)
        with self.database.transaction() as connection:
            run_no = chunks.open_run(connection, chain.opening)
            told = [chain.chunk(from_us + n * MINUTE, MINUTE) for n in range(minutes)]
            assert set(chunks.announce(connection, told)) == {"appended"}
            assert seals.seal_run(connection, AUTHOR, run_no, clock.from_us(clock.now_us() + 4 * HOUR))


def _change(connection: Connection, asker: Person, wanted: dict[str, Any]) -> policy_change.Change:
    given = {"scope": "default", "basis": "Perwali 12/2026", **wanted}
    return policy_change.wanted(connection, asker.agency_ids, **given)


def _who(person: Person) -> Who:
    return Who.of(person, auth="session", address="10.0.0.7")
