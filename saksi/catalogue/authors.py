"""Who adds entries to which chain: a recorder to `recorder/<name>` with its own key, the office to `office`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from saksi import keys
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, query
from saksi.custody.signing import Signer

OFFICE_CHAIN = "office"


@dataclass(frozen=True, kw_only=True)
class Author:
    """An enrolled key and the chain that it adds to."""

    chain: str
    signer: Signer

    def lock(self, connection: Connection) -> None:
        """Takes the end of the chain for this transaction.

        Who also locks runs does so after this, everybody in the same order, or two would wait for each other.
        """
        connection.execute(query("ledger.open_chain"), {"chain": self.chain})
        connection.execute(query("ledger.lock_chain"), {"chain": self.chain})


def of_recorder(name: str, signer: Signer) -> Author:
    """The recorder of this name."""
    return Author(chain=f"recorder/{name}", signer=signer)


def office(connection: Connection, folder: Path) -> Author:
    """The office, with its key in `folder`; key and enrolment are made when there are none.

    Raises BadInput for a key file that cannot be used, Conflict for a revoked key.
    """
    signer = keys.signer(folder, "office")
    ledger.enrol(connection, signer, role="office")
    return Author(chain=OFFICE_CHAIN, signer=signer)
