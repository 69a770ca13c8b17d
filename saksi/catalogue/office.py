"""The office's signing key of this process: custody, holds and keys are entries under it."""

from __future__ import annotations

import threading
from pathlib import Path

from saksi import keys
from saksi.catalogue import ledger
from saksi.catalogue.database import Database
from saksi.custody.signing import Signer


class Office:
    """Gives the key, made and made known to the log when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: Signer | None = None

    def signer(self, database: Database) -> Signer:
        """The key, enrolled in a transaction of its own. Raises Conflict when it was revoked."""
        with self._lock:
            if self._known is None:
                signer = keys.signer(self._folder, "office")
                with database.transaction() as connection:
                    ledger.enrol(connection, signer, role="office")
                self._known = signer
            return self._known
