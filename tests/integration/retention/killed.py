"""As tests/integration/ledger/killed.py, for turns at a purge. The sixth argument is the folder of its keys."""

from __future__ import annotations

import sys
from pathlib import Path

from saksi.retention import purge
from tests.integration.ledger.killed import main
from tests.integration.retention.archive import settings

if __name__ == "__main__":
    main(
        lambda database, store: purge.run_next(
            purge.Desk(database=database, store=store, settings=settings(Path(sys.argv[6])))
        )
    )
