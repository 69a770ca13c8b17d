"""What jobs (exports, redactions, purges) work with: the catalogue, the store, and keys that the log knows."""

from __future__ import annotations

from dataclasses import dataclass

from saksi import keys
from saksi.catalogue import ledger
from saksi.catalogue.database import Database
from saksi.custody.signing import Signer
from saksi.objects.store import ObjectStore
from saksi.settings import Settings


class Lost(Exception):
    """Another worker has the job by now."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a job is done."""

    database: Database
    store: ObjectStore
    settings: Settings

    def signer(self, role: str) -> Signer:
        """The key of a role, known to the log."""
        signer = keys.signer(self.settings.keys_folder, role)
        with self.database.transaction() as connection:
            ledger.enrol(connection, signer, role=role)
        return signer
