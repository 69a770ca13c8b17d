"""Whether an agency or a site is connected: how many of its cameras are recorded right now."""

from __future__ import annotations

from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.compliance.subjects import Subject


@dataclass(frozen=True, kw_only=True)
class Connected:
    """Cameras that are switched on, how many of them are recorded, and when one last was (None: never)."""

    cameras: int
    recording: int
    last_us: int | None

    @property
    def state(self) -> str:
        """none, some or all."""
        if not self.recording:
            return "none"
        return "all" if self.recording == self.cameras else "some"


def now(connection: Connection, subject: Subject) -> Connected:
    """As recorders tell it; what they last told more than 15 s ago does not count."""
    values = {"agency_id": subject.agency_id, "site_id": subject.site_id}
    row = connection.execute(query("terms.connection"), values).fetchone()
    assert row is not None
    last = row["last_at"]
    return Connected(
        cameras=row["cameras"],
        recording=row["recording"],
        last_us=None if last is None else clock.to_us(last),
    )
