"""Who asks for cases and holds, and how much of them is theirs to see."""

from __future__ import annotations

from typing import Protocol

from saksi.catalogue.sight import Sight

_OFFICERS = ("admin", "records_officer")


class Asker(Protocol):
    """Who is asking: a `people.Person` or the API's caller. `agency_ids` None: not limited at all."""

    @property
    def person_id(self) -> int:
        """The catalogue's own id."""

    @property
    def role(self) -> str:
        """Of saksi.access.ROLES."""

    @property
    def agency_ids(self) -> list[int] | None:
        """Agencies whose affairs they deal with; none for whoever is limited to areas alone."""

    @property
    def sight(self) -> Sight:
        """Whose limits statements about cameras and footage read."""


def sees_everything(asker: Asker) -> bool:
    """Whether every case and hold is theirs to see."""
    return asker.role in _OFFICERS and asker.agency_ids is None
