"""The audit trail's rows get their places in the log every few seconds."""

from __future__ import annotations

from saksi.catalogue import audit_log
from saksi.catalogue.office import Office
from saksi.settings import settings
from workers.app import app
from workers.context import database


@app.task(name="audit.seal")  # type: ignore[untyped-decorator]
def seal() -> int:
    """Gives the rows that await it their leaves; answers how many."""
    return audit_log.seal(database(), Office(settings().keys_folder).signer(database()))
