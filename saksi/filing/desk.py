"""What every paper is made with: letterhead, place and zone from the settings, the log and its keys as they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saksi import __version__, clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who
from saksi.catalogue.custody_words import is_archive
from saksi.catalogue.database import Connection, query
from saksi.catalogue.exports import Export
from saksi.catalogue.ledger_tree import Kept
from saksi.ledger import identity
from saksi.ledger.witness_policy import witnesses_of
from saksi.papers import parts
from saksi.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Office:
    """Whose paper it is, and the catalogue it is filled from."""

    connection: Connection
    settings: Settings

    @property
    def zone(self) -> parts.Zone:
        """The zone of its papers."""
        return parts.ZONES[self.settings.zone]

    def issue(self, number: str, *, made_us: int | None = None, pro_justitia: bool = False) -> parts.Issue:
        """A paper made now, or at `made_us` when it is made again."""
        return parts.Issue(
            letterhead=parts.Letterhead(
                agency=self.settings.organization,
                unit=self.settings.organization_unit,
                address=self.settings.organization_address,
            ),
            number=number,
            made_us=clock.now_us() if made_us is None else made_us,
            place=self.settings.organization_place,
            zone=self.zone,
            software=f"Saksi {__version__}",
            pro_justitia=pro_justitia,
        )

    def ledger(self) -> parts.Ledger | None:
        """The log at its newest published checkpoint; None before the first."""
        kept = ledger_tree.newest_published(self.connection)
        return None if kept is None else self.at(kept)

    def at(self, kept: Kept) -> parts.Ledger:
        """The log at a checkpoint, with the witnesses that have signed it so far."""
        rows = self.connection.execute(query("tree.cosignatures"), {"size": kept.size}).fetchall()
        signed = {row["name"]: clock.to_us(row["at"]) for row in rows}
        asked = witnesses_of(self.settings.ledger_witnesses)
        names = sorted({*signed, *(one.name for one in asked.witnesses)})
        return parts.Ledger(
            origin=identity.origin_of(self.connection, self.settings),
            size=kept.size,
            root=kept.root.hex(),
            at_us=kept.made_us,
            key=self.log_key(),
            witnesses=tuple(parts.Witness(name=name, cosigned_us=signed.get(name)) for name in names),
            quorum=0 if asked.quorum == "none" else 1,
            note=ledger_tree.cosigned(self.connection, kept).whole(),
        )

    def log_key(self) -> parts.Key | None:
        """The key that signs the log now."""
        return self._key("log")

    def keys(self) -> tuple[parts.Key, ...]:
        """Those by which a package is checked."""
        found = (self._key("log"), self._key("export"))
        return tuple(key for key in found if key is not None)

    def _key(self, role: str) -> parts.Key | None:
        row = self.connection.execute(query("papers.newest_key"), {"role": role}).fetchone()
        if row is None:
            return None
        fingerprint = hashlib.sha256(bytes(row["public"])).hexdigest()
        return parts.Key(use=role, id=row["key_id"], fingerprint=fingerprint)


def case_ref(case: CaseFile) -> parts.CaseRef:
    """A case as papers name it."""
    return parts.CaseRef(
        number=case.number,
        report_number=case.report,
        title=case.title,
        officers=tuple(parts.Person(name=name) for name in case.officers),
    )


def person(who: Mapping[str, Any]) -> parts.Person:
    """Somebody as custody tells them."""
    if is_archive(who):
        return parts.Person(name="Sistem Saksi / the Saksi system")
    return parts.Person(
        name=who["name"] or "-",
        id_number=who["id"],
        rank=who["rank"],
        role=who["role"],
        unit=who["unit"],
    )


def caller(who: Who) -> parts.Person:
    """Whoever asks for the paper."""
    return person(who.body())


def package(export: Export) -> parts.PackageRef:
    """A sealed package."""
    return parts.PackageRef(
        id=export.package,
        file_name=f"{export.package}.zip",
        bytes=export.size,
        sha256=export.sha256 or "",
    )
