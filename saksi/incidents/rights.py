"""Who may change an incident: who sees the whole city, and who entered it."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.catalogue.askers import Asker
from saksi.errors import Denied
from saksi.incidents.records import Incident
from saksi.messages import register

register(
    "incident_not_theirs",
    en=(
        "Somebody else entered this incident.",
        "Ask them, or an officer who sees the whole city, to change it.",
    ),
    id_=(
        "Kejadian ini dimasukkan orang lain.",
        "Minta dia, atau petugas yang melihat seluruh kota, mengubahnya.",
    ),
)
register(
    "incident_future",
    en=("The window has not begun yet.", "Let {field} be before now."),
    id_=("Rentangnya belum mulai.", "Beri {field} sebelum sekarang."),
)


def check_theirs(asker: Asker, name: str, found: Sequence[Incident]) -> None:
    """Raises Denied where somebody who is limited would change what another entered; `found` are all its versions."""
    if asker.sight is not None and found[-1].entered_by != name:
        raise Denied("incident_not_theirs")
