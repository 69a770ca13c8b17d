"""What purges are carried out with: the catalogue, the store, and a key that the log knows."""

from __future__ import annotations

from dataclasses import dataclass

from saksi import keys
from saksi.catalogue import ledger
from saksi.catalogue.database import Database
from saksi.custody.signing import Signer
from saksi.objects.store import ObjectStore
from saksi.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where purges are carried out."""

    database: Database
    store: ObjectStore
    settings: Settings

    def signer(self) -> Signer:
        """The office's key, known to the log."""
        signer = keys.signer(self.settings.keys_folder, "office")
        with self.database.transaction() as connection:
            ledger.enrol(connection, signer, role="office")
        return signer
